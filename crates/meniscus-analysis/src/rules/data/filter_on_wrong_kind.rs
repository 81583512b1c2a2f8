use crate::analyze::FilterUse;
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};
use crate::shape::{Kinds, Takes, Values};
use crate::value::{Value, View};

rule! {
    /// A filter on something that it can make nothing of.
    ///
    /// Arithmetic takes an object for 0, `join` prints a number as it is, text filters print a whole
    /// list: none of it is what the author has in mind.
    ///
    /// Source: the reference's section 3; Liquid's filters, which take anything and complain of
    /// nothing.
    ///
    /// ```liquid bad
    /// {% connected_content https://h.ent-sessionm.com/offers/api/2.0/offers/get_user_offers :method post :body {"user_id":"{{${user_id}}}"} :content_type application/json :save wallet %}
    /// {% if wallet.status == 'ok' %}{{ wallet.payload.user_offers | number_with_delimiter }}{% endif %}
    /// ```
    ///
    /// ```liquid good
    /// {% connected_content https://h.ent-sessionm.com/offers/api/2.0/offers/get_user_offers :method post :body {"user_id":"{{${user_id}}}"} :content_type application/json :save wallet %}
    /// {% if wallet.status == 'ok' %}{{ wallet.payload.user_offers | size | number_with_delimiter }}{% endif %}
    /// ```
    name: "filter-on-wrong-kind", level: Warn, check: Check::Message(check),
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for model in subject.models() {
        for used in &model.filters {
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
            let message = format!("`{name}` takes {}, `{left}` is {kinds}", takes.words());
            let mut report = findings.report(model, at, message);
            report = match (takes, kinds.meets(Kinds::LIST)) {
                (Takes::Number, true) => report.help("take its `size`, or an item of it"),
                (Takes::Text, true) => {
                    report.help("make a text of it with `join`, or take an item of it")
                }
                (_, _) if kinds.meets(Kinds::OBJECT) => report.help("name the field that is meant"),
                _ => report.help("leave the filter out, or name what it is meant for"),
            };
            if let Some(place) = used.input.place.as_deref() {
                report.evidence(place, format!("it is {kinds} here"));
            }
        }
    }
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
