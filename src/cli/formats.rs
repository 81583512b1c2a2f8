//! Values of arguments that are one of a few words.

use clap::ValueEnum;
use meniscus::send::webhook::Form;

/// When output is colored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum ColorWhen {
    /// On a terminal, unless the environment says otherwise
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// What `render` prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// The text alone.
    Text,
    /// Everything, as JSON.
    Json,
}

/// What `lint` prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum LintFormat {
    /// For people: the source with what is wrong marked.
    Human,
    /// A line each.
    Compact,
    /// For programs.
    Json,
    /// For code scanning.
    Sarif,
    /// For GitHub's workflow log.
    Github,
    /// For GitLab's code quality report.
    Gitlab,
    /// For test reports.
    Junit,
}

impl LintFormat {
    /// Whether it is for people, in a terminal or log.
    pub(super) fn is_report(self) -> bool {
        matches!(self, LintFormat::Human | LintFormat::Compact | LintFormat::Github)
    }
}

/// The forms of `render --as`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum RequestForm {
    /// A command for a POSIX shell.
    Curl,
    /// The bytes of HTTP/1.1.
    Http,
    /// An object of `method`, `url`, `headers` and `body`.
    Json,
}

impl From<RequestForm> for Form {
    fn from(form: RequestForm) -> Form {
        match form {
            RequestForm::Curl => Form::Curl,
            RequestForm::Http => Form::Http,
            RequestForm::Json => Form::Json,
        }
    }
}

/// A message of SessionM's guide that a new workspace can begin with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Start {
    /// An email that shows the offer wallet
    Wallet,
    /// A push notification that counts the offers
    Push,
    /// A webhook that exports a segment to SessionM as tags
    Tags,
    /// A push notification that SessionM triggers, with the offer's fields
    Triggered,
}
