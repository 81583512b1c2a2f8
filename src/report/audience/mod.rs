//! What an audience gets, for people: a screen, or a page that needs nothing else.

mod html;
mod human;
mod since;

pub use html::html;
pub use human::human;

use super::numbers::{counted, grouped as number};
use crate::audience::{Place, Tally};

/// What a report says besides the counts.
#[derive(Clone, Debug, Default)]
pub struct About<'a> {
    /// Messages that Braze sends in a second.
    pub send_rate: Option<f64>,
    /// Whether a screen lists all branches, rather than those that nobody takes.
    pub all_branches: bool,
    /// The price of a segment of a text message.
    pub sms_price: Option<f64>,
    /// Returns a line of a template, by file and number from 1.
    pub line: Option<&'a dyn LineOf>,
    /// An earlier report of the same message.
    pub since: Option<&'a Tally>,
}

/// Where lines of templates come from.
pub trait LineOf: std::fmt::Debug {
    fn line(&self, file: &str, line: usize) -> Option<String>;
}

/// SessionM's guide sends larger audiences as bulk data.
const MOST_CALLS: f64 = 500.0;

/// Writes a share in percent; what isn't nothing isn't 0 %, and what isn't all isn't 100 %.
fn share(part: u64, of: u64) -> String {
    let percent = part as f64 * 100.0 / of.max(1) as f64;
    match () {
        () if part == 0 => "0 %".to_owned(),
        () if percent < 0.01 => "<0.01 %".to_owned(),
        () if part < of && percent > 99.99 => ">99.99 %".to_owned(),
        () if percent < 1.0 => format!("{percent:.2} %"),
        () => format!("{percent:.1} %"),
    }
}

/// Returns the entries with the most rows first; equal ones by place.
fn ranked<'t, K: Ord + 't, V: 't>(
    all: impl Iterator<Item = (&'t K, &'t V)>,
    rows: impl Fn(&V) -> u64,
) -> Vec<(&'t K, &'t V)> {
    let mut all = all.collect::<Vec<_>>();
    all.sort_by_key(|(key, value)| (std::cmp::Reverse(rows(value)), *key));
    all
}

/// Says what the calls of a send mean, a sentence each.
fn call_notes(tally: &Tally, about: &About<'_>) -> Vec<String> {
    let mut notes = Vec::new();
    if tally.calls == 0 {
        return notes;
    }
    if tally.unanswered > 0 && tally.unanswered == tally.recipients() {
        notes.push("nobody has a response; pass `--answers`, or check its IDs".to_owned());
    }
    let distinct = tally.distinct_calls.count().min(tally.calls);
    notes.push(format!(
        "sending makes {}, {} of them distinct; each part of a message makes its own calls",
        counted(tally.calls, "call", "calls"),
        about_number(distinct)
    ));
    if let Some(rate) = about.send_rate {
        let rows = tally.recipients().max(1);
        let calls = rate * tally.calls as f64 / rows as f64;
        notes.push(format!(
            "at {} per second: {} per second for {}",
            counted(rate.round() as u64, "message", "messages"),
            counted(calls.round() as u64, "call", "calls"),
            duration(rows as f64 / rate)
        ));
        if calls > MOST_CALLS {
            notes.push(
                "SessionM's API handles one customer per call; above 500 users at once, ask \
                 SessionM to send bulk data to Braze"
                    .to_owned(),
            );
        }
    }
    notes
}

/// Returns a time in the unit that says most: `40 seconds`, `12 minutes`, `2.5 hours`.
fn duration(seconds: f64) -> String {
    let (count, unit, digits) = match seconds {
        s if s < 99.5 => (s.ceil(), "second", 0),
        s if s < 99.5 * 60.0 => ((s / 60.0).round(), "minute", 0),
        s => (s / 3600.0, "hour", 1),
    };
    format!("{count:.digits$} {unit}{}", if count == 1.0 { "" } else { "s" })
}

/// Writes an estimate, which is exact for one.
fn about_number(count: u64) -> String {
    if count < 2 { count.to_string() } else { format!("about {}", number(count)) }
}

fn at(place: &Place) -> String {
    format!("{}:{}:{}", place.file, place.line, place.column)
}

#[cfg(test)]
mod tests {
    use super::{duration, share};

    #[test]
    fn a_time_is_in_its_best_unit() {
        let times = [0.2, 40.008, 120.0, 5_000.0, 9_000.0].map(duration);
        assert_eq!(times, ["1 second", "41 seconds", "2 minutes", "83 minutes", "2.5 hours"]);
    }

    #[test]
    fn shares_are_for_people() {
        let shares = [(0, 9), (1, 1_000_000), (999_999, 1_000_000), (1, 300), (9, 9), (1, 3)];
        assert_eq!(
            shares.map(|(part, of)| share(part, of)),
            ["0 %", "<0.01 %", ">99.99 %", "0.33 %", "100.0 %", "33.3 %"]
        );
    }
}
