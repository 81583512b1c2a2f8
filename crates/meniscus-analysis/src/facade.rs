//! The entry point for programs that embed a whole workspace: a [`Library`] reads messages and
//! recipients from any source of files, and renders and lints them.
//!
//! For single templates, use `meniscus_engine::Engine`.

#![warn(missing_docs)]

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use serde_json::{Map, Value as Json, json};

use crate::diagnostic::Diagnostic;
use crate::files::{Disk, Files, Memory, Walk, normal};
use crate::language::{Completion, Writing, complete};
use crate::project::{
    CONFIG_FILE, Message, Overlay, Part, ProjectError, Scenario, Workspace, chosen_recordings,
    is_workspace, live_world,
};
use crate::render::{Gather, Outcome, render_gathering};
use crate::rules::{Linted, Targets, lint};
use crate::session::{self, FileKind, Session};
use crate::syntax::Template;
use crate::text::{Source, Utf16Places, nearest};
use crate::wire::{Finding, LintDocument, LintSummary, Places, RenderDocument, Rendered, describe};

/// A workspace that is read and parsed once. It never changes; to see changes, read it again.
#[derive(Debug)]
pub struct Library {
    session: Session,
}

/// A message rendered for a recipient, with an outcome for each part.
#[derive(Debug)]
pub struct MessageRender {
    message: Arc<Message>,
    scenario: String,
    blocks: Vec<Arc<Template>>,
    outcomes: Vec<Outcome>,
}

impl Library {
    /// Reads the workspace that contains a folder on disk: the nearest ancestor with
    /// `meniscus.toml`, or the folder itself.
    ///
    /// # Errors
    /// If `meniscus.toml` can't be read or has a mistake. [`Library::lint`] reports other unusable
    /// files.
    pub fn open(folder: &Path) -> Result<Library, ProjectError> {
        Library::read(Disk::files(), &Workspace::root_around(folder))
    }

