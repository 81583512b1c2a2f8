use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use super::formats::{ColorWhen, Format, LintFormat, RequestForm};
use super::jobs::Wanted;
use super::tags_arguments::TagsArguments;
use super::test_arguments::TestArguments;
use super::trigger_arguments::TriggerArguments;

/// Renders Braze message templates, exactly as a recipient would get them, from recorded SessionM
/// responses.
#[derive(Debug, Parser)]
#[command(version, disable_help_subcommand = true)]
pub(super) struct Arguments {
    /// When to color: on a terminal, always or never
    #[arg(long, value_enum, global = true, value_name = "WHEN", default_value_t = ColorWhen::Auto)]
    pub color: ColorWhen,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Render messages for recipients
    Render(RenderArguments),
    /// Show what an endpoint answers, or what the variables of a template are
    Shape(ShapeArguments),
    /// Show what messages read: trigger properties, attributes, answers; check a payload against it
    Contract(ContractArguments),
    /// List the systems whose endpoints are known, such as SessionM and Voucherify
    Packs(super::packs::PacksArguments),
    /// List scenarios, or make them of the templates themselves
    Scenarios(super::scenarios_arguments::ScenariosArguments),
    /// Find what a customer would see as a hole, before anybody gets it
    Lint(LintArguments),
    /// Explain a rule: what it finds, why that matters, and examples
    Explain {
        /// The rule's name
        rule: String,
    },
    /// List the rules with their levels
    Rules {
        /// What is printed
        #[arg(short, long, value_enum, default_value_t = Format::Text)]
        format: Format,
    },
    /// Render every message for every scenario, and compare with the snapshots
    Test(TestArguments),
    /// Count what all recipients of an audience would get, before anybody sends it
    Audience(super::audience::AudienceArguments),
    /// Bring content blocks, email templates, campaigns, and Canvases from Braze into the workspace
    Pull(super::pull::PullArguments),
    /// Show what differs between the workspace and Braze
    Drift(super::drift::DriftArguments),
    /// Show what was changed here, and bring content blocks and email templates to Braze
    Push(super::push::PushArguments),
    /// Hold our choices, where Braze's documentation is silent, against what Braze renders
    Calibrate(super::calibrate::CalibrateArguments),
    /// Call the hosts for real, and keep what they answer as recordings
    Record(RecordArguments),
    /// Call the hosts again, and report where their answers differ in shape from the recordings
    CheckLive(CheckLiveArguments),
    /// Make recordings of what other tools saved
    Import(ImportArguments),
    /// Serve the recordings over HTTP on this machine
    Mock(MockArguments),
    /// Tag the customers of a segment in SessionM: a file for it, or a request each
    Tags(TagsArguments),
    /// Show, check or send the request to Braze that triggers a message
    Trigger(TriggerArguments),
    /// Show messages in the browser as recipients see them, while they are written
    Preview(super::preview_arguments::PreviewArguments),
    /// Serve an editor over standard input and output (Language Server Protocol)
    Lsp {
        /// Accepted because many clients add it; there is no other way
        #[arg(long)]
        stdio: bool,
    },
    /// Serve an agent over standard input and output (Model Context Protocol)
    Mcp(super::mcp::McpArguments),
    /// List what is missing: variables, hosts, credentials, endpoints, each with the line to add
    Doctor(super::doctor::DoctorArguments),
    /// Start a workspace that renders at once
    Init(InitArguments),
    /// Print the completions of a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
}

