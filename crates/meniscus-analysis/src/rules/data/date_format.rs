use std::collections::HashSet;

use crate::analyze::FilterUse;
use crate::diagnostic::Severity;
use crate::rules::reading::dates::{Directive, directives, format_of, letters};
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};
use crate::text::Span;

rule! {
    /// A date format that prints something else than it looks like.
    ///
    /// ## What it does
    ///
    /// Reports a format that uses `%m` (the month) for minutes, or `%M` (the minute) for months,
    /// and a format from another language, such as `DD.MM.YYYY` or `d/m/Y`. Also reports doubled
    /// letters (`%YY`), `%dth`, `%D` beside other directives, and hours from 1 to 12 without `%p`.
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

/// What is wrong with a format.
struct Problem {
    message: String,
    help: &'static str,
    is_certain: bool,
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for model in subject.models() {
        let mut said = HashSet::new();
        let formats = model.filters.iter().filter_map(|used| format_of(used.call, used.at));
        let has_half = formats.flat_map(directives).any(|one| matches!(one.letter, 'p' | 'P'));
        for used in &model.filters {
            let Some(format) = format_of(used.call, used.at) else { continue };
            let Some(argument) = used.call.arguments.first() else { continue };
            let lacks_half = used.printed && !has_half && lacks_half(format, &after(used));
            let Some(problem) = problem(format).or_else(|| lacks_half.then(half)) else { continue };
            let at = used.at.at(Span { ..argument.value.span });
            if said.insert(at.span) {
                let report = findings.report(model, at, problem.message).help(problem.help);
                if !problem.is_certain {
                    report.at_most(Severity::Warning);
                }
            }
        }
    }
}

/// Returns a few characters after a printed date, in lowercase.
fn after(used: &FilterUse<'_>) -> String {
    let rest = &used.at.source.text()[used.call.span.end as usize..];
    let near = rest.char_indices().take(MAX_BEFORE_END).map(|(at, _)| at).last().unwrap_or(0);
    let Some(end) = rest[..near].find("}}") else { return String::new() };
    rest[end + 2..].chars().take(12).collect::<String>().to_lowercase()
}

/// Most characters between a `date` filter and the end of its output.
const MAX_BEFORE_END: usize = 200;

/// Whether a format prints hours from 1 to 12, and nothing says which half of the day it is.
fn lacks_half(format: &str, after: &str) -> bool {
    let letters = letters(format);
    let has = |wanted: &str| letters.iter().any(|letter| wanted.contains(*letter));
    let words = ["am", "pm", "a.m", "p.m", "this ", "tonight", "in the", "o'clock", "at night"];
    let is_followed = ["{%", "{{"].iter().any(|start| after.trim_start().starts_with(start));
    has("Il")
        && has("M")
        && !has("Hk")
        && !is_followed
        && !words.iter().any(|word| after.contains(word))
}

fn half() -> Problem {
    Problem {
        message: "this format prints hours from 1 to 12 without `AM` or `PM`".to_owned(),
        help: "add `%p`, or use `%H` for hours from 0 to 23",
        is_certain: false,
    }
}

fn problem(format: &str) -> Option<Problem> {
    let certain = |message: String, help| Some(Problem { message, help, is_certain: true });
    let likely = |message: String, help| Some(Problem { message, help, is_certain: false });
    if !format.contains('%') {
        let is_foreign = FOREIGN.iter().any(|pattern| format.contains(pattern));
        if !is_foreign && !is_of_letters(format) {
            return None;
        }
        let message = format!("`{format}` has no directives, so it is printed as written");
        return certain(message, "use directives such as `%d.%m.%Y` or `%H:%M`");
    }
    if let Some((found, meant)) = mixed_up(format) {
        let (is, wanted) = match meant {
            "%M" => ("the month", "minute"),
            _ => ("the minute", "month"),
        };
        let message = format!("`{found}` is {is}, not the {wanted} (`{meant}`)");
        return certain(message, "use `%m` for months and `%M` for minutes");
    }
    let directives = directives(format);
    let doubled = directives
        .iter()
        .find(|one| "YymMdDHIS".contains(one.letter) && one.text.starts_with(one.letter));
    if let Some(Directive { letter, .. }) = doubled {
        let message = format!("`%{letter}{letter}` prints `%{letter}`, then the letter `{letter}`");
        return certain(message, "use a single letter after `%`");
    }
    if directives.iter().any(|one| "de".contains(one.letter) && one.text.starts_with("th")) {
        let message = "this format prints `1th`, `2th`, and `3th`".to_owned();
        return likely(message, "leave out `th`, or choose the ending with `case`");
    }
    let has = |wanted: &str| directives.iter().any(|one| wanted.contains(one.letter));
    if has("D") && has("mBbYyde") {
        let message = "`%D` is the whole date, such as `11/28/26`".to_owned();
        return likely(message, "use `%d` for the day of the month");
    }
    None
}

/// Whether a format is made of single letters, as in PHP: `d/m/Y`, `H:i`.
fn is_of_letters(format: &str) -> bool {
    let mut words = format.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.clone().count() > 1
        && words.all(|word| word.len() == 1 && "dDmMyYHhiIsSjnAaBbe".contains(word))
}

/// Returns a directive that confuses months and minutes, and the intended one.
fn mixed_up(format: &str) -> Option<(&'static str, &'static str)> {
    let letters = letters(format);
    let has = |wanted: &str| letters.iter().any(|letter| wanted.contains(*letter));
    // Minutes follow hours; months are next to days and years.
    let is_next = |first: &str, second: char| {
        letters.windows(2).any(|pair| first.contains(pair[0]) && pair[1] == second)
    };
    if is_next("HIkl", 'm') && !has("M") && !has("djeY") {
        return Some(("%m", "%M"));
    }
    let beside = is_next("dje", 'M') || is_next("Y", 'M') || starts_with_minute_and_day(&letters);
    if beside && !has("HIklm") {
        return Some(("%M", "%m"));
    }
    // With both a date and a time, the directives on both sides decide.
    let between = |before: &str, letter: char, is_after: fn(Option<char>) -> bool| {
        (1..letters.len()).any(|place| {
            letters[place] == letter
                && before.contains(letters[place - 1])
                && is_after(letters.get(place + 1).copied())
        })
    };
    if between("YyAadej", 'M', |next| next.is_some_and(|letter| "deYy".contains(letter))) {
        return Some(("%M", "%m"));
    }
    let ends_time = |next: Option<char>| next.is_none_or(|letter| "SpP".contains(letter));
    (between("HIkl", 'm', ends_time) && !has("M")).then_some(("%m", "%M"))
}

fn starts_with_minute_and_day(letters: &[char]) -> bool {
    matches!(letters, ['M', 'd' | 'e' | 'Y', ..])
}
