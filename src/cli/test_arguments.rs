use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::preview_arguments::PORT;
use super::test_coverage::CoverageArguments;

/// What `test` is asked for.
#[derive(Args, Clone, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct TestArguments {
    /// Templates, messages, or folders of them; without any, all of the workspace
    pub paths: Vec<PathBuf>,
    /// Test for this scenario alone: a name under scenarios/, or a file
    #[arg(short, long, value_name = "NAME")]
    pub scenario: Vec<String>,
    /// Accept what came of every text, and remove the snapshots that nothing is for any more
    #[arg(short, long, conflicts_with_all = ["check", "review"])]
    pub accept: bool,
    /// Review what is new or changed, one key each; the same change for many is one question
    #[arg(short, long, conflicts_with_all = ["check", "watch", "format"])]
    pub review: bool,
    /// Write nothing, as wherever the variable CI is set
    #[arg(long)]
    pub check: bool,
    /// Compare no snapshots: render with every recording of the endpoints that are called, and
    /// find those that leave holes
    #[arg(long, conflicts_with_all = ["accept", "review", "coverage", "coverage_min"])]
    pub all_recordings: bool,
    /// With --review: where `meniscus preview` is on 127.0.0.1, for the key `p`
    #[arg(long, value_name = "PORT", default_value_t = PORT, requires = "review")]
    pub preview_port: u16,
    /// What is printed
    #[arg(short, long, value_enum, default_value_t = TestFormat::Human)]
    pub format: TestFormat,
    /// Test again whenever a file of the workspace changes
    #[arg(long)]
    pub watch: bool,
    #[command(flatten)]
    pub coverage: CoverageArguments,
}

/// What `test` prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum TestFormat {
    /// For people: what is different, and why.
    Human,
    /// For programs.
    Json,
    /// For test reports.
    Junit,
    /// For GitHub's workflow log.
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
  meniscus test                                    # what is new or changed goes to NAME.snap.new
  meniscus test templates/offer_wallet --scenario anna
  meniscus test --review
  meniscus test --accept                           # and commit snapshots/
  meniscus test --all-recordings                   # which answers leave holes
  meniscus test --check --format junit > report.xml
  meniscus test --coverage                         # the ways that no scenario takes
  meniscus test --coverage=lcov,html --coverage-min 80";
