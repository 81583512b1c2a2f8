use std::collections::BTreeMap;

use super::segment_row::RowPlace;

/// Most rows listed in each group.
const FIRST: usize = 5;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Group {
    pub count: u32,
    /// The first rows, in order.
    pub first: Vec<RowPlace>,
    /// The host's message about the first row in this run.
    pub message: Option<String>,
    spoken_at: Option<RowPlace>,
}

impl Group {
    fn add(&mut self, place: RowPlace, message: Option<String>) {
        self.count += 1;
        let at = self.first.partition_point(|known| *known < place);
        if at < FIRST {
            self.first.insert(at, place);
            self.first.truncate(FIRST);
        }
        // Requests finish in any order, but the same rows give the same message.
        if message.is_some() && self.spoken_at.is_none_or(|known| place < known) {
            self.message = message;
            self.spoken_at = Some(place);
        }
    }
}

/// The results for a segment's customers, in this run and earlier ones.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Tagged in this run.
    pub sent: u32,
    /// Tagged in an earlier run.
    pub sent_before: u32,
    /// Resent, because it is unknown whether an earlier request arrived.
    pub resent: u32,
    /// Permanently rejected, by code.
    pub failed: BTreeMap<String, Group>,
    /// Not accepted yet and left to the next run, by code.
    pub later: BTreeMap<String, Group>,
    /// Possibly tagged and not resent, by code.
    pub unclear: BTreeMap<String, Group>,
    /// Not attempted before the run ended.
    pub left: u32,
}

impl Tally {
    pub(super) fn add_failed(&mut self, code: &str, place: RowPlace, message: Option<String>) {
        self.failed.entry(code.to_owned()).or_default().add(place, message);
    }

    pub(super) fn add_later(&mut self, code: &str, place: RowPlace, message: Option<String>) {
        self.later.entry(code.to_owned()).or_default().add(place, message);
    }

    pub(super) fn add_unclear(&mut self, code: &str, place: RowPlace, message: Option<String>) {
        self.unclear.entry(code.to_owned()).or_default().add(place, message);
    }

    /// Returns how many customers have a known result.
    #[must_use]
    pub fn told(&self) -> u32 {
        let of = |groups: &BTreeMap<String, Group>| -> u32 {
            groups.values().map(|group| group.count).sum()
        };
        self.sent + self.sent_before + of(&self.failed) + of(&self.later) + of(&self.unclear)
    }

    /// Whether every customer was tagged.
    #[must_use]
    pub fn is_fine(&self) -> bool {
        self.failed.is_empty() && self.later.is_empty() && self.unclear.is_empty() && self.left == 0
    }
}
