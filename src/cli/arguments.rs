use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use super::formats::{ColorWhen, Format, LintFormat, RequestForm};
use super::jobs::Wanted;
use super::tags_arguments::TagsArguments;
use super::test_arguments::TestArguments;
use super::trigger_arguments::TriggerArguments;

/// Render and lint Braze messages exactly as recipients get them, with recorded SessionM responses
#[derive(Debug, Parser)]
#[command(version, disable_help_subcommand = true, after_help = FIRST_STEPS)]
pub(super) struct Arguments {
    /// Color the output: `auto` (on a terminal), `always`, or `never`
    #[arg(
        long,
        value_enum,
        global = true,
        value_name = "WHEN",
        default_value_t = ColorWhen::Auto,
        hide_possible_values = true,
        display_order = 998
    )]
    pub color: ColorWhen,
    #[command(subcommand)]
    pub command: Command,
}

const FIRST_STEPS: &str = "\
Examples:
  meniscus init coffee            # start a workspace with an example message
  meniscus preview coffee --open  # see it in the browser while you edit
  meniscus lint coffee            # find mistakes in it

`meniscus COMMAND --help` explains a command and shows examples.";

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Create a workspace with an example message that renders right away
    Init(InitArguments),
    /// Show messages in the browser as recipients see them, updated while you edit
    Preview(super::preview_arguments::PreviewArguments),
    /// Render messages for recipients
    Render(RenderArguments),
    /// Find mistakes in templates before customers see them
    Lint(LintArguments),
    /// Explain a rule: what it reports, why it matters, and examples
    #[command(after_help = EXPLAIN_EXAMPLES)]
    Explain {
        /// Name of the rule
        rule: String,
    },
    /// List the rules with their levels
    #[command(after_help = RULES_EXAMPLES)]
    Rules {
        /// Output format
        #[arg(short, long, value_enum, default_value_t = Format::Text)]
        format: Format,
    },
    /// Render every message for every scenario and compare the results with snapshots
    Test(TestArguments),
    /// List scenarios, or write new ones from the templates
    Scenarios(super::scenarios_arguments::ScenariosArguments),
    /// Show what messages read from triggers, profiles, and responses, or check a payload
    Contract(ContractArguments),
    /// Show the fields of an endpoint's response, or of a template's variables
    Shape(ShapeArguments),
    /// List the systems whose endpoints are built in, such as SessionM and Voucherify
    Packs(super::packs::PacksArguments),
    /// Call the real APIs and save their responses as recordings
    Record(RecordArguments),
    /// Call the real APIs again and report how the fields differ from the recordings
    CheckLive(CheckLiveArguments),
    /// Create recordings from files of other tools, such as HAR, Postman, and curl
    Import(ImportArguments),
    /// Serve the recordings over HTTP on this machine
    Mock(MockArguments),
    /// Count what every recipient of an audience would get, before you send
    Audience(super::audience::AudienceArguments),
    /// Copy content blocks, email templates, campaigns, and Canvases from Braze to the workspace
    Pull(super::pull::PullArguments),
    /// Show what differs between the workspace and Braze
    Drift(super::drift::DriftArguments),
    /// Show local changes, and send content blocks and email templates to Braze
    Push(super::push::PushArguments),
    /// Show, check, or send the Braze request that triggers a message
    Trigger(TriggerArguments),
    /// Tag the customers of a segment in SessionM, with a file or with requests
    Tags(TagsArguments),
    /// Compare our choices with what your Braze renders where its documentation is silent
    Calibrate(super::calibrate::CalibrateArguments),
    /// List missing variables, hosts, credentials, and recordings, with the line to add for each
    Doctor(super::doctor::DoctorArguments),
    /// Run the language server for editors, over stdin and stdout
    #[command(after_help = LSP_EXAMPLES)]
    Lsp {
        /// Accepted for clients that pass it; stdin and stdout are always used
        #[arg(long)]
        stdio: bool,
    },
    /// Run the MCP server for agents, over stdin and stdout
    Mcp(super::mcp::McpArguments),
    /// Print shell completions
    #[command(after_help = COMPLETIONS_EXAMPLES)]
    Completions {
        /// Shell to print completions for
        shell: clap_complete::Shell,
    },
}

