use std::collections::HashSet;

use crate::rules::reading::dates::{directives, format_of};
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};
use crate::text::Span;

rule! {
    /// A date format that mixes up months and minutes, or has no `%` at all.
    ///
    /// ## What it does
    ///
    /// Reports a format that uses `%m` (the month) for minutes, or `%M` (the minute) for months.
    /// Also reports a format from another language, such as `DD.MM.YYYY`.
    ///
    /// ## Why it matters
    ///
    /// `%H:%m` prints 09:12 all through December. A format without directives is printed as
    /// written, so customers read `DD.MM.YYYY` instead of a date.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// We open at {{ api_trigger_properties.${opens_at} | time_zone: 'Europe/London' | date: '%H:%m' | default: 'nine' }}.
    /// ```
    ///
    /// ```liquid bad
    /// The sale ends on {{ '2026-03-31' | date: 'DD.MM.YYYY' }}.
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// We open at {{ api_trigger_properties.${opens_at} | time_zone: 'Europe/London' | date: '%H:%M' | default: 'nine' }}.
    /// ```
    ///
    /// ```liquid good
    /// The sale ends on {{ '2026-03-31' | date: '%d.%m.%Y' }}.
    /// ```
    ///
    /// ## Source
    ///
    /// Ruby: `Time#strftime`.
    name: "date-format", level: Error, check: Check::Message(check),
}

/// Date patterns of other languages.
const FOREIGN: [&str; 9] = ["YYYY", "yyyy", "MM/", "MM.", "MMM", "dd/", "dd.", "HH:mm", "hh:mm"];

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for model in subject.models() {
        let mut said = HashSet::new();
        for used in &model.filters {
            let Some(format) = format_of(used.call, used.at) else { continue };
            let Some(argument) = used.call.arguments.first() else { continue };
            let (message, help) = if !format.contains('%') {
                if !FOREIGN.iter().any(|pattern| format.contains(pattern)) {
                    continue;
                }
                let message = format!("`{format}` has no directives, so it is printed as written");
                (message, "use directives such as `%d.%m.%Y` or `%H:%M`")
            } else if let Some((found, meant)) = mixed_up(format) {
                let (is, wanted) = match meant {
                    "%M" => ("the month", "minute"),
                    _ => ("the minute", "month"),
                };
                let message = format!("`{found}` is {is}, not the {wanted} (`{meant}`)");
                (message, "use `%m` for months and `%M` for minutes")
            } else {
                continue;
            };
            let at = used.at.at(Span { ..argument.value.span });
            if said.insert(at.span) {
                findings.report(model, at, message).help(help);
            }
        }
    }
}

/// Returns a directive that confuses months and minutes, and the intended one.
fn mixed_up(format: &str) -> Option<(&'static str, &'static str)> {
    let letters = directives(format);
    let has = |wanted: &str| letters.iter().any(|letter| wanted.contains(*letter));
    // Minutes follow hours; months are next to days and years.
    let is_next = |first: &str, second: char| {
        letters.windows(2).any(|pair| first.contains(pair[0]) && pair[1] == second)
    };
    if is_next("HIkl", 'm') && !has("M") && !has("djeY") {
        return Some(("%m", "%M"));
    }
    let beside = is_next("dje", 'M') || is_next("Y", 'M') || starts_with_minute_and_day(&letters);
    (beside && !has("HIklm")).then_some(("%M", "%m"))
}

fn starts_with_minute_and_day(letters: &[char]) -> bool {
    matches!(letters, ['M', 'd' | 'e' | 'Y', ..])
}
