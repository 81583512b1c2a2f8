use crate::analyze::{Model, Site};
use crate::rules::reading::dates::format_of;
use crate::rules::reading::implied::number;
use crate::rules::reading::origin::{TracedValue, origin, origin_of};
use crate::rules::reading::sentence::Around;
use crate::rules::reading::values::words_of;
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};
use crate::syntax::ast::{ExprKind, FilterCall};

rule! {
    /// A difference in seconds that is used as days.
    ///
    /// ## What it does
    ///
    /// Reports the difference of two times from `date: '%s'` that is compared with a few hundred or
    /// less, or printed before "days", without a division by 86400. It also reports hours before
    /// "days" and days before "hours".
    ///
    /// ## Why it matters
    ///
    /// `date: '%s'` counts seconds: 30 of them pass half a minute after the event.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {% if custom_attribute.${last_visit} != blank %}{% assign seen = custom_attribute.${last_visit} | date: '%s' %}
    /// {% assign ago = 'now' | date: '%s' | minus: seen %}
    /// {% if ago > 30 %}It has been a month!{% endif %}{% endif %}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// {% if custom_attribute.${last_visit} != blank %}{% assign seen = custom_attribute.${last_visit} | date: '%s' %}
    /// {% assign ago = 'now' | date: '%s' | minus: seen | divided_by: 86400 %}
    /// {% if ago > 30 %}It has been a month!{% endif %}{% endif %}
    /// ```
    ///
    /// ## Source
    ///
    /// Ruby: `Time#strftime`. Braze: Date and time (reference, section 3.8).
    name: "seconds-as-days", level: Warn, check: Check::Message(check),
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for model in subject.models() {
        for comparison in &model.comparisons {
            let Some(bound) = number(comparison.right) else { continue };
            // Multiples of 60 are meant as minutes.
            let is_small = (2.0..=366.0).contains(&bound) && bound % 60.0 != 0.0;
            let shown = comparison.at.at(comparison.left.span).text();
            let says_seconds = || words_of(shown).any(|word| word.starts_with("sec"));
            if !is_small || says_seconds() {
                continue;
            }
            let traced = origin_of(model, comparison.at, comparison.left);
            if unit_of(model, &traced) == Some("seconds") {
                let message = format!("`{shown}` is in seconds, but {bound} seems to count days");
                findings
                    .report(model, comparison.at, message)
                    .help("add `| divided_by: 86400` for days, or `3600` for hours");
            }
        }
        for output in &model.outputs {
            let after = Around::of(output.at.source, output.at.span).after;
            let word = after.trim_start().split(|c: char| !c.is_alphabetic()).next();
            let said = match word.unwrap_or_default().to_lowercase().as_str() {
                "day" | "days" => "days",
                "hour" | "hours" => "hours",
                _ => continue,
            };
            let traced = origin(model, output.at, output.pipeline);
            if let Some(unit) = unit_of(model, &traced).filter(|unit| *unit != said) {
                let by = if said == "days" { 86_400 } else { 3_600 };
                let message = format!("this is in {unit}, but the text says \"{said}\"");
                findings
                    .report(model, output.at, message)
                    .help(format!("divide the seconds by {by}"));
            }
        }
    }
}

/// Returns the unit of a difference of two times; `None` if it isn't one, or is calculated further.
fn unit_of(model: &Model<'_>, traced: &TracedValue<'_, '_>) -> Option<&'static str> {
    let mut unit = None;
    let mut is_time = false;
    for (name, call, at) in traced.applied() {
        match name {
            "date" => is_time = is_seconds(call, at),
            "minus" if is_time && unit.is_none() => {
                let other = origin_of(model, at, &call.arguments.first()?.value);
                let others = other.applied();
                others.iter().find(|(_, call, at)| is_seconds(call, *at))?;
                unit = Some("seconds");
            }
            "plus" if is_zero(call) => {}
            "divided_by" => {
                let by = number(&call.arguments.first()?.value)?;
                unit = match unit? {
                    "seconds" if by == 3_600.0 => Some("hours"),
                    "seconds" if by == 86_400.0 => Some("days"),
                    "hours" if by == 24.0 => Some("days"),
                    _ => return None,
                };
            }
            "abs" | "ceil" | "floor" | "round" | "time_zone" => {}
            _ => return None,
        }
    }
    unit
}

fn is_seconds(call: &FilterCall, at: Site<'_>) -> bool {
    format_of(call, at).is_some_and(|format| format.trim() == "%s")
}

fn is_zero(call: &FilterCall) -> bool {
    call.arguments.first().is_some_and(|one| matches!(one.value.kind, ExprKind::Int(0)))
}
