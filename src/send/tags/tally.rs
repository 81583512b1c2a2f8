use std::collections::BTreeMap;

use super::segment_row::Place;

/// How many rows are named of each group.
const FIRST: usize = 5;

/// Rows of one outcome and code.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Group {
    /// How many.
    pub count: u32,
    /// The first of them, in the order of the rows.
    pub first: Vec<Place>,
    /// What the host said of the first of this run.
    pub message: Option<String>,
    spoken_at: Option<Place>,
}

impl Group {
    fn add(&mut self, place: Place, message: Option<String>) {
        self.count += 1;
        let at = self.first.partition_point(|known| *known < place);
        if at < FIRST {
            self.first.insert(at, place);
            self.first.truncate(FIRST);
        }
        // Requests end in any order; the same rows give the same words.
        if message.is_some() && self.spoken_at.is_none_or(|known| place < known) {
            self.message = message;
            self.spoken_at = Some(place);
        }
    }
}

/// What became of the customers of a segment, in this run and those before it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Tagged in this run.
    pub sent: u32,
    /// Tagged in an earlier run.
    pub sent_before: u32,
    /// Sent again, as nobody knows whether an earlier request arrived.
    pub resent: u32,
    /// Refused for good, by code.
    pub failed: BTreeMap<String, Group>,
    /// Not taken by now, to be sent by the next run, by code.
    pub later: BTreeMap<String, Group>,
    /// Perhaps tagged and not sent again, by code.
    pub unclear: BTreeMap<String, Group>,
    /// Not tried, as the run ended before.
    pub left: u32,
}

impl Tally {
    pub(super) fn add_failed(&mut self, code: &str, place: Place, message: Option<String>) {
        self.failed.entry(code.to_owned()).or_default().add(place, message);
    }

    pub(super) fn add_later(&mut self, code: &str, place: Place, message: Option<String>) {
        self.later.entry(code.to_owned()).or_default().add(place, message);
    }

    pub(super) fn add_unclear(&mut self, code: &str, place: Place, message: Option<String>) {
        self.unclear.entry(code.to_owned()).or_default().add(place, message);
    }

    /// Returns the customers of which it is told what became.
    #[must_use]
    pub fn told(&self) -> u32 {
        let of = |groups: &BTreeMap<String, Group>| -> u32 {
            groups.values().map(|group| group.count).sum()
        };
        self.sent + self.sent_before + of(&self.failed) + of(&self.later) + of(&self.unclear)
    }

    /// Returns whether every customer was tagged.
    #[must_use]
    pub fn is_fine(&self) -> bool {
        self.failed.is_empty() && self.later.is_empty() && self.unclear.is_empty() && self.left == 0
    }
}
