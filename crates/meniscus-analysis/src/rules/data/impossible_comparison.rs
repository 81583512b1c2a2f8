use crate::analyze::{ComparisonUse, Definition, DefinitionKind, Model, TagUse};
use crate::diagnostic::{Fix, Safety, Severity};
use crate::rules::reading::compared::{ComparedWord, words_of};
use crate::rules::reading::implied::number;
use crate::rules::reading::origin::origin_of;
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};
use crate::shape::{Kinds, Shape, Values};
use crate::syntax::ast::{ExprKind, Node, Operator};
use crate::value::{Value, View};

rule! {
    /// A comparison that can never be true.
    ///
    /// ## What it does
    ///
    /// Reports `==` between values that are never equal, such as a string and a number. Also
    /// reports `<` and `>` between values without an order, `contains` on a number, a size below 0, and
    /// `forloop.index == 0`.
    ///
    /// A string in the wrong letter case, compared with the result of `upcase` or `downcase`, is a
    /// warning. So are a word compared with a captured text that has white space around it, and a word
    /// that a list of `split` has with a space only.
    ///
    /// `date: '%s'` returns a string, and so does SessionM for the progress of rules. `| plus: 0`
    /// turns it into a number.
    ///
    /// ## Why it matters
    ///
    /// A string never equals a number, whatever its digits, so customers never get that branch.
    /// Comparing a string and a number with `<` or `>` is an error, and Braze doesn't send the
    /// message.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {% assign today = 'now' | date: '%s' %}
    /// {% if today > 1767225600 %}It is a new year{% endif %}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// {% assign today = 'now' | date: '%s' | plus: 0 %}
    /// {% if today > 1767225600 %}It is a new year{% endif %}
    /// ```
    ///
    /// ## Fix safety
    ///
    /// The fix is unsafe: it changes the letter case of the string, so customers get a branch that
    /// never ran before.
    ///
    /// ## Source
    ///
    /// Braze: Operators (reference, section 4). Ruby: comparison operators.
    name: "impossible-comparison", level: Error, check: Check::Message(check),
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for model in subject.models() {
        for comparison in &model.comparisons {
            if let Some(what) = impossible(comparison) {
                report(model, comparison, what, findings);
            } else if !out_of_range(model, comparison, findings)
                && !by_white_space(model, comparison, findings)
                && !by_items(model, comparison, findings)
            {
                by_case(model, comparison, findings);
            }
        }
    }
}

/// Reports a size below 0, and an iteration before the first. Returns whether it did.
fn out_of_range(
    model: &Model<'_>,
    comparison: &ComparisonUse<'_>,
    findings: &mut Findings<'_>,
) -> bool {
    let shown = comparison.at.at(comparison.left.span).text();
    let Some(bound) = number(comparison.right) else { return false };
    let is_index = matches!(shown, "forloop.index" | "forloop.rindex");
    let least = if is_index {
        1.0
    } else if shown.ends_with(".size") || matches!(shown, "forloop.index0" | "forloop.length") {
        0.0
    } else {
        return false;
    };
    let is_never = match comparison.operator {
        Operator::Equal => bound < least,
        Operator::Less => bound <= least,
        Operator::LessOrEqual => bound < least,
        _ => false,
    };
    if is_never {
        let message = match is_index {
            true => format!("`{shown}` counts from 1"),
            false => format!("`{shown}` is never less than 0"),
        };
        let help = match (is_index, bound == 0.0) {
            (true, _) if shown == "forloop.rindex" => {
                "use `forloop.last`, or `forloop.rindex0`, which counts to 0"
            }
            (true, _) => "use `forloop.first`, or `forloop.index0`, which counts from 0",
            (false, true) => "use `== 0`",
            (false, false) => "compare it with 0 or more",
        };
        findings
            .report(model, comparison.at, message)
            .label("never true")
            .help(help)
            .at_most(Severity::Warning);
    }
    is_never
}

