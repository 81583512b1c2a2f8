//! Which files of a workspace the page's editor may change.

use crate::project::Scenario;
use crate::session::{FileKind, Session, Unread};

/// Returns what a file is that the page may change, by its shown name; `None` for all others.
#[must_use]
pub fn editable_kind(session: &Session, shown: &str) -> Option<(FileKind, &'static str)> {
    let workspace = &session.workspace;
    for message in &session.messages {
        for part in &message.parts {
            if part.source().name() == shown {
                let is_file = workspace.shown(&part.path) == shown;
                return is_file.then_some((FileKind::Template, "template"));
            }
            let beside = part.path.with_file_name("message.toml");
            if message.channel.is_some() && workspace.shown(&beside) == shown {
                return Some((FileKind::Template, "message"));
            }
        }
    }
    let mut blocks = session.known.blocks.values();
    if blocks.any(|block| block.template.source.name() == shown) {
        return Some((FileKind::Block, "block"));
    }
    let is_scenario =
        |scenario: &Scenario| scenario.sources.first().is_some_and(|source| source.name() == shown);
    // An unreadable file can be opened for fixing.
    let is_broken = |unread: &Unread| {
        unread.kind == FileKind::Scenario && unread.finding.primary.source.name() == shown
    };
    let is_known =
        session.known.scenarios.iter().any(is_scenario) || session.unread.iter().any(is_broken);
    is_known.then_some((FileKind::Scenario, "scenario"))
}
