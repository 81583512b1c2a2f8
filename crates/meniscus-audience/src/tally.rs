//! What an audience gets, in numbers that can be added.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::distinct::Distinct;
use meniscus_engine::render::AbortKind;

/// The version of the JSON.
const VERSION: u32 = 1;

/// The highest number in JSON that everybody reads as it is.
const MOST: u64 = 1 << 53;

/// What recipients of an audience get. Adding tallies of parts gives that of the whole.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tally {
    /// 1.
    pub version: u32,
    /// The message.
    pub message: String,
    /// A digest of everything that the message is rendered from, except recipients and answers.
    pub of: String,
    /// What 'now' is.
    pub now: String,
    /// Whether rows were left, because of a limit or because somebody stopped the run.
    pub partial: bool,
    /// Rows that are counted, without those left out.
    pub rows: u64,
    /// Rows of the control group, which get nothing.
    pub excluded: u64,
    /// Recipients who get the message.
    pub sent: u64,
    /// Recipients who get it with at least one blank.
    pub with_blanks: u64,
    /// Recipients with a call that neither a row of a table nor a recording answers; they are counted
    /// as sent or aborted as well.
    pub unanswered: u64,
    /// Recipients with a text over a limit of the channel.
    pub oversize: u64,
    /// Recipients with a link that leads nowhere.
    pub empty_links: u64,
    /// Recipients who don't get it, by reason.
    pub aborts: BTreeMap<Place, Counted>,
    /// Expressions that print nothing, with the recipients who see that.
    pub blanks: BTreeMap<Place, Counted>,
    /// Rows that can't be used, by reason.
    pub row_errors: BTreeMap<String, Counted>,
    /// Recipients by branch.
    pub branches: BTreeMap<Place, Branch>,
    /// Sizes of each part, in bytes.
    pub sizes: BTreeMap<String, Size>,
    /// Segments of text messages.
    pub sms: Option<Sms>,
    /// Calls to other systems that sending makes.
    pub calls: u64,
    /// How many of them are different.
    pub distinct_calls: Distinct,
    /// How many different texts recipients get.
    pub distinct_outputs: Distinct,
    /// Recipients who get the message, chosen by the hash of their place.
    pub samples: Vec<Sample>,
}

/// A place of a template, and what happens there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Place {
    pub file: String,
    pub line: usize,
    pub column: usize,
    /// What happens: a reason, an expression with its cause, a branch.
    pub what: String,
}

impl From<Place> for String {
    fn from(place: Place) -> String {
        format!("{}:{}:{} {}", place.file, place.line, place.column, place.what)
    }
}

impl TryFrom<String> for Place {
    type Error = String;

    fn try_from(text: String) -> Result<Place, String> {
        let wrong = || format!("`{text}` isn't a valid place");
        // A path may have spaces: the first one after a line and a column ends it.
        let found = text.match_indices(' ').find_map(|(space, _)| {
            let mut parts = text[..space].rsplitn(3, ':');
            let mut number = || parts.next().and_then(|part| part.parse().ok());
            let (column, line) = (number()?, number()?);
            let (file, what) = (parts.next()?.to_owned(), text[space + 1..].to_owned());
            Some(Place { file, line, column, what })
        });
        found.ok_or_else(wrong)
    }
}

/// How many rows, with some of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Counted {
    pub rows: u64,
    /// Chosen by the hash of their place.
    pub samples: Vec<Sample>,
}

/// How many recipients take a branch of those who come there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Branch {
    pub rows: u64,
    /// Branches of a file with the same number are alternatives.
    pub group: usize,
}

/// A row, by its place in the input: what is in it stays there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sample {
    /// The hash of the place: one of the id would tell who it is to whoever has a list of ids.
    pub hash: u64,
    /// `users.ndjson:17`.
    pub at: String,
}

/// Sizes of texts, in bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Size {
    pub texts: u64,
    pub sum: u64,
    pub shortest: Extreme,
    pub longest: Extreme,
}

