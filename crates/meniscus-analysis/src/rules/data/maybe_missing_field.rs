use crate::analyze::{Model, OutputUse};
use crate::rules::reading::evidence::{is_asked_for, missing_words, set_from};
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};
use crate::shape::Missing;

rule! {
    /// A field that some responses lack or have as `null`, printed without a check.
    ///
    /// ## What it does
    ///
    /// Reports a printed field that is missing or `null` in some responses, and names the
    /// recordings that show it. Profile and custom attributes are covered by `missing-default`.
    ///
    /// ## Why it matters
    ///
    /// For those customers, the field renders as blank: "until" without a date, or a picture
    /// without an address. A condition on the field, or a `default` after it, is enough.
    ///
    /// ## Example
    ///
    /// ```toml scenario
    /// [api_trigger_properties]
    /// offer_title = "Two rye loaves for one"
    /// [api_trigger_properties.offer]
    /// terms = "Weekdays"
    /// ```
    ///
    /// ```liquid bad
    /// {% connected_content https://h.ent-sessionm.com/offers/api/2.0/offers/get_user_offers :method post :body {"user_id":"{{${user_id}}}"} :content_type application/json :save wallet %}
    /// {% if wallet.status == 'ok' %}{% for offer in wallet.payload.user_offers %}Until {{ offer.expiration_date | date: '%s' }}{% endfor %}{% endif %}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// {% connected_content https://h.ent-sessionm.com/offers/api/2.0/offers/get_user_offers :method post :body {"user_id":"{{${user_id}}}"} :content_type application/json :save wallet %}
    /// {% if wallet.status == 'ok' %}{% for offer in wallet.payload.user_offers %}{% if offer.expiration_date %}Until {{ offer.expiration_date | date: '%s' }}{% endif %}{% endfor %}{% endif %}
    /// ```
    ///
    /// ## Source
    ///
    /// SessionM: Fields that may be `null` (reference, section 4.1).
    name: "maybe-missing-field", level: Warn, check: Check::Message(check),
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for model in subject.models() {
        for output in &model.outputs {
            let Some(missing) = &output.shape.missing else { continue };
            if !matches!(**missing, Missing::Field { .. }) || is_asked_for(model, output) {
                continue;
            }
            let read = output.read.and_then(|read| model.reads.get(read));
            let family = read.and_then(|read| subject.family_of(&read.root));
            if matches!(family, Some("" | "custom_attribute"))
                || read.is_some_and(|read| subject.aborts_without(read))
            {
                continue;
            }
            report(model, output, missing, findings);
        }
    }
}

fn report(
    model: &Model<'_>,
    output: &OutputUse<'_>,
    missing: &Missing,
    findings: &mut Findings<'_>,
) {
    let Missing::Field { name, seen } = missing else { return };
    let Some(printed) = output.read.and_then(|read| model.reads.get(read)) else { return };
    // If it comes from a variable, the field is named where that is set.
    let set = set_from(model, printed).map(|(_, read)| read);
    let set = set.filter(|read| read.shape.missing.is_some());
    let read = set.unwrap_or(printed);
    let step = read.missing_step.and_then(|step| read.path.segments.get(step));
    let at = read.at.at(step.map_or(read.at.span, |step| step.span()));
    let message = format!("`{}` may be missing: {}", read.at.text(), missing_words(missing));
    let mut report = findings
        .report(model, at, message)
        .help(format!("print it inside `{{% if {} %}}`, or add `| default: …`", printed.at.text()));
    report = match set {
        Some(_) => report.related(printed.at, "printed here"),
        None => report.label("renders as blank"),
    };
    let place = seen.null_at.as_ref().map(|place| (place, "is `null` here"));
    let place = place.or_else(|| seen.absent_at.as_ref().map(|place| (place, "is missing here")));
    if let Some((place, words)) = place {
        report.evidence(place, format!("`{name}` {words}"));
    }
}
