//! A file and its workspace at one moment: what a request is answered from.

use std::collections::HashMap;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use gen_lsp_types as lsp;
use meniscus_preview::page::ask::Ask;
use meniscus_preview::page::counting::found_in;
use meniscus_preview::page::help::looked;
use meniscus_preview::page::rendering::Rendering;
use rayon::prelude::*;

use super::lines::{Encoding, KnownLines, LineIndex, Lines};
use super::open::Lints;
use super::uri::uri_of;
use crate::diagnostic::Diagnostic;
use crate::language::{Place, Recipient, Writing, blocks_in, is_known_data};
use crate::project::{MESSAGE_FILE, Message};
use crate::rules::{Targets, lint};
use crate::session::{FileKind, Places, Session};
use crate::syntax::{Template, parse};
use crate::text::{Source, Span};

/// What a file is to its workspace.
#[derive(Clone, Debug)]
pub(super) enum Role {
    /// A part of a message.
    Part(Arc<Message>),
    /// A content block, by name.
    Block(String),
    /// The `message.toml` of a message.
    Settings(Arc<Message>),
    /// A recipient.
    Scenario,
    /// Another file that the workspace reads: `meniscus.toml`, a recording, a schema.
    Data,
    /// A template that no message has, by itself.
    Loose(Arc<Message>),
}

/// A file as the editor holds it, in its workspace.
#[derive(Clone, Debug)]
pub(super) struct Snapshot {
    pub session: Arc<Session>,
    pub linted: Arc<Lints>,
    /// Its path in the workspace.
    pub shown: String,
    pub uri: lsp::Uri,
    /// Its text, without a byte order mark.
    pub text: Arc<str>,
    pub has_mark: bool,
    pub encoding: Encoding,
    pub role: Role,
    /// The recipient whose values come first, where the client chose one.
    pub recipient: Option<String>,
    /// Addresses of open files as the client writes them.
    pub uris: Arc<HashMap<PathBuf, lsp::Uri>>,
    /// The lines of the text, once they were asked for.
    pub line_index: Arc<OnceLock<Arc<LineIndex>>>,
    /// The lines of other files.
    pub known_lines: Arc<KnownLines>,
}

impl Role {
    /// Says what a file is. Without a configuration there are no folders of recipients and so on: a
    /// data file isn't a template there.
    pub fn of(
        session: &Session,
        is_configured: bool,
        path: &Path,
        shown: &str,
        text: &str,
    ) -> Role {
        let ending = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
        if !is_configured && matches!(&*ending, "toml" | "json") {
            return Role::Data;
        }
        for message in &session.messages {
            let settings = message.settings.source.as_ref();
            if settings.is_some_and(|source| source.name() == shown) {
                return Role::Settings(Arc::clone(message));
            }
            if message.parts.iter().any(|part| part.source().name() == shown) {
                return Role::Part(Arc::clone(message));
            }
        }
        let mut blocks = session.known.blocks.iter();
        if let Some((name, _)) = blocks.find(|(_, block)| block.template.source.name() == shown) {
            return Role::Block(name.clone());
        }
        let places = Places::of(&session.workspace, &session.workspace.root);
        match places.kind_of(path) {
            Some(FileKind::Scenario) => Role::Scenario,
            Some(FileKind::Template) if ending == "toml" => Role::Data,
            Some(FileKind::Template | FileKind::Block) | None => {
                let source = Arc::new(Source::new(shown, text));
                let options = session.workspace.config.settings().parse;
                Role::Loose(Arc::new(Message::of_text(shown, &source, options)))
            }
            Some(_) => Role::Data,
        }
    }
}

