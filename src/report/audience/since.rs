//! What is otherwise than in an earlier report.

use std::collections::BTreeMap;

use crate::audience::{Counted, Place, Tally};

/// A number of two reports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Change {
    /// What is counted: `with a blank`, or an expression with its file.
    pub what: String,
    pub before: u64,
    pub now: u64,
}

impl Change {
    /// Returns the difference, with its sign.
    pub fn difference(&self) -> String {
        let sign = if self.now < self.before { '-' } else { '+' };
        format!("{sign}{}", super::number(self.now.abs_diff(self.before)))
    }
}

/// Returns what may make numbers differ besides the recipients.
pub(super) fn reason(before: &Tally, now: &Tally) -> &'static str {
    match (before.of == now.of, before.now == now.now) {
        (true, true) => "the same workspace and clock",
        (true, false) => "the same workspace, a different clock",
        (false, true) => "the workspace has changed",
        (false, false) => "the workspace has changed, and so has the clock",
    }
}

/// Returns the numbers that differ: the counts in order, then places by how much they differ.
pub(super) fn changes(before: &Tally, now: &Tally) -> Vec<Change> {
    let counts = [
        ("recipients", before.recipients(), now.recipients()),
        ("sent", before.sent, now.sent),
        ("with a blank", before.with_blanks, now.with_blanks),
        ("with an empty link", before.empty_links, now.empty_links),
        ("over a size limit", before.oversize, now.oversize),
        ("not sent", before.aborted(), now.aborted()),
        ("without a response", before.unanswered, now.unanswered),
        ("rows with errors", before.errors(), now.errors()),
        ("calls", before.calls, now.calls),
    ];
    let counts = counts.map(|(what, before, now)| Change { what: what.to_owned(), before, now });
    let mut places = BTreeMap::<String, (u64, u64)>::new();
    for (all, is_now) in
        [(&before.blanks, false), (&before.aborts, false), (&now.blanks, true), (&now.aborts, true)]
    {
        for (place, Counted { rows, .. }) in all {
            let (before, now) = places.entry(name(place)).or_default();
            *(if is_now { now } else { before }) += rows;
        }
    }
    let places = places.into_iter();
    let places = places.map(|(what, (before, now))| Change { what, before, now });
    let mut places = places.collect::<Vec<_>>();
    places.sort_by_key(|change| std::cmp::Reverse(change.now.abs_diff(change.before)));
    counts.into_iter().chain(places).filter(|change| change.before != change.now).collect()
}

/// Returns the name of a place that stays the same when lines are added before it.
fn name(place: &Place) -> String {
    format!("{}  {}", place.what, place.file)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(rows: u64, blanks: &[(&str, usize, u64)]) -> Tally {
        let place = |(what, line, rows): &(&str, usize, u64)| {
            let (file, what) = ("body.liquid".to_owned(), (*what).to_owned());
            let place = Place { file, line: *line, column: 1, what };
            (place, Counted { rows: *rows, samples: Vec::new() })
        };
        Tally { rows, sent: rows, blanks: blanks.iter().map(place).collect(), ..Tally::default() }
    }

    #[test]
    fn what_differs_is_listed_and_what_moved_is_not() {
        let before = tally(10, &[("{{a}}: empty value", 1, 5), ("{{b}}: never set", 2, 1)]);
        let now = tally(12, &[("{{a}}: empty value", 9, 5), ("{{c}}: never set", 3, 7)]);
        let found = changes(&before, &now);
        let shown = found.iter().map(|one| format!("{} {}", one.difference(), one.what));
        assert_eq!(
            shown.collect::<Vec<_>>(),
            [
                "+2 recipients",
                "+2 sent",
                "+7 {{c}}: never set  body.liquid",
                "-1 {{b}}: never set  body.liquid",
            ]
        );
        assert!(changes(&now, &now).is_empty());
    }
}