/// What `render` is asked for.
#[derive(Args, Clone, Debug)]
pub(super) struct RenderArguments {
    /// A template, a folder with message.toml, a folder of those, or `-` for standard input
    #[arg(required = true)]
    pub paths: Vec<PathBuf>,
    /// Render for this scenario: a name under scenarios/, or a file
    #[arg(short, long, value_name = "NAME")]
    pub scenario: Vec<String>,
    /// Render for every scenario that applies
    #[arg(short, long, conflicts_with = "scenario")]
    pub all: bool,
    /// Render this part alone, such as `subject`
    #[arg(short, long, value_name = "NAME")]
    pub part: Option<String>,
    /// Write each text to a file below this folder instead of printing it
    #[arg(short, long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// With --out: replace files that are there with another text
    #[arg(long, requires = "out")]
    pub overwrite: bool,
    /// What is printed: the text, or JSON with output, abort, calls and diagnostics
    #[arg(short, long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
    /// Show each call and each name that was missing
    #[arg(short, long)]
    pub trace: bool,
    /// Explain every output that printed nothing and every branch that was not taken
    #[arg(short, long)]
    pub why: bool,
    /// Set a value of the scenario: `custom_attribute.tier='"gold"'`, `user.first_name=Bo`
    #[arg(long, value_name = "PATH=JSON")]
    pub set: Vec<String>,
    /// What 'now' is: a time, or `system` for this machine's clock
    #[arg(long, value_name = "TIME")]
    pub now: Option<String>,
    /// Read plain Liquid, with the fields of this JSON file as variables
    #[arg(long, value_name = "FILE", conflicts_with_all = ["scenario", "all"])]
    pub data: Option<PathBuf>,
    /// Exit with 1 where a message is aborted
    #[arg(long)]
    pub fail_on_abort: bool,
    /// Render again whenever a file of the workspace changes
    #[arg(long)]
    pub watch: bool,
    /// Make the calls for real, to the hosts that meniscus.toml allows; recordings are not used
    #[arg(long, conflicts_with_all = ["watch", "data"])]
    pub live: bool,
    /// Print the whole request of a webhook message instead of its parts
    #[arg(long = "as", value_enum, value_name = "FORM", conflicts_with_all = ["part", "out", "format", "data", "trace", "why"])]
    pub request: Option<RequestForm>,
    /// With --as: print credentials as they are, not variables in their place
    #[arg(long, requires = "request")]
    pub show_secrets: bool,
}

/// What `record` is asked for.
#[derive(Args, Clone, Debug)]
#[command(after_help = RECORD_EXAMPLES)]
pub(super) struct RecordArguments {
    /// A template, a folder with message.toml, or a folder of those
    #[arg(required = true)]
    pub paths: Vec<PathBuf>,
    /// Render for this scenario: a name under scenarios/, or a file
    #[arg(short, long, value_name = "NAME")]
    pub scenario: Vec<String>,
    /// Render for every scenario that applies
    #[arg(short, long, conflicts_with = "scenario")]
    pub all: bool,
    /// Render this part alone, such as `subject`
    #[arg(short, long, value_name = "NAME")]
    pub part: Option<String>,
    /// Set a value of the scenario: `custom_attribute.tier='"gold"'`, `user.first_name=Bo`
    #[arg(long, value_name = "PATH=JSON")]
    pub set: Vec<String>,
    /// The time that templates and recordings take for now: a time, or `system`
    #[arg(long, value_name = "TIME")]
    pub now: Option<String>,
    /// Show what would be called and written, and call nothing
    #[arg(short = 'n', long)]
    pub dry_run: bool,
    /// Write the matchers of known recordings anew, also where they were edited by hand
    #[arg(long)]
    pub overwrite_matchers: bool,
    /// Keep answers such as 401 and 500 as well
    #[arg(long)]
    pub failures: bool,
    /// Keep e-mail addresses, phone numbers, names and street addresses as they are
    #[arg(long)]
    pub keep_personal_data: bool,
}

const RECORD_EXAMPLES: &str = "\
Examples:
  meniscus record templates/offer_wallet --scenario anna --dry-run
  meniscus record templates/offer_wallet --scenario anna --now system
  meniscus record templates --all";

/// What `check-live` is asked for.
#[derive(Args, Clone, Debug)]
pub(super) struct CheckLiveArguments {
    /// Recordings by name or file, or folders of them; without any, all that a scenario asks for
    pub recordings: Vec<String>,
    /// Ask as this scenario: a name under scenarios/, or a file; without any, as every one
    #[arg(short, long, value_name = "NAME")]
    pub scenario: Vec<String>,
    /// Set a value of the scenarios: `custom_attribute.tier='"gold"'`, `user.first_name=Bo`
    #[arg(long, value_name = "PATH=JSON")]
    pub set: Vec<String>,
    /// What 'now' is: a time, or `system` for this machine's clock
    #[arg(long, value_name = "TIME")]
    pub now: Option<String>,
    /// What is printed
    #[arg(short, long, value_enum, default_value_t = LintFormat::Human)]
    pub format: LintFormat,
}

