use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Deserialize;

use super::error::ProjectError;
use super::links;
use super::reading::read;
use super::trigger::TriggerIds;
use super::unusable::WORKSPACE_FILE;
use crate::diagnostic::{Diagnostic, Severity};
use crate::dialect::BRAZE;
use crate::files::{Files, locate_toml, read_toml};
use crate::syntax::{ParseOptions, Template, parse};
use crate::text::{Source, Span, Step};

/// The templates of a message, sent together.
#[derive(Clone, Debug)]
pub struct Message {
    /// Its path in the workspace, without `templates/` and the extension: `offer_wallet`.
    pub name: String,
    pub channel: Option<Channel>,
    /// Its parts, in reading order.
    pub parts: Vec<Part>,
    /// The rest of `message.toml`.
    pub settings: MessageSettings,
    /// Whether one of its files is a link, and so may change without it.
    pub is_linked: bool,
}

/// The contents of `message.toml` except channel and headers.
#[derive(Clone, Debug, Default)]
pub struct MessageSettings {
    /// The file, if the message has one.
    pub source: Option<Arc<Source>>,
    /// The method of a webhook, as written.
    pub method: Option<String>,
    /// Its identifiers in Braze.
    pub trigger: TriggerIds,
}

/// A field of a message: a template with variables of its own.
#[derive(Clone, Debug)]
pub struct Part {
    /// `body`, `subject`, `url`, `header.Authorization`.
    pub name: String,
    pub path: PathBuf,
    /// Parsed once and shared.
    pub template: Arc<Template>,
}

impl Part {
    #[must_use]
    pub fn new(name: String, path: PathBuf, source: &Arc<Source>, options: ParseOptions) -> Part {
        Part { name, path, template: Arc::new(parse(source, &BRAZE, options)) }
    }

    /// Returns the part with another text.
    #[must_use]
    pub fn with_text(&self, source: &Arc<Source>, options: ParseOptions) -> Part {
        Part::new(self.name.clone(), self.path.clone(), source, options)
    }

    /// Whether its file or folder is a link.
    fn is_linked(&self, files: &dyn Files) -> bool {
        files.is_link(&self.path) || self.path.parent().is_some_and(|folder| files.is_link(folder))
    }

    #[must_use]
    pub fn source(&self) -> &Arc<Source> {
        &self.template.source
    }
}

/// Where a message is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    Email,
    Push,
    Sms,
    WhatsApp,
    InApp,
    ContentCard,
    Banner,
    Webhook,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct MessageFile {
    channel: Channel,
    method: Option<String>,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    #[serde(default)]
    trigger: TriggerIds,
}

/// Parts that people read first, in order; others follow by name.
const PART_ORDER: [&str; 9] =
    ["url", "subject", "preheader", "title", "message", "body", "plain_text", "amp", "extras"];

/// The file that marks a folder as a message.
pub(super) const MESSAGE_FILE: &str = "message.toml";

/// Extensions of files that are parts.
const PART_ENDINGS: [&str; 4] = ["liquid", "html", "txt", "json"];

impl Message {
    /// Makes a message from a single part, without a channel.
    #[must_use]
    pub fn of_part(name: String, part: Part) -> Message {
        let settings = MessageSettings::default();
        Message { name, channel: None, parts: vec![part], settings, is_linked: false }
    }

    /// Returns the template or folder that the message is read from.
    #[must_use]
    pub fn path(&self) -> &Path {
        let first = self.parts.first().map_or(Path::new(""), |part| &part.path);
        match (self.channel, first.parent()) {
            (Some(_), Some(folder)) => folder,
            _ => first,
        }
    }

    /// Whether the message contains a file, by its reported name.
    #[must_use]
    pub fn has_file(&self, shown: &str) -> bool {
        let parts = self.parts.iter().map(Part::source);
        parts.chain(&self.settings.source).any(|source| source.name() == shown)
    }

    /// Whether both have the same file names and contents.
    #[must_use]
    pub fn has_same_texts(&self, other: &Message) -> bool {
        let settings =
            |message: &Message| message.settings.source.as_ref().map(|file| file.text().to_owned());
        let mut pairs = self.parts.iter().zip(&other.parts);
        self.name == other.name
            && settings(self) == settings(other)
            && self.channel == other.channel
            && self.parts.len() == other.parts.len()
            && pairs.all(|(a, b)| {
                a.name == b.name
                    && a.source().name() == b.source().name()
                    && a.source().text() == b.source().text()
            })
    }

    /// Reads a message with one part: a bare template file.
    ///
    /// # Errors
    /// If it can't be read.
    pub fn of_file(
        files: &dyn Files,
        path: &Path,
        shown: &str,
        options: ParseOptions,
    ) -> Result<Message, ProjectError> {
        let source = read(files, path, shown)?;
        let part = Part::new("body".to_owned(), path.to_owned(), &source, options);
        let is_linked = part.is_linked(files);
        Ok(Message { is_linked, ..Message::of_part(name_of(shown), part) })
    }

