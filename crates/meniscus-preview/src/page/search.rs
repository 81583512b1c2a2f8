//! Search over the workspace: lines of its texts, and the expressions that read a field.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use rayon::prelude::*;
use regex::{Regex, RegexBuilder};
use serde_json::{Value, json};

use super::refusal::Refusal;
use crate::analyze::{Model, OriginRoot, Read};
use crate::contract::each_part;
use crate::dialect::families::FAMILIES;
use crate::project::Message;
use crate::session::Session;
use crate::syntax::FamilyId;
use crate::text::{Source, Span};
use crate::wire::Places;

/// Lines that a response holds.
const MOST_LINES: usize = 300;

/// Most characters of a line that are shown.
const LINE_CHARS: usize = 160;

/// Most characters before what was found, and how many are left where there are more.
const MOST_BEFORE: usize = 36;
const LEFT_BEFORE: usize = 24;

/// Finds a text in templates, content blocks and scenarios, ignoring case: lines by file.
///
/// # Errors
/// If there is nothing to search for.
pub fn text(session: &Session, wanted: &str) -> Result<Value, Refusal> {
    let pattern = pattern_of(wanted)?;
    let texts = texts(session);
    let found = texts.par_iter().map(|(source, message)| {
        let text = source.text();
        // A line counts once, however often it says it.
        let mut last = None;
        let lines = pattern.find_iter(text).filter_map(|at| {
            let line = source.position(at.start()).line;
            (last.replace(line) != Some(line)).then(|| (at.start(), at.end()))
        });
        (source, message, lines.collect::<Vec<_>>())
    });
    let found = found.filter(|(.., lines)| !lines.is_empty()).collect::<Vec<_>>();
    let all = found.iter().map(|(.., lines)| lines.len()).sum::<usize>();
    let (places, mut room) = (Places::default(), MOST_LINES);
    let mut groups = Vec::new();
    for (source, message, lines) in found {
        let shown = lines.iter().take(room).map(|&(start, end)| {
            let span = Span::new(start, end);
            line_of(&places, source, span, message.as_deref())
        });
        let shown = shown.collect::<Vec<_>>();
        room -= shown.len();
        if !shown.is_empty() {
            let name = source.name();
            let (title, of) = match message {
                Some(message) => (&**message, name.rsplit('/').next()),
                None => (name, None),
            };
            groups.push(json!({ "title": title, "of": of, "lines": shown }));
        }
    }
    Ok(json!({
        "generation": session.generation, "wanted": wanted, "count": all, "groups": groups,
    }))
}

/// Returns the texts that can be opened, each once, with the messages that they are of.
fn texts(session: &Session) -> Vec<(Arc<Source>, Option<String>)> {
    let mut seen = HashSet::new();
    let mut texts = Vec::new();
    let mut add = |source: &Arc<Source>, message: Option<&String>| {
        if seen.insert(source.name().to_owned()) {
            texts.push((Arc::clone(source), message.cloned()));
        }
    };
    for message in &session.messages {
        for part in &message.parts {
            // A header is a line in `message.toml`.
            if part.source().name() == session.workspace.shown(&part.path) {
                add(part.source(), Some(&message.name));
            }
        }
        if let Some(settings) = &message.settings.source {
            add(settings, Some(&message.name));
        }
    }
    for block in session.known.blocks.values() {
        add(&block.template.source, None);
    }
    for scenario in &session.known.scenarios {
        scenario.sources.iter().for_each(|source| add(source, None));
    }
    texts
}

/// Describes the line of a span, cut around it.
fn line_of(places: &Places, source: &Source, span: Span, message: Option<&str>) -> Value {
    let text = source.text();
    let (start, end) = (span.start as usize, span.end as usize);
    let begin = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let finish = text[start..].find('\n').map_or(text.len(), |at| start + at);
    let begin = begin + (text[begin..start].len() - text[begin..start].trim_start().len());
    // The list is narrow: what was found is in its first lines.
    let from = text[begin..start].char_indices().rev().take(LEFT_BEFORE).last();
    let from = from.map_or(start, |(at, _)| begin + at);
    let from = if text[begin..start].chars().count() > MOST_BEFORE { from } else { begin };
    let shown = text[from..finish].char_indices().nth(LINE_CHARS);
    let shown = &text[from..shown.map_or(finish, |(at, _)| from + at)];
    let units = |text: &str| text.encode_utf16().count();
    let lead = if from > begin { "…" } else { "" };
    let (at, until) = (start - from, (end - from).min(shown.len()));
    json!({
        "path": source.name(),
        "message": message,
        "span": places.span(source, span),
        "text": format!("{lead}{}", shown.trim_end()),
        "from": units(lead) + units(&shown[..at]),
        "to": units(lead) + units(&shown[..until.max(at)]),
    })
}