const EXPLAIN_EXAMPLES: &str = "\
Examples:
  meniscus explain array-equals";

const RULES_EXAMPLES: &str = "\
Examples:
  meniscus rules
  meniscus rules --format json";

const LSP_EXAMPLES: &str = "\
Examples:
  meniscus lsp        # the command to set in your editor's configuration";

const COMPLETIONS_EXAMPLES: &str = "\
Examples:
  meniscus completions bash > ~/.local/share/bash-completion/completions/meniscus
  meniscus completions zsh > ~/.zfunc/_meniscus
  meniscus completions fish > ~/.config/fish/completions/meniscus.fish";

/// Arguments of `render`.
#[derive(Args, Clone, Debug)]
#[command(after_help = RENDER_EXAMPLES)]
pub(super) struct RenderArguments {
    /// Templates, folders with message.toml, folders of those, or `-` for stdin
    #[arg(required = true)]
    pub paths: Vec<PathBuf>,
    /// Render for this scenario: a name in scenarios/, or a file
    #[arg(short, long, value_name = "NAME")]
    pub scenario: Vec<String>,
    /// Render for every scenario that applies to the message
    #[arg(short, long, conflicts_with = "scenario")]
    pub all: bool,
    /// Render only this part, such as `subject`
    #[arg(short, long, value_name = "NAME")]
    pub part: Option<String>,
    /// Set a value of the scenario: `user.first_name=Bo`, `custom_attribute.tier='"gold"'`
    #[arg(long, value_name = "PATH=JSON")]
    pub set: Vec<String>,
    /// Time to use as 'now', or `system` for this machine's clock
    #[arg(long, value_name = "TIME")]
    pub now: Option<String>,
    /// Render plain Liquid instead of Braze's, with the fields of this JSON file as variables
    #[arg(long, value_name = "FILE", conflicts_with_all = ["scenario", "all"])]
    pub data: Option<PathBuf>,
    /// Make real calls to the hosts that meniscus.toml allows, instead of using recordings
    #[arg(long, conflicts_with_all = ["watch", "data"])]
    pub live: bool,
    /// Render again whenever a file of the workspace changes
    #[arg(long)]
    pub watch: bool,
    /// Exit with 1 if a message is aborted
    #[arg(long)]
    pub fail_on_abort: bool,
    /// Output format
    #[arg(short, long, value_enum, default_value_t = Format::Text, help_heading = "Output")]
    pub format: Format,
    /// Show every call and every missing name
    #[arg(short, long, help_heading = "Output")]
    pub trace: bool,
    /// Explain every output that renders as blank and every branch that isn't taken
    #[arg(short, long, help_heading = "Output")]
    pub why: bool,
    /// Write each part to a file in this folder instead of printing it
    #[arg(short, long, value_name = "DIR", help_heading = "Output")]
    pub out: Option<PathBuf>,
    /// With --out: replace existing files that differ
    #[arg(long, requires = "out", help_heading = "Output")]
    pub overwrite: bool,
    /// Print the whole request of a webhook message instead of its parts
    #[arg(long = "as", value_enum, value_name = "FORM", help_heading = "Output",
        conflicts_with_all = ["part", "out", "format", "data", "trace", "why"])]
    pub request: Option<RequestForm>,
    /// With --as: print credentials instead of the names of their variables
    #[arg(long, requires = "request", help_heading = "Output")]
    pub show_secrets: bool,
}

const RENDER_EXAMPLES: &str = "\
Examples:
  meniscus render templates/offer_wallet
  meniscus render templates/offer_wallet --scenario anna --part subject
  meniscus render templates/offer_wallet --scenario ben --why
  meniscus render templates/offer_wallet --all --out rendered
  meniscus render templates/tag_export --scenario tags --as curl";

