use crate::analyze::{ComparisonUse, Model, ReadRoot};
use crate::diagnostic::{Fix, Safety, Severity};
use crate::rules::reading::implied::is_order;
use crate::rules::reading::values::{leaf, path_of, words_of};
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};
use crate::shape::{Kinds, Shape};
use crate::syntax::ast::{Expr, ExprKind, Operator};

rule! {
    /// A number or boolean compared with a value in quotes.
    ///
    /// ## What it does
    ///
    /// Reports a comparison of a number or a boolean with a value in quotes, such as `'10'` or
    /// `'true'`. Scenarios, recordings, schemas, and filters show what the other side is. If
    /// nothing is known about it, `<` and `>` are reported, because numbers and strings have different
    /// orders. `==` is reported as info, and only if the name or the quoted value suggests a number or
    /// a boolean.
    ///
    /// ## Why it matters
    ///
    /// `10` and `'10'` are never equal, nor are `true` and `'true'`, so the branch for these
    /// customers isn't taken. Liquid can't tell whether a number is less than a string.
    ///
    /// ## Example
    ///
    /// ```toml scenario
    /// [custom_attribute]
    /// visits = 10
    /// ```
    ///
    /// ```liquid bad
    /// {% if custom_attribute.${visits} == '10' %}A drink is on us.{% endif %}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// {% if custom_attribute.${visits} == 10 %}A drink is on us.{% endif %}
    /// ```
    ///
    /// ## Fix safety
    ///
    /// The fix is unsafe: the comparison can then be true, so some customers get a different text.
    ///
    /// ## Source
    ///
    /// Braze: Operators and truth (reference, section 4).
    name: "quoted-number", level: Warn, check: Check::Message(check),
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for model in subject.models() {
        for (index, comparison) in model.comparisons.iter().enumerate() {
            let ComparisonUse { left, right, .. } = *comparison;
            let (left_shape, right_shape) = (&comparison.left_shape, &comparison.right_shape);
            let end = (index + 4).min(model.comparisons.len());
            let near = &model.comparisons[index.saturating_sub(3)..end];
            report(model, comparison, near, (left, left_shape), right, findings);
            report(model, comparison, near, (right, right_shape), left, findings);
        }
    }
}

fn report(
    model: &Model<'_>,
    comparison: &ComparisonUse<'_>,
    near: &[ComparisonUse<'_>],
    (side, shape): (&Expr, &Shape),
    other: &Expr,
    findings: &mut Findings<'_>,
) {
    let ExprKind::Str(span) = other.kind else { return };
    if has_both(near, comparison, side, comparison.at.source.slice(span))
        || matches!(side.kind, ExprKind::Str(_))
        || matches!(comparison.operator, Operator::Contains | Operator::Unknown)
    {
        return;
    }
    let source = comparison.at.source;
    let written = source.slice(span);
    let kinds = shape.kinds.without(Kinds::NIL);
    let is_unordered = is_order(comparison.operator)
        && is_number(written)
        && shape.kinds.is_any()
        && !is_version(side, source);
    let what = if is_unordered {
        None
    } else if matches!(written, "true" | "false") && kinds.within(Kinds::BOOL) {
        Some("a boolean")
    } else if is_number(written) && (kinds.within(Kinds::NUMBER) || is_status(side, source)) {
        Some("a number")
    } else if let Some(likely) = likely(model, comparison, side, shape, written) {
        return unsure(model, comparison, other, likely, findings);
    } else {
        return;
    };
    let found = source.slice(side.span);
    let (message, label) = match (what, comparison.operator) {
        (None, _) => (
            format!("`'{written}'` is a string, and strings have another order than numbers"),
            "an error for numbers; for strings, `'9'` is greater than `'10'`",
        ),
        (Some(what), operator) => (
            format!("`{found}` is {what}, but `'{written}'` is a string"),
            match operator {
                Operator::Equal => "never equal",
                Operator::NotEqual => "always different",
                _ => "can't be compared",
            },
        ),
    };
    let title = format!("use `{written}` without quotes");
    let mut report = findings
        .report(model, comparison.at.at(other.span), message)
        .label(label)
        .help(title.as_str())
        .fix(Fix::replace(title.as_str(), Safety::Unsafe, other.span, written));
    if let (Some(place), Some(what)) = (&shape.place, what) {
        report = report.evidence(place, format!("{what} here"));
    }
    let _ = report;
}

/// Whether a comparison beside this one has the same word without quotes: `x == true or
/// x == 'true'`.
fn has_both(near: &[ComparisonUse<'_>], one: &ComparisonUse<'_>, side: &Expr, word: &str) -> bool {
    let source = one.at.source;
    let value = source.slice(side.span);
    near.iter().any(|other| {
        std::ptr::eq(other.at.source, source)
            && source.slice(other.left.span) == value
            && source.slice(other.right.span) == word
    })
}

/// Whether a side is the status of a call, which is always a number.
fn is_status(side: &Expr, source: &crate::text::Source) -> bool {
    path_of(side).is_some_and(|path| leaf(path, source) == "__http_status_code__")
}

/// Whether a value is a version by its name, which is a string such as `'10.2'`.
fn is_version(side: &Expr, source: &crate::text::Source) -> bool {
    path_of(side).is_some_and(|path| words_of(leaf(path, source)).any(|word| word == "version"))
}

/// Last words of names for counts and measures.
const COUNTED: [&str; 18] = [
    "count",
    "days",
    "points",
    "visits",
    "total",
    "number",
    "balance",
    "age",
    "quantity",
    "qty",
    "orders",
    "score",
    "amount",
    "sessions",
    "purchases",
    "streak",
    "times",
    "size",
];

/// Guesses the kind of an unknown attribute or property from its name.
fn likely(
    model: &Model<'_>,
    comparison: &ComparisonUse<'_>,
    side: &Expr,
    shape: &Shape,
    written: &str,
) -> Option<&'static str> {
    let read = model.read_at(comparison.at, side.span)?;
    let path = path_of(side)?;
    let is_attribute = matches!(read.root, ReadRoot::Attribute { .. });
    if !is_attribute || !shape.kinds.is_any() {
        return None;
    }
    if matches!(written, "true" | "false") {
        return Some("likely a boolean");
    }
    let words = words_of(leaf(path, comparison.at.source)).collect::<Vec<_>>();
    let counted = words.last().is_some_and(|word| COUNTED.contains(&&**word));
    (counted && is_number(written)).then_some("likely a number")
}

/// Reports a quoted value that is probably compared with another kind.
fn unsure(
    model: &Model<'_>,
    comparison: &ComparisonUse<'_>,
    other: &Expr,
    likely: &str,
    findings: &mut Findings<'_>,
) {
    let shown = comparison.at.at(comparison.left.span).text();
    let quoted = comparison.at.at(other.span);
    findings
        .report(model, quoted, format!("`{shown}` is {likely}, but {} is a string", quoted.text()))
        .label("never equal, unless the attribute is a string")
        .help("remove the quotes if the attribute isn't a string in Braze")
        .at_most(Severity::Info);
}

fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    digits.starts_with(|c: char| c.is_ascii_digit())
        && digits.ends_with(|c: char| c.is_ascii_digit())
        && digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
        && digits.bytes().filter(|byte| *byte == b'.').count() <= 1
}