/// Reports a captured text that begins or ends with white space, compared with a word that doesn't.
/// Returns whether it did.
fn by_white_space<'a>(
    model: &Model<'a>,
    comparison: &ComparisonUse<'a>,
    findings: &mut Findings<'_>,
) -> bool {
    for ComparedWord { value, word, .. } in words_of(comparison) {
        let name = comparison.at.at(value.span).text();
        let mut all = model.definitions_of(name).peekable();
        if word.trim().is_empty() || all.peek().is_none() {
            continue;
        }
        let is_apart = |set: &Definition<'_>| {
            let edges = edges(model, set);
            edges.is_some_and(|(begins, ends)| {
                (begins && !word.starts_with(char::is_whitespace))
                    || (ends && !word.ends_with(char::is_whitespace))
            })
        };
        if !all.all(is_apart) {
            continue;
        }
        findings
            .report(
                model,
                comparison.at,
                format!("`{name}` includes the white space inside its `capture`, so it never equals `{word}`"),
            )
            .label("never equal")
            .help(format!("use `{{% assign {name} = {name} | strip %}}` before it"))
            .at_most(Severity::Warning);
        return true;
    }
    false
}

/// Returns whether what a `capture` sets begins and ends with white space that is always printed.
fn edges(model: &Model<'_>, set: &Definition<'_>) -> Option<(bool, bool)> {
    let is_it = |used: &&TagUse<'_>| {
        std::ptr::eq(used.at.source, set.at.source) && used.tag.open == set.tag
    };
    let tag = model.tags.iter().find(is_it).filter(|_| set.kind == DefinitionKind::Capture)?.tag;
    let body = &tag.branches.first()?.body;
    let text = |node: Option<&Node>| match node {
        Some(Node::Text(text)) => set.at.source.slice(text.printed),
        _ => "",
    };
    let begins = text(body.first()).starts_with(char::is_whitespace);
    Some((begins, text(body.last()).ends_with(char::is_whitespace)))
}

/// Reports a word that no item of a list has, all of whose items are in the template. Returns
/// whether it did.
fn by_items<'a>(
    model: &Model<'a>,
    comparison: &ComparisonUse<'a>,
    findings: &mut Findings<'_>,
) -> bool {
    let list = comparison.left_shape.list.as_ref();
    let items = list.and_then(|list| list.item.scalar.as_ref());
    let Some(items) = items.filter(|items| items.known == Values::Exact) else { return false };
    let Some(View::Str(word)) = comparison.right_shape.as_constant().map(Value::view) else {
        return false;
    };
    let texts = items.values.iter().map(|item| item.view().to_str()).collect::<Vec<_>>();
    if comparison.operator != Operator::Contains || texts.iter().any(|item| *item == word) {
        return false;
    }
    // Another word may be meant to be absent; one with spaces around it is there.
    let Some(spaced) = texts.iter().find(|item| item.trim() == word.trim()) else { return false };
    let list = comparison.at.at(comparison.left.span).text();
    findings
        .report(
            model,
            comparison.at,
            format!("`{list}` has `{spaced}` with a space, so it never contains `{word}`"),
        )
        .label("never true")
        .help("split it with the space, as in `split: ', '`")
        .at_most(Severity::Warning);
    true
}

