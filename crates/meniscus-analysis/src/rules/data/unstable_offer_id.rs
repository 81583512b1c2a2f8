use crate::analyze::Site;
use crate::diagnostic::{Fix, Safety};
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};
use crate::syntax::ast::{Expr, ExprKind, Operator, Segment};
use crate::text::Span;
use crate::value::{Value, View};

rule! {
    /// An offer's `offer_id` compared with a fixed ID.
    ///
    /// ## What it does
    ///
    /// Reports `==` and `!=` between an `offer_id` and an ID that is written in the template.
    ///
    /// ## Why it matters
    ///
    /// `offer_id` names a version of the offer, and changes when someone revises it. From then on,
    /// the branch isn't taken, and customers don't get its text. `root_offer_id` stays the same.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {% connected_content https://h.ent-sessionm.com/offers/api/2.0/offers/get_user_offers :method post :body {"user_id":"{{${user_id}}}"} :content_type application/json :save wallet %}
    /// {% if wallet.status == 'ok' %}{% for offer in wallet.payload.user_offers %}{% if offer.offer_id == '7c0d7a86-6a5e-4c8e-9f59-0f8f4b8d2a11' %}The rye offer{% endif %}{% endfor %}{% endif %}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// {% connected_content https://h.ent-sessionm.com/offers/api/2.0/offers/get_user_offers :method post :body {"user_id":"{{${user_id}}}"} :content_type application/json :save wallet %}
    /// {% if wallet.status == 'ok' %}{% for offer in wallet.payload.user_offers %}{% if offer.root_offer_id == '7c0d7a86-6a5e-4c8e-9f59-0f8f4b8d2a11' %}The rye offer{% endif %}{% endfor %}{% endif %}
    /// ```
    ///
    /// ## Fix safety
    ///
    /// The fix is unsafe: it compares with `root_offer_id`, whose value may differ from that of
    /// `offer_id`.
    ///
    /// ## Source
    ///
    /// SessionM: Offers (reference, section 4.1).
    name: "unstable-offer-id", level: Info, check: Check::Message(check),
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for model in subject.models() {
        // Report each place once, however many values it is compared with.
        let mut said: Vec<(usize, Span)> = Vec::new();
        for comparison in &model.comparisons {
            if !matches!(comparison.operator, Operator::Equal | Operator::NotEqual) {
                continue;
            }
            let sides = [
                (comparison.left, &comparison.right_shape),
                (comparison.right, &comparison.left_shape),
            ];
            for (expr, other) in sides {
                let constant = other.as_constant().map(Value::view);
                let Some(span) = version_of(expr, comparison.at) else { continue };
                let written = matches!(constant, Some(View::Str(text)) if !text.is_empty());
                let read = model.read_at(comparison.at, expr.span);
                let from_call = read.is_some_and(|read| read.call.is_some());
                let key = (std::ptr::from_ref(comparison.at.source) as usize, span);
                if !written || !from_call || said.contains(&key) {
                    continue;
                }
                said.push(key);
                findings
                    .report(
                        model,
                        comparison.at.at(span),
                        "`offer_id` changes with every version of the offer",
                    )
                    .help("use `root_offer_id`, which stays the same")
                    .fix(Fix::replace(
                        "replace `offer_id` with `root_offer_id`",
                        Safety::Unsafe,
                        span,
                        "root_offer_id",
                    ));
            }
        }
    }
}

/// Returns the span of `offer_id` at the end of a path.
fn version_of(expr: &Expr, at: Site<'_>) -> Option<Span> {
    let ExprKind::Path(path) = &expr.kind else { return None };
    match path.segments.last()? {
        Segment::Field(span) if at.at(*span).text() == "offer_id" => Some(*span),
        _ => None,
    }
}
