//! One row after the other, into a tally.

use std::collections::{BTreeMap, HashMap};
use std::hash::BuildHasher;
use std::io;
use std::sync::{Arc, LazyLock};

use foldhash::fast::RandomState;
use foldhash::quality::FixedState;
use meniscus_analysis::coverage::{Level, Point, PointKind, Points, points};
use meniscus_analysis::project::{Channel, Field, FieldKind};
use meniscus_engine::render::{Event, Outcome};
use meniscus_engine::syntax::Template;
use meniscus_engine::text::Source;
use meniscus_preview::page::channel::{is_html, limits_of, sms_of};
use regex::Regex;

use crate::distinct::Distinct;
use crate::person::Person;
use crate::plan::{Plan, RenderedRow, place_of};
use crate::row_answers::RowAnswers;
use crate::tally::{Branch, Counted, Extreme, Place, Sample, Size, Tally};

/// The most segments of an SMS that Braze sends.
const MOST_SEGMENTS: usize = 10;

/// A link without an address.
static EMPTY_LINK: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(EMPTY_HREF).ok());

/// `href` with nothing, blanks or only a scheme, in quotes or before the end of the tag.
const EMPTY_HREF: &str = r#"(?i)<a\s(?:[^>"']|"[^"]*"|'[^']*')*?\bhref\s*=\s*(?:"\s*(?:https?://)?\s*"|'\s*(?:https?://)?\s*'|>)"#;

/// What a row came to.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "most rows are sent, and a box for each costs more")]
pub enum RowResult {
    /// It is among those who get nothing.
    Excluded,
    /// Why it can't be used.
    Unusable(String),
    /// Why it gets nothing, and where.
    NotSent(Place),
    /// What it gets, and what is blank there.
    Sent(RenderedRow, Vec<Place>),
}

/// Renders rows in one thread.
#[derive(Debug)]
pub struct Measurer<'a> {
    plan: &'a Plan,
    hasher: FixedState,
    tally: Tally,
    /// Rows that came past each event of a text, and the last of them.
    events: HashMap<(usize, u32, Event), (u64, u64), RandomState>,
    texts: HashMap<usize, Arc<Source>, RandomState>,
    row: u64,
}

impl<'a> Measurer<'a> {
    /// Begins with no rows.
    #[must_use]
    pub fn new(plan: &'a Plan) -> Measurer<'a> {
        Measurer {
            plan,
            hasher: FixedState::default(),
            tally: Tally { branches: no_rows(plan), ..plan.tally() },
            events: HashMap::default(),
            texts: HashMap::default(),
            row: 0,
        }
    }

    /// Renders a row, and counts what comes of it. `at` is its place, `answers` finds its responses by
    /// the customer's id.
    ///
    /// # Errors
    /// If responses can't be read any more.
    pub fn add(
        &mut self,
        at: String,
        person: Result<Person, String>,
        answers: &mut dyn FnMut(Option<&str>) -> io::Result<RowAnswers>,
    ) -> io::Result<RowResult> {
        self.row += 1;
        let sample = Sample { hash: self.hasher.hash_one(&at), at };
        if person.as_ref().is_ok_and(|person| self.plan.excludes(person)) {
            self.tally.excluded += 1;
            return Ok(RowResult::Excluded);
        }
        self.tally.rows += 1;
        let row = match person {
            Ok(person) => {
                let answers = answers(person.id.as_deref())?;
                self.plan.render(&person, answers)
            }
            Err(why) => Err(why),
        };
        Ok(match row {
            Ok(row) => {
                self.tally.unanswered += u64::from(row.has_missed());
                self.count(row, &sample)
            }
            Err(why) => {
                let most = self.plan.options.samples;
                count_under(&mut self.tally.row_errors, &why, sample, most);
                RowResult::Unusable(why)
            }
        })
    }

    fn count(&mut self, row: RenderedRow, sample: &Sample) -> RowResult {
        for outcome in &row.outcomes {
            self.calls(outcome);
            self.branches(outcome);
        }
        let most = self.plan.options.samples;
        if let Some(place) = row.abort() {
            count_under(&mut self.tally.aborts, &place, sample.clone(), most);
            return RowResult::NotSent(place);
        }
        self.tally.sent += 1;
        crate::tally::keep(&mut self.tally.samples, vec![sample.clone()], most);
        let blanks = self.plan.blanks(&row);
        self.tally.with_blanks += u64::from(!blanks.is_empty());
        for place in &blanks {
            count_under(&mut self.tally.blanks, place, sample.clone(), most);
        }
        self.sizes(&row.outcomes, sample);
        RowResult::Sent(row, blanks)
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

    fn sizes(&mut self, outcomes: &[Outcome], sample: &Sample) {
        let message = &*self.plan.message;
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
    #[must_use]
    pub fn finish(mut self) -> Tally {
        let parts = self.plan.message.parts.iter().map(|part| &*part.template);
        for template in parts.chain(self.plan.blocks()) {
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

/// Counts a row under a key, which is only copied for its first row.
fn count_under<K: Ord + Clone>(
    all: &mut BTreeMap<K, Counted>,
    key: &K,
    sample: Sample,
    most: usize,
) {
    match all.get_mut(key) {
        Some(counted) => counted.add(1, vec![sample], most),
        None => {
            let mut counted = Counted::default();
            counted.add(1, vec![sample], most);
            all.insert(key.clone(), counted);
        }
    }
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

/// Returns the tallies of all branches, so that those which nobody takes are there, too.
fn no_rows(plan: &Plan) -> BTreeMap<Place, Branch> {
    let parts = plan.message.parts.iter().map(|part| &*part.template);
    let mut all = BTreeMap::new();
    for template in parts {
        for point in points(template).points.iter().filter(|point| is_branch(point)) {
            all.insert(branch_of(template, point), Branch { rows: 0, group: point.group });
        }
    }
    all
}
