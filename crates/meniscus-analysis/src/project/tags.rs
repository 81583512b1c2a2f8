use serde::Deserialize;

/// `[tags]`: where `meniscus tags --live` sends. Each setting is also an option of the command.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct TagSettings {
    /// SessionM's Core endpoint, `https://api-….ent-sessionm.com`.
    pub endpoint: Option<String>,
    /// The environment variable with the app key, a secret that is part of every request's path.
    pub app_key_env: Option<String>,
    /// The credential in `[live.credentials]` sent with each request.
    pub credential: Option<String>,
    /// Whether segment ids are the brand's own rather than SessionM's.
    pub external: bool,
}
