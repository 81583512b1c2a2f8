use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use meniscus_preview::page::refusal::Refusal;
use serde_json::Value as Json;

use super::answer::Problem;
use super::masking::{learn, mask};
use crate::files::{Disk, Inside, Unsaved};
use crate::project::{Message, Unusable, Workspace};
use crate::render::Cancel;
use crate::session::{Places, Session};
use crate::snapshot::Secrets;
use crate::text::Source;

/// What the user lets a client have done besides reading.
#[derive(Clone, Copy, Debug, Default)]
pub struct Allowed {
    /// Write files of the workspace.
    pub write: bool,
    /// Call the hosts that `meniscus.toml` allows.
    pub live: bool,
}

/// Texts in place of files, by path in the workspace.
pub(super) type Texts = BTreeMap<String, String>;

/// The workspace that a client works in. Clones share what they know of secrets.
#[derive(Clone, Debug)]
pub(super) struct Desk {
    root: PathBuf,
    pub allowed: Allowed,
    /// Ends the render of this call.
    pub cancel: Cancel,
    /// The secrets of all that was read from disk.
    secrets: Arc<Mutex<Secrets>>,
    /// Those of texts that a call brings: for that call alone.
    of_texts: Arc<Mutex<Secrets>>,
}

impl Desk {
    pub fn new(root: &Path, allowed: Allowed) -> Desk {
        Desk {
            root: root.to_owned(),
            allowed,
            cancel: Cancel::default(),
            secrets: Arc::default(),
            of_texts: Arc::default(),
        }
    }

    /// The same desk, for a call that this ends.
    pub fn with(&self, cancel: Cancel) -> Desk {
        Desk { cancel, of_texts: Arc::default(), ..self.clone() }
    }

    /// Masks the secrets of all that was read in an answer.
    pub fn mask(&self, answer: &mut Json) {
        let secrets = [&self.secrets, &self.of_texts];
        for secrets in secrets.map(|one| one.lock().unwrap_or_else(PoisonError::into_inner)) {
            mask(&secrets, answer);
        }
    }

    /// Masks the secrets of all that was read in a text, byte for byte. A text is masked before it is
    /// cut: half a secret isn't found any more.
    pub fn hide(&self, text: &str) -> String {
        let known = self.secrets.lock().unwrap_or_else(PoisonError::into_inner);
        let own = self.of_texts.lock().unwrap_or_else(PoisonError::into_inner);
        own.hide(&known.hide(text)).into_owned()
    }

    /// Reads the workspace, with texts laid over its files; they may also be new files.
    ///
    /// # Errors
    /// If `meniscus.toml` has a mistake, or a text isn't one of the workspace's.
    pub fn read(&self, texts: Option<&Texts>) -> Result<Session, Refusal> {
        let mut unsaved = BTreeMap::new();
        for (shown, text) in texts.into_iter().flatten() {
            if text.len() > Source::MAX_BYTES {
                let message = format!("`{shown}` has {} bytes", text.len());
                return Err(Refusal::wrong(message)
                    .help(format!("send less; the limit is {}", Source::MAX_BYTES)));
            }
            unsaved.insert(self.root.join(self.inside(shown)?), text.clone());
        }
        let paths = unsaved.keys().cloned().collect::<Vec<_>>();
        // Texts may take away what says which values are secret, or which files hold them.
        if texts.is_some_and(|texts| !texts.is_empty()) {
            self.read(None)?;
        }
        let disk = Inside::of(Disk::files(), &self.root);
        let files = Inside::of(Unsaved::adding(&disk, unsaved), &self.root);
        let session = Session::read(Workspace::of(files, &self.root)?, vec![self.root.clone()]);
        let secrets = if paths.is_empty() { &self.secrets } else { &self.of_texts };
        learn(&mut secrets.lock().unwrap_or_else(PoisonError::into_inner), &session);
        session.require_config()?;
        let places = Places::of(&session.workspace, &self.root);
        if let Some(path) = paths.iter().find(|path| places.kind_of(path).is_none()) {
            let shown = session.workspace.shown(path);
            let message = format!("the workspace doesn't read `{shown}`");
            return Err(
                Refusal::wrong(message).help("call `scenarios` to list the files of messages")
            );
        }
        Ok(session)
    }

    /// Returns a path as one in the workspace.
    ///
    /// # Errors
    /// If it leads out of it.
    pub fn inside<'p>(&self, shown: &'p str) -> Result<&'p Path, Refusal> {
        let path = Path::new(shown);
        let path = path.strip_prefix(&self.root).unwrap_or(path);
        let is_plain = |part| matches!(part, Component::Normal(_) | Component::CurDir);
        let is_portable = !shown.is_empty() && !shown.contains(['\\', '\0', ':']);
        match path.components().all(is_plain) && is_portable {
            true => Ok(path),
            false => Err(Refusal::wrong(format!("`{shown}` isn't inside the workspace"))
                .help("use a path relative to the folder with meniscus.toml")),
        }
    }

    /// Checks that the client still wants what was worked out, and that it came to its end.
    ///
    /// # Errors
    /// If it doesn't.
    pub fn require_wanted(&self) -> Result<(), Refusal> {
        match self.cancel.is_cancelled() {
            false => Ok(()),
            true => Err(Refusal::wrong(
                "rendering stopped: it took more than 10 seconds or was canceled",
            )
            .help("check for nested loops over long lists or ranges")),
        }
    }

    /// Checks that files may be written.
    ///
    /// # Errors
    /// If the user didn't allow that.
    pub fn require_write(&self) -> Result<(), Refusal> {
        match self.allowed.write {
            true => Ok(()),
            false => Err(Refusal::wrong("this server doesn't write files")
                .help("ask the user to start it with `--allow-write`, or write the file yourself")),
        }
    }
}

/// Returns the message of a name, or of one of its files.
///
/// # Errors
/// If there is none.
pub(super) fn message_of<'s>(
    session: &'s Session,
    name: &str,
) -> Result<&'s Arc<Message>, Refusal> {
    let known = session.message(name).or_else(|| {
        let folder = name.trim_end_matches('/');
        session.messages.iter().find(|message| {
            message.has_file(name)
                || message.parts.iter().any(|part| {
                    let file = part.source().file_name();
                    file.rsplit_once('/').is_some_and(|(parent, _)| parent == folder)
                })
        })
    });
    known.ok_or_else(|| {
        if let Some(refusal) = unread(session, name) {
            return refusal;
        }
        let names = session.messages.iter().map(|message| &*message.name).collect::<Vec<_>>();
        let otherwise = match names.is_empty() {
            true => "this workspace has no messages",
            false => "call `scenarios` to list the messages",
        };
        Refusal::missing(format!("the message `{name}` doesn't exist"))
            .near_or(name, names, otherwise)
    })
}

/// Returns why a message or recipient of a name can't be read, if that is so.
pub(super) fn unread(session: &Session, name: &str) -> Option<Refusal> {
    let unread = session.unread.iter().find(|unread| {
        let Unusable { name: known, shown, .. } = &*unread.unusable;
        known == name
            || shown == name
            || shown.strip_prefix(name).is_some_and(|rest| rest.starts_with('/'))
    })?;
    let found = Problem::of(&unread.finding);
    let refusal =
        Refusal::wrong(format!("`{name}` can't be read: {}, at {}", found.message, found.at));
    Some(refusal.help_if(found.help))
}
