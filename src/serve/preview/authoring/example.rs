//! Writes the SessionM wallet example into a workspace.

use meniscus_preview::page::refusal::Refusal;
use serde_json::{Value, json};

use super::{Done, change};
use crate::example::Example;
use crate::serve::preview::Shared;

/// Writes the files of the example that aren't there yet.
///
/// # Errors
/// If a file with one of their names says something else, or one can't be written.
pub(in crate::serve::preview) fn example(shared: &Shared) -> Result<Value, Refusal> {
    change(shared, |session, transaction| {
        let root = &session.workspace.root;
        for (name, text) in Example::Wallet.files() {
            match std::fs::read(root.join(name)) {
                Ok(known) if known == text.as_bytes() => {}
                // The workspace's own settings count.
                Ok(_) if name == "meniscus.toml" => {}
                _ => transaction.create(name, text)?,
            }
        }
        let said = "Added the example of a SessionM offer wallet".to_owned();
        Ok(Done { said, more: json!({ "message": "offer_wallet" }) })
    })
}
