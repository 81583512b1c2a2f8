use serde::Deserialize;

/// `[braze]` in meniscus.toml: the instance that messages are pulled from.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct BrazeSettings {
    /// Braze's REST endpoint, `https://rest.iad-01.braze.com`; without it, that of `[trigger]`.
    pub endpoint: Option<String>,
    /// The credential in `[live.credentials]` with the REST key; without it, that of `[trigger]`.
    pub credential: Option<String>,
}
