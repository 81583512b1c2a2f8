use std::path::PathBuf;

use clap::{Args, ValueEnum};
use meniscus::send::trigger::Identifier;

use super::formats::LintFormat;

/// Arguments of `trigger`.
#[derive(Args, Clone, Debug)]
#[command(after_help = TRIGGER_EXAMPLES)]
pub(super) struct TriggerArguments {
    /// Template, or folder with message.toml
    #[arg(required_unless_present = "check_settings")]
    pub message: Option<PathBuf>,
    /// Scenario that describes one recipient: a name in scenarios/, or a file
    #[arg(short, long, value_name = "NAME", required_unless_present_any = ["broadcast", "advanced_settings", "check_settings"])]
    pub scenario: Vec<String>,
    /// Campaign ID [default: the one in message.toml]
    #[arg(long, value_name = "ID", conflicts_with = "canvas")]
    pub campaign: Option<String>,
    /// Canvas ID [default: the one in message.toml]
    #[arg(long, value_name = "ID")]
    pub canvas: Option<String>,
    /// Set a value of the scenarios: `api_trigger_properties.points='5'`, `user.user_id=7`
    #[arg(long, value_name = "PATH=JSON")]
    pub set: Vec<String>,
    /// Identify recipients by this field [default: the first one that the scenario's `user` has]
    #[arg(long, value_enum, value_name = "IDENTIFIER")]
    pub by: Option<By>,
    /// Update the customer's profile from the scenario before the message is sent
    #[arg(long)]
    pub attributes: bool,
    /// With --attributes: also send to customers Braze doesn't know, and create their profiles
    #[arg(long, requires = "attributes")]
    pub to_new: bool,
    /// Send to the whole audience of the campaign or Canvas instead of recipients
    #[arg(long, conflicts_with_all = ["by", "attributes"])]
    pub broadcast: bool,
    /// Output format
    #[arg(long = "as", value_enum, value_name = "FORM", default_value_t = TriggerForm::Json)]
    pub form: TriggerForm,
    /// Send the request to the endpoint under [trigger] in meniscus.toml
    #[arg(long, conflicts_with = "form", help_heading = "Sending")]
    pub send: bool,
    /// With --send: send to `meniscus mock` at this address, without a key
    #[arg(
        long,
        value_name = "URL",
        requires = "send",
        num_args = 0..=1,
        default_missing_value = "http://127.0.0.1:8080",
        help_heading = "Sending"
    )]
    pub mock: Option<String>,
    /// With --send: skip the confirmation before a broadcast
    #[arg(long, requires = "send", help_heading = "Sending")]
    pub yes: bool,
    /// Print the JSON for the Advanced Settings of the SessionM campaign that triggers the message
    #[arg(
        long,
        conflicts_with_all = ["send", "form", "broadcast"],
        help_heading = "SessionM campaign"
    )]
    pub advanced_settings: bool,
    /// Check the Advanced Settings of a SessionM campaign in this file
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with_all = ["send", "form", "broadcast", "advanced_settings", "scenario"],
        help_heading = "SessionM campaign"
    )]
    pub check_settings: Option<PathBuf>,
    /// With --check-settings: output format
    #[arg(
        short,
        long,
        value_enum,
        requires = "check_settings",
        default_value_t = LintFormat::Human,
        help_heading = "SessionM campaign"
    )]
    pub format: LintFormat,
}

/// The output formats of `trigger`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum TriggerForm {
    /// Request body.
    Json,
    /// `curl` command for a POSIX shell, with the key in a variable.
    Curl,
}

/// How recipients are identified.
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
