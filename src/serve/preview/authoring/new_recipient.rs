//! Creates a recipient: with everything a message reads, from a user export of Braze, or empty.

use meniscus_preview::page::refusal::Refusal;
use serde::Deserialize;
use serde_json::{Value, json};

use super::kept::{check_free, written};
use super::names::check;
use super::{Done, change};
use crate::contract::Contract;
use crate::recipients::{Export, Trial, replaced_words, stub};
use crate::serve::preview::Shared;

/// The clock of a recipient if no other of the message has one: a preview must not depend on when
/// it is looked at.
pub(super) const NOW: &str = "2026-03-02T09:00:00Z";

/// A request for a new recipient.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::serve::preview) struct NewRecipient {
    name: String,
    /// The message it is for.
    message: String,
    from: Source,
}

/// What a recipient is made of.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Source {
    /// Invented values for everything the message reads.
    Message,
    /// A response of `/users/export/ids`, or one user of it, as JSON.
    Export(String),
    /// Nothing is known of the recipient.
    Nothing,
}

impl NewRecipient {
    /// Writes its file.
    ///
    /// # Errors
    /// If its name can't be one or is taken, the message doesn't exist, the export has no user, or
    /// the file can't be written.
    pub fn save(&self, shared: &Shared) -> Result<Value, Refusal> {
        check(&self.name, false)?;
        change(shared, |session, transaction| {
            let Some(message) = session.message(&self.message) else {
                return Err(Refusal::missing(format!(
                    "the message `{}` doesn't exist",
                    self.message
                )));
            };
            let folder = &session.workspace.config.paths.scenarios;
            check_free(session, &self.name)?;
            let known = session.scenarios_for(&self.message).find_map(|known| known.now.as_deref());
            let now = known.unwrap_or(NOW);
            let contract = Contract::of(&session.known, [&**message]);
            let (text, replaced) = match &self.from {
                Source::Message => (stub(&Trial::new(&session.known, message))?.draft.to_toml(), 0),
                Source::Export(text) => {
                    let export = Export::read(text, &contract).map_err(|error| {
                        let refusal = Refusal::wrong(error.to_string());
                        refusal.help(error.help().unwrap_or_default())
                    })?;
                    (written(&export.draft(message, now))?, export.replaced)
                }
                Source::Nothing => (written(&Export::default().draft(message, now))?, 0),
            };
            let path = format!("{folder}/{}.toml", self.name);
            transaction.create(&path, &text)?;
            let replaced = replaced_words(replaced);
            let said = format!("Created the recipient {}{replaced}", self.name);
            Ok(Done { said, more: json!({ "name": self.name, "path": path }) })
        })
    }
}
