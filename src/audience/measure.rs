//! One row after the other, into a tally.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::BuildHasher;
use std::sync::{Arc, LazyLock};

use foldhash::fast::RandomState;
use foldhash::quality::FixedState;
use meniscus_preview::page::channel::{is_html, limits_of, sms_of};
use regex::Regex;

use super::answers::{OpenAnswers, RowAnswers};
use super::distinct::Distinct;
use super::exports::{RawRow, RowPlace};
use super::person::{Person, hash_of};
use super::tally::{Branch, Counted, Extreme, Place, Sample, Size, Tally};
use crate::coverage::{Level, Point, PointKind, Points, points};
use crate::dialect::families::FAMILIES;
use crate::project::{Channel, Field, FieldKind, Message};
use crate::reason::{Cause, Rendered};
use crate::recording::{Fetch, Replay};
use crate::render::{Event, Fact, Gather, Outcome, World, render_gathering};
use crate::syntax::{FamilyId, Template};
use crate::text::{Source, Span};
use crate::value::Object;

/// Most characters shown of an expression.
const MOST_CHARS: usize = 80;

/// The most segments of an SMS that Braze sends.
const MOST_SEGMENTS: usize = 10;

/// A link without an address.
static EMPTY_LINK: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(EMPTY_HREF).ok());

/// `href` with nothing, blanks or only a scheme, in quotes or before the end of the tag.
const EMPTY_HREF: &str = r#"(?i)<a\s(?:[^>"']|"[^"]*"|'[^']*')*?\bhref\s*=\s*(?:"\s*(?:https?://)?\s*"|'\s*(?:https?://)?\s*'|>)"#;

/// What all rows share.
pub(super) struct Shared<'a> {
    pub message: &'a Message,
    /// The world of nobody in particular.
    pub world: World,
    pub recordings: Arc<Replay>,
    /// The field with the customer's id, where it isn't one of Braze's.
    pub key: Option<&'a str>,
    /// Hashes of ids that get nothing.
    pub excluded: &'a HashSet<u64, RandomState>,
    /// Whether a row without an id can't be used.
    pub needs_id: bool,
    /// Rows kept of each kind.
    pub samples: usize,
}

/// Renders rows in one thread.
pub(super) struct Measurer<'a> {
    shared: &'a Shared<'a>,
    answers: OpenAnswers,
    hasher: FixedState,
    tally: Tally,
    /// Rows that came past each event of a text, and the last of them.
    events: HashMap<(usize, u32, Event), (u64, u64), RandomState>,
    texts: HashMap<usize, Arc<Source>, RandomState>,
    row: u64,
}

