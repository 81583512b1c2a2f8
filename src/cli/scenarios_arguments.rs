use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::formats::Format;

/// Arguments of `scenarios`.
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
    /// List the scenarios with their messages, and the messages without a scenario
    #[command(after_help = LIST_EXAMPLES)]
    List {
        /// Folder of the workspace, or one inside it
        #[arg(default_value = ".")]
        folder: PathBuf,
        /// Output format
        #[arg(short, long, value_enum, default_value_t = Format::Text)]
        format: Format,
    },
    /// Write a scenario for a message, with an invented value for everything it reads
    Stub(StubArguments),
    /// Render a message for recipients that often break messages, and report what happens
    Edge(EdgeArguments),
    /// Find the smallest scenarios that reach the branches, loops, defaults, and aborts that no
    /// scenario reaches yet
    Suggest(SuggestArguments),
}

const LIST_EXAMPLES: &str = "\
Examples:
  meniscus scenarios list
  meniscus scenarios list --format json";

/// Arguments of `scenarios stub`.
#[derive(Args, Debug)]
#[command(after_help = STUB_EXAMPLES)]
pub(super) struct StubArguments {
    /// Templates, messages, or folders of these
    #[arg(required = true, value_name = "TEMPLATE")]
    pub templates: Vec<PathBuf>,
    /// Save the scenario under this name instead of printing it
    #[arg(short, long, value_name = "NAME")]
    pub out: Option<String>,
    /// With --out: replace an existing scenario that differs
    #[arg(long, requires = "out")]
    pub overwrite: bool,
}

const STUB_EXAMPLES: &str = "\
Examples:
  meniscus scenarios stub templates/offer_triggered
  meniscus scenarios stub templates/offer_triggered --out mara
  meniscus render templates/offer_triggered --scenario mara";

/// Arguments of `scenarios edge`.
#[derive(Args, Debug)]
#[command(after_help = EDGE_EXAMPLES)]
pub(super) struct EdgeArguments {
    /// Templates, messages, or folders of these
    #[arg(required = true, value_name = "TEMPLATE")]
    pub templates: Vec<PathBuf>,
    /// Scenario to start from [default: a stub]
    #[arg(short, long, value_name = "NAME")]
    pub base: Option<String>,
    /// Only cases whose name contains this text: `language`, `answer`
    #[arg(short, long, value_name = "TEXT")]
    pub case: Option<String>,
    /// Save the scenarios to the scenario folder
    #[arg(short, long)]
    pub write: bool,
    /// With --write: replace existing scenarios that differ
    #[arg(long, requires = "write")]
    pub overwrite: bool,
    /// Output format
    #[arg(short, long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
}

const EDGE_EXAMPLES: &str = "\
Examples:
  meniscus scenarios edge templates/offer_triggered
  meniscus scenarios edge templates/offer_wallet --base anna --case language
  meniscus scenarios edge templates/offer_wallet --base anna --write";

/// Arguments of `scenarios suggest`.
#[derive(Args, Debug)]
#[command(after_help = SUGGEST_EXAMPLES)]
pub(super) struct SuggestArguments {
    /// Templates, messages, or folders of these
    #[arg(required = true, value_name = "TEMPLATE")]
    pub templates: Vec<PathBuf>,
    /// Save the scenarios and the recordings they need
    #[arg(short, long)]
    pub write: bool,
    /// With --write: replace existing files that differ
    #[arg(long, requires = "write")]
    pub overwrite: bool,
    /// Output format
    #[arg(short, long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
}

const SUGGEST_EXAMPLES: &str = "\
Examples:
  meniscus scenarios suggest templates/offer_triggered
  meniscus scenarios suggest templates --write";
