use std::path::PathBuf;

use clap::{Args, ValueEnum};
use meniscus::send::trigger::Identifier;

use super::formats::LintFormat;

/// What `trigger` is asked for.
#[derive(Args, Clone, Debug)]
#[command(after_help = TRIGGER_EXAMPLES)]
pub(super) struct TriggerArguments {
    /// The message: a template, or a folder with message.toml
    #[arg(required_unless_present = "check_settings")]
    pub message: Option<PathBuf>,
    /// Trigger it as this scenario says: a name under scenarios/, or a file; each is one recipient
    #[arg(short, long, value_name = "NAME", required_unless_present_any = ["broadcast", "advanced_settings", "check_settings"])]
    pub scenario: Vec<String>,
    /// The id of the campaign; else that of message.toml
    #[arg(long, value_name = "ID", conflicts_with = "canvas")]
    pub campaign: Option<String>,
    /// The id of the Canvas; else that of message.toml
    #[arg(long, value_name = "ID")]
    pub canvas: Option<String>,
    /// Set a value of the scenarios: `api_trigger_properties.points='5'`, `user.user_id=7`
    #[arg(long, value_name = "PATH=JSON")]
    pub set: Vec<String>,
    /// Name recipients by this; else by the first that the scenario's `user` has
    #[arg(long, value_enum, value_name = "IDENTIFIER")]
    pub by: Option<By>,
    /// Write the scenario's profile to the customer's before the message is sent
    #[arg(long)]
    pub attributes: bool,
    /// Send to customers whom Braze does not know, too; with --attributes, of which their profile is made
    #[arg(long, requires = "attributes")]
    pub to_new: bool,
    /// Send to the whole audience of the campaign or Canvas, not to recipients
    #[arg(long, conflicts_with_all = ["by", "attributes"])]
    pub broadcast: bool,
    /// What is printed: the body, or a command for a POSIX shell
    #[arg(long = "as", value_enum, value_name = "FORM", default_value_t = TriggerForm::Json)]
    pub form: TriggerForm,
    /// Really send it, to the endpoint under [trigger] in meniscus.toml
    #[arg(long, conflicts_with = "form")]
    pub send: bool,
    /// With --send: send it to `meniscus mock` at this address, without any key
    #[arg(long, value_name = "URL", requires = "send", num_args = 0..=1, default_missing_value = "http://127.0.0.1:8080")]
    pub mock: Option<String>,
    /// With --send: do not ask before a broadcast
    #[arg(long, requires = "send")]
    pub yes: bool,
    /// Print the JSON for the Advanced Settings of the SessionM campaign that triggers it
    #[arg(long, conflicts_with_all = ["send", "form", "broadcast"])]
    pub advanced_settings: bool,
    /// Check the Advanced Settings of a SessionM campaign that somebody wrote
    #[arg(long, value_name = "FILE", conflicts_with_all = ["send", "form", "broadcast", "advanced_settings", "scenario"])]
    pub check_settings: Option<PathBuf>,
    /// With --check-settings: how findings are printed
    #[arg(short, long, value_enum, requires = "check_settings", default_value_t = LintFormat::Human)]
    pub format: LintFormat,
}

/// What `trigger` prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum TriggerForm {
    /// The body alone.
    Json,
    /// A command, with the key as a variable.
    Curl,
}

/// How recipients are named.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum By {
    /// `external_user_id`, from `user_id`.
    UserId,
    /// `user_alias`, with `alias_name` and `alias_label`.
    UserAlias,
    /// `email`, from `email_address`.
    Email,
    /// `braze_id`.
    BrazeId,
}

impl From<By> for Identifier {
    fn from(by: By) -> Identifier {
        match by {
            By::UserId => Identifier::ExternalUserId,
            By::UserAlias => Identifier::UserAlias,
            By::Email => Identifier::Email,
            By::BrazeId => Identifier::BrazeId,
        }
    }
}

const TRIGGER_EXAMPLES: &str = "\
Examples:
  meniscus trigger templates/offer_triggered --scenario triggered
  meniscus trigger templates/offer_triggered --scenario triggered --as curl
  meniscus trigger templates/offer_triggered --scenario triggered --send
  meniscus trigger templates/offer_triggered --scenario triggered --send --mock http://127.0.0.1:8080
  meniscus trigger templates/offer_triggered --advanced-settings
  meniscus trigger --check-settings settings.json --format github";