/// Arguments of `record`.
#[derive(Args, Clone, Debug)]
#[command(after_help = RECORD_EXAMPLES)]
pub(super) struct RecordArguments {
    /// Templates, folders with message.toml, or folders of those
    #[arg(required = true)]
    pub paths: Vec<PathBuf>,
    /// Render for this scenario: a name in scenarios/, or a file
    #[arg(short, long, value_name = "NAME")]
    pub scenario: Vec<String>,
    /// Render for every scenario that applies to the message
    #[arg(short, long, conflicts_with = "scenario")]
    pub all: bool,
    /// Render only this part, such as `subject`
    #[arg(short, long, value_name = "NAME")]
    pub part: Option<String>,
    /// Set a value of the scenario: `user.first_name=Bo`, `custom_attribute.tier='"gold"'`
    #[arg(long, value_name = "PATH=JSON")]
    pub set: Vec<String>,
    /// Time that templates and recordings use as 'now', or `system` for this machine's clock
    #[arg(long, value_name = "TIME")]
    pub now: Option<String>,
    /// Show what would be called and written, without calling or writing anything
    #[arg(short = 'n', long)]
    pub dry_run: bool,
    /// Save failed responses, such as 401 and 500, as well
    #[arg(long)]
    pub failures: bool,
    /// Replace the matchers of existing recordings, even if someone edited them
    #[arg(long)]
    pub overwrite_matchers: bool,
    /// Keep email addresses, phone numbers, names, and street addresses as they are
    #[arg(long)]
    pub keep_personal_data: bool,
}

const RECORD_EXAMPLES: &str = "\
Examples:
  meniscus record templates/offer_wallet --scenario anna --dry-run
  meniscus record templates/offer_wallet --scenario anna --now system
  meniscus record templates --all";

/// Arguments of `check-live`.
#[derive(Args, Clone, Debug)]
#[command(after_help = CHECK_LIVE_EXAMPLES)]
pub(super) struct CheckLiveArguments {
    /// Recordings by name or file, or folders of them [default: all that a scenario requests]
    pub recordings: Vec<String>,
    /// Call as this scenario: a name in scenarios/, or a file [default: every scenario]
    #[arg(short, long, value_name = "NAME")]
    pub scenario: Vec<String>,
    /// Set a value of the scenarios: `user.first_name=Bo`, `custom_attribute.tier='"gold"'`
    #[arg(long, value_name = "PATH=JSON")]
    pub set: Vec<String>,
    /// Time to use as 'now', or `system` for this machine's clock
    #[arg(long, value_name = "TIME")]
    pub now: Option<String>,
    /// Output format
    #[arg(short, long, value_enum, default_value_t = LintFormat::Human)]
    pub format: LintFormat,
}

const CHECK_LIVE_EXAMPLES: &str = "\
Examples:
  meniscus check-live
  meniscus check-live wallet/two-offers --scenario anna
  meniscus check-live recordings/wallet --format github";

/// Arguments of `init`.
#[derive(Args, Debug)]
#[command(after_help = INIT_EXAMPLES)]
pub(super) struct InitArguments {
    /// Folder of the workspace, created if it doesn't exist
    #[arg(default_value = ".")]
    pub folder: PathBuf,
    /// Messages to start with, separated by commas [default: `wallet`; a terminal asks]
    #[arg(long, value_delimiter = ',', value_name = "MESSAGE")]
    pub with: Vec<super::formats::Start>,
    /// Write the whole example of the documentation: all messages, recipients, recordings, and
    /// snapshots
    #[arg(long, conflicts_with = "with")]
    pub example: bool,
    /// Write to a folder that isn't empty, without overwriting any file
    #[arg(long)]
    pub non_empty: bool,
}

const INIT_EXAMPLES: &str = "\
Examples:
  meniscus init coffee
  meniscus init coffee --with wallet,push
  meniscus init larkspur --example
  meniscus init . --non-empty";

