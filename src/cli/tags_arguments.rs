use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// What `tags` is asked for.
#[derive(Args, Clone, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct TagsArguments {
    /// Braze's exports of the segment, as CSV files; `-` is standard input
    #[arg(long, required = true, num_args = 1.., value_name = "FILE")]
    pub csv: Vec<PathBuf>,
    /// The tags that each customer gets
    #[arg(long = "tag", required = true, num_args = 1.., value_name = "NAME")]
    pub tags: Vec<String>,
    /// How long the tags stay; without it each is a counter, which every request raises by 1
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..))]
    pub ttl: Option<u64>,
    /// The column that holds the customers' ids, where it is not `external_id` or `user_id`
    #[arg(long, value_name = "NAME")]
    pub column: Option<String>,
    /// Do nothing where a row names no customer
    #[arg(long)]
    pub strict: bool,
    /// Write the file for SessionM here instead of printing it
    #[arg(short, long, value_name = "FILE", conflicts_with = "live")]
    pub out: Option<PathBuf>,
    /// Replace files that are there
    #[arg(long)]
    pub overwrite: bool,
    #[command(flatten)]
    pub live: LiveTagsArguments,
}

/// What `tags --live` is asked for.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Sending")]
pub(super) struct LiveTagsArguments {
    /// Send a request for each customer to SessionM, as meniscus.toml allows
    #[arg(long)]
    pub live: bool,
    /// Show the first requests and how many there are, and send nothing
    #[arg(short = 'n', long, requires = "live")]
    pub dry_run: bool,
    /// SessionM's Core endpoint, instead of `[tags] endpoint`
    #[arg(long, value_name = "URL", requires = "live")]
    pub endpoint: Option<String>,
    /// The variable that holds the app key, instead of `[tags] app_key_env`
    #[arg(long, value_name = "VARIABLE", requires = "live")]
    pub app_key_env: Option<String>,
    /// The credential of `[live.credentials]`, instead of `[tags] credential`
    #[arg(long, value_name = "NAME", requires = "live")]
    pub credential: Option<String>,
    /// The ids are your own, not SessionM's: `/external/users/ID/tags`
    #[arg(long, requires = "live")]
    pub external: bool,
    /// How many requests may be under way at once
    #[arg(long, value_name = "NUMBER", default_value_t = 4, value_parser = clap::value_parser!(u16).range(1..=256))]
    pub concurrency: u16,
    /// How many requests may begin in a second
    #[arg(long, value_name = "NUMBER", default_value_t = 10.0, value_parser = rate)]
    pub rate: f64,
    /// How often a request is sent again after a failure that may pass
    #[arg(long, value_name = "NUMBER", default_value_t = 4, value_parser = clap::value_parser!(u32).range(0..=20))]
    pub retries: u32,
    /// How long an answer may take
    #[arg(long, value_name = "SECONDS", default_value_t = 90, value_parser = clap::value_parser!(u64).range(1..=600))]
    pub timeout: u64,
    /// Stop after so many failures of the host in a row; 0 never stops
    #[arg(long, value_name = "NUMBER", default_value_t = 20)]
    pub give_up_after: u32,
    /// Where what became of each row is kept, instead of FILE.journal beside the first CSV file
    #[arg(long, value_name = "FILE", requires = "live")]
    pub journal: Option<PathBuf>,
    /// What becomes of requests that may have arrived; `resend` with --ttl, `skip` without
    #[arg(long, value_enum, value_name = "WHAT", requires = "live")]
    pub in_flight: Option<InFlight>,
    /// Write the customers that were not tagged here, as a CSV file that --csv takes
    #[arg(long, value_name = "FILE", requires = "live")]
    pub failures: Option<PathBuf>,
    /// Write the customers of whom nobody knows whether they were tagged here
    #[arg(long, value_name = "FILE", requires = "live")]
    pub unknown: Option<PathBuf>,
}

/// What becomes of requests that may have arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum InFlight {
    /// They are sent again.
    Resend,
    /// They are left out, and listed.
    Skip,
}

fn rate(text: &str) -> Result<f64, String> {
    let rate = text.parse::<f64>().ok().filter(|rate| (0.01..=100_000.0).contains(rate));
    rate.ok_or_else(|| format!("found `{text}`, expected a number from 0.01 to 100000"))
}

const EXAMPLES: &str = "\
Examples:
  meniscus tags --csv segment.csv --tag spring_win_back --ttl 2592000 --out for-sessionm.csv
  meniscus tags --csv segment.csv --tag spring_win_back --ttl 2592000 --live --dry-run
  meniscus tags --csv segment.csv --tag spring_win_back --ttl 2592000 --live --failures failed.csv
  meniscus tags --csv a.csv b.csv --tag visits --live --external --rate 5";