impl<'a> Measurer<'a> {
    pub fn new(shared: &'a Shared<'a>, answers: OpenAnswers) -> Measurer<'a> {
        Measurer {
            shared,
            answers,
            hasher: FixedState::default(),
            tally: Tally::default(),
            events: HashMap::default(),
            texts: HashMap::default(),
            row: 0,
        }
    }

    /// Renders a row, and counts what comes of it.
    ///
    /// # Errors
    /// If a table of answers can't be read any more.
    pub fn add(&mut self, place: &RowPlace, row: &RawRow) -> std::io::Result<()> {
        self.row += 1;
        let at = place.to_string();
        let person = match Person::of(row, self.shared.key) {
            Ok((person, _)) if person.id.is_none() && self.shared.needs_id => Err(self
                .shared
                .key
                .map_or("it has no id".to_owned(), |key| format!("it has no `{key}`"))),
            other => other.map(|(person, _)| person),
        };
        let sample = Sample { hash: self.hasher.hash_one(&at), at };
        let person = match person {
            Ok(person) => person,
            Err(why) => {
                self.tally.rows += 1;
                let counted = self.tally.row_errors.entry(why).or_default();
                counted.add(1, vec![sample], self.shared.samples);
                return Ok(());
            }
        };
        let is_excluded = |id: &String| self.shared.excluded.contains(&hash_of(id));
        if person.id.as_ref().is_some_and(is_excluded) {
            self.tally.excluded += 1;
            return Ok(());
        }
        self.tally.rows += 1;
        let answers = Arc::new(self.answers.of(person.id.as_deref(), &self.shared.recordings)?);
        let world = self.world(&person.tables, Arc::clone(&answers));
        let gather = Gather { hits: true, ..Gather::default() };
        let parts = self.shared.message.parts.iter();
        let outcomes = parts.map(|part| render_gathering(&part.template, &world, gather));
        let outcomes = outcomes.collect::<Vec<_>>();
        self.count(&outcomes, &world, &sample);
        self.tally.unanswered += u64::from(answers.has_missed());
        Ok(())
    }

    fn world(&self, tables: &Object, answers: Arc<RowAnswers>) -> World {
        let mut world = self.shared.world.clone();
        let fetch: Arc<dyn Fetch> = answers;
        world.fetch = fetch;
        for (index, family) in FAMILIES.iter().enumerate() {
            let Some(values) = tables.get(family.table) else { continue };
            if family.is_blocks() {
                continue;
            }
            world.set_family(FamilyId(index as u16), values.clone());
            if family.bare {
                world.set_variable(family.name, values.clone());
            }
        }
        world
    }

    fn count(&mut self, outcomes: &[Outcome], world: &World, sample: &Sample) {
        for outcome in outcomes {
            self.calls(outcome);
            self.branches(outcome);
        }
        let most = self.shared.samples;
        if let Some(abort) = outcomes.iter().find_map(|outcome| outcome.abort.as_ref()) {
            let what = |text: &str| format!("{}: {}", abort.kind.name(), short(text));
            let place = match &abort.at {
                Some(label) => {
                    let label = label.in_file();
                    let text = label.source.slice(label.span).to_owned();
                    place_of(&label.source, label.span, what(&text))
                }
                None => Place { file: "-".to_owned(), line: 0, column: 0, what: what("") },
            };
            self.tally.aborts.entry(place).or_default().add(1, vec![sample.clone()], most);
            return;
        }
        self.tally.sent += 1;
        super::tally::keep(&mut self.tally.samples, vec![sample.clone()], most);
        let blanks = self.blanks(outcomes, world);
        self.tally.with_blanks += u64::from(!blanks.is_empty());
        for place in blanks {
            let counted: &mut Counted = self.tally.blanks.entry(place).or_default();
            counted.add(1, vec![sample.clone()], most);
        }
        self.sizes(outcomes, sample);
    }

    fn calls(&mut self, outcome: &Outcome) {
        for call in &outcome.calls {
            self.tally.calls += call.times;
            let request = &call.request;
            let body = request.body.as_deref().unwrap_or_default();
            let hash = self.hasher.hash_one((&request.method, &request.url, body));
            self.tally.distinct_calls.add(hash);
        }
    }

    fn branches(&mut self, outcome: &Outcome) {
        let Some(hits) = &outcome.hits else { return };
        for (source, counts) in hits.texts() {
            let address = Arc::as_ptr(source) as usize;
            self.texts.entry(address).or_insert_with(|| Arc::clone(source));
            for (place, event) in counts.keys() {
                let (rows, last) = self.events.entry((address, *place, *event)).or_default();
                // A content block may be in several parts of a message.
                *rows += u64::from(*last != self.row);
                *last = self.row;
            }
        }
    }

    /// Returns the places that print nothing, each once. What may have one is rendered again with its
    /// source map, which costs as much as the text; most texts don't need it.
    fn blanks(&self, outcomes: &[Outcome], world: &World) -> Vec<Place> {
        let mut found = Vec::new();
        let blocks = || self.shared.world.blocks.values().map(|block| &*block.template);
        for (part, outcome) in self.shared.message.parts.iter().zip(outcomes) {
            if !outcome.silent {
                continue;
            }
            let gather = Gather { map: true, ..Gather::default() };
            let outcome = render_gathering(&part.template, world, gather);
            let marks = outcome.map.iter().flat_map(|map| &map.marks);
            let marks = marks.filter(|mark| mark.kind.is_blank()).collect::<Vec<_>>();
            if marks.is_empty() {
                continue;
            }
            let templates = std::iter::once(&*part.template).chain(blocks());
            let templates = templates.collect::<Vec<&Template>>();
            // What a value says isn't counted, only where it is missing.
            let shown = |_: &Fact| String::new();
            let rendered = Rendered { calls: &outcome.calls, templates: &templates, shown: &shown };
            for mark in marks {
                let cause = rendered.reason(mark).map_or("", |reason| words(reason.cause));
                let what = format!("{{{{{}}}}}: {cause}", short(&mark.expression()));
                let label = mark.at.in_file();
                let place = place_of(&label.source, label.span, what);
                if !found.contains(&place) {
                    found.push(place);
                }
            }
        }
        found
    }

    fn sizes(&mut self, outcomes: &[Outcome], sample: &Sample) {
        let message = self.shared.message;
        let parts = || message.parts.iter().zip(outcomes);
        let mut outputs = Distinct::default();
        std::mem::swap(&mut outputs, &mut self.tally.distinct_outputs);
        let texts = outcomes.iter().map(|outcome| &*outcome.output).collect::<Vec<_>>();
        outputs.add(self.hasher.hash_one(texts));
        self.tally.distinct_outputs = outputs;
        let mut has_empty_link = false;
        for (part, outcome) in parts() {
            let bytes = outcome.output.len() as u64;
            let size = Size::of(Extreme { bytes, sample: sample.clone() });
            match self.tally.sizes.get_mut(&part.name) {
                Some(known) => known.add(size),
                None => drop(self.tally.sizes.insert(part.name.clone(), size)),
            }
            has_empty_link |= is_html(message, part, &outcome.output)
                && EMPTY_LINK.as_ref().is_some_and(|link| link.is_match(&outcome.output));
        }
        self.tally.empty_links += u64::from(has_empty_link);
        let bytes = |name: Option<&str>| {
            let named = parts().filter(|(part, _)| name.is_none_or(|name| part.name == name));
            named.map(|(_, outcome)| outcome.output.len()).sum::<usize>()
        };
        let mut is_over = limits_of(message.channel, &bytes).iter().any(|size| size.over);
        if message.channel == Some(Channel::Sms) {
            let is_text =
                |field: Option<&Field>| field.is_none_or(|one| one.kind == FieldKind::Text);
            let texts = parts().filter(|(part, _)| {
                is_text(message.channel.and_then(|channel| channel.field(&part.name)))
            });
            if let Some((_, text)) = texts.max_by_key(|(_, outcome)| outcome.output.len()) {
                let counted = sms_of(&text.output);
                let sms = self.tally.sms.get_or_insert_default();
                *sms.segments.entry(counted.segments).or_default() += 1;
                sms.ucs2 += u64::from(counted.encoding == "UCS-2");
                is_over |= counted.segments > MOST_SEGMENTS;
            }
        }
        self.tally.oversize += u64::from(is_over);
    }

    /// Returns what was counted.
    pub fn finish(mut self) -> Tally {
        let parts = self.shared.message.parts.iter().map(|part| &*part.template);
        let blocks = self.shared.world.blocks.values().map(|block| &*block.template);
        for template in parts.chain(blocks) {
            let address = Arc::as_ptr(&template.source) as usize;
            if !self.texts.contains_key(&address) {
                continue;
            }
            let Points { points, .. } = points(template);
            for point in points.iter().filter(|point| is_branch(point)) {
                let (place, event) = point.event();
                let rows = self.events.get(&(address, place, event)).map_or(0, |(rows, _)| *rows);
                let known = self.tally.branches.entry(branch_of(template, point));
                known.or_insert(Branch { rows: 0, group: point.group }).rows += rows;
            }
        }
        self.tally
    }
}

