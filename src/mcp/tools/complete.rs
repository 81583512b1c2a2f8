use std::sync::Arc;

use meniscus_preview::page::ask::Ask;
use meniscus_preview::page::help::looked;
use meniscus_preview::page::printed::{Printed, short};
use meniscus_preview::page::refusal::Refusal;
use meniscus_preview::page::rendering::Rendering;
use rmcp::schemars::{self, JsonSchema};
use serde::{Deserialize, Serialize};

use crate::language::{Recipient, Writing, complete};
use crate::mcp::answer::{MOST_ITEMS, page};
use crate::mcp::desk::{Desk, Texts};
use crate::mcp::tool::{Effect, Tool};
use crate::session::Session;
use crate::text::{Position, Source};

pub(in crate::mcp) struct Complete;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::mcp) struct Input {
    /// A template of the workspace.
    path: String,
    /// Starts at 1.
    line: usize,
    /// Starts at 1, in characters.
    column: usize,
    /// Recipient whose values come first.
    recipient: Option<String>,
    /// New or changed text by path.
    files: Option<Texts>,
    /// Item to continue from.
    from: Option<usize>,
}

#[derive(Serialize, JsonSchema)]
pub(in crate::mcp) struct Output {
    items: Vec<Item>,
    /// Where the list continues.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<usize>,
}

#[derive(Serialize, JsonSchema)]
struct Item {
    text: String,
    kind: &'static str,
    #[serde(skip_serializing_if = "String::is_empty")]
    detail: String,
    /// A sample value.
    #[serde(skip_serializing_if = "Option::is_none")]
    sample: Option<String>,
}

impl Tool for Complete {
    const NAME: &'static str = "complete";
    const TITLE: &'static str = "List completions";
    const DESCRIPTION: &'static str = "Lists completions at a place in a template: response \
        fields with kinds and sample values, attributes, filters, tags, and content blocks.";
    const EFFECT: Effect = Effect::Reads;
    type Input = Input;
    type Output = Output;

    fn run(desk: &Desk, input: Input) -> Result<Output, Refusal> {
        let session = desk.read(input.files.as_ref())?;
        let (line, column) = (Some(input.line), Some(input.column));
        let at = At::new(&session, desk, &input.path, line, column, input.recipient.as_deref())?;
        let found = at.writing(complete);
        let items = found.map(|found| found.items).unwrap_or_default();
        let (items, next) = page(items, input.from.unwrap_or_default());
        let items = items.into_iter().map(|item| Item {
            text: item.label,
            kind: item.kind.word(),
            detail: item.detail,
            sample: item.sample,
        });
        Ok(Output { items: items.collect(), next })
    }
}

/// Most characters shown of what is printed.
const MOST_PRINTED: usize = 80;

/// A place of a template.
pub(super) struct At<'s> {
    session: &'s Session,
    message: String,
    is_block: bool,
    source: Arc<Source>,
    position: Position,
    recipient: Option<String>,
}

impl<'s> At<'s> {
    /// Finds the template of a path, and a place in it.
    ///
    /// # Errors
    /// If there is none.
    pub fn new(
        session: &'s Session,
        desk: &Desk,
        path: &str,
        line: Option<usize>,
        column: Option<usize>,
        recipient: Option<&str>,
    ) -> Result<At<'s>, Refusal> {
        let shown = session.workspace.shown(&session.workspace.root.join(desk.inside(path)?));
        let mut parts = session.messages.iter().flat_map(|message| {
            message.parts.iter().map(move |part| (&*message.name, part.source()))
        });
        let part = parts.find(|(_, source)| source.name() == shown);
        let mut blocks = session.known.blocks.iter();
        let block = || {
            let found = blocks.find(|(_, block)| block.template.source.name() == shown);
            found.map(|(name, block)| (&**name, &block.template.source))
        };
        let is_block = part.is_none();
        let Some((message, source)) = part.or_else(block) else {
            let names = session.messages.iter().flat_map(|message| &message.parts);
            let names = names.map(|part| part.source().name());
            let refusal = Refusal::missing(format!("`{path}` isn't a template"));
            return Err(refusal.near(path, names));
        };
        let first = || session.scenarios_for(message).next().map(|one| one.name.clone());
        let recipient = recipient.map(str::to_owned).or_else(first);
        let (Some(line), Some(column)) = (line, column) else {
            return Err(Refusal::wrong("`path` needs a `line` and a `column`"));
        };
        Ok(At {
            session,
            message: message.to_owned(),
            is_block,
            source: Arc::clone(source),
            position: Position { line: line.max(1), column: column.max(1) },
            recipient,
        })
    }

    /// Returns what the output there prints for each recipient, a line each.
    pub fn printed(&self, desk: &Desk) -> Vec<String> {
        let At { session, message, source, .. } = self;
        let recipients = session.scenarios_for(message).take(MOST_ITEMS);
        let lines = recipients.filter_map(|scenario| {
            let (message, name) = (message.clone(), scenario.name.clone());
            let ask = Ask {
                message,
                scenario: name.clone(),
                cancel: desk.cancel.clone(),
                ..Ask::default()
            };
            let rendering = Rendering::of(&ask, session).ok()?;
            let offset = source.offset(self.position);
            let printed = Printed::at(&rendering, source.name(), offset)?;
            let shown = match &printed.texts[..] {
                [] => "(blank)".to_owned(),
                [text] => short(&desk.hide(text), MOST_PRINTED),
                [first, ..] => {
                    let first = short(&desk.hide(first), MOST_PRINTED);
                    format!("{first} and {} more", printed.texts.len() - 1)
                }
            };
            Some(format!("{name}: {shown}"))
        });
        lines.collect()
    }

    pub fn place(&self) -> String {
        format!("{}:{}:{}", self.source.name(), self.position.line, self.position.column)
    }

    /// Calls `work` with the text as something that is being written, and the offset in it.
    pub fn writing<T>(&self, work: impl FnOnce(&Writing<'_>, usize) -> T) -> T {
        let At { session, message, source, .. } = self;
        let recipient = self.recipient.as_deref();
        let looked =
            recipient.and_then(|name| looked(session, message, name, source.name(), source.text()));
        let recipient = looked
            .as_ref()
            .map(|looked| Recipient { scenario: &looked.scenario, responses: &looked.responses });
        let writing = Writing {
            known: &session.known,
            message,
            text: source.text(),
            path: source.name(),
            is_block: self.is_block,
            messages: &session.messages,
            recipient: recipient.as_ref(),
        };
        work(&writing, source.offset(self.position))
    }
}
