use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::preview_arguments::PORT;
use super::test_coverage::CoverageArguments;

/// Arguments of `test`.
#[derive(Args, Clone, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct TestArguments {
    /// Templates, messages, or folders of these [default: the workspace]
    pub paths: Vec<PathBuf>,
    /// Test only this scenario: a name in scenarios/, or a file
    #[arg(short, long, value_name = "NAME")]
    pub scenario: Vec<String>,
    /// Accept all new and changed results, and remove orphaned snapshots
    #[arg(short, long, conflicts_with_all = ["check", "review"])]
    pub accept: bool,
    /// Review new and changed results one by one; the same change is asked about once
    #[arg(short, long, conflicts_with_all = ["check", "watch", "format"])]
    pub review: bool,
    /// Write no files; the default if the environment variable CI is set
    #[arg(long)]
    pub check: bool,
    /// Render with every recording of the called endpoints and report those that leave blanks,
    /// without comparing snapshots
    #[arg(long, conflicts_with_all = ["accept", "review", "coverage", "coverage_min"])]
    pub all_recordings: bool,
    /// With --review: port of `meniscus preview` on 127.0.0.1, for the key `p`
    #[arg(long, value_name = "PORT", default_value_t = PORT, requires = "review")]
    pub preview_port: u16,
    /// Output format
    #[arg(short, long, value_enum, default_value_t = TestFormat::Human)]
    pub format: TestFormat,
    /// Test again whenever a file of the workspace changes
    #[arg(long)]
    pub watch: bool,
    #[command(flatten)]
    pub coverage: CoverageArguments,
}

/// The output formats of `test`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum TestFormat {
    /// Diffs and their causes, for people.
    Human,
    /// JSON for programs.
    Json,
    /// JUnit XML for test reports.
    Junit,
    /// Annotations for GitHub workflow logs.
    Github,
}

impl TestFormat {
    /// Whether it is for people, in a terminal or log.
    pub(super) fn is_report(self) -> bool {
        matches!(self, TestFormat::Human | TestFormat::Github)
    }
}

const EXAMPLES: &str = "\
Examples:
  meniscus test                                    # write new results to NAME.snap.new
  meniscus test templates/offer_wallet --scenario anna
  meniscus test --review
  meniscus test --accept                           # then commit snapshots/
  meniscus test --all-recordings                   # find responses that leave blanks
  meniscus test --check --format junit > report.xml
  meniscus test --coverage                         # list branches that no scenario takes
  meniscus test --coverage=lcov,html --coverage-min 80";
