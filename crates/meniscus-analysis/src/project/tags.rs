use serde::Deserialize;

/// `[tags]`: where `meniscus tags --live` sends. Each has an option of the command, too.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TagSettings {
    /// SessionM's Core endpoint, `https://api-….ent-sessionm.com`.
    pub endpoint: Option<String>,
    /// The variable that holds the app key, which stands in the path of every request and is a secret.
    pub app_key_env: Option<String>,
    /// The credential of `[live.credentials]` that goes with each request.
    pub credential: Option<String>,
    /// Whether the ids of segments are the brand's own, and not SessionM's.
    pub external: bool,
}
