use crate::rules::reading::origin::origin;
use crate::rules::reading::values::{leaf, path_of, words_of};
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};
use crate::shape::Kinds;
use crate::syntax::ast::ExprKind;

/// Words for the hundredth part of a currency.
const SMALL: [&str; 9] =
    ["cents", "pence", "pennies", "centimes", "centavos", "rappen", "öre", "minor", "subunits"];

rule! {
    /// An amount in cents that `money` prints a hundred times too large.
    ///
    /// ## What it does
    ///
    /// Reports `money` on a value whose name suggests cents, such as `price_in_cents`, without a
    /// division before it. Only the name shows that it's in cents, so this is a hint.
    ///
    /// ## Why it matters
    ///
    /// Shopify's `money` divides by 100, but Braze's doesn't: 640 cents are shown as `640.00`.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {% assign price_in_cents = 640 %}
    /// Popcorn is €{{ price_in_cents | money }}.
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// {% assign price_in_cents = 640 %}
    /// Popcorn is €{{ price_in_cents | divided_by: 100.0 | money }}.
    /// ```
    ///
    /// ## Source
    ///
    /// Braze: Money (reference, section 3.3).
    name: "money-of-cents", level: Info, check: Check::Message(check),
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for model in subject.models() {
        for output in &model.outputs {
            let source = output.at.source;
            let filters = &output.pipeline.filters;
            let is = |name: &'static str| {
                move |call: &crate::syntax::ast::FilterCall| source.slice(call.name) == name
            };
            let Some(money) = filters.iter().position(is("money")) else { continue };
            // `times` counts too, because it may be by 0.01.
            let scaled =
                filters[..money].iter().any(|call| is("divided_by")(call) || is("times")(call));
            let Some(path) = path_of(&output.pipeline.subject).filter(|_| !scaled) else {
                continue;
            };
            // The variable's name may not show that its value is in cents.
            let origin = origin(model, output.at, output.pipeline);
            let name = match &origin.subject.kind {
                ExprKind::Path(first) if !origin.goes_through(&["divided_by", "times"]) => {
                    leaf(first, origin.at.source)
                }
                _ => leaf(path, source),
            };
            let kinds = output.read.and_then(|read| model.reads.get(read));
            let kinds = kinds.map_or(Kinds::ANY, |read| read.shape.kinds);
            if !words_of(name).any(|word| SMALL.contains(&word.as_str())) || !kinds.has(Kinds::INT)
            {
                continue;
            }
            let at = output.at.at(filters[money].name);
            findings
                .report(
                    model,
                    at,
                    format!("`{name}` is in hundredths, and `money` doesn't divide by 100"),
                )
                .label("a hundred times too much")
                .help("use `| divided_by: 100.0 | money`");
        }
    }
}
