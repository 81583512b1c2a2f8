use meniscus_preview::page::refusal::Refusal;
use rmcp::schemars::{self, JsonSchema};
use serde::{Deserialize, Serialize};

use crate::live::record::write_file;
use crate::mcp::answer::{DATA, page};
use crate::mcp::desk::{Desk, Texts, message_of};
use crate::mcp::tool::{Effect, Tool};
use crate::project::Channel;
use crate::recipients::{Trial, cover, coverage_of, stub, suggest};
use crate::session::Session;

pub(in crate::mcp) struct Scenarios;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::mcp) struct Input {
    /// Message, or one of its files: also suggests recipients for it.
    message: Option<String>,
    /// Write a new recipient for the message under this name; only if the user allowed it.
    write: Option<String>,
    /// With `write`: its TOML; by default, everything that the message reads.
    toml: Option<String>,
    /// New or changed text by path.
    files: Option<Texts>,
    /// Message to continue from.
    from: Option<usize>,
}

#[derive(Serialize, JsonSchema)]
pub(in crate::mcp) struct Output {
    messages: Vec<Listed>,
    /// Where the list continues.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<usize>,
    /// A recipient with everything that the message reads, to start from.
    #[serde(skip_serializing_if = "Option::is_none")]
    stub: Option<String>,
    /// Recipients for branches that none reaches yet.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    suggestions: Vec<Suggested>,
    #[serde(skip_serializing_if = "Option::is_none")]
    written: Option<String>,
    note: &'static str,
}

#[derive(Serialize, JsonSchema)]
struct Listed {
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    channel: Option<&'static str>,
    files: Vec<String>,
    recipients: Vec<String>,
}

#[derive(Serialize, JsonSchema)]
struct Suggested {
    name: String,
    toml: String,
    /// What it reaches.
    reaches: Vec<String>,
    /// Recordings that it needs, by path.
    #[serde(skip_serializing_if = "Texts::is_empty")]
    recordings: Texts,
}

/// Most recipients suggested at once.
const MOST_SUGGESTED: usize = 5;

impl Tool for Scenarios {
    const NAME: &'static str = "scenarios";
    const TITLE: &'static str = "List messages and recipients";
    const DESCRIPTION: &'static str = "Lists messages with their files and recipients. For one \
         message, also suggests recipients for branches that none reaches yet.";
    const EFFECT: Effect = Effect::Writes;
    type Input = Input;
    type Output = Output;

    fn run(desk: &Desk, input: Input) -> Result<Output, Refusal> {
        if input.write.is_some() {
            desk.require_write()?;
            if input.files.as_ref().is_some_and(|files| !files.is_empty()) {
                return Err(Refusal::wrong("a recipient needs a saved message")
                    .help("save the files first, then call `scenarios` without `files`"));
            }
        }
        let session = desk.read(input.files.as_ref())?;
        let Some(name) = &input.message else {
            if input.write.is_some() {
                return Err(
                    Refusal::wrong("a new recipient needs a message").help("also pass `message`")
                );
            }
            let all = session.messages.iter().map(|message| listed(&session, &message.name));
            let (messages, next) = page(all.collect(), input.from.unwrap_or_default());
            return Ok(Output { messages, next, ..Output::empty() });
        };
        let message = message_of(&session, name)?;
        let trial = Trial::new(&session.known, message);
        let made = stub(&trial)?;
        if let Some(new) = &input.write {
            let toml = input.toml.unwrap_or_else(|| made.draft.to_toml());
            let written = Some(write(desk, &session, new, &toml)?);
            let session = desk.read(None)?;
            let messages = vec![listed(&session, &message.name)];
            return Ok(Output { messages, written, ..Output::empty() });
        }
        let mut coverage = coverage_of(&trial);
        cover(&trial, &mut coverage)?;
        let found = suggest(&trial, &made, &mut coverage)?;
        let suggestions = found.suggestions.iter().take(MOST_SUGGESTED).map(|one| Suggested {
            name: one.name.clone(),
            toml: one.draft.to_toml(),
            recordings: one
                .recordings
                .iter()
                .map(|(name, mapping)| {
                    let folder = &session.workspace.config.paths.recordings;
                    (format!("{folder}/{name}.json"), mapping.clone())
                })
                .collect(),
            reaches: one
                .reaches
                .iter()
                .map(|point| format!("{} {}", point.at, point.words))
                .collect(),
        });
        Ok(Output {
            messages: vec![listed(&session, &message.name)],
            stub: Some(made.draft.to_toml()),
            suggestions: suggestions.collect(),
            ..Output::empty()
        })
    }
}

impl Output {
    fn empty() -> Output {
        Output {
            messages: Vec::new(),
            next: None,
            stub: None,
            suggestions: Vec::new(),
            written: None,
            note: DATA,
        }
    }
}

fn listed(session: &Session, name: &str) -> Listed {
    let message = session.message(name);
    let settings = message.and_then(|message| message.settings.source.as_ref());
    let parts = message.into_iter().flat_map(|message| &message.parts);
    let files = settings.map(|source| source.name()).into_iter();
    let mut files = files.chain(parts.map(|part| part.source().file_name())).collect::<Vec<_>>();
    files.dedup();
    Listed {
        message: name.to_owned(),
        channel: message.and_then(|message| message.channel).map(Channel::name),
        files: files.into_iter().map(str::to_owned).collect(),
        recipients: session.scenarios_for(name).map(|one| one.name.clone()).collect(),
    }
}

/// Writes a new recipient; one that is there is never replaced.
fn write(desk: &Desk, session: &Session, name: &str, toml: &str) -> Result<String, Refusal> {
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | ' ' | '.');
    if name.is_empty() || name.starts_with('.') || !name.chars().all(is_plain) || name.len() > 100 {
        return Err(Refusal::wrong(format!("`{name}` can't be the name of a recipient"))
            .help("use a name without folders, such as `mara`"));
    }
    let name = name.strip_suffix(".toml").unwrap_or(name);
    let folder = &session.workspace.config.paths.scenarios;
    let root = &session.workspace.root;
    for ending in ["toml", "json"] {
        if root.join(folder).join(format!("{name}.{ending}")).exists() {
            return Err(Refusal::wrong(format!("the recipient `{name}` already exists"))
                .help("choose another name"));
        }
    }
    let shown = session.workspace.shown(&root.join(folder).join(format!("{name}.toml")));
    let checked = desk.read(Some(&Texts::from([(shown.clone(), toml.to_owned())])))?;
    if let Some(unread) = checked.unread.iter().find(|unread| unread.unusable.shown == shown) {
        return Err(unread.unusable.error.clone().into());
    }
    write_file(root, &root.join(&shown), toml)
        .map_err(|error| Refusal::wrong(error.to_string()).help_if(Some(error.help.clone())))?;
    Ok(shown)
}