fn pattern_of(wanted: &str) -> Result<Regex, Refusal> {
    let wanted = wanted.trim();
    if wanted.is_empty() {
        return Err(Refusal::wrong("there is nothing to search for").help("type a word"));
    }
    RegexBuilder::new(&regex::escape(wanted))
        .case_insensitive(true)
        .build()
        .map_err(|_| Refusal::wrong("the text is too long to search for"))
}

/// What messages read, kept until one of them changes.
#[derive(Debug, Default)]
pub struct FieldReads(Mutex<HashMap<String, Known>>);

#[derive(Clone, Debug)]
struct Known {
    session: Arc<Session>,
    reads: Arc<[FieldRead]>,
}

/// An expression that reads a field.
#[derive(Debug)]
struct FieldRead {
    /// The endpoint, the family, or the variable.
    of: Arc<str>,
    /// The field: `payload.available_points`.
    path: String,
    source: Arc<Source>,
    span: Span,
}

impl FieldReads {
    /// Finds expressions whose field, or whose own text, contains a text, ignoring case: by field.
    ///
    /// # Errors
    /// If there is nothing to search for.
    pub fn find(&self, session: &Arc<Session>, wanted: &str) -> Result<Value, Refusal> {
        let pattern = pattern_of(wanted)?;
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|name, _| session.message(name).is_some());
        drop(known);
        let reads = session.messages.par_iter().map(|message| self.of(session, message));
        let reads = reads.collect::<Vec<_>>();
        // A content block is read by many messages: its expression counts once, with how many.
        let mut fields: BTreeMap<(&str, &str), Uses<'_>> = BTreeMap::new();
        for (message, reads) in session.messages.iter().zip(&reads) {
            for read in reads.iter() {
                let FieldRead { of, path, source, span } = read;
                let whole = format!("{of}.{path}");
                if !pattern.is_match(&whole) && !pattern.is_match(source.slice(*span)) {
                    continue;
                }
                let uses = fields.entry((of, path)).or_default();
                let key = (source.name(), span.start, span.end);
                let known = uses.entry(key).or_insert_with(|| Use { read, messages: Vec::new() });
                if known.messages.last() != Some(&&*message.name) {
                    known.messages.push(&message.name);
                }
            }
        }
        let all = fields.values().map(Uses::len).sum::<usize>();
        let (places, mut room) = (Places::default(), MOST_LINES);
        let mut groups = Vec::new();
        for ((of, path), uses) in &fields {
            let lines = uses.values().take(room).map(|one| one.to_json(&places));
            let lines = lines.collect::<Vec<_>>();
            room -= lines.len();
            if !lines.is_empty() {
                groups.push(json!({ "title": path, "of": of, "lines": lines }));
            }
        }
        Ok(json!({
            "generation": session.generation, "wanted": wanted, "count": all, "groups": groups,
        }))
    }

    /// Returns what a message reads.
    fn of(&self, session: &Arc<Session>, message: &Arc<Message>) -> Arc<[FieldRead]> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = known.get_mut(&message.name)
            && super::counting::is_same(&known.session, session, message)
        {
            known.session = Arc::clone(session);
            return Arc::clone(&known.reads);
        }
        drop(known);
        let mut reads = Vec::new();
        each_part(&session.known, message, |_, model| {
            reads.extend(model.reads.iter().filter_map(|read| field_read(model, read)));
        });
        let reads: Arc<[FieldRead]> = reads.into();
        let entry = Known { session: Arc::clone(session), reads: Arc::clone(&reads) };
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(message.name.clone(), entry);
        reads
    }
}

/// Returns which field a read is of; `None` where that is unknown.
fn field_read(model: &Model<'_>, read: &Read<'_>) -> Option<FieldRead> {
    let origin = read.origin.as_ref()?;
    let of: Arc<str> = match &origin.root {
        OriginRoot::Family(FamilyId(id)) => {
            let family = FAMILIES.get(usize::from(*id))?;
            Arc::from(family.table)
        }
        OriginRoot::Call(call) => {
            let call = model.calls.get(*call)?;
            call.endpoint.clone().unwrap_or_else(|| Arc::from(call.target))
        }
        OriginRoot::Variable(name) => Arc::clone(name),
    };
    let (source, span) = (Arc::clone(read.at.source), read.at.span);
    Some(FieldRead { of, path: origin.to_string(), source, span })
}

/// Places that read a field, by file and span.
type Uses<'r> = BTreeMap<(&'r str, u32, u32), Use<'r>>;

/// A place that reads a field, and the messages that get there.
struct Use<'r> {
    read: &'r FieldRead,
    messages: Vec<&'r str>,
}

impl Use<'_> {
    fn to_json(&self, places: &Places) -> Value {
        let FieldRead { source, span, .. } = self.read;
        let mut line = line_of(places, source, *span, self.messages.first().copied());
        line["messages"] = json!(self.messages.len());
        line
    }
}
