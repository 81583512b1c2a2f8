use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};
use crate::text::nearest;
use crate::value::{Value, View};

rule! {
    /// A time zone that doesn't exist.
    ///
    /// ## What it does
    ///
    /// Reports `time_zone` with a name that isn't in the IANA time zone database, such as
    /// `Europe/Berln` or `America/New York`.
    ///
    /// ## Why it matters
    ///
    /// With an unknown zone, the time stays in UTC, and customers come at the wrong hour
    /// (`unverified`: no page says what Braze does).
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// We open at {{ '2026-05-16T07:00:00Z' | time_zone: 'Europe/Berln' | date: '%H:%M' }}.
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// We open at {{ '2026-05-16T07:00:00Z' | time_zone: 'Europe/Berlin' | date: '%H:%M' }}.
    /// ```
    ///
    /// ## Source
    ///
    /// Braze: Date and time (reference, section 3.8). IANA time zone database.
    name: "unknown-time-zone", level: Warn, check: Check::Message(check),
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for model in subject.models() {
        for used in &model.filters {
            if used.at.source.slice(used.call.name) != "time_zone" {
                continue;
            }
            let (Some(argument), Some(shape)) =
                (used.call.arguments.first(), used.arguments.first())
            else {
                continue;
            };
            let Some(View::Str(zone)) = shape.as_constant().map(Value::view) else { continue };
            let zone = zone.trim();
            // Offsets such as `-0500` are numbers in a string; no page says what they do.
            let is_name = zone.starts_with(|c: char| c.is_ascii_alphabetic());
            if !is_name || jiff::tz::TimeZone::get(zone).is_ok() {
                continue;
            }
            let all = jiff::tz::db().available().map(|name| name.to_string()).collect::<Vec<_>>();
            let near = nearest(zone, all.iter().map(String::as_str));
            let at = used.at.at(argument.value.span);
            let report = findings
                .report(model, at, format!("there is no time zone `{zone}`"))
                .label("the time stays in UTC");
            match near {
                Some(near) => report.help(format!("did you mean `{near}`?")),
                None => report.help("use a name such as `'Europe/London'` or `'America/New_York'`"),
            };
        }
    }
}