/// Reports an uppercase string compared with the result of `downcase`, and vice versa.
fn by_case<'a>(model: &Model<'a>, comparison: &ComparisonUse<'a>, findings: &mut Findings<'_>) {
    for ComparedWord { value, literal, word: text, .. } in words_of(comparison) {
        let ExprKind::Str(span) = literal.kind else { continue };
        let origin = origin_of(model, comparison.at, value);
        let Some((call, at)) = origin.filters.first() else { continue };
        let (name, meant) = match at.source.slice(call.name) {
            "downcase" => ("downcase", text.to_lowercase()),
            "upcase" => ("upcase", text.to_uppercase()),
            _ => continue,
        };
        if meant == text {
            continue;
        }
        let title = format!("use `'{meant}'`");
        findings
            .report(
                model,
                comparison.at.at(literal.span),
                format!("`{name}` never returns `{text}`"),
            )
            .label("never equal")
            .related(at.at(call.span), "changes the letter case")
            .help(title.as_str())
            .fix(Fix::replace(title.as_str(), Safety::Unsafe, span, meant))
            .at_most(Severity::Warning);
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum What {
    NeverEqual,
    NoOrder,
    HoldsNothing,
}

fn impossible(comparison: &ComparisonUse<'_>) -> Option<What> {
    if comparison.left.kind.is_nothing() || comparison.right.kind.is_nothing() {
        return None;
    }
    let left = kinds_of(&comparison.left_shape)?;
    let right = kinds_of(&comparison.right_shape)?;
    match comparison.operator {
        Operator::Equal | Operator::NotEqual => {
            let apart = !left.meets(right);
            let quoted = is_quoted(&comparison.left_shape, right)
                || is_quoted(&comparison.right_shape, left);
            // `array-equals` covers lists and strings, `quoted-number` quoted numbers; comparing
            // with an empty string tests for a missing value.
            let listed = left.meets(Kinds::LIST) || right.meets(Kinds::LIST);
            let empty = is_empty(&comparison.left_shape) || is_empty(&comparison.right_shape);
            (apart && !quoted && !listed && !empty).then_some(What::NeverEqual)
        }
        Operator::Less | Operator::Greater | Operator::LessOrEqual | Operator::GreaterOrEqual => {
            let ordered = |kinds: Kinds| kinds.within(Kinds::NUMBER) || kinds == Kinds::TEXT;
            let apart = !left.meets(right);
            (apart && (ordered(left) || ordered(right))).then_some(What::NoOrder)
        }
        Operator::Contains => {
            left.within(Kinds::NUMBER | Kinds::BOOL).then_some(What::HoldsNothing)
        }
        Operator::Unknown => None,
    }
}

/// Returns the kinds of a side, all numbers as one; `None` if unknown.
fn kinds_of(shape: &Shape) -> Option<Kinds> {
    let kinds = shape.kinds.without(Kinds::NIL);
    if kinds == Kinds::NONE || shape.kinds.is_any() {
        return None;
    }
    Some(if kinds.meets(Kinds::NUMBER) { kinds | Kinds::NUMBER } else { kinds })
}

/// Whether a side is a quoted number or boolean and the other an unquoted one.
fn is_quoted(shape: &Shape, other: Kinds) -> bool {
    let Some(View::Str(text)) = shape.as_constant().map(Value::view) else { return false };
    (other.meets(Kinds::NUMBER) && text.parse::<f64>().is_ok())
        || (other.meets(Kinds::BOOL) && matches!(text, "true" | "false"))
}

fn is_empty(shape: &Shape) -> bool {
    matches!(shape.as_constant().map(Value::view), Some(View::Str("")))
}

fn report(
    model: &Model<'_>,
    comparison: &ComparisonUse<'_>,
    what: What,
    findings: &mut Findings<'_>,
) {
    let (left, right) = (&comparison.left_shape, &comparison.right_shape);
    let show = |shape: &Shape| shape.kinds.without(Kinds::NIL).to_string();
    let (a, b) = (show(left), show(right));
    let words = |expr: &crate::syntax::ast::Expr| comparison.at.at(expr.span).text();
    let (x, y) = (words(comparison.left), words(comparison.right));
    let message = match what {
        What::NeverEqual => format!("`{x}` is {a} and `{y}` is {b}, which are never equal"),
        What::NoOrder => {
            format!("can't compare `{x}` ({a}) with `{y}` ({b}); Braze aborts the message here")
        }
        What::HoldsNothing => format!("`{x}` is {a}, which never contains anything"),
    };
    let text_is_left = left.kinds.without(Kinds::NIL) == Kinds::TEXT;
    let numbers = left.kinds.meets(Kinds::NUMBER) || right.kinds.meets(Kinds::NUMBER);
    let (text, number) = if text_is_left { (x, y) } else { (y, x) };
    // `wallet.status == 200` is meant for the status of the call.
    let is_http = number.parse().is_ok_and(|status: u16| (100..600).contains(&status));
    let status = text.rsplit_once('.').filter(|(_, field)| is_http && *field == "status");
    let mut report =
        findings.report(model, comparison.at, message).help(if let Some((response, _)) = status {
            format!("use `{response}.__http_status_code__` for the HTTP status of the call")
        } else if numbers {
            format!("turn `{text}` into a number first: `{{% assign … = {text} | plus: 0 %}}`")
        } else if left.kinds.meets(Kinds::OBJECT) {
            format!("use a field of `{x}`")
        } else {
            "compare values of the same type".to_owned()
        });
    for (shape, name) in [(left, x), (right, y)] {
        if let Some(place) = shape.place.as_deref() {
            report = report.evidence(place, format!("`{name}` is {} here", show(shape)));
        }
    }
    if what != What::NoOrder {
        report.at_most(Severity::Warning);
    }
}
