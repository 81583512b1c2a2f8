use std::collections::HashSet;

use crate::analyze::{
    ComparisonUse, Model, OriginRoot, OriginStep, OutputUse, Read, ReadRoot, Site,
};
use crate::diagnostic::Severity;
use crate::rules::reading::dates::{format_of, is_number};
use crate::rules::reading::evidence::{is_customers, is_tested_anywhere, may_be_missing};
use crate::rules::reading::filters::facts_of;
use crate::rules::reading::origin::{TracedValue, origin, origin_of};
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};
use crate::syntax::ast::{Expr, ExprKind, Operator};

rule! {
    /// A calculation with a date that some customers don't have.
    ///
    /// ## What it does
    ///
    /// Reports a date that may be missing, if a calculation uses it and the result is printed or
    /// compared. A condition on the attribute, or a `default`, is enough.
    ///
    /// ## Why it matters
    ///
    /// If the attribute is missing, `date: '%s'` returns nothing, which counts as 0. Customers read
    /// that something ended 20,000 days ago, or a condition takes the wrong branch.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {% assign now = 'now' | date: '%s' %}
    /// Your trial ends in {{ custom_attribute.${trial_end} | date: '%s' | minus: now | divided_by: 86400 }} days.
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// {% assign now = 'now' | date: '%s' %}
    /// {% if custom_attribute.${trial_end} != blank %}Your trial ends in {{ custom_attribute.${trial_end} | date: '%s' | minus: now | divided_by: 86400 }} days.{% endif %}
    /// ```
    ///
    /// ## Source
    ///
    /// Braze: Date and time, and default (reference, sections 3.8 and 3.9). Shopify Liquid 5.
    name: "unguarded-date-math", level: Warn, check: Check::Message(check),
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for model in subject.models() {
        let (more, less) = (bounded(model, requires_more), bounded(model, requires_less));
        let tested = tested_by_result(model);
        let mut dates = Dates { model, tested, said: HashSet::new() };
        for output in &model.outputs {
            let found = origin(model, output.at, output.pipeline);
            if !prints(model, output, &more) {
                dates.value(&found, false, "printed", findings);
            }
            if !prints(model, output, &less) {
                dates.arguments(&found, "printed", findings);
            }
        }
        for comparison in &model.comparisons {
            for side in [comparison.left, comparison.right] {
                let found = origin_of(model, comparison.at, side);
                // Subtracted from the current time, a missing value makes the result large.
                if !requires_more(comparison, side) {
                    dates.value(&found, false, "compared", findings);
                }
                if !requires_less(comparison, side) {
                    dates.arguments(&found, "compared", findings);
                }
            }
        }
    }
}

