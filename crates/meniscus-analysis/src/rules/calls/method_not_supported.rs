use crate::rules::reading::outgoing::calls;
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};

rule! {
    /// A method other than GET or POST.
    ///
    /// ## What it does
    ///
    /// Reports a `:method` other than `get` or `post`.
    ///
    /// ## Why it matters
    ///
    /// Braze makes no other calls from a message, so no request is sent and nothing is saved. To
    /// change something in another system, use a webhook, which is sent once per customer.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {% connected_content https://api.larkspur.example/visits/7 :method delete :save gone %}
    /// {{ gone.title | default: 'News' }}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// {% connected_content https://api.larkspur.example/visits/7 :method get :save visit %}
    /// {{ visit.title | default: 'News' }}
    /// ```
    ///
    /// ## Source
    ///
    /// Braze: Options (reference, section 2.1.2).
    name: "method-not-supported", level: Error, check: Check::Message(check),
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for (model, call) in calls(subject) {
        let Some(method) = call.method.as_deref() else { continue };
        if matches!(method, "GET" | "POST") {
            continue;
        }
        let Some(option) = call.option("method") else { continue };
        let at = call.at.at(option.value_span.unwrap_or(option.span));
        findings
            .report(model, at, format!("Braze supports only GET and POST, not `{method}`"))
            .label("the call isn't made")
            .help("use `:method get` or `:method post`");
    }
}