/// What `init` is asked for.
#[derive(Args, Debug)]
pub(super) struct InitArguments {
    /// The folder; made where it is not there
    #[arg(default_value = ".")]
    pub folder: PathBuf,
    /// The messages to start with, with commas between them [default: wallet, or asked on a terminal]
    #[arg(long, value_delimiter = ',', value_name = "MESSAGE")]
    pub with: Vec<super::formats::Start>,
    /// Also write into a folder that has files; none is overwritten
    #[arg(long)]
    pub non_empty: bool,
}

/// What `import` is asked for.
#[derive(Args, Debug)]
#[command(after_help = IMPORT_EXAMPLES)]
pub(super) struct ImportArguments {
    /// HAR files, Postman collections, WireMock mappings, curl commands with their responses, outputs
    /// of `curl -i`, JSON bodies, folders of them, or `-` for stdin
    #[arg(required_unless_present = "openapi")]
    pub files: Vec<PathBuf>,
    /// Read the files as this, whatever they look like
    #[arg(long = "as", value_enum, value_name = "KIND")]
    pub kind: Option<ImportKind>,
    /// What was asked, for `curl -i` and JSON bodies
    #[arg(long)]
    pub url: Option<String>,
    /// With --url: the method (GET, or POST with --body)
    #[arg(long, value_name = "METHOD", requires = "url")]
    pub method: Option<String>,
    /// With --url: the body that was sent, or `@FILE`; the recording answers only requests with it
    #[arg(long, value_name = "BODY", requires = "url")]
    pub body: Option<String>,
    /// Write below this folder instead of the workspace's own
    #[arg(long, value_name = "FOLDER")]
    pub into: Option<PathBuf>,
    /// Show what would be written, and write nothing
    #[arg(short = 'n', long)]
    pub dry_run: bool,
    /// Replace files that are there and say something else
    #[arg(long)]
    pub overwrite: bool,
    /// Keep e-mail addresses, phone numbers, names and street addresses as they are
    #[arg(long)]
    pub keep_personal_data: bool,
    /// Make a pack of endpoints of this OpenAPI or Swagger document (JSON) instead
    #[arg(long, value_name = "FILE", conflicts_with_all = ["files", "kind", "url"])]
    pub openapi: Option<PathBuf>,
}

/// What `import` reads a file as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum ImportKind {
    /// HAR 1.2.
    Har,
    /// A Postman collection.
    Postman,
    /// WireMock's stub mappings.
    Wiremock,
    /// The output of `curl -i`, or curl commands with their responses.
    Curl,
    /// A body by itself.
    Json,
}

const IMPORT_EXAMPLES: &str = "\
Examples:
  meniscus import browser.har --dry-run
  meniscus import 'API Starter Pack.postman_collection.json'
  meniscus import wiremock/mappings --into recordings/shop
  curl -si https://api.example/users/1 | meniscus import - --url https://api.example/users/1
  meniscus import --openapi swagger.json";

/// What `mock` is asked for.
#[derive(Args, Debug)]
#[command(after_help = MOCK_EXAMPLES)]
pub(super) struct MockArguments {
    /// Serve these recordings alone: names, files or folders below recordings/
    pub names: Vec<String>,
    /// The port on 127.0.0.1; 0 for any that is free
    #[arg(short, long, default_value_t = 8080)]
    pub port: u16,
    /// Let each answer wait, beside its recording's own delay
    #[arg(long, value_name = "MS", default_value_t = 0)]
    pub delay: u64,
    /// Let this share of the requests fail, from 0 to 1: 500, 503, 429, or a broken connection
    #[arg(long, value_name = "SHARE", default_value_t = 0.0)]
    pub fail_rate: f64,
    /// With --fail-rate: which requests fail
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    pub seed: u64,
    /// Read the recordings again whenever one of them changes
    #[arg(long)]
    pub watch: bool,
    /// Stop when standard input ends, too
    #[arg(long)]
    pub until_eof: bool,
}

