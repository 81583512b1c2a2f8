use std::path::PathBuf;

use clap::Args;

/// What `preview` is asked for.
#[derive(Args, Debug)]
#[command(after_help = PREVIEW_EXAMPLES)]
pub(super) struct PreviewArguments {
    /// A template, a folder with message.toml, or a folder of those [default: the workspace]
    pub path: Option<PathBuf>,
    /// The port on 127.0.0.1; 0 for any that is free
    #[arg(short, long, default_value_t = 4180)]
    pub port: u16,
    /// Open the page in the browser
    #[arg(short, long)]
    pub open: bool,
    /// Stop at the end of standard input, too: for scripts
    #[arg(long)]
    pub until_eof: bool,
}

const PREVIEW_EXAMPLES: &str = "\
Examples:
  meniscus preview --open
  meniscus preview templates/offer_wallet --port 0";
