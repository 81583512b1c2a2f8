use crate::analyze::Usage;
use crate::diagnostic::{Fix, Safety};
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};
use crate::syntax::ast::Segment;

/// SessionM's fields for the points spent, and for the balance.
const SPENT: &str = "total_points";
const BALANCE: &str = "available_points";

rule! {
    /// SessionM's `total_points` where the balance is meant.
    ///
    /// ## What it does
    ///
    /// Reports `total_points` of a SessionM wallet if it is printed or assigned.
    ///
    /// ## Why it matters
    ///
    /// `total_points` is the number of points that the customer has spent. The balance is
    /// `available_points`. The two are next to each other, and both look right in a test, but
    /// customers see a wrong balance.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {% connected_content https://h.ent-sessionm.com/offers/api/2.0/offers/get_user_offers :method post :body {"user_id":"{{${user_id}}}"} :content_type application/json :save wallet %}
    /// {% if wallet.status == 'ok' %}{{ wallet.payload.total_points }} points to spend{% endif %}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// {% connected_content https://h.ent-sessionm.com/offers/api/2.0/offers/get_user_offers :method post :body {"user_id":"{{${user_id}}}"} :content_type application/json :save wallet %}
    /// {% if wallet.status == 'ok' %}{{ wallet.payload.available_points }} points to spend{% endif %}
    /// ```
    ///
    /// ## Fix safety
    ///
    /// The fix is unsafe: the message may mean the points that the customer has spent.
    ///
    /// ## Source
    ///
    /// SessionM: Offers (reference, section 4.1).
    name: "total-points-as-balance", level: Warn, check: Check::Message(check),
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for model in subject.models() {
        for read in &model.reads {
            if !matches!(read.usage, Usage::Printed | Usage::Assigned) {
                continue;
            }
            let Some(Segment::Field(span)) = read.path.segments.last() else { continue };
            let at = read.at.at(*span);
            if at.text() != SPENT {
                continue;
            }
            // Only a wallet has both; elsewhere `total_points` is a sum.
            let call = read.call.and_then(|call| model.calls.get(call));
            let Some(call) = call else { continue };
            let payload = call.shape.field("payload").map(|field| &field.shape);
            if !payload.is_some_and(|payload| {
                payload.field(SPENT).is_some() && payload.field(BALANCE).is_some()
            }) {
                continue;
            }
            findings
                .report(model, at, "`total_points` is the number of points spent, not the balance")
                .help("use `available_points` for the balance")
                .fix(Fix::replace(
                    "replace `total_points` with `available_points`",
                    Safety::Unsafe,
                    *span,
                    BALANCE,
                ));
        }
    }
}
