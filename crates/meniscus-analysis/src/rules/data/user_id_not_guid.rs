use crate::project::Scenario;
use crate::rules::knowledge::sample_of;
use crate::rules::reading::json_member::{Member, member};
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};
use crate::shape::SamplePlace;
use crate::text::DataPath;
use crate::value::{Value, View};

rule! {
    /// A `user_id` for SessionM that doesn't look like one.
    ///
    /// ## What it does
    ///
    /// Reports a `user_id` in a SessionM request that isn't a GUID. The value comes from the
    /// scenarios.
    ///
    /// ## Why it matters
    ///
    /// SessionM's IDs are GUIDs. Braze's `${user_id}` is the brand's own ID. Unless the two are the
    /// same, SessionM doesn't know the customer, and every wallet is empty or an error.
    ///
    /// ## Example
    ///
    /// ```toml scenario
    /// [user]
    /// user_id = "100482"
    /// [custom_attribute]
    /// sessionm_id = "5b1e7c52-2f6d-4f0f-8d4e-6a0c2f9b7a11"
    /// ```
    ///
    /// ```liquid bad
    /// {% connected_content https://h.ent-sessionm.com/offers/api/2.0/offers/get_user_offers :method post :body {"user_id":"{{${user_id}}}"} :content_type application/json :save wallet %}
    /// {% if wallet.status == 'ok' %}{{ wallet.payload.available_points }}{% endif %}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// {% connected_content https://h.ent-sessionm.com/offers/api/2.0/offers/get_user_offers :method post :body {"user_id":"{{custom_attribute.${sessionm_id}}}"} :content_type application/json :save wallet %}
    /// {% if wallet.status == 'ok' %}{{ wallet.payload.available_points }}{% endif %}
    /// ```
    ///
    /// ## Source
    ///
    /// SessionM: Identity (reference, section 2).
    name: "user-id-not-guid", level: Warn, check: Check::Message(check),
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for model in subject.models() {
        for call in &model.calls {
            // The pack names the requests that contain SessionM's own id.
            if call.endpoint.is_none() {
                continue;
            }
            let Some(body) = call.option("body").and_then(|option| option.value.as_ref()) else {
                continue;
            };
            match member(body, "user_id") {
                Some(Member::Text(text, at)) if !is_guid(&text) && !is_placeholder(&text) => {
                    findings
                        .report(
                            model,
                            at,
                            format!("the user id is `{text}`, but SessionM's ids are GUIDs"),
                        )
                        .help("use the attribute that contains SessionM's id");
                }
                Some(Member::Interpolation(interpolation)) => {
                    // The value before it is escaped.
                    let read = interpolation.read.and_then(|read| model.reads.get(read));
                    let shape = read.map_or(&interpolation.shape, |read| &read.shape);
                    let wrong = shape.examples().find_map(|value| match value {
                        View::Str(text) => (!is_guid(text)).then(|| text.to_owned()),
                        View::Int(number) => Some(number.to_string()),
                        _ => None,
                    });
                    let Some(wrong) = wrong else { continue };
                    let message = format!("the user id is `{wrong}`, but SessionM's ids are GUIDs");
                    let report = findings
                        .report(model, interpolation.at, message)
                        .help("use the attribute that contains SessionM's id");
                    let place = place_of(subject, &wrong);
                    if let Some(place) = place.as_ref().or(shape.place.as_deref()) {
                        report.evidence(place, "set here");
                    }
                }
                _ => {}
            }
        }
    }
}

/// Returns where a scenario has an ID as its customer's.
fn place_of(subject: &Subject<'_>, id: &str) -> Option<SamplePlace> {
    let has = |scenario: &&Scenario| match scenario.tables.get("user").map(Value::view) {
        Some(View::Object(user)) => {
            let own = user.get("user_id").map(Value::view);
            matches!(own, Some(View::Str(own)) if own == id)
        }
        _ => false,
    };
    let scenario = subject.scenarios().find(has)?;
    let trail = DataPath::of_keys(&["user_id"]);
    Some(SamplePlace { sample: sample_of(scenario, "user"), trail })
}

/// Whether a string has the form of a GUID.
fn is_guid(text: &str) -> bool {
    let groups = text.split('-').map(str::len);
    groups.eq([8, 4, 4, 4, 12]) && text.bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit())
}

/// Whether it is a placeholder, which `unfilled-placeholder` covers.
fn is_placeholder(text: &str) -> bool {
    text.to_ascii_uppercase().contains("YOUR") || text.is_empty()
}
