use std::sync::Arc;

use anyhow::Result;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use meniscus::live::LiveConfig;
use meniscus::live::credential::Environment;
use meniscus::live::{Live, LiveError, LiveOptions};
use meniscus::project::{ProjectError, Workspace};

/// Renders past which a progress bar is shown: with fewer, it disappears before it is read.
const MANY: usize = 4;

/// Returns the hosts that a workspace allows as a source of responses.
pub(super) fn source(workspace: &Workspace) -> Result<Arc<Live>> {
    source_of(workspace.config.live_options(&Environment::of_process())?)
}

/// Returns the hosts that these options allow.
pub(super) fn source_of(options: LiveOptions) -> Result<Arc<Live>> {
    let live = Live::new(options).map_err(|error| ProjectError::Unknown {
        help: match &error {
            LiveError::Client(_) => {
                "install the system's root certificates, such as the package `ca-certificates`"
            }
            LiveError::Proxy(_) => {
                "fix the environment variable that `proxy_env` names in meniscus.toml"
            }
        }
        .to_owned(),
        message: error.to_string(),
    })?;
    Ok(Arc::new(live))
}

/// Reports that nothing can be called if no host is allowed; `called` are the hosts in the
/// templates.
pub(super) fn require_hosts(
    workspace: &Workspace,
    called: impl FnOnce() -> Result<Vec<String>>,
) -> Result<()> {
    if !workspace.config.live.allow_hosts.is_empty() {
        return Ok(());
    }
    let called = called()?;
    let list = |mark: &str| {
        called.iter().map(|host| format!("{mark}{host}{mark}")).collect::<Vec<_>>().join(", ")
    };
    let (message, help) = match called.is_empty() {
        true => (
            "meniscus.toml allows no hosts: `allow_hosts` isn't set".to_owned(),
            "add `allow_hosts = [\"*.ent-sessionm.com\"]` under `[live]`, with your own hosts"
                .to_owned(),
        ),
        false => (
            format!("the templates call {}, but meniscus.toml allows no hosts", list("`")),
            format!("add `allow_hosts = [{}]` under `[live]`", list("\"")),
        ),
    };
    Err(ProjectError::Unknown { message, help }.into())
}

/// Returns a progress bar on stderr, if that is a terminal and there is much to do.
pub(super) fn bar(length: usize) -> ProgressBar {
    let target =
        if length < MANY { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
    let bar = ProgressBar::with_draw_target(Some(length as u64), target);
    let style = ProgressStyle::with_template("{bar:30} {pos}/{len} {wide_msg}");
    if let Ok(style) = style {
        bar.set_style(style);
    }
    bar
}
