use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::formats::Format;

/// What `scenarios` is asked for.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct ScenariosArguments {
    #[command(subcommand)]
    pub command: ScenariosCommand,
}

const EXAMPLES: &str = "\
Examples:
  meniscus scenarios list
  meniscus scenarios stub templates/offer_wallet
  meniscus scenarios stub templates/offer_wallet --out mara
  meniscus scenarios edge templates/offer_wallet --base anna
  meniscus scenarios suggest templates/offer_wallet --write";

#[derive(Debug, Subcommand)]
pub(super) enum ScenariosCommand {
    /// List the scenarios with the messages that they are for, and messages without one
    List {
        /// The folder of the workspace, or one inside of it
        #[arg(default_value = ".")]
        folder: PathBuf,
        /// What is printed
        #[arg(short, long, value_enum, default_value_t = Format::Text)]
        format: Format,
    },
    /// Write the scenario of a message: all that it reads, with invented values
    Stub(StubArguments),
    /// Render a message for the recipients that break messages, and tell what happens
    Edge(EdgeArguments),
    /// Find the smallest scenarios that reach the branches, loops, defaults and aborts which no
    /// scenario reaches
    Suggest(SuggestArguments),
}

/// What `scenarios stub` is asked for.
#[derive(Args, Debug)]
#[command(after_help = STUB_EXAMPLES)]
pub(super) struct StubArguments {
    /// Templates, messages, or folders of them
    #[arg(required = true, value_name = "TEMPLATE")]
    pub templates: Vec<PathBuf>,
    /// Write it to the folder of scenarios under this name, instead of printing it
    #[arg(short, long, value_name = "NAME")]
    pub out: Option<String>,
    /// With --out: replace a scenario that is there and says something else
    #[arg(long, requires = "out")]
    pub overwrite: bool,
}

const STUB_EXAMPLES: &str = "\
Examples:
  meniscus scenarios stub templates/offer_triggered
  meniscus scenarios stub templates/offer_triggered --out mara
  meniscus render templates/offer_triggered --scenario mara";

/// What `scenarios edge` is asked for.
#[derive(Args, Debug)]
#[command(after_help = EDGE_EXAMPLES)]
pub(super) struct EdgeArguments {
    /// Templates, messages, or folders of them
    #[arg(required = true, value_name = "TEMPLATE")]
    pub templates: Vec<PathBuf>,
    /// Start from this scenario; without it, from a stub
    #[arg(short, long, value_name = "NAME")]
    pub base: Option<String>,
    /// Only cases whose name contains this: `language`, `answer`
    #[arg(short, long, value_name = "TEXT")]
    pub case: Option<String>,
    /// Write the scenarios to the folder of scenarios
    #[arg(short, long)]
    pub write: bool,
    /// With --write: replace scenarios that are there and say something else
    #[arg(long, requires = "write")]
    pub overwrite: bool,
    /// What is printed
    #[arg(short, long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
}

const EDGE_EXAMPLES: &str = "\
Examples:
  meniscus scenarios edge templates/offer_triggered
  meniscus scenarios edge templates/offer_wallet --base anna --case language
  meniscus scenarios edge templates/offer_wallet --base anna --write";

/// What `scenarios suggest` is asked for.
#[derive(Args, Debug)]
#[command(after_help = SUGGEST_EXAMPLES)]
pub(super) struct SuggestArguments {
    /// Templates, messages, or folders of them
    #[arg(required = true, value_name = "TEMPLATE")]
    pub templates: Vec<PathBuf>,
    /// Write the scenarios, and the recordings that they need, to the folders of these
    #[arg(short, long)]
    pub write: bool,
    /// With --write: replace files that are there and say something else
    #[arg(long, requires = "write")]
    pub overwrite: bool,
    /// What is printed
    #[arg(short, long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
}

const SUGGEST_EXAMPLES: &str = "\
Examples:
  meniscus scenarios suggest templates/offer_triggered
  meniscus scenarios suggest templates --write";
