//! Results of `meniscus test` in formats for people and programs, one per file.
//!
//! All print the same results in the same order. Snapshots contain no secrets, and template lines
//! are masked.

mod blanks;
mod github;
mod human;
mod json;
mod junit;
mod summary;
mod text_diff;

pub use blanks::{blanks_github, blanks_human, blanks_json, blanks_junit};
pub use github::github;
pub use human::{changed_lines, human, human_case, human_orphan, human_problems};
pub use json::json;
pub use junit::junit;
pub use summary::summary;
pub use text_diff::{DiffLine, DiffPiece, Hunk, Side, text_diff};

use crate::diagnostic::Diagnostic;
use crate::http::masked_output;
use crate::report::explain::place;
use crate::snapshot::{Gone, Orphan, Status, Tested};

/// Summarizes a case on one line; `None` if it is unchanged.
fn message(tested: &Tested) -> Option<String> {
    Some(match &tested.status {
        Status::Same { .. } => return None,
        Status::New(_) => "has no snapshot yet".to_owned(),
        Status::Missing(_) => {
            "has no snapshot, but its part has others: deleted, or never committed".to_owned()
        }
        Status::Changed { .. } => "differs from its snapshot".to_owned(),
        Status::Refused(found) => {
            let first = found.first().map_or("it can't be read", |found| &*found.message);
            format!("wouldn't be sent because of its syntax: {first}")
        }
        Status::Unreadable(error) => error.to_string(),
    })
}

/// Describes a failed claim, with the places that show it, line by line.
fn unmet_text(diagnostic: &Diagnostic) -> String {
    let mut text = diagnostic.message.clone();
    for label in &diagnostic.related {
        let line = label.source.text()[label.span.range()].lines().next().unwrap_or_default();
        text.push_str(&format!("\n{}: {}: {}", place(label), label.text, masked_output(line)));
    }
    text
}

/// Summarizes an orphan on one line.
fn orphan_message(orphan: &Orphan) -> String {
    let name = &orphan.name;
    match orphan.gone {
        Gone::Message => format!("the message `{name}` no longer exists"),
        Gone::Part => format!("the part `{name}` no longer exists"),
        Gone::Scenario => {
            format!("the scenario `{name}` no longer exists or no longer applies to this message")
        }
    }
}
