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

/// The contents of `message.toml` except its channel, headers, and buttons.
#[derive(Clone, Debug, Default)]
pub struct MessageSettings {
    /// The file, if the message has one.
    pub source: Option<Arc<Source>>,
    /// The method of a webhook, as written.
    pub method: Option<String>,
    /// The layout of an in-app message or a Content Card.
    pub layout: Option<Layout>,
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
#[cfg_attr(test, derive(schemars::JsonSchema))]
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

/// The layout of an in-app message or a Content Card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Layout {
    /// An in-app message at the edge of the screen.
    SlideUp,
    /// An in-app message in the middle of the screen.
    Modal,
    /// An in-app message over the whole screen.
    Full,
    /// A Content Card with a small image next to its text, or without one.
    Classic,
    /// A Content Card with an image above its text.
    Captioned,
    /// A Content Card that is an image.
    ImageOnly,
}

impl Layout {
    pub const ALL: [Layout; 6] = [
        Layout::SlideUp,
        Layout::Modal,
        Layout::Full,
        Layout::Classic,
        Layout::Captioned,
        Layout::ImageOnly,
    ];

    /// Returns its name in `message.toml`: `slide_up`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Layout::SlideUp => "slide_up",
            Layout::Modal => "modal",
            Layout::Full => "full",
            Layout::Classic => "classic",
            Layout::Captioned => "captioned",
            Layout::ImageOnly => "image_only",
        }
    }

    /// Returns the channel that has this layout.
    #[must_use]
    pub fn channel(self) -> Channel {
        match self {
            Layout::SlideUp | Layout::Modal | Layout::Full => Channel::InApp,
            Layout::Classic | Layout::Captioned | Layout::ImageOnly => Channel::ContentCard,
        }
    }
}

#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct MessageFile {
    channel: Channel,
    #[serde(rename = "type")]
    layout: Option<Layout>,
    /// The method of a webhook; `POST` by default.
    method: Option<String>,
    /// The headers of a webhook.
    #[serde(default)]
    headers: BTreeMap<String, String>,
    /// The buttons of a push or an in-app message.
    #[serde(default)]
    buttons: Vec<ButtonEntry>,
    #[serde(default)]
    trigger: TriggerIds,
}

/// An entry of `[[buttons]]`.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
struct ButtonEntry {
    /// The label.
    text: String,
    /// The URL that a tap opens.
    url: Option<String>,
}

/// The file that marks a folder as a message, next to its parts.
pub const MESSAGE_FILE: &str = "message.toml";

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
        check_keys(&source, &file, shown)?;
        parts.extend(parts_in(&source, &path, shown, &file, options));
        let place = |part: &Part| {
            let field = file.channel.field(&part.name);
            let mut names = file.channel.fields().iter().map(|field| field.name);
            names.position(|name| field.is_some_and(|field| field.name == name)).unwrap_or(99)
        };
        parts.sort_by(|a, b| place(a).cmp(&place(b)).then_with(|| a.name.cmp(&b.name)));
        if let Some([first, second]) = parts.array_windows().find(|[a, b]| a.name == b.name) {
            let name = |part: &Part| {
                part.path.file_name().unwrap_or_default().to_string_lossy().into_owned()
            };
            let (first, second) = (name(first), name(second));
            let message = format!("`{shown}` has two files for one part: `{first}` and `{second}`");
            let help = "rename one of them, or move it out of the folder".to_owned();
            return Err(wrong(&source, None, message, help));
        }
        if parts.is_empty() {
            let message = format!("the message `{shown}` has no parts next to {MESSAGE_FILE}");
            let help = "add a file such as `body.liquid` or `subject.liquid`".to_owned();
            return Err(wrong(&source, None, message, help));
        }
        let settings = MessageSettings {
            source: Some(source),
            method: file.method,
            layout: file.layout,
            trigger: file.trigger,
        };
        let is_linked = parts.iter().any(|part| part.is_linked(files));
        let (name, channel) = (name_of(shown), Some(file.channel));
        Ok(Message { name, channel, parts, settings, is_linked })
    }
}

/// The methods of a webhook. `unverified`: Braze's pages list POST, GET, PUT, and DELETE, and PATCH
/// as requested by partners.
pub const METHODS: [&str; 5] = ["POST", "GET", "PUT", "PATCH", "DELETE"];