/// Returns variables that a condition compares with a number in one direction.
fn bounded<'a>(model: &Model<'a>, asks: fn(&ComparisonUse<'_>, &Expr) -> bool) -> HashSet<&'a str> {
    let sides = model
        .comparisons
        .iter()
        .flat_map(|comparison| [comparison.left, comparison.right].map(|side| (comparison, side)));
    let asked = sides.filter(|(comparison, side)| asks(comparison, side));
    asked.map(|(comparison, side)| comparison.at.source.slice(side.span)).collect()
}

/// Whether an output prints one of these variables.
fn prints(model: &Model<'_>, output: &OutputUse<'_>, names: &HashSet<&str>) -> bool {
    let printed = output.read.and_then(|read| model.reads.get(read));
    matches!(printed.map(|read| read.root), Some(ReadRoot::Variable { name, .. }) if names.contains(name))
}

/// Whether a comparison requires more than a number: a missing value counts as 0 and is less than
/// any time.
fn requires_more(comparison: &ComparisonUse<'_>, side: &Expr) -> bool {
    asks_for_the_greater(comparison, std::ptr::eq(comparison.left, side))
}

/// Whether a comparison requires less than a number.
fn requires_less(comparison: &ComparisonUse<'_>, side: &Expr) -> bool {
    asks_for_the_greater(comparison, !std::ptr::eq(comparison.left, side))
}

fn asks_for_the_greater(comparison: &ComparisonUse<'_>, is_left: bool) -> bool {
    matches!(
        (comparison.operator, is_left),
        (Operator::Greater | Operator::GreaterOrEqual | Operator::Equal, true)
            | (Operator::Less | Operator::LessOrEqual | Operator::Equal, false)
    )
}

/// A check of the dates of a template.
struct Dates<'m, 'a> {
    model: &'m Model<'a>,
    /// Those of which a condition asks for the result.
    tested: HashSet<Date<'m>>,
    /// Those that are reported.
    said: HashSet<String>,
}

impl<'m, 'a> Dates<'m, 'a> {
    /// Checks a value that is used as `how` says; `calculated` if something is calculated with it.
    fn value(
        &mut self,
        found: &TracedValue<'m, 'a>,
        mut calculated: bool,
        how: &str,
        findings: &mut Findings<'_>,
    ) {
        let Some(read) = found.read.filter(|read| may_be_missing(read)) else { return };
        let mut date: Option<Site<'a>> = None;
        for (name, call, place) in found.applied() {
            match name {
                "default" if date.is_none() => return,
                "date" if date.is_none() => {
                    if !format_of(call, place).is_some_and(is_number) {
                        return;
                    }
                    date = Some(place.at(call.span));
                }
                name if date.is_some() && facts_of(name).calculates => {
                    let argument = call.arguments.first().map(|argument| &argument.value.kind);
                    // `plus: 0` only converts to a number.
                    calculated |= !matches!(argument, None | Some(ExprKind::Int(0)));
                }
                _ => {}
            }
        }
        let Some(date) = date.filter(|_| calculated) else { return };
        let shown = found.at.text();
        let is_result_tested = date_of(read).is_some_and(|date| self.tested.contains(&date));
        if is_tested_anywhere(self.model, read)
            || is_result_tested
            || !self.said.insert(shown.to_owned())
        {
            return;
        }
        let report = findings
            .report(
                self.model,
                date,
                format!("`{shown}` may be missing, but a calculation with this date is {how}"),
            )
            .label("counts as 0 if it is missing")
            .help(format!("put it inside `{{% if {shown} != blank %}}`"));
        // The trigger may always include it.
        if !is_customers(read) {
            report.at_most(Severity::Info);
        }
    }

    /// Checks the dates in arguments of the filters that calculate.
    fn arguments(&mut self, found: &TracedValue<'m, 'a>, how: &str, findings: &mut Findings<'_>) {
        let calls = found.applied().into_iter().filter(|(name, ..)| facts_of(name).calculates);
        for (_, call, at) in calls {
            for argument in &call.arguments {
                let found = origin_of(self.model, at, &argument.value);
                self.value(&found, true, how, findings);
            }
        }
    }
}

/// Where a date is from.
type Date<'m> = (&'m OriginRoot, &'m [OriginStep]);

fn date_of<'m>(read: &'m Read<'_>) -> Option<Date<'m>> {
    read.origin.as_deref().map(|origin| (&origin.root, &*origin.steps))
}

/// Returns the dates of which a condition asks for what a missing one becomes: nothing, 0, or a year
/// that nobody has.
fn tested_by_result<'m>(model: &'m Model<'_>) -> HashSet<Date<'m>> {
    let asking = model.comparisons.iter().filter(|comparison| match comparison.right.kind {
        ExprKind::Str(span) => span.is_empty(),
        ExprKind::Int(0) => matches!(comparison.operator, Operator::Equal | Operator::NotEqual),
        ExprKind::Int(1_000..=1_970) => true,
        ref kind => kind.is_nothing(),
    });
    let reads = asking.filter_map(|one| model.read_at(one.at, one.left.span));
    let made = reads.filter(|read| read.origin.as_ref().is_some_and(|origin| origin.derived));
    made.filter_map(date_of).collect()
}