/// A text of a row, by its size.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Extreme {
    pub bytes: u64,
    pub sample: Sample,
}

/// Segments of text messages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sms {
    /// Messages by their number of segments.
    pub segments: BTreeMap<usize, u64>,
    /// Messages with characters outside GSM-7, which makes their segments shorter.
    pub ucs2: u64,
}

impl Default for Tally {
    fn default() -> Tally {
        Tally {
            version: VERSION,
            message: String::new(),
            of: String::new(),
            now: String::new(),
            partial: false,
            rows: 0,
            excluded: 0,
            sent: 0,
            with_blanks: 0,
            unanswered: 0,
            oversize: 0,
            empty_links: 0,
            aborts: BTreeMap::new(),
            blanks: BTreeMap::new(),
            row_errors: BTreeMap::new(),
            branches: BTreeMap::new(),
            sizes: BTreeMap::new(),
            sms: None,
            calls: 0,
            distinct_calls: Distinct::default(),
            distinct_outputs: Distinct::default(),
            samples: Vec::new(),
        }
    }
}

impl Tally {
    /// Reads the JSON of a tally.
    ///
    /// # Errors
    /// If it isn't one, or one of another version.
    pub fn read(text: &str) -> Result<Tally, String> {
        let tally = serde_json::from_str::<Tally>(text).map_err(|error| error.to_string())?;
        match tally.version {
            VERSION if tally.is_possible() => Ok(tally),
            VERSION => Err("its numbers contradict each other".to_owned()),
            other => Err(format!("it has version {other}, but this program writes {VERSION}")),
        }
    }

    /// Whether the counts can be those of rows: a report that somebody edited must not be added.
    fn is_possible(&self) -> bool {
        let sum = |mut all: &mut dyn Iterator<Item = u64>| {
            (&mut all).try_fold(0_u64, |sum, one| sum.checked_add(one))
        };
        let Some(aborted) = sum(&mut self.aborts.values().map(|one| one.rows)) else {
            return false;
        };
        let Some(errors) = sum(&mut self.row_errors.values().map(|one| one.rows)) else {
            return false;
        };
        let mut of_all = self.branches.values().map(|branch| branch.rows);
        let mut of_sent = self.blanks.values().map(|one| one.rows);
        let mut of_sms = self.sms.iter().flat_map(|sms| &sms.segments);
        let mut of_sizes = self.sizes.values().map(|size| (size.texts, size.sum));
        self.rows.max(self.excluded).max(self.calls) <= MOST
            && sum(&mut [self.sent, aborted, errors].into_iter()) == Some(self.rows)
            && [self.with_blanks, self.oversize, self.empty_links].iter().all(|n| *n <= self.sent)
            && self.unanswered <= self.rows
            && of_all.all(|rows| rows <= self.rows)
            && of_sent.all(|rows| rows <= self.sent)
            && of_sms.all(|(segments, rows)| *segments <= 1 << 20 && *rows <= self.sent)
            && of_sizes.all(|(texts, bytes)| texts <= self.sent && bytes <= MOST)
    }

    /// Recipients for whom a template has an error, or something that isn't the author's wish stops
    /// it: they are among those who don't get the message.
    #[must_use]
    pub fn failed(&self) -> u64 {
        let wished = format!("{}:", AbortKind::AbortMessage.name());
        let failed = self.aborts.iter().filter(|(place, _)| !place.what.starts_with(&wished));
        failed.map(|(_, counted)| counted.rows).sum()
    }

    /// Recipients who don't get the message.
    #[must_use]
    pub fn aborted(&self) -> u64 {
        self.aborts.values().map(|counted| counted.rows).sum()
    }

    /// Rows that can be used.
    #[must_use]
    pub fn recipients(&self) -> u64 {
        self.rows.saturating_sub(self.errors())
    }

    /// Rows that can't be used.
    #[must_use]
    pub fn errors(&self) -> u64 {
        self.row_errors.values().map(|counted| counted.rows).sum()
    }

