use std::path::PathBuf;

use clap::Args;

/// The preview's default port.
pub(super) const PORT: u16 = 4180;

/// Arguments of `preview`.
#[derive(Args, Debug)]
#[command(after_help = PREVIEW_EXAMPLES)]
pub(super) struct PreviewArguments {
    /// Template, folder with message.toml, or folder of those [default: the workspace]
    pub path: Option<PathBuf>,
    /// Port on 127.0.0.1; 0 picks a free one
    #[arg(short, long, default_value_t = PORT)]
    pub port: u16,
    /// Open the page in the browser
    #[arg(short, long)]
    pub open: bool,
    /// Write the page to files in this folder, to share with colleagues or in a pull request
    #[arg(long, value_name = "DIR", conflicts_with_all = ["port", "open", "until_eof"])]
    pub export: Option<PathBuf>,
    /// With --export: let readers change texts and recipients, and render the result in the page
    #[arg(long, requires = "export")]
    pub interactive: bool,
    /// With --interactive: WebAssembly engine [default: the one included with meniscus]
    #[arg(long, value_name = "FILE", requires = "interactive")]
    pub engine: Option<PathBuf>,
    /// With --export: replace existing files
    #[arg(long, requires = "export")]
    pub overwrite: bool,
    /// Also stop when stdin ends, for scripts
    #[arg(long)]
    pub until_eof: bool,
}

const PREVIEW_EXAMPLES: &str = "\
Examples:
  meniscus preview --open
  meniscus preview templates/offer_wallet --port 0
  meniscus preview --export wallet-preview
  meniscus preview --export wallet-preview --interactive";