/// Arguments of `import`.
#[derive(Args, Debug)]
#[command(after_help = IMPORT_EXAMPLES)]
pub(super) struct ImportArguments {
    /// HAR files, Postman collections, WireMock mappings, curl commands with their responses,
    /// `curl -i` output, JSON bodies, folders of these, or `-` for stdin
    #[arg(required_unless_present = "openapi")]
    pub files: Vec<PathBuf>,
    /// Read the files as this format instead of detecting it
    #[arg(long = "as", value_enum, value_name = "KIND")]
    pub kind: Option<ImportKind>,
    /// Request URL, for `curl -i` output and JSON bodies
    #[arg(long)]
    pub url: Option<String>,
    /// With --url: request method [default: GET, or POST with --body]
    #[arg(long, value_name = "METHOD", requires = "url")]
    pub method: Option<String>,
    /// With --url: request body, or `@FILE`; the recording then matches only this body
    #[arg(long, value_name = "BODY", requires = "url")]
    pub body: Option<String>,
    /// Write to this folder instead of the workspace's recordings
    #[arg(long, value_name = "FOLDER")]
    pub into: Option<PathBuf>,
    /// Show what would be written, without writing anything
    #[arg(short = 'n', long)]
    pub dry_run: bool,
    /// Replace existing files that differ
    #[arg(long)]
    pub overwrite: bool,
    /// Keep email addresses, phone numbers, names, and street addresses as they are
    #[arg(long)]
    pub keep_personal_data: bool,
    /// Create a pack of endpoints from this OpenAPI or Swagger document (JSON) instead
    #[arg(long, value_name = "FILE", conflicts_with_all = ["files", "kind", "url"])]
    pub openapi: Option<PathBuf>,
}

/// The format that `import` reads a file as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum ImportKind {
    /// HAR 1.2.
    Har,
    /// Postman collection.
    Postman,
    /// WireMock stub mappings.
    Wiremock,
    /// `curl -i` output, or curl commands with their responses.
    Curl,
    /// JSON body.
    Json,
}

const IMPORT_EXAMPLES: &str = "\
Examples:
  meniscus import browser.har --dry-run
  meniscus import 'API Starter Pack.postman_collection.json'
  meniscus import wiremock/mappings --into recordings/shop
  curl -si https://api.example/users/1 | meniscus import - --url https://api.example/users/1
  meniscus import --openapi swagger.json";

/// Arguments of `mock`.
#[derive(Args, Debug)]
#[command(after_help = MOCK_EXAMPLES)]
pub(super) struct MockArguments {
    /// Recordings to serve: names, files, or folders in recordings/ [default: all]
    pub names: Vec<String>,
    /// Port on 127.0.0.1; 0 picks a free one
    #[arg(short, long, default_value_t = 8080)]
    pub port: u16,
    /// Delay every response, in addition to the recording's own delay
    #[arg(long, value_name = "MS", default_value_t = 0)]
    pub delay: u64,
    /// Share of requests that fail, from 0 to 1: 500, 503, 429, or a broken connection
    #[arg(long, value_name = "SHARE", default_value_t = 0.0)]
    pub fail_rate: f64,
    /// With --fail-rate: seed that decides which requests fail
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    pub seed: u64,
    /// Reload the recordings whenever one of them changes
    #[arg(long)]
    pub watch: bool,
    /// Also stop when stdin ends, for scripts
    #[arg(long)]
    pub until_eof: bool,
}

const MOCK_EXAMPLES: &str = "\
Examples:
  meniscus mock
  meniscus mock wallet/empty --port 0
  meniscus mock --delay 1500 --fail-rate 0.1 --seed 7
  curl http://127.0.0.1:8080/__admin/requests/unmatched";

/// Arguments of `shape`.
#[derive(Args, Debug)]
#[command(after_help = SHAPE_EXAMPLES)]
pub(super) struct ShapeArguments {
    /// Endpoint name or path, URL (`*` for unknown parts), recording name or file, or template
    #[arg(required_unless_present = "list")]
    pub what: Option<String>,
    /// Print a JSON Schema
    #[arg(long)]
    pub schema: bool,
    /// List the known endpoints
    #[arg(long, conflicts_with_all = ["what", "schema"])]
    pub list: bool,
}

const SHAPE_EXAMPLES: &str = "\
Examples:
  meniscus shape --list
  meniscus shape get_user_offers
  meniscus shape 'POST /offers/api/2.0/offers/get_user_offers'
  meniscus shape 'https://*/priv/v1/apps/*/users/*' --schema
  meniscus shape recordings/wallet/two-offers.json
  meniscus shape templates/offer_wallet";

