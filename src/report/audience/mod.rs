//! What an audience gets, for people: a screen, or a page that needs nothing else.

mod html;
mod human;

pub use html::html;
pub use human::human;

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
}

/// Where lines of templates come from.
pub trait LineOf: std::fmt::Debug {
    fn line(&self, file: &str, line: usize) -> Option<String>;
}

/// SessionM's guide sends larger audiences as bulk data.
const MOST_CALLS: f64 = 500.0;

/// Writes a number with commas.
fn number(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

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
    let distinct = tally.distinct_calls.count().min(tally.calls);
    notes.push(format!(
        "sending makes {} calls, about {} of them different",
        number(tally.calls),
        number(distinct)
    ));
    if let Some(rate) = about.send_rate {
        let rows = tally.rows.saturating_sub(tally.errors()).max(1);
        let calls = rate * tally.calls as f64 / rows as f64;
        let minutes = rows as f64 / rate / 60.0;
        notes.push(format!(
            "at {rate} messages a second: {calls:.0} calls a second for {minutes:.0} minutes"
        ));
        if calls > MOST_CALLS {
            notes.push(
                "above 500 calls a second, SessionM's guide sends bulk data to Braze instead"
                    .to_owned(),
            );
        }
    }
    notes
}

fn at(place: &Place) -> String {
    format!("{}:{}:{}", place.file, place.line, place.column)
}

#[cfg(test)]
mod tests {
    use super::{number, share};

    #[test]
    fn numbers_and_shares_are_for_people() {
        assert_eq!([0, 999, 1_000, 12_345_678].map(number), ["0", "999", "1,000", "12,345,678"]);
        let shares = [(0, 9), (1, 1_000_000), (999_999, 1_000_000), (1, 300), (9, 9), (1, 3)];
        assert_eq!(
            shares.map(|(part, of)| share(part, of)),
            ["0 %", "<0.01 %", ">99.99 %", "0.33 %", "100.0 %", "33.3 %"]
        );
    }
}
