use crate::analyze::{ComparisonUse, Model};
use crate::rules::reading::dates::{format_of, letters};
use crate::rules::reading::origin::origin_of;
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};
use crate::syntax::ast::{Expr, Operator};

rule! {
    /// Dates compared as strings in a format that doesn't sort by time.
    ///
    /// ## What it does
    ///
    /// Reports `<`, `>`, `<=`, and `>=` on formatted dates whose order as strings isn't their order
    /// in time.
    ///
    /// ## Why it matters
    ///
    /// Strings are compared from the left: `02/01/2027` comes before `12/31/2026`, because `0`
    /// comes before `1`. With the year first, as in `%Y-%m-%d`, strings sort like dates. Otherwise
    /// customers get the wrong text.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {% assign today = 'now' | date: '%m/%d/%Y' %}
    /// {% if today > '12/01/2026' %}The sale is over.{% endif %}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// {% assign today = 'now' | date: '%Y-%m-%d' %}
    /// {% if today > '2026-12-01' %}The sale is over.{% endif %}
    /// ```
    ///
    /// ```liquid good
    /// {% assign day = 'now' | date: '%m/%d' %}
    /// {% if day >= '12/01' %}It is December.{% endif %}
    /// ```
    ///
    /// ## Source
    ///
    /// Braze: Operators (reference, section 4). Shopify Liquid 5.
    name: "unordered-dates", level: Warn, check: Check::Message(check),
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for model in subject.models() {
        for comparison in &model.comparisons {
            let is_order = matches!(
                comparison.operator,
                Operator::Less
                    | Operator::LessOrEqual
                    | Operator::Greater
                    | Operator::GreaterOrEqual
            );
            let sides = [comparison.left, comparison.right];
            let Some(format) = sides
                .into_iter()
                .filter(|_| is_order)
                .find_map(|side| format(model, comparison, side).filter(|one| !is_ordered(one)))
            else {
                continue;
            };
            findings
                .report(
                    model,
                    comparison.at,
                    format!("dates in the format `{format}` are compared as strings"),
                )
                .label("strings in this format don't sort like dates")
                .help("use `date: '%Y-%m-%d'` on both sides, or seconds: `date: '%s' | plus: 0`");
        }
    }
}

/// Returns the format of a side that ends in a `date` filter.
fn format<'a>(
    model: &Model<'a>,
    comparison: &ComparisonUse<'a>,
    side: &'a Expr,
) -> Option<&'a str> {
    let origin = origin_of(model, comparison.at, side);
    let (call, at) = *origin.filters.first()?;
    format_of(call, at)
}

/// Whether strings in a format sort chronologically: larger units first, and digits only.
fn is_ordered(format: &str) -> bool {
    let size = |letter: char| match letter {
        'Y' | 's' => Some(0),
        'y' | 'C' | 'G' => Some(1),
        'm' => Some(2),
        'U' | 'V' | 'W' => Some(3),
        'd' | 'e' | 'j' | 'F' => Some(4),
        'H' | 'k' | 'T' | 'R' => Some(5),
        'M' => Some(6),
        'S' => Some(7),
        'L' | 'N' => Some(8),
        'z' | 'Z' => Some(9),
        _ => None,
    };
    let letters = letters(format);
    if matches!(&letters[..], [] | [_]) {
        return true;
    }
    // A week-based year, or anything other than digits.
    let Some(sizes) = letters.into_iter().map(size).collect::<Option<Vec<_>>>() else {
        return false;
    };
    sizes.windows(2).all(|pair| pair[0] < pair[1])
}