/// Rejects keys of `message.toml` that belong to other channels.
fn check_keys(source: &Arc<Source>, file: &MessageFile, shown: &str) -> Result<(), ProjectError> {
    let of_webhooks = [("[headers]", !file.headers.is_empty()), ("method", file.method.is_some())];
    if let Some((key, _)) = of_webhooks.iter().find(|(_, there)| *there)
        && file.channel != Channel::Webhook
    {
        let message = format!("`{key}` only works in webhooks, and `{shown}` isn't one");
        let what = if *key == "method" { "it" } else { "them" };
        let help = format!("remove {what}, or write `channel = \"webhook\"`");
        let name = key.trim_matches(['[', ']']);
        return Err(wrong(source, Some(name), message, help));
    }
    if let Some(layout) = file.layout
        && file.channel != layout.channel()
    {
        let (name, owner) = (layout.name(), layout.channel().name());
        let message = format!(
            "`type = \"{name}\"` only works in the channel `{owner}`, and `{shown}` isn't in it"
        );
        let help = format!("remove it, or write `channel = \"{owner}\"`");
        return Err(wrong(source, Some("type"), message, help));
    }
    let most = file.channel.most_buttons();
    if file.buttons.len() > most {
        let (found, label) = (file.buttons.len(), file.channel.label());
        let (message, help) = match most {
            0 => (format!("the channel {label} has no buttons"), "remove `[[buttons]]`".to_owned()),
            _ => (
                format!(
                    "this message has {found} buttons; the channel {label} allows at most {most}"
                ),
                format!("keep {most} of them"),
            ),
        };
        return Err(wrong(source, Some("buttons"), message, help));
    }
    Ok(())
}

/// Reads the parts that are values in `message.toml`: headers and buttons.
fn parts_in(
    source: &Arc<Source>,
    path: &Path,
    shown: &str,
    file: &MessageFile,
    options: ParseOptions,
) -> Vec<Part> {
    let part = |name: String, key: String, value: &str, steps: &[Step<&str>]| {
        let name_in_file = format!("{shown}/{MESSAGE_FILE} {key}");
        Part::new(name, path.to_owned(), &value_in(source, name_in_file, value, steps), options)
    };
    let headers = file.headers.iter().map(|(header, value)| {
        let steps = [Step::Key("headers"), Step::Key(header)];
        part(format!("header.{header}"), format!("[headers] {header}"), value, &steps)
    });
    let buttons = file.buttons.iter().enumerate().flat_map(|(index, button)| {
        let url = button.url.as_ref().map(|url| ("_url", "url", url));
        let texts = [Some(("", "text", &button.text)), url].into_iter().flatten();
        texts.map(move |(ending, key, value)| (index, ending, key, value))
    });
    let buttons = buttons.map(|(index, ending, key, value)| {
        let steps = [Step::Key("buttons"), Step::Index(index), Step::Key(key)];
        let number = index + 1;
        part(
            format!("button{number}{ending}"),
            format!("[[buttons]] {number} {key}"),
            value,
            &steps,
        )
    });
    headers.chain(buttons).collect()
}

/// Makes the source of a value in `message.toml`; findings in it are reported there.
fn value_in(file: &Arc<Source>, name: String, value: &str, steps: &[Step<&str>]) -> Arc<Source> {
    let range = locate_toml(file.text(), steps).unwrap_or(0..0);
    Arc::new(Source::of_toml(name, value, file, range))
}

/// Makes an error about a message, at a key of its file or at the file's start.
fn wrong(source: &Arc<Source>, key: Option<&str>, message: String, help: String) -> ProjectError {
    let range = key.and_then(|key| locate_toml(source.text(), &[Step::Key(key)]));
    let span = range.map_or(Span::new(0, 0), |range| Span::new(range.start, range.end));
    let found = Diagnostic::new(WORKSPACE_FILE, Severity::Error, source, span, message);
    ProjectError::Content(Box::new(found.help(help)))
}

/// Returns a message's name: its path without the templates folder and the extension.
#[must_use]
pub fn name_of(shown: &str) -> String {
    let name = shown.strip_prefix("templates/").unwrap_or(shown);
    name.trim_end_matches(".liquid").trim_end_matches(".html").to_owned()
}