const MOCK_EXAMPLES: &str = "\
Examples:
  meniscus mock
  meniscus mock wallet/empty --port 0
  meniscus mock --delay 1500 --fail-rate 0.1 --seed 7
  curl http://127.0.0.1:8080/__admin/requests/unmatched";

/// What `shape` is asked for.
#[derive(Args, Debug)]
#[command(after_help = SHAPE_EXAMPLES)]
pub(super) struct ShapeArguments {
    /// An endpoint's name or path, a URL (`*` for what is not known), a recording's name or file, or
    /// a template
    #[arg(required_unless_present = "list")]
    pub what: Option<String>,
    /// Print a JSON Schema instead
    #[arg(long)]
    pub schema: bool,
    /// List the endpoints that are known
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

/// What `contract` is asked for.
#[derive(Args, Debug)]
#[command(after_help = CONTRACT_EXAMPLES)]
pub(super) struct ContractArguments {
    /// Templates, messages, or folders of them
    #[arg(required = true, value_name = "TEMPLATE")]
    pub templates: Vec<PathBuf>,
    /// What is printed
    #[arg(short, long, value_enum, default_value_t = ContractFormat::Text)]
    pub format: ContractFormat,
    /// What a schema is printed of: `api_trigger_properties`, `context`, `custom_attribute`,
    /// `profile`, an endpoint, or the variable of a call; with --check, what a payload fills that
    /// is no request's body
    #[arg(long, value_name = "FAMILY|CALL")]
    pub of: Option<String>,
    /// Check this payload: the body of /campaigns/trigger/send or /canvas/trigger/send, or the
    /// properties alone
    #[arg(long, value_name = "FILE")]
    pub check: Option<PathBuf>,
}

/// What `contract` prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum ContractFormat {
    /// For people: groups of a line each field.
    Text,
    /// For programs.
    Json,
    /// JSON Schema, for whoever sends what is read.
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

/// What `lint` is asked for.
#[derive(Args, Clone, Debug)]
pub(super) struct LintArguments {
    /// Templates, messages, folders of them, content blocks, or `-` for standard input; without
    /// any, all of the workspace
    pub paths: Vec<PathBuf>,
    /// What is printed
    #[arg(short, long, value_enum, default_value_t = LintFormat::Human)]
    pub format: LintFormat,
    /// The lowest level that is shown and counts
    #[arg(short, long, value_enum, default_value_t = LintLevel::Info)]
    pub level: LintLevel,
    /// Apply safe fixes (they never change what is sent)
    #[arg(long)]
    pub fix: bool,
    /// Also apply unsafe fixes (review them first)
    #[arg(long)]
    pub r#unsafe: bool,
    /// Show what --fix would change, and change nothing
    #[arg(long, conflicts_with = "fix")]
    pub diff: bool,
    /// Lint again whenever a file of the workspace changes
    #[arg(long)]
    pub watch: bool,
    /// Ignore findings recorded in this file (with --templates-only: relative to each workspace)
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,
    /// Write what is found to the baseline file (meniscus-baseline.json, or that of --baseline)
    #[arg(long)]
    pub write_baseline: bool,
    /// The file that standard input stands for: its name, its folder's workspace and channel
    #[arg(long, value_name = "FILE")]
    pub stdin_filename: Option<PathBuf>,
    /// Of the files named, lint only those that their workspace calls a template (for commit hooks)
    #[arg(long, requires = "paths", conflicts_with_all = ["watch", "write_baseline", "stdin_filename"])]
    pub templates_only: bool,
}

/// The levels of what is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum LintLevel {
    /// Worth knowing.
    Info,
    /// Perhaps not as meant.
    Warn,
    /// A customer sees what nobody meant.
    Error,
}