fn place_of(source: &Source, span: Span, what: String) -> Place {
    let at = source.position(span.start as usize);
    Place { file: source.name().to_owned(), line: at.line, column: at.column, what }
}

/// Returns a branch by its place in its file.
fn branch_of(template: &Template, point: &Point) -> Place {
    let whole = (&template.source, point.span);
    let (source, span) = template.source.in_file(point.span).unwrap_or(whole);
    place_of(source, span, one_line(&point.words))
}

/// Whether a point is a way through a template, rather than the template itself.
fn is_branch(point: &Point) -> bool {
    point.level == Level::Branch && point.kind != PointKind::Rendered
}

/// Writes a text in one line, so that it is a key whatever its length.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Shortens a text to one line.
fn short(text: &str) -> String {
    meniscus_preview::page::printed::short(text, MOST_CHARS)
}

fn words(cause: Cause) -> &'static str {
    match cause {
        Cause::NotInRecipient => "not in the row",
        Cause::NoSuchField => "no such field",
        Cause::CallFailed => "the call failed",
        Cause::NeverSet => "never set",
        Cause::EmptyValue => "empty value",
        Cause::EmptyList => "empty list",
        Cause::Filtered => "emptied by a filter",
        Cause::LeftOut => "no branch applies",
    }
}

/// Returns the tallies of all branches, so that those which nobody takes are there, too.
pub(super) fn no_rows(shared: &Shared<'_>) -> BTreeMap<Place, Branch> {
    let parts = shared.message.parts.iter().map(|part| &*part.template);
    let mut all = BTreeMap::new();
    for template in parts {
        for point in points(template).points.iter().filter(|point| is_branch(point)) {
            all.insert(branch_of(template, point), Branch { rows: 0, group: point.group });
        }
    }
    all
}
