use crate::analyze::{DefinitionKind, Model, OutputUse, ReadRoot};
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};
use crate::shape::Missing;

rule! {
    /// An item of a list that may be empty, printed without a look at the list.
    ///
    /// A wallet may be empty, an offer may have no picture: `[0]` and `first` are `nil` then, and
    /// nothing is printed.
    ///
    /// Source: SessionM's reference, sections 4.1 and 4.2.
    ///
    /// ```liquid bad
    /// {% connected_content https://h.ent-sessionm.com/offers/api/2.0/offers/get_user_offers :method post :body {"user_id":"{{${user_id}}}"} :content_type application/json :save wallet %}
    /// {% if wallet.status == 'ok' %}{{ wallet.payload.user_offers[0].name }}{% endif %}
    /// ```
    ///
    /// ```liquid good
    /// {% connected_content https://h.ent-sessionm.com/offers/api/2.0/offers/get_user_offers :method post :body {"user_id":"{{${user_id}}}"} :content_type application/json :save wallet %}
    /// {% if wallet.status == 'ok' and wallet.payload.user_offers.size > 0 %}{{ wallet.payload.user_offers[0].name }}{% endif %}
    /// ```
    name: "unguarded-list", level: Warn, check: Check::Message(check),
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for model in subject.models() {
        for output in &model.outputs {
            if let Some(missing) = &output.shape.missing
                && let Missing::Item { empty_at } = &**missing
                && !is_catalog(model, output)
            {
                report(model, output, empty_at.as_ref(), findings);
            }
        }
    }
}

/// Items of catalogs are the matter of `unchecked-catalog`.
fn is_catalog(model: &Model<'_>, output: &OutputUse<'_>) -> bool {
    let read = output.read.and_then(|read| model.reads.get(read));
    match read.map(|read| read.root) {
        Some(ReadRoot::Variable { definition: Some(definition), .. }) => model
            .definitions
            .get(definition)
            .is_some_and(|definition| definition.kind == DefinitionKind::Fixed),
        _ => false,
    }
}

fn report(
    model: &Model<'_>,
    output: &OutputUse<'_>,
    empty_at: Option<&crate::shape::Place>,
    findings: &mut Findings<'_>,
) {
    let Some(read) = output.read.and_then(|read| model.reads.get(read)) else { return };
    let step = read.missing_step.and_then(|step| read.path.segments.get(step));
    let at = read.at.at(step.map_or(read.at.span, |step| step.span()));
    let list = step.map_or(read.at.text(), |step| read.before(step.span()));
    let mut report = findings
        .report(model, at, format!("`{list}` may be empty, and no condition asks for that"))
        .label("prints nothing then");
    report = match (step, read.root) {
        (None, ReadRoot::Variable { name, definition: Some(definition), .. }) => {
            let report = report.help(format!("print it inside of `{{% if {name} %}}`"));
            match model.definitions.get(definition) {
                Some(definition) => report.related(definition.at, "an item of the list"),
                None => report,
            }
        }
        _ => report.help(format!("print it inside of `{{% if {list}.size > 0 %}}`")),
    };
    if let Some(place) = empty_at {
        report.evidence(place, "it is empty here");
    }
}