    /// Adds another part of the same audience, keeping at most `samples` rows of each kind.
    ///
    /// # Errors
    /// If it is of another message, or of another state of its workspace.
    pub fn merge(&mut self, other: Tally, samples: usize) -> Result<(), String> {
        for (what, own, theirs) in [
            ("message", &self.message, &other.message),
            ("workspace state", &self.of, &other.of),
            ("clock", &self.now, &other.now),
        ] {
            if own != theirs {
                return Err(format!("it has a different {what}: `{theirs}`, not `{own}`"));
            }
        }
        self.add(other, samples);
        Ok(())
    }

    pub(super) fn add(&mut self, other: Tally, most: usize) {
        self.partial |= other.partial;
        self.rows += other.rows;
        self.excluded += other.excluded;
        self.sent += other.sent;
        self.with_blanks += other.with_blanks;
        self.unanswered += other.unanswered;
        self.oversize += other.oversize;
        self.empty_links += other.empty_links;
        self.calls += other.calls;
        add_all(&mut self.aborts, other.aborts, most);
        add_all(&mut self.blanks, other.blanks, most);
        add_all(&mut self.row_errors, other.row_errors, most);
        for (place, branch) in other.branches {
            self.branches.entry(place).or_insert(Branch { rows: 0, ..branch }).rows += branch.rows;
        }
        for (part, size) in other.sizes {
            match self.sizes.get_mut(&part) {
                Some(own) => own.add(size),
                None => drop(self.sizes.insert(part, size)),
            }
        }
        if let Some(sms) = other.sms {
            let own = self.sms.get_or_insert_default();
            own.ucs2 += sms.ucs2;
            for (segments, rows) in sms.segments {
                *own.segments.entry(segments).or_default() += rows;
            }
        }
        self.distinct_calls.merge(&other.distinct_calls);
        self.distinct_outputs.merge(&other.distinct_outputs);
        keep(&mut self.samples, other.samples, most);
    }
}

impl Size {
    pub(super) fn of(extreme: Extreme) -> Size {
        Size { texts: 1, sum: extreme.bytes, shortest: extreme.clone(), longest: extreme }
    }

    pub(super) fn add(&mut self, other: Size) {
        self.texts += other.texts;
        self.sum += other.sum;
        if other.shortest < self.shortest {
            self.shortest = other.shortest;
        }
        // Of two as long, the one with the lower hash, whatever comes first.
        let rank = |one: &Extreme| (one.bytes, std::cmp::Reverse(one.sample.clone()));
        if rank(&other.longest) > rank(&self.longest) {
            self.longest = other.longest;
        }
    }

    /// The mean, in bytes.
    #[must_use]
    pub fn mean(&self) -> u64 {
        self.sum / self.texts.max(1)
    }
}

impl Sms {
    /// Segments of all messages.
    #[must_use]
    pub fn all(&self) -> u64 {
        self.segments.iter().map(|(segments, rows)| *segments as u64 * rows).sum()
    }
}

impl Counted {
    pub(super) fn add(&mut self, rows: u64, samples: Vec<Sample>, most: usize) {
        self.rows += rows;
        keep(&mut self.samples, samples, most);
    }
}

fn add_all<K: Ord>(own: &mut BTreeMap<K, Counted>, other: BTreeMap<K, Counted>, most: usize) {
    for (key, counted) in other {
        own.entry(key).or_default().add(counted.rows, counted.samples, most);
    }
}

/// Keeps the samples with the lowest hashes, which depends on neither order nor threads.
pub(super) fn keep(own: &mut Vec<Sample>, more: Vec<Sample>, most: usize) {
    // Most rows are no sample of what is common.
    for sample in more {
        if own.len() >= most && own.last().is_some_and(|last| *last <= sample) {
            continue;
        }
        if let Err(place) = own.binary_search(&sample) {
            own.insert(place, sample);
            own.truncate(most);
        }
    }
}