    /// Reads a workspace from memory: file contents by path, such as `templates/hello.liquid`.
    ///
    /// # Errors
    /// As [`Library::open`].
    pub fn of_texts<'t>(
        texts: impl IntoIterator<Item = (&'t str, &'t str)>,
    ) -> Result<Library, ProjectError> {
        Library::of_files(texts.into_iter().map(|(path, text)| (path, text.as_bytes())))
    }

    /// Reads a workspace from memory, as returned by [`Library::files`].
    ///
    /// # Errors
    /// As [`Library::open`].
    pub fn of_files<'f>(
        files: impl IntoIterator<Item = (&'f str, &'f [u8])>,
    ) -> Result<Library, ProjectError> {
        let root = Path::new("/workspace");
        let memory = Memory::default();
        for (path, bytes) in files {
            memory.put(normal(&root.join(path)), bytes);
        }
        Library::read(Arc::new(memory), root)
    }

    /// Returns the workspace's files by relative path, without snapshots.
    ///
    /// On another machine, a library of these files renders and lints in the same way.
    ///
    /// # Errors
    /// If a file can't be read.
    pub fn files(&self) -> Result<BTreeMap<String, Vec<u8>>, ProjectError> {
        let workspace = &*self.session.workspace;
        let (source, root) = (&*workspace.files, &*workspace.root);
        let places = session::Places::of(workspace, root);
        let templates = source.walk(root, Walk { is_ignoring: true, skips: is_workspace });
        let paths = &workspace.config.paths;
        let data = [&paths.content_blocks, &paths.scenarios, &paths.recordings, &paths.schemas];
        let data = data.into_iter().map(|folder| root.join(folder));
        let data = data.filter(|folder| source.is_folder(folder)).flat_map(|folder| {
            source.walk(&folder, Walk { is_ignoring: false, skips: |_, _| false })
        });
        let config = root.join(CONFIG_FILE);
        let mut files = BTreeMap::new();
        for path in templates.into_iter().chain(data).filter_map(Result::ok).chain([config]) {
            let kind = places.kind_of(&path).filter(|kind| *kind != FileKind::Snapshot);
            if kind.is_none() || source.check_file(root, &path).is_err() || !source.is_file(&path) {
                continue;
            }
            let bytes = source.read(&path);
            let bytes = bytes.map_err(|error| ProjectError::unreadable(&path, &error))?;
            files.insert(workspace.shown(&path), bytes);
        }
        Ok(files)
    }

    /// Reads a workspace from a source of files.
    ///
    /// # Errors
    /// As [`Library::open`].
    pub fn read(files: Arc<dyn Files>, root: &Path) -> Result<Library, ProjectError> {
        let workspace = Workspace::of(files, root)?;
        let session = Session::read(workspace, vec![root.to_owned()]);
        session.require_config()?;
        Ok(Library { session })
    }

    /// Returns everything that was read.
    #[must_use]
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// Yields the names of the messages, sorted.
    pub fn messages(&self) -> impl Iterator<Item = &str> {
        self.session.messages.iter().map(|message| &*message.name)
    }

    /// Returns a message.
    ///
    /// # Errors
    /// If no message has this name.
    pub fn message(&self, name: &str) -> Result<&Arc<Message>, ProjectError> {
        let known = self.session.message(name);
        known.ok_or_else(|| unknown("message", name, self.messages()))
    }

    /// Yields the names of a message's recipients, sorted.
    pub fn recipients<'l>(&'l self, message: &'l str) -> impl Iterator<Item = &'l str> {
        self.session.scenarios_for(message).map(|scenario| &*scenario.name)
    }

    fn scenario(&self, name: &str) -> Result<&Scenario, ProjectError> {
        let names = self.session.known.scenarios.iter().map(|scenario| &*scenario.name);
        self.session.scenario(name).ok_or_else(|| unknown("recipient", name, names))
    }

    /// Renders each part of a message for a recipient, or for an empty recipient if none is named.
    ///
    /// `values` by table override the recipient's, as in a scenario file.
    ///
    /// # Errors
    /// If there is no such message or recipient, a value isn't allowed where it is, or the clock
    /// isn't a time. Why a message isn't sent is in the outcome.
    pub fn render(
        &self,
        message: &str,
        recipient: Option<&str>,
        values: &Map<String, Json>,
    ) -> Result<MessageRender, ProjectError> {
        let message = Arc::clone(self.message(message)?);
        let mut scenario = match recipient {
            Some(name) => self.scenario(name)?.clone(),
            None => Scenario::empty(),
        };
        Overlay::from_json(values)?.apply(&mut scenario);
        let Session { workspace, known, .. } = &self.session;
        let recordings = chosen_recordings(&workspace.config, &scenario, &known.recordings)?;
        let world = live_world(&workspace.config, &scenario, &known.blocks, Arc::new(recordings))?;
        let gather = Gather { map: true, ..Gather::default() };
        let parts = message.parts.iter();
        let outcomes = parts.map(|part| render_gathering(&part.template, &world, gather)).collect();
        let blocks = known.blocks.values().map(|block| Arc::clone(&block.template)).collect();
        Ok(MessageRender { message, scenario: scenario.name, blocks, outcomes })
    }

    /// Lints a message, or the whole workspace. Also reports unusable files.
    ///
    /// # Errors
    /// If there is no such message.
    pub fn lint(&self, message: Option<&str>) -> Result<Linted, ProjectError> {
        let session = &self.session;
        let targets = match message {
            Some(name) => {
                Targets { messages: vec![Arc::clone(self.message(name)?)], ..Targets::default() }
            }
            None => Targets {
                messages: session.messages.clone(),
                blocks: session.known.blocks.keys().cloned().collect(),
                is_whole: true,
            },
        };
        let mut linted = lint(&session.known, &session.levels, &targets);
        linted.add(session.findings());
        Ok(linted)
    }

    /// Lints a template with what the workspace knows.
    #[must_use]
    pub fn lint_text(&self, name: &str, text: &str) -> Linted {
        let Session { workspace, known, levels, .. } = &self.session;
        let source = Arc::new(Source::new(name, text));
        let message = Message::of_text(name, &source, workspace.config.settings().parse);
        let targets = Targets { messages: vec![Arc::new(message)], ..Targets::default() };
        lint(known, levels, &targets)
    }

    /// Returns the completions at a byte offset in a file; `None` if there are none.
    #[must_use]
    pub fn complete(&self, message: &str, path: &str, text: &str, at: usize) -> Option<Completion> {
        let Session { known, messages, .. } = &self.session;
        let mut blocks = known.blocks.values();
        let is_block = blocks.any(|block| block.template.source.name() == path);
        let writing = Writing { known, message, text, path, is_block, messages, recipient: None };
        complete(&writing, at)
    }
}

impl MessageRender {
    /// Yields the parts with their outcomes, in the channel's order.
    pub fn parts(&self) -> impl Iterator<Item = (&Part, &Outcome)> {
        self.message.parts.iter().zip(&self.outcomes)
    }

    /// Whether every part is sent.
    #[must_use]
    pub fn is_sent(&self) -> bool {
        self.outcomes.iter().all(|outcome| outcome.abort.is_none())
    }

