use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// Arguments of `tags`.
#[derive(Args, Clone, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct TagsArguments {
    /// CSV files of the segment that Braze exported, or `-` for stdin
    #[arg(long, required = true, num_args = 1.., value_name = "FILE")]
    pub csv: Vec<PathBuf>,
    /// Tags to give to each customer
    #[arg(long = "tag", required = true, num_args = 1.., value_name = "NAME")]
    pub tags: Vec<String>,
    /// Seconds that the tags last; without it, tags are counters that each request raises by 1
    #[arg(long, value_name = "SECONDS", value_parser = ttl)]
    pub ttl: Option<u64>,
    /// Column with the customers' IDs [default: recognized by name, such as `external_id`]
    #[arg(long, value_name = "NAME")]
    pub column: Option<String>,
    /// Do nothing if any row has no customer ID
    #[arg(long)]
    pub strict: bool,
    /// Write the file for SessionM to this path instead of printing it
    #[arg(short, long, value_name = "FILE", conflicts_with = "live")]
    pub out: Option<PathBuf>,
    /// Replace existing files
    #[arg(long)]
    pub overwrite: bool,
    #[command(flatten)]
    pub live: LiveTagsArguments,
}

/// Arguments of `tags --live`.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Sending")]
pub(super) struct LiveTagsArguments {
    /// Send a request to SessionM for each customer, as meniscus.toml allows
    #[arg(long)]
    pub live: bool,
    /// Show the first requests and how many there are, without sending anything
    #[arg(short = 'n', long, requires = "live")]
    pub dry_run: bool,
    /// SessionM Core endpoint [default: `[tags] endpoint`]
    #[arg(long, value_name = "URL", requires = "live")]
    pub endpoint: Option<String>,
    /// Environment variable with the app key [default: `[tags] app_key_env`]
    #[arg(long, value_name = "VARIABLE", requires = "live")]
    pub app_key_env: Option<String>,
    /// Credential in `[live.credentials]` [default: `[tags] credential`]
    #[arg(long, value_name = "NAME", requires = "live")]
    pub credential: Option<String>,
    /// Treat the IDs as your own instead of SessionM's: `/external/users/ID/tags`
    #[arg(long, requires = "live")]
    pub external: bool,
    /// Maximum number of concurrent requests
    #[arg(long, value_name = "NUMBER", default_value_t = 4, value_parser = clap::value_parser!(u16).range(1..=256))]
    pub concurrency: u16,
    /// Maximum number of requests started per second
    #[arg(long, value_name = "NUMBER", default_value_t = 10.0, value_parser = rate)]
    pub rate: f64,
    /// Number of times to retry a request after a temporary failure
    #[arg(long, value_name = "NUMBER", default_value_t = 4, value_parser = clap::value_parser!(u32).range(0..=20))]
    pub retries: u32,
    /// Seconds to wait for a response
    #[arg(long, value_name = "SECONDS", default_value_t = 90, value_parser = clap::value_parser!(u64).range(1..=600))]
    pub timeout: u64,
    /// Stop after this many consecutive failures of the host; 0 never stops
    #[arg(long, value_name = "NUMBER", default_value_t = 20)]
    pub give_up_after: u32,
    /// File that records the result of each row [default: FILE.journal next to the first CSV file]
    #[arg(long, value_name = "FILE", requires = "live")]
    pub journal: Option<PathBuf>,
    /// What to do with requests that may have arrived [default: `resend` with --ttl, else `skip`]
    #[arg(long, value_enum, value_name = "WHAT", requires = "live")]
    pub in_flight: Option<InFlight>,
    /// Write customers that weren't tagged to this file, as CSV that --csv accepts
    #[arg(long, value_name = "FILE", requires = "live")]
    pub failures: Option<PathBuf>,
    /// Write customers that may or may not have been tagged to this file
    #[arg(long, value_name = "FILE", requires = "live")]
    pub unknown: Option<PathBuf>,
}

/// What to do with requests that may have arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum InFlight {
    /// Send them again.
    Resend,
    /// Leave them out and list them.
    Skip,
}

fn rate(text: &str) -> Result<f64, String> {
    let rate = text.parse::<f64>().ok().filter(|rate| (0.01..=100_000.0).contains(rate));
    rate.ok_or_else(|| "write a number from 0.01 to 100000".to_owned())
}

const EXAMPLES: &str = "\
Examples:
  meniscus tags --csv segment.csv --tag spring_win_back --ttl 2592000 --out for-sessionm.csv
  meniscus tags --csv segment.csv --tag spring_win_back --ttl 2592000 --live --dry-run
  meniscus tags --csv segment.csv --tag spring_win_back --ttl 2592000 --live --failures failed.csv
  meniscus tags --csv a.csv b.csv --tag visits --live --external --rate 5";

fn ttl(text: &str) -> Result<u64, String> {
    let seconds = text.parse::<u64>().ok().filter(|seconds| *seconds > 0);
    seconds.ok_or_else(|| "write seconds, such as `2592000` for 30 days".to_owned())
}
