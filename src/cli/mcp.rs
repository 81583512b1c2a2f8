use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use meniscus::mcp::{Allowed, serve};
use meniscus::project::{ProjectError, Workspace};

use super::Verdict;

/// Arguments of `mcp`.
#[derive(Args, Clone, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct McpArguments {
    /// Folder of the workspace
    #[arg(default_value = ".")]
    pub folder: PathBuf,
    /// Let the agent write fixes, snapshots, and scenarios
    #[arg(long)]
    pub allow_write: bool,
    /// Let the agent call the hosts that meniscus.toml allows
    #[arg(long)]
    pub allow_live: bool,
}

const EXAMPLES: &str = "\
Examples:
  meniscus mcp
  meniscus mcp coffee --allow-write";

/// Serves an agent until it ends.
pub(super) fn run(arguments: &McpArguments) -> Result<Verdict> {
    if !arguments.folder.is_dir() {
        return Err(ProjectError::Unknown {
            message: format!("the folder `{}` doesn't exist", arguments.folder.display()),
            help: "set the workspace folder in the client's configuration".to_owned(),
        }
        .into());
    }
    // A mistake in the configuration is said to the agent, which may correct it.
    let root = Workspace::root_around(&arguments.folder);
    let allowed = Allowed { write: arguments.allow_write, live: arguments.allow_live };
    serve(&root, allowed)?;
    Ok(Verdict::Fine)
}