/// Arguments of `contract`.
#[derive(Args, Debug)]
#[command(after_help = CONTRACT_EXAMPLES)]
pub(super) struct ContractArguments {
    /// Templates, messages, or folders of these
    #[arg(required = true, value_name = "TEMPLATE")]
    pub templates: Vec<PathBuf>,
    /// Output format
    #[arg(short, long, value_enum, default_value_t = ContractFormat::Text)]
    pub format: ContractFormat,
    /// Part of the contract: `api_trigger_properties`, `context`, `custom_attribute`, `profile`, an
    /// endpoint, or the variable of a call; with --check, the part that a payload fills if it isn't
    /// a request body
    #[arg(long, value_name = "FAMILY|CALL")]
    pub of: Option<String>,
    /// Payload to check: the body of /campaigns/trigger/send or /canvas/trigger/send, or only the
    /// properties
    #[arg(long, value_name = "FILE")]
    pub check: Option<PathBuf>,
}

/// The output formats of `contract`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum ContractFormat {
    /// Groups with one line for each field.
    Text,
    /// JSON for programs.
    Json,
    /// JSON Schema, for the system that sends the values.
    Schema,
}

const CONTRACT_EXAMPLES: &str = "\
Examples:
  meniscus contract templates/offer_triggered
  meniscus contract templates/offer_triggered --format schema
  meniscus contract templates/offer_wallet --format schema --of get_user_offers
  meniscus contract templates/offer_triggered --check payload.json";

impl RenderArguments {
    /// Returns what the arguments select.
    pub fn wanted(&self) -> Wanted {
        Wanted {
            paths: self.paths.clone(),
            scenarios: self.scenario.clone(),
            all: self.all,
            part: self.part.clone(),
            set: self.set.clone(),
            now: self.now.clone(),
            is_plain: self.data.is_some(),
        }
    }
}

/// Arguments of `lint`.
#[derive(Args, Clone, Debug)]
#[command(after_help = LINT_EXAMPLES)]
pub(super) struct LintArguments {
    /// Templates, messages, content blocks, folders of these, or `-` for stdin [default: the
    /// workspace]
    pub paths: Vec<PathBuf>,
    /// Lowest level to report and to fail on
    #[arg(short, long, value_enum, default_value_t = LintLevel::Info)]
    pub level: LintLevel,
    /// Output format
    #[arg(short, long, value_enum, default_value_t = LintFormat::Human)]
    pub format: LintFormat,
    /// Lint again whenever a file of the workspace changes
    #[arg(long)]
    pub watch: bool,
    /// File name to assume for stdin, which decides its workspace and channel
    #[arg(long, value_name = "FILE")]
    pub stdin_filename: Option<PathBuf>,
    /// Skip files given by name that aren't templates of their workspace, for commit hooks
    #[arg(long, requires = "paths", conflicts_with_all = ["watch", "write_baseline", "stdin_filename"])]
    pub templates_only: bool,
    /// Apply safe fixes (they never change what is sent)
    #[arg(long, help_heading = "Fixes")]
    pub fix: bool,
    /// Also apply unsafe fixes (review them first)
    #[arg(long, help_heading = "Fixes")]
    pub r#unsafe: bool,
    /// Show what --fix would change, without changing anything
    #[arg(long, conflicts_with = "fix", help_heading = "Fixes")]
    pub diff: bool,
    /// Ignore findings recorded in this file (with --templates-only: relative to each workspace)
    #[arg(long, value_name = "FILE", help_heading = "Baseline")]
    pub baseline: Option<PathBuf>,
    /// Write all findings to the file of --baseline, or to meniscus-baseline.json
    #[arg(long, help_heading = "Baseline")]
    pub write_baseline: bool,
}

const LINT_EXAMPLES: &str = "\
Examples:
  meniscus lint
  meniscus lint templates/offer_wallet --level error
  meniscus lint --diff                # see the fixes, then apply them with --fix
  meniscus lint --write-baseline      # accept today's findings, then pass --baseline FILE
  meniscus lint --format github";

/// The levels of findings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum LintLevel {
    /// Worth knowing.
    Info,
    /// Likely a mistake.
    Warn,
    /// Customers would see a wrong or broken message.
    Error,
}
