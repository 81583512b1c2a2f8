//! Arguments with a fixed set of values.

use clap::ValueEnum;
use meniscus::send::webhook::Form;

/// When to color the output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum ColorWhen {
    /// On a terminal, unless an environment variable such as `NO_COLOR` decides
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// The output formats of most commands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// Text for people.
    Text,
    /// JSON with all details.
    Json,
}

/// The output formats of `lint`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum LintFormat {
    /// Source excerpts with each finding marked.
    Human,
    /// One line for each finding.
    Compact,
    /// JSON for programs.
    Json,
    /// SARIF for code scanning.
    Sarif,
    /// Annotations for GitHub workflow logs.
    Github,
    /// GitLab code quality report.
    Gitlab,
    /// JUnit XML for test reports.
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
    /// `curl` command for a POSIX shell.
    Curl,
    /// Raw HTTP/1.1 request.
    Http,
    /// JSON object with `method`, `url`, `headers`, and `body`.
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
    /// Email that shows the offer wallet
    Wallet,
    /// Push notification that counts the offers
    Push,
    /// Webhook that exports a segment to SessionM as tags
    Tags,
    /// Push notification that SessionM triggers, with the offer's fields
    Triggered,
}
