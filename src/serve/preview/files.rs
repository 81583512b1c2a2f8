//! Files that the page may read and save: templates, content blocks, and scenarios of the
//! workspace.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use axum::http::StatusCode;
use indexmap::IndexMap;
use meniscus_preview::page::editable::editable_kind;
use meniscus_preview::page::refusal::Refusal;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::Shared;
use crate::files::{Placement, write_synced};
use crate::session::Session;
use crate::session::{Changes, FileKind};

/// A byte order mark from some editors; not part of the edited text.
const BYTE_ORDER_MARK: &str = "\u{feff}";

/// Saves that are remembered, to tell them from other changes.
const REMEMBERED: usize = 64;

/// Digests of files as saved by the page.
#[derive(Debug, Default)]
pub(super) struct OwnSaves(Mutex<IndexMap<PathBuf, String>>);

impl OwnSaves {
    fn remember(&self, path: PathBuf, digest: String) {
        let mut saves = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        saves.insert(path, digest);
        if saves.len() > REMEMBERED {
            saves.shift_remove_index(0);
        }
    }

    fn forget(&self, path: &Path) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).shift_remove(path);
    }

    /// Whether a file is as the page saved it.
    pub fn has(&self, path: &Path) -> bool {
        let mut saves = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(saved) = saves.get(path) else { return false };
        let same = std::fs::read(path).is_ok_and(|bytes| digest(&bytes) == *saved);
        if !same {
            saves.shift_remove(path);
        }
        same
    }
}

/// An editable file of the workspace.
struct Editable {
    path: PathBuf,
    /// Whether the path contains a link.
    is_linked: bool,
    kind: FileKind,
    word: &'static str,
}

/// A text as on disk.
struct OnDisk {
    text: String,
    digest: String,
    has_mark: bool,
}

/// Returns a file's text and digest.
///
/// # Errors
/// If the file isn't editable, or can't be read.
pub(super) fn read(session: &Session, shown: &str) -> Result<(Value, String), Refusal> {
    let file = editable(session, shown)?;
    let found = on_disk(&file.path, shown)?;
    let body =
        json!({ "path": shown, "text": found.text, "digest": found.digest, "kind": file.word });
    Ok((body, found.digest))
}

/// Saves a text in place of the one with a digest.
///
/// # Errors
/// If the file isn't editable, its text has changed meanwhile, or it can't be written.
pub(super) fn save(
    shared: &Shared,
    shown: &str,
    text: &str,
    expected: Option<&str>,
) -> Result<(Value, String), Refusal> {
    let session = shared.session();
    let file = editable(&session, shown)?;
    let Some(expected) = expected else {
        let message = "the request has no `If-Match` with the digest of the edited text";
        return Err(Refusal::new(StatusCode::PRECONDITION_REQUIRED, message)
            .help("read the file first; its `ETag` is the digest"));
    };
    let saving = shared.saving.lock().unwrap_or_else(PoisonError::into_inner);
    let found = on_disk(&file.path, shown)?;
    if expected.trim_matches('"') != found.digest {
        let message = format!("`{shown}` has changed on disk since it was opened");
        return Err(Refusal::new(StatusCode::PRECONDITION_FAILED, message)
            .help("compare both versions, then save again to keep yours")
            .with("path", shown)
            .with("text", found.text)
            .with("digest", found.digest));
    }
    let mark = if found.has_mark { BYTE_ORDER_MARK } else { "" };
    let bytes = [mark.as_bytes(), text.as_bytes()].concat();
    let saved = digest(&bytes);
    // Through a link, the other name hasn't been noticed as changed.
    let own = (!file.is_linked).then(|| session.workspace.root.join(shown));
    if let Some(own) = &own {
        shared.own_saves.remember(own.clone(), saved.clone());
    }
    if let Err(error) = replace(&file.path, &bytes) {
        own.iter().for_each(|own| shared.own_saves.forget(own));
        return Err(unwritable(shown, &error));
    }
    drop(saving);
    let mut changes = Changes::default();
    changes.add(file.kind, shown.to_owned());
    shared.read_again(&changes);
    Ok((json!({ "path": shown, "digest": saved }), saved))
}

/// Returns the editable file at a shown path: only files that the workspace reads, and no links out
/// of it.
fn editable(session: &Session, shown: &str) -> Result<Editable, Refusal> {
    let (kind, word) = editable_kind(session, shown).ok_or_else(|| {
        let message =
            format!("`{shown}` isn't a template, content block, or scenario of this workspace");
        Refusal::new(StatusCode::FORBIDDEN, message)
            .help("see `/api/workspace` for the files you can edit")
    })?;
    let root = &session.workspace.root;
    let whole = |path: &Path| path.canonicalize().map_err(|error| unreadable(shown, &error));
    let (path, root) = (whole(&root.join(shown))?, whole(root)?);
    if !path.starts_with(&root) {
        let message = format!("`{shown}` is a link to a file outside the workspace");
        return Err(Refusal::new(StatusCode::FORBIDDEN, message)
            .help("edit the file in its own place, or copy it here"));
    }
    let is_linked = path != root.join(shown);
    Ok(Editable { path, is_linked, kind, word })
}

fn on_disk(path: &Path, shown: &str) -> Result<OnDisk, Refusal> {
    let bytes = std::fs::read(path).map_err(|error| unreadable(shown, &error))?;
    let digest = digest(&bytes);
    let text = String::from_utf8(bytes).map_err(|_| {
        let message = format!("`{shown}` isn't UTF-8");
        Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, message).help("save it as UTF-8")
    })?;
    let without = text.strip_prefix(BYTE_ORDER_MARK);
    let has_mark = without.is_some();
    let text = without.map(str::to_owned).unwrap_or(text);
    Ok(OnDisk { text, digest, has_mark })
}

fn unreadable(shown: &str, error: &std::io::Error) -> Refusal {
    let status = match error.kind() {
        std::io::ErrorKind::NotFound => StatusCode::NOT_FOUND,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    };
    Refusal::new(status, format!("can't read `{shown}`: {error}"))
}

pub(super) fn unwritable(shown: &str, error: &std::io::Error) -> Refusal {
    let message = format!("can't write `{shown}`: {error}");
    Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, message).help("check the file's permissions")
}

/// Replaces a file, keeping its permissions.
fn replace(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    if std::fs::metadata(path)?.permissions().readonly() {
        return Err(std::io::ErrorKind::PermissionDenied.into());
    }
    write_synced(path, bytes, Placement::Replace)
}

/// Returns a digest that identifies a text.
fn digest(bytes: &[u8]) -> String {
    let hash = Sha256::digest(bytes);
    hash.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}