    /// Describes the parts with their calls, blanks, and diagnostics, as
    /// `meniscus render --format json` does, and returns what `then` makes of it.
    pub fn describe<T>(&self, then: impl FnOnce(RenderDocument<'_>) -> T) -> T {
        let templates = self.message.parts.iter().map(|part| {
            let blocks = self.blocks.iter().map(|block| &**block);
            std::iter::once(&*part.template).chain(blocks).collect::<Vec<_>>()
        });
        let templates = templates.collect::<Vec<_>>();
        let renders = self.parts().zip(&templates).map(|((part, outcome), templates)| Rendered {
            message: &self.message.name,
            part: &part.name,
            scenario: &self.scenario,
            outcome,
            templates,
            why: None,
        });
        describe(&renders.collect::<Vec<_>>(), then)
    }
}

/// Describes a template rendered by the engine alone, as [`MessageRender::describe`] does for a
/// message.
pub fn describe_text<T>(
    name: &str,
    template: &meniscus_engine::Template,
    outcome: &Outcome,
    then: impl FnOnce(RenderDocument<'_>) -> T,
) -> T {
    let templates = [&**template.tree()];
    let rendered = Rendered {
        message: name,
        part: "body",
        scenario: "",
        outcome,
        templates: &templates,
        why: None,
    };
    describe(&[rendered], then)
}

/// Describes findings as `meniscus lint --format json` does.
pub fn describe_findings<T>(found: &[Diagnostic], then: impl FnOnce(LintDocument<'_>) -> T) -> T {
    let places = Places::default();
    let diagnostics = found.iter().map(|one| Finding::of(&places, one, None)).collect();
    then(LintDocument { version: 1, diagnostics, summary: LintSummary::default() })
}

/// Describes completions at a position in a template, in UTF-16 units, for an editor.
#[must_use]
pub fn describe_completion(text: &str, utf16: usize, found: Option<&Completion>) -> Json {
    let Some(found) = found else {
        return json!({ "from": utf16, "to": utf16, "items": [] });
    };
    let places = Utf16Places::of(text);
    let items = found.items.iter().map(|item| {
        json!({
            "label": item.label,
            "kind": item.kind.word(),
            "detail": item.detail,
            "sample": item.sample,
            "docs": item.docs,
            "own": item.own,
        })
    });
    json!({
        "from": places.units(text, found.replaces.start),
        "to": places.units(text, found.replaces.end),
        "items": items.collect::<Vec<_>>(),
    })
}

fn unknown<'n>(what: &str, name: &str, names: impl IntoIterator<Item = &'n str>) -> ProjectError {
    let names = names.into_iter().collect::<Vec<_>>();
    let help = match (nearest(name, names.iter().copied()), &names[..]) {
        (Some(near), _) => format!("did you mean `{near}`?"),
        (None, []) => format!("this workspace has no {what}"),
        (None, names) => {
            let first = names.iter().take(5).map(|name| format!("`{name}`")).collect::<Vec<_>>();
            format!("use one of {}", first.join(", "))
        }
    };
    ProjectError::Unknown { message: format!("there is no {what} `{name}`"), help }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXTS: [(&str, &str); 5] = [
        ("templates/hi/message.toml", "channel = \"push\"\n"),
        (
            "templates/hi/message.liquid",
            "Hi {{${first_name}}}, {{wallet.points}}{% connected_content https://x.example/w :save wallet %}{{wallet.points}}",
        ),
        ("templates/hi/title.liquid", "{{custom_attribute.${tier}}}"),
        ("scenarios/anna.toml", "[user]\nfirst_name = \"Anna\"\n"),
        (
            "recordings/w.json",
            r#"{"request": {"urlPath": "/w"}, "response": {"jsonBody": {"points": 7}}}"#,
        ),
    ];

    #[test]
    fn a_workspace_in_memory_is_rendered_and_linted() {
        let library = Library::of_texts(TEXTS).unwrap();
        assert_eq!(library.messages().collect::<Vec<_>>(), ["hi"]);
        assert_eq!(library.recipients("hi").collect::<Vec<_>>(), ["anna"]);
        let render = library.render("hi", Some("anna"), &Map::new()).unwrap();
        let texts = render.parts().map(|(part, outcome)| (&*part.name, &*outcome.output));
        assert_eq!(texts.collect::<Vec<_>>(), [("title", ""), ("message", "Hi Anna, 7")]);
        render.describe(|document| {
            let blanks = document.renders.iter().flat_map(|part| &part.blanks);
            let blanks = blanks.map(|blank| blank.reason.message.clone()).collect::<Vec<_>>();
            assert_eq!(blanks.len(), 2, "{blanks:?}");
            assert_eq!(blanks[0], "the recipient has no custom attribute `tier`");
        });
        let values = json!({"user": {"first_name": "Ben"}, "custom_attribute": {"tier": "gold"}});
        let values = values.as_object().unwrap();
        let render = library.render("hi", Some("anna"), values).unwrap();
        let texts = render.parts().map(|(_, outcome)| &*outcome.output).collect::<Vec<_>>();
        assert_eq!(texts, ["gold", "Hi Ben, 7"]);
        let codes = library.lint(Some("hi")).unwrap().diagnostics;
        assert!(codes.iter().any(|found| found.code == "used-before-saved"), "{codes:?}");
        let found = library.lint_text("note", "{{ ${frist_name} }}");
        assert_eq!(found.diagnostics[0].code, "unknown-attribute");
        let offered = library.complete("hi", "templates/hi/message.liquid", "{{ wal", 6).unwrap();
        assert!(offered.replaces == (3..6));
    }

    #[test]
    fn names_that_are_not_there_are_refused() {
        let library = Library::of_texts(TEXTS).unwrap();
        let said = |error: ProjectError| (error.to_string(), error.help().map(str::to_owned));
        let no_message = library.render("hu", Some("anna"), &Map::new()).unwrap_err();
        assert_eq!(said(no_message).0, "there is no message `hu`");
        let (_, help) = said(library.render("hi", Some("ana"), &Map::new()).unwrap_err());
        assert_eq!(help.as_deref(), Some("did you mean `anna`?"));
        assert!(Library::of_texts([("meniscus.toml", "[nope]")]).is_err());
    }
}
