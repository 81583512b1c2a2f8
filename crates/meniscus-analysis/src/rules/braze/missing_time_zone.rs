use std::cell::OnceCell;
use std::collections::HashSet;

use crate::analyze::Model;
use crate::diagnostic::Severity;
use crate::project::Channel;
use crate::rules::reading::dates::format_of;
use crate::rules::reading::origin::origin_of;
use crate::rules::reading::values::has_filter;
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};
use crate::shape::Shape;
use crate::syntax::ast::{ExprKind, Markup};
use crate::value::{Value, View};

rule! {
    /// A time of day shown in UTC.
    ///
    /// ## What it does
    ///
    /// Reports `date` with a format that shows a time of day, and no `time_zone` before it. A
    /// format that shows only the day is reported if scenarios or recordings contain times in the
    /// middle of a day. Dates without a time, times that mark the start or end of a day, and times
    /// for other systems are left alone. A condition on the hour of `'now'` is reported, too, and a
    /// `time_zone` that comes after `date`.
    ///
    /// ## Why it matters
    ///
    /// `date` prints the stored time, which is in UTC: a film that starts at nine in Berlin is
    /// announced for seven. `time_zone` before `date` converts it.
    ///
    /// ## Example
    ///
    /// ```toml scenario
    /// [context]
    /// starts_at = "2026-05-16T19:00:00Z"
    /// ```
    ///
    /// ```liquid bad
    /// It begins at {{context.${starts_at} | date: '%H:%M'}}.
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// It begins at {{context.${starts_at} | time_zone: 'Europe/London' | date: '%H:%M'}}.
    /// ```
    ///
    /// ## Source
    ///
    /// Braze: Date and time; Data and logic (reference, sections 3.8 and 7.3).
    name: "missing-time-zone", level: Warn, check: Check::Message(check),
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    if subject.channel() == Some(Channel::Webhook) {
        return;
    }
    for model in subject.models() {
        hours(model, findings);
        too_late(model, findings);
        let zoned = OnceCell::new();
        for filter in &model.filters {
            let source = filter.at.source;
            if !filter.printed || source.slice(filter.call.name) != "date" {
                continue;
            }
            let left = source.slice(filter.left);
            let format = filter.arguments.first().and_then(|format| format.as_constant());
            let Some(View::Str(format)) = format.map(Value::view) else { continue };
            let variable = left.split(['|', '.', '[']).next().unwrap_or(left).trim();
            let is_moved = || zoned.get_or_init(|| moved(model)).contains(variable);
            if left.contains("time_zone:") || left.contains("time_zone :") || is_moved() {
                continue;
            }
            let shows = shows(format);
            let zoneless = match shows {
                Shows::Nothing => false,
                // A date without a time has no time to show.
                Shows::Time => !all(&filter.input, |value| when(value) == When::Day),
                Shows::Day => {
                    let mut examples = filter.input.examples();
                    examples.any(|value| when(value) == When::Moment)
                }
            };
            let now = matches!(
                filter.input.as_constant().map(Value::view),
                Some(View::Str("now" | "today"))
            );
            if !zoneless || (now && shows == Shows::Day) {
                continue;
            }
            let what = if shows == Shows::Time { "a time of day" } else { "a day" };
            findings
                .report(
                    model,
                    filter.at,
                    format!("{what} is shown in UTC, not in the customer's time zone"),
                )
                .help(
                    "add `| time_zone: ${time_zone}` before it, or use the time zone of the place",
                )
                .at_most(Severity::Info);
        }
    }
}

/// Reports a time zone that comes after the time is a string.
fn too_late(model: &Model<'_>, findings: &mut Findings<'_>) {
    // Where the pipelines start whose time is a string by now.
    let mut dates = HashSet::new();
    for used in &model.filters {
        let source = used.at.source;
        let pipeline = (std::ptr::from_ref(&**source), used.left.start);
        match source.slice(used.call.name) {
            "date" => {
                let format = format_of(used.call, used.at);
                if format.is_some_and(|format| shows(format) != Shows::Nothing) {
                    dates.insert(pipeline);
                }
            }
            "time_zone" if dates.contains(&pipeline) => {
                let message =
                    "`date` already turned the time into a string, so `time_zone` comes too late";
                findings
                    .report(model, used.at, message)
                    .label("gets a string, not a time")
                    .help("put `time_zone` before `date`");
            }
            _ => {}
        }
    }
}

