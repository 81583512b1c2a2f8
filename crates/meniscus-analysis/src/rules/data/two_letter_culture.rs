use crate::analyze::Call;
use crate::rules::reading::json_member::{Member, member};
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};

rule! {
    /// A `culture` of two letters in a request to SessionM.
    ///
    /// ## What it does
    ///
    /// Reports a `culture` in a SessionM request that is two letters long, or that comes from
    /// Braze's `${language}`.
    ///
    /// ## Why it matters
    ///
    /// SessionM's default is `en-US`: language and country. Braze's `${language}` is only the
    /// language, and no documentation says whether SessionM accepts that. Offer texts may arrive in
    /// the default language, or not at all.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {% connected_content https://h.ent-sessionm.com/offers/api/2.0/offers/get_user_offers :method post :body {"user_id":"{{${user_id}}}","culture":"{{${language}}}"} :content_type application/json :save wallet %}
    /// {% if wallet.status == 'ok' %}{{ wallet.payload.available_points }}{% endif %}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// {% connected_content https://h.ent-sessionm.com/offers/api/2.0/offers/get_user_offers :method post :body {"user_id":"{{${user_id}}}","culture":"en-US"} :content_type application/json :save wallet %}
    /// {% if wallet.status == 'ok' %}{{ wallet.payload.available_points }}{% endif %}
    /// ```
    ///
    /// ## Source
    ///
    /// SessionM: Offers (reference, section 4.1; SessionM's own guide has this mistake).
    name: "two-letter-culture", level: Info, check: Check::Message(check),
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for model in subject.models() {
        for call in &model.calls {
            let Some(body) = sessionm_body(call) else { continue };
            let (at, message) = match member(body, "culture") {
                Some(Member::Text(text, at)) if text.len() == 2 => {
                    (at, format!("the culture `{text}` is only a language, unlike `en-US`"))
                }
                Some(Member::Interpolation(interpolation))
                    if interpolation.at.text().contains("${language}") =>
                {
                    let filtered = interpolation.pipeline.is_some_and(|pipeline| {
                        pipeline.filters.iter().any(|call| {
                            !matches!(
                                interpolation.at.at(call.name).text(),
                                "default" | "json_escape"
                            )
                        })
                    });
                    if filtered {
                        continue;
                    }
                    (
                        interpolation.at,
                        "`${language}` is only a language, unlike the culture `en-US`".to_owned(),
                    )
                }
                _ => continue,
            };
            findings
                .report(model, at, message)
                .help("choose the culture with `case`, or store it in a custom attribute");
        }
    }
}

/// Returns the body of a call to a known SessionM endpoint.
fn sessionm_body<'c, 'a>(call: &'c Call<'a>) -> Option<&'c crate::analyze::Pieces<'a>> {
    call.endpoint.as_ref()?;
    call.option("body")?.value.as_ref()
}
