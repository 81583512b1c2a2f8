use std::path::PathBuf;

use clap::Args;

/// The preview's default port.
pub(super) const PORT: u16 = 4180;

/// What `preview` is asked for.
#[derive(Args, Debug)]
#[command(after_help = PREVIEW_EXAMPLES)]
pub(super) struct PreviewArguments {
    /// A template, a folder with message.toml, or a folder of those [default: the workspace]
    pub path: Option<PathBuf>,
    /// The port on 127.0.0.1; 0 for any that is free
    #[arg(short, long, default_value_t = PORT)]
    pub port: u16,
    /// Open the page in the browser
    #[arg(short, long)]
    pub open: bool,
    /// Write the page to files below this folder instead: for a colleague, or a pull request
    #[arg(long, value_name = "DIR", conflicts_with_all = ["port", "open", "until_eof"])]
    pub export: Option<PathBuf>,
    /// With --export: a page whose texts and recipients can be changed, which renders them anew
    #[arg(long, requires = "export")]
    pub interactive: bool,
    /// With --interactive: the program for browsers [default: the one that came with meniscus]
    #[arg(long, value_name = "FILE", requires = "interactive")]
    pub engine: Option<PathBuf>,
    /// With --export: replace files that are there
    #[arg(long, requires = "export")]
    pub overwrite: bool,
    /// Stop at the end of standard input, too: for scripts
    #[arg(long)]
    pub until_eof: bool,
}

const PREVIEW_EXAMPLES: &str = "\
Examples:
  meniscus preview --open
  meniscus preview templates/offer_wallet --port 0
  meniscus preview --export wallet-preview
  meniscus preview --export wallet-preview --interactive";