    /// Makes a message from a text, such as an editor's buffer or standard input.
    #[must_use]
    pub fn of_text(name: &str, source: &Arc<Source>, options: ParseOptions) -> Message {
        let part = Part::new("body".to_owned(), source.name().into(), source, options);
        Message::of_part(name.to_owned(), part)
    }

    /// Reads a message with many parts: a folder with `message.toml`.
    ///
    /// # Errors
    /// If a file can't be read, or `message.toml` has a mistake.
    pub fn of_folder(
        files: &dyn Files,
        folder: &Path,
        shown: &str,
        options: ParseOptions,
    ) -> Result<Message, ProjectError> {
        let read = |path: &Path, shown: &str| read(files, path, shown);
        let path = folder.join(MESSAGE_FILE);
        let source = read(&path, &format!("{shown}/{MESSAGE_FILE}"))?;
        let file: MessageFile = read_toml(&source)?;
        let mut parts = Vec::new();
        for path in links::files_of(files, folder)? {
            let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
            let Some(name) = path.file_stem().and_then(|name| name.to_str()) else { continue };
            if PART_ENDINGS.contains(&ending) {
                let name = name.trim_end_matches(".html").to_owned();
                let file = path.file_name().unwrap_or_default().to_string_lossy();
                let source = read(&path, &format!("{shown}/{file}"))?;
                parts.push(Part::new(name, path, &source, options));
            }
        }
        let of_webhooks =
            [("[headers]", !file.headers.is_empty()), ("method", file.method.is_some())];
        if let Some((key, _)) = of_webhooks.iter().find(|(_, there)| *there)
            && file.channel != Channel::Webhook
        {
            let message = format!("found `{key}` in `{shown}`, which is no webhook");
            let what = if *key == "method" { "it" } else { "them" };
            let help = format!("remove {what}, or write `channel = \"webhook\"`");
            let name = key.trim_matches(['[', ']']);
            return Err(wrong(&source, Some(name), message, help));
        }
        for (header, value) in file.headers {
            // A header is a value in message.toml; findings are reported there.
            let name = format!("{shown}/{MESSAGE_FILE} [headers] {header}");
            let range = locate_toml(source.text(), &[Step::Key("headers"), Step::Key(&header)]);
            let value = Source::of_toml(name, value, &source, range.unwrap_or(0..0));
            let (name, path) = (format!("header.{header}"), path.clone());
            parts.push(Part::new(name, path, &Arc::new(value), options));
        }
        let place =
            |part: &Part| PART_ORDER.iter().position(|name| *name == part.name).unwrap_or(99);
        parts.sort_by(|a, b| place(a).cmp(&place(b)).then_with(|| a.name.cmp(&b.name)));
        if let Some([first, second]) = parts.array_windows().find(|[a, b]| a.name == b.name) {
            let name = |part: &Part| {
                part.path.file_name().unwrap_or_default().to_string_lossy().into_owned()
            };
            let (first, second) = (name(first), name(second));
            let message = format!("`{shown}` has two files for one part: `{first}` and `{second}`");
            let help = "rename one, or take it out of the folder".to_owned();
            return Err(wrong(&source, None, message, help));
        }
        if parts.is_empty() {
            let message = format!("the message `{shown}` has no part beside {MESSAGE_FILE}");
            let help = "add a file such as `body.liquid` or `subject.liquid`".to_owned();
            return Err(wrong(&source, None, message, help));
        }
        let settings =
            MessageSettings { source: Some(source), method: file.method, trigger: file.trigger };
        let is_linked = parts.iter().any(|part| part.is_linked(files));
        let (name, channel) = (name_of(shown), Some(file.channel));
        Ok(Message { name, channel, parts, settings, is_linked })
    }
}

/// Makes an error about a message, at a key of its file or at the file's start.
fn wrong(source: &Arc<Source>, key: Option<&str>, message: String, help: String) -> ProjectError {
    let range = key.and_then(|key| locate_toml(source.text(), &[Step::Key(key)]));
    let span = range.map_or(Span::new(0, 0), |range| Span::new(range.start, range.end));
    let found = Diagnostic::new(WORKSPACE_FILE, Severity::Error, source, span, message);
    ProjectError::Content(Box::new(found.help(help)))
}

/// Returns a message's name: its path without the templates folder and the extension.
pub(super) fn name_of(shown: &str) -> String {
    let name = shown.strip_prefix("templates/").unwrap_or(shown);
    name.trim_end_matches(".liquid").trim_end_matches(".html").to_owned()
}
