use crate::analyze::{FilterUse, Model};
use crate::rules::reading::filters::facts_of;
use crate::rules::reading::origin::{TracedValue, origin_of};
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};
use crate::shape::{Kinds, Takes, Values};
use crate::value::{Value, View};

rule! {
    /// A filter on a value that it can't use.
    ///
    /// ## What it does
    ///
    /// Reports a filter whose input has the wrong type: arithmetic on an object, `join` on a
    /// number, a string filter on a list. Also reports arithmetic with a number that
    /// `number_with_delimiter` or `money` has formatted.
    ///
    /// ## Why it matters
    ///
    /// Arithmetic treats an object as 0, `join` prints a number as it is, and string filters print
    /// a whole list. Customers read something that nobody intended.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {% connected_content https://h.ent-sessionm.com/offers/api/2.0/offers/get_user_offers :method post :body {"user_id":"{{${user_id}}}"} :content_type application/json :save wallet %}
    /// {% if wallet.status == 'ok' %}{{ wallet.payload.user_offers | number_with_delimiter }}{% endif %}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// {% connected_content https://h.ent-sessionm.com/offers/api/2.0/offers/get_user_offers :method post :body {"user_id":"{{${user_id}}}"} :content_type application/json :save wallet %}
    /// {% if wallet.status == 'ok' %}{{ wallet.payload.user_offers | size | number_with_delimiter }}{% endif %}
    /// ```
    ///
    /// ## Source
    ///
    /// Braze: Filters (reference, section 3). Shopify Liquid 5: filters accept any value and never
    /// fail.
    name: "filter-on-wrong-kind", level: Warn, check: Check::Message(check),
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for model in subject.models() {
        for used in &model.filters {
            formatted(model, used, findings);
            let Some(filter) = used.filter else { continue };
            let takes = subject.known.semantics().signature(filter).takes;
            let kinds = used.input.kinds.without(Kinds::NIL);
            if kinds == Kinds::NONE || (kinds.meets(takes.kinds()) && !is_never_number(used, takes))
            {
                continue;
            }
            let name = used.at.source.slice(used.call.name);
            let at = used.at.at(used.call.name);
            let left = used.at.at(used.left).text().trim().trim_end_matches('|').trim_end();
            let message = format!("`{name}` takes {}, but `{left}` is {kinds}", takes.words());
            let mut report = findings.report(model, at, message);
            report = match (takes, kinds.meets(Kinds::LIST)) {
                (Takes::Number, true) => report.help("use its `size`, or one of its items"),
                (Takes::Text, true) => {
                    report.help("turn it into a string with `join`, or use one of its items")
                }
                (_, _) if kinds.meets(Kinds::OBJECT) => report.help("use one of its fields"),
                _ => report.help("remove the filter, or use it on the value that it is meant for"),
            };
            if let Some(place) = used.input.place.as_deref() {
                report.evidence(place, format!("it is {kinds} here"));
            }
        }
    }
}

/// Filters that write a number for people: `1,234.50`.
const FORMATTING: [&str; 2] = ["number_with_delimiter", "money"];

/// Reports arithmetic with a number that was formatted before: `1,234` counts as 1.
fn formatted<'a>(model: &Model<'a>, used: &FilterUse<'a>, findings: &mut Findings<'_>) {
    let name = used.at.source.slice(used.call.name);
    if !facts_of(name).calculates {
        return;
    }
    let by = |traced: &TracedValue<'_, 'a>| {
        let (call, at) = traced.filters.first().copied()?;
        let is_formatting = FORMATTING.contains(&at.source.slice(call.name));
        is_formatting.then(|| at.at(call.span))
    };
    let arguments = used.call.arguments.iter();
    let mut values = arguments.map(|argument| origin_of(model, used.at, &argument.value));
    let before = used.at.source.slice(used.left).trim().trim_end_matches('|').trim_end();
    let last = before.rsplit('|').next().unwrap_or_default().trim();
    let is_before = before.contains('|')
        && FORMATTING.iter().any(|name| last.split([':', ' ']).next() == Some(name));
    let formatted = values.find_map(|value| by(&value));
    if !is_before && formatted.is_none() {
        return;
    }
    let message = format!("`{name}` calculates with a formatted number: `1,234` counts as 1");
    let mut report = findings.report(model, used.at.at(used.call.name), message);
    if let Some(at) = formatted {
        report = report.related(at, "formatted here");
    }
    report.help("calculate first, and format the result");
}

/// Whether arithmetic is applied to a string that is known to hold no number.
fn is_never_number(used: &FilterUse<'_>, takes: Takes) -> bool {
    let kinds = used.input.kinds.without(Kinds::NIL);
    if takes != Takes::Number || kinds != Kinds::TEXT {
        return false;
    }
    used.input.scalar.as_ref().is_some_and(|scalar| {
        let sure = scalar.known != Values::Seen;
        let digits = |value: &Value| match value.view() {
            View::Str(text) => text.is_empty() || text.contains(|c: char| c.is_ascii_digit()),
            _ => true,
        };
        sure && !scalar.values.iter().any(digits)
    })
}
