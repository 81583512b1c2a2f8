use crate::rules::reading::outgoing::calls;
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};

rule! {
    /// A method other than GET and POST.
    ///
    /// Braze makes no other calls from a message: nothing is asked, and nothing is saved. What
    /// changes something belongs into a webhook, which is sent once for each customer.
    ///
    /// Source: the reference's section 2.1.2.
    ///
    /// ```liquid bad
    /// {% connected_content https://api.larkspur.example/visits/7 :method delete :save gone %}
    /// {{ gone.title | default: 'News' }}
    /// ```
    ///
    /// ```liquid good
    /// {% connected_content https://api.larkspur.example/visits/7 :method get :save visit %}
    /// {{ visit.title | default: 'News' }}
    /// ```
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
            .report(model, at, format!("the method is {method}, only GET and POST are supported"))
            .label("the call is not made")
            .help("use `:method get` or `:method post`");
    }
}
