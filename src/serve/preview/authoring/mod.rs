//! What an author makes and changes from the page besides texts: messages, recipients, answers of
//! calls, content blocks, and the example. Everything can be undone until the preview ends.

mod answers;
mod example;
mod items;
mod kept;
mod names;
mod new_message;
mod new_recipient;
mod references;
mod transaction;

use std::collections::VecDeque;
use std::sync::PoisonError;

use meniscus_preview::page::refusal::{Refusal, read_request};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Shared;
use crate::session::{Changes, Places, Session};

pub(super) use answers::CallOnPage;
pub(super) use example::example;
pub(super) use items::{Deleted, NamedAnew};
pub(super) use kept::{Kept, KeptInPlace};
pub(super) use new_message::{NewMessage, pasted};
pub(super) use new_recipient::NewRecipient;
use transaction::{Transaction, Trash, Undo};

/// Changes that can be undone; the oldest are forgotten.
const MAX_UNDONE: usize = 100;

/// The changes made from the page, and the files deleted from it.
#[derive(Debug, Default)]
pub(super) struct Journal {
    trash: Trash,
    undo: VecDeque<(u64, Undo)>,
    count: u64,
}

/// A response to a change: the id to undo it by, and a sentence about it.
#[derive(Debug)]
struct Done {
    said: String,
    more: Value,
}

/// Makes changes to files: all of them, or none.
///
/// # Errors
/// Those of `work`.
fn change(
    shared: &Shared,
    work: impl FnOnce(&Session, &mut Transaction<'_>) -> Result<Done, Refusal>,
) -> Result<Value, Refusal> {
    let saving = shared.saving.lock().unwrap_or_else(PoisonError::into_inner);
    let mut journal = shared.journal.lock().unwrap_or_else(PoisonError::into_inner);
    let session = shared.session();
    let mut transaction = Transaction::begin(&session.workspace, &mut journal.trash);
    let Done { said, more } = work(&session, &mut transaction)?;
    let undo = transaction.finish();
    let changes = changes(shared, &session, &undo);
    journal.count += 1;
    let id = journal.count;
    journal.undo.push_back((id, undo));
    if journal.undo.len() > MAX_UNDONE {
        journal.undo.pop_front();
    }
    drop(journal);
    drop(saving);
    shared.read_again(&changes);
    let mut answer = json!({ "undo": id, "said": said });
    if let (Value::Object(answer), Value::Object(more)) = (&mut answer, more) {
        answer.extend(more);
    }
    Ok(answer)
}

/// Undoes a change.
///
/// # Errors
/// If it is unknown, files have changed since, or they can't be written.
pub(super) fn undo(shared: &Shared, body: &[u8]) -> Result<Value, Refusal> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Wanted {
        id: u64,
    }
    let Wanted { id } = read_request(body)?;
    let saving = shared.saving.lock().unwrap_or_else(PoisonError::into_inner);
    let mut journal = shared.journal.lock().unwrap_or_else(PoisonError::into_inner);
    let Some(place) = journal.undo.iter().position(|(known, _)| *known == id) else {
        return Err(Refusal::missing("this change can no longer be undone"));
    };
    let session = shared.session();
    journal.undo[place].1.run()?;
    let Some((_, undone)) = journal.undo.remove(place) else { return Ok(json!({})) };
    let changes = changes(shared, &session, &undone);
    drop(journal);
    drop(saving);
    shared.read_again(&changes);
    Ok(json!({ "said": "Undone" }))
}

/// Classifies what was changed.
fn changes(shared: &Shared, session: &Session, undo: &Undo) -> Changes {
    let places = Places::of(&session.workspace, &shared.scope);
    let mut changes = Changes::default();
    for path in undo.paths() {
        let kind = places.kind_of(path);
        let kind = kind
            .or_else(|| session.holds_messages(path).then_some(crate::session::FileKind::Template));
        if let Some(kind) = kind {
            changes.add(kind, session.workspace.shown(path));
        }
    }
    changes
}
