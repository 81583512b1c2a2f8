use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};

rule! {
    /// A `break` or `continue` outside a loop.
    ///
    /// ## What it does
    ///
    /// Reports `break` and `continue` that aren't inside `for` or `tablerow`.
    ///
    /// ## Why it matters
    ///
    /// Outside a loop, both end the text: customers get the part before the tag alone.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// Hello!{% if custom_attribute.${vip} %}{% break %}{% endif %} Here are our offers.
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// Hello!{% unless custom_attribute.${vip} %} Here are our offers.{% endunless %}
    /// ```
    ///
    /// ## Source
    ///
    /// Shopify Liquid 5: `break`.
    name: "break-outside-loop", level: Warn, check: Check::Message(check),
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    if subject.is_block {
        return;
    }
    for model in subject.models() {
        for used in &model.tags {
            if matches!(used.name, "break" | "continue") && used.loops == 0 {
                findings
                    .report(model, used.at, format!("`{}` is outside a loop", used.name))
                    .label("the text ends here")
                    .help("put the rest inside an `if`");
            }
        }
    }
}