/// Reports a condition on the hour of the day that is that of UTC.
fn hours(model: &Model<'_>, findings: &mut Findings<'_>) {
    let mut said = HashSet::new();
    for comparison in &model.comparisons {
        for side in [comparison.left, comparison.right] {
            let traced = origin_of(model, comparison.at, side);
            let is_now = matches!(traced.subject.kind, ExprKind::Str(_))
                && matches!(traced.at.text().trim_matches(['\'', '"']), "now" | "today");
            if !is_now || traced.goes_through(&["time_zone"]) {
                continue;
            }
            let hour = traced.filters.iter().find(|(call, at)| {
                let format = format_of(call, *at).unwrap_or_default();
                at.source.slice(call.name) == "date"
                    && matches!(format.trim(), "%H" | "%-H" | "%k" | "%H%M" | "%H:%M")
            });
            let Some((call, at)) = hour else { continue };
            let at = at.at(call.span);
            if said.insert(at.span) {
                findings
                    .report(model, at, "this condition checks the hour in UTC, not in the customer's time zone")
                    .help("add `| time_zone: ${time_zone}` before it, or use the time zone of the place")
                    .at_most(Severity::Info);
            }
        }
    }
}

/// Returns variables that were converted to a time zone when they were set.
fn moved<'a>(model: &Model<'a>) -> HashSet<&'a str> {
    let set = model.tags.iter().filter_map(|tag| match &tag.tag.markup {
        Markup::Assign { target, value }
            if has_filter(value, tag.at.source, &|name| name == "time_zone") =>
        {
            Some(tag.at.source.slice(*target))
        }
        _ => None,
    });
    set.collect()
}

fn all(shape: &Shape, test: impl Fn(View<'_>) -> bool) -> bool {
    let mut examples = shape.examples().peekable();
    examples.peek().is_some() && examples.all(test)
}

/// What a format shows that depends on the time zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shows {
    Nothing,
    Day,
    Time,
}

fn shows(format: &str) -> Shows {
    // Machine-readable formats include the zone or are a number of seconds.
    if format.ends_with('Z') || format.contains("T%H") || format.contains("T%T") {
        return Shows::Nothing;
    }
    let mut shows = Shows::Nothing;
    let mut chars = format.chars();
    while let Some(c) = chars.next() {
        if c != '%' {
            continue;
        }
        let directive = chars.by_ref().find(|c| !matches!(c, '-' | '_' | '^' | '#' | '0'..='9'));
        match directive {
            Some('H' | 'I' | 'k' | 'l' | 'M' | 'T' | 'R' | 'r' | 'X' | 'c' | 'p' | 'P') => {
                shows = Shows::Time;
            }
            Some('d' | 'e' | 'A' | 'a' | 'u' | 'w' | 'j' | 'D' | 'F' | 'x' | 'v')
                if shows == Shows::Nothing =>
            {
                shows = Shows::Day;
            }
            Some('z' | 'Z' | 's' | 'Q') => return Shows::Nothing,
            _ => {}
        }
    }
    shows
}

/// What a stored string represents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum When {
    /// A day without a time.
    Day,
    /// The start or end of a day, in UTC or a nearby zone.
    Bound,
    Moment,
    Other,
}

fn when(value: View<'_>) -> When {
    let View::Str(text) = value else { return When::Other };
    let bytes = text.as_bytes();
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    if bytes.len() < 10 || ![0, 1, 2, 3, 5, 6, 8, 9].into_iter().all(digit) || bytes[4] != b'-' {
        return When::Other;
    }
    match text.get(11..19) {
        _ if bytes.len() == 10 => When::Day,
        Some(time) if time.ends_with("59:59") || time == "00:00:00" => When::Bound,
        Some(_) if digit(11) => When::Moment,
        _ => When::Other,
    }
}
