use std::collections::HashSet;

use crate::analyze::{ComparisonUse, Model};
use crate::rules::reading::dates::{Cased, can_give, format_of, letters};
use crate::rules::reading::origin::origin_of;
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};
use crate::syntax::ast::{Expr, ExprKind, Operator};
use crate::text::Span;

rule! {
    /// A part of a date compared with a value that it never has.
    ///
    /// ## What it does
    ///
    /// Reports `==` and `!=` between a formatted date and a string that the format never returns.
    ///
    /// ## Why it matters
    ///
    /// `date: '%m'` returns `01` and not `1`, and `'%A'` returns `Monday` and not `monday`. The
    /// comparison is never true, on any day of the year. `%-m` and `%-d` return numbers without a
    /// zero.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {% assign month = 'now' | date: '%m' %}
    /// {% if month == '1' %}Happy New Year!{% else %}Hello!{% endif %}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// {% assign month = 'now' | date: '%m' %}
    /// {% if month == '01' %}Happy New Year!{% else %}Hello!{% endif %}
    /// ```
    ///
    /// ```liquid good
    /// {% assign day = 'now' | date: '%A' | downcase %}
    /// {% if day == 'monday' %}A new week!{% else %}Hello!{% endif %}
    /// ```
    ///
    /// ## Source
    ///
    /// Braze: Date and time (reference, section 3.8). Ruby: `strftime`.
    name: "impossible-date-part", level: Error, check: Check::Message(check),
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for model in subject.models() {
        let mut said = HashSet::new();
        for comparison in &model.comparisons {
            let ComparisonUse { left, right, operator, .. } = *comparison;
            if matches!(operator, Operator::Equal | Operator::NotEqual) {
                look(model, comparison, [left, right], &mut said, findings);
                look(model, comparison, [right, left], &mut said, findings);
            }
        }
    }
}

fn look<'a>(
    model: &Model<'a>,
    comparison: &ComparisonUse<'a>,
    [side, other]: [&'a Expr; 2],
    said: &mut HashSet<Span>,
    findings: &mut Findings<'_>,
) {
    let ExprKind::Str(span) = other.kind else { return };
    let text = comparison.at.source.slice(span);
    // Other rules cover tests for a missing value.
    if text.trim().is_empty() {
        return;
    }
    let origin = origin_of(model, comparison.at, side);
    let mut cased = Cased::default();
    let mut is_stripped = false;
    for (call, at) in &origin.filters {
        let name = at.source.slice(call.name);
        match name {
            "strip" | "lstrip" => is_stripped = true,
            "rstrip" => {}
            "downcase" if cased == Cased::default() => cased = Cased::Lower,
            "upcase" if cased == Cased::default() => cased = Cased::Upper,
            "date" => {
                let Some(format) = format_of(call, *at) else { return };
                // `%e`, `%k`, and `%l` pad a single digit with a space.
                let is_spaced = letters(format).iter().any(|letter| "ekl".contains(*letter));
                let spaced = format!("{text:>2}");
                let text = if is_spaced && is_stripped { &*spaced } else { text };
                // The format is at fault, however many values it is compared with.
                if can_give(format, text, cased) != Some(false) || !said.insert(call.span) {
                    return;
                }
                let example = if is_spaced {
                    "use `%-d` or `%-I`, which don't put a space before a single digit"
                } else if letters(format).contains(&'u') {
                    "compare with a number from 1 (Monday) to 7 (Sunday)"
                } else if letters(format).contains(&'w') {
                    "compare with a number from 0 (Sunday) to 6 (Saturday)"
                } else if text.bytes().all(|byte| byte.is_ascii_digit()) {
                    "compare with a value such as `'01'`, or use `%-m` or `%-d`"
                } else {
                    "compare with a value that the format returns, in the same spelling"
                };
                findings
                    .report(
                        model,
                        comparison.at.at(other.span),
                        format!("`date: '{format}'` never returns `{text}`"),
                    )
                    .label("never equal")
                    .related(at.at(call.span), "formatted here")
                    .help(example);
                return;
            }
            _ => return,
        }
    }
}