impl Snapshot {
    pub fn lines(&self) -> Lines<'_> {
        let index = self.line_index.get_or_init(|| Arc::new(LineIndex::of(&self.text)));
        let lines = Lines::with(&self.text, Arc::clone(index), self.encoding);
        if self.has_mark { lines.after_mark() } else { lines }
    }

    /// Whether the text is Liquid.
    pub fn is_template(&self) -> bool {
        matches!(self.role, Role::Part(_) | Role::Block(_) | Role::Loose(_))
    }

    /// Parses the text; nothing if it isn't Liquid.
    pub fn template(&self) -> Option<Arc<Template>> {
        let own = match &self.role {
            Role::Part(message) | Role::Loose(message) => {
                let part = message.parts.iter().find(|part| part.source().name() == self.shown);
                part.map(|part| Arc::clone(&part.template))
            }
            Role::Block(name) => {
                let block = self.session.known.blocks.get(name.as_str());
                block.map(|block| Arc::clone(&block.template))
            }
            _ => return None,
        };
        let is_same = |template: &Arc<Template>| template.source.text() == &*self.text;
        own.filter(is_same).or_else(|| {
            let source = Arc::new(Source::new(self.shown.as_str(), &*self.text));
            let options = self.session.workspace.config.settings().parse;
            Some(Arc::new(parse(&source, &crate::dialect::BRAZE, options)))
        })
    }

    /// Calls `work` with the text as something that is being written; nothing for files that the
    /// language doesn't know.
    ///
    /// Values of the chosen recipient, or of the first one, come before those of others.
    pub fn writing<T>(&self, work: impl FnOnce(&Writing<'_>) -> Option<T>) -> Option<T> {
        let message = match &self.role {
            Role::Part(message) | Role::Settings(message) | Role::Loose(message) => &*message.name,
            Role::Block(name) => name,
            Role::Scenario | Role::Data => "",
        };
        let looked = self
            .scenario()
            .and_then(|scenario| looked(&self.session, message, scenario, &self.shown, &self.text));
        let recipient = looked
            .as_ref()
            .map(|looked| Recipient { scenario: &looked.scenario, responses: &looked.responses });
        let writing = Writing {
            known: &self.session.known,
            message,
            text: &self.text,
            path: &self.shown,
            is_block: matches!(self.role, Role::Block(_)),
            messages: &self.session.messages,
            recipient: recipient.as_ref(),
        };
        // A new message has no part yet.
        let is_settings = self.shown.rsplit('/').next() == Some(MESSAGE_FILE);
        let is_known = !matches!(self.role, Role::Data) || is_settings || is_known_data(&writing);
        if is_known { work(&writing) } else { None }
    }

    /// Returns the recipient whose values come first: the chosen one if the message is for it,
    /// otherwise the first one.
    pub fn scenario(&self) -> Option<&str> {
        let Role::Part(message) = &self.role else { return None };
        let names = || self.session.scenarios_for(&message.name).map(|one| &*one.name);
        let chosen = self.recipient.as_deref();
        chosen.and_then(|chosen| names().find(|name| *name == chosen)).or_else(|| names().next())
    }

    /// Returns the messages that the file is about: its own, or those that include the block.
    pub fn messages(&self) -> Vec<Arc<Message>> {
        match &self.role {
            Role::Part(message) | Role::Settings(message) | Role::Loose(message) => {
                vec![Arc::clone(message)]
            }
            Role::Block(name) => {
                let names = self.including(name);
                let has = |template: &Template| names.iter().any(|name| includes(template, name));
                let all = self.session.messages.iter();
                let including =
                    all.filter(|message| message.parts.iter().any(|part| has(&part.template)));
                including.cloned().collect()
            }
            Role::Scenario | Role::Data => Vec::new(),
        }
    }

    /// Returns a content block and those that include it, also through others.
    fn including(&self, name: &str) -> Vec<String> {
        let mut names = vec![name.to_owned()];
        let mut next = 0;
        while let Some(name) = names.get(next).cloned() {
            next += 1;
            for (other, block) in self.session.known.blocks.iter() {
                if !names.contains(other) && includes(&block.template, &name) {
                    names.push(other.clone());
                }
            }
        }
        names
    }

    /// Returns the findings about the file, whichever message they are found in.
    pub fn findings(&self) -> Vec<Diagnostic> {
        let mut found = self.session.findings();
        match &self.role {
            Role::Loose(message) => found.extend(found_in(&self.session, message)),
            Role::Block(name) => {
                let targets = Targets { blocks: vec![name.clone()], ..Targets::default() };
                found.extend(lint(&self.session.known, &self.session.levels, &targets).diagnostics);
                found.extend(self.linted());
            }
            _ => found.extend(self.linted()),
        }
        let mut own = Vec::new();
        for diagnostic in &found {
            let (source, _) = in_file(&diagnostic.primary.source, diagnostic.primary.span);
            if source.name() == self.shown {
                add_new(&mut own, diagnostic);
            }
        }
        own.sort_by_key(|one| in_file(&one.primary.source, one.primary.span).1.start);
        own
    }

    /// Returns the findings of the messages that the file is about.
    fn linted(&self) -> Vec<Diagnostic> {
        let messages = self.messages();
        let linted = messages.par_iter().map(|message| self.linted.of(&self.session, message));
        let linted = linted.collect::<Vec<_>>();
        linted.iter().flat_map(|found| found.iter().cloned()).collect()
    }

    /// Renders a message for a recipient, with what is known of every value.
    pub fn rendered(&self, message: &str, scenario: &str) -> Option<Rendering> {
        let (message, scenario) = (message.to_owned(), scenario.to_owned());
        Rendering::of(&Ask { message, scenario, ..Ask::default() }, &self.session).ok()
    }

    /// Returns where characters of a file of the workspace are, for the client.
    pub fn location(&self, place: &Place) -> Option<lsp::Location> {
        self.location_of(&place.source, place.span)
    }

    /// Returns where a span of a source is, for the client.
    pub fn location_of(&self, source: &Arc<Source>, span: Span) -> Option<lsp::Location> {
        let (source, span) = in_file(source, span);
        if source.name() == self.shown {
            let range = self.lines().range(span.range());
            return Some(lsp::Location { uri: self.uri.clone(), range });
        }
        let range = self.known_lines.of(source, self.encoding).range(span.range());
        Some(lsp::Location { uri: self.uri_of(source.name())?, range })
    }

    /// Returns the address of a file of the workspace.
    pub fn uri_of(&self, shown: &str) -> Option<lsp::Uri> {
        let path = self.session.workspace.root.join(shown);
        self.uris.get(&path).cloned().or_else(|| uri_of(&path))
    }

    /// Converts a range of the text.
    pub fn range(&self, range: Range<usize>) -> lsp::Range {
        self.lines().range(range)
    }
}

/// Adds a finding, unless another message has it, too.
pub(super) fn add_new(all: &mut Vec<Diagnostic>, found: &Diagnostic) {
    let place = |one: &Diagnostic| in_file(&one.primary.source, one.primary.span).1;
    let is_known = all.iter().any(|one| {
        one.code == found.code && one.message == found.message && place(one) == place(found)
    });
    if !is_known {
        all.push(found.clone());
    }
}

/// Returns where a span is in its file: a header is a value in `message.toml`.
pub(super) fn in_file(source: &Arc<Source>, span: Span) -> (&Arc<Source>, Span) {
    source.in_file(span).unwrap_or((source, span))
}

/// Whether a template includes a content block.
fn includes(template: &Template, block: &str) -> bool {
    template.includes_blocks && blocks_in(template).iter().any(|(name, _)| name == block)
}
