use crate::analyze::Site;
use crate::files::locate_toml;
use crate::project::METHODS;
use crate::rules::reading::outgoing::calls;
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};
use crate::text::{Span, Step, nearest};

rule! {
    /// A method that a call or a webhook doesn't have.
    ///
    /// ## What it does
    ///
    /// Reports a `:method` other than `get` or `post`, and a `method` in `message.toml` that webhooks
    /// don't have.
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
    /// ```toml message
    /// channel = "webhook"
    /// method = "POTS"
    /// ```
    ///
    /// ```liquid bad
    /// {"tags": ["rye"], "ttl": 2592000}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```toml message
    /// channel = "email"
    /// ```
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
    webhook(subject, findings);
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

/// Reports a webhook's method in `message.toml`.
fn webhook(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    let settings = &subject.message.settings;
    let (Some(written), Some(source), Some(model)) =
        (&settings.method, &settings.source, subject.models().next())
    else {
        return;
    };
    if METHODS.iter().any(|method| method.eq_ignore_ascii_case(written)) {
        return;
    }
    let Some(place) = locate_toml(source.text(), &[Step::Key("method")]) else { return };
    let at = Site { source, span: Span::new(place.start, place.end), via: None };
    let near = nearest(&written.to_ascii_uppercase(), METHODS);
    let help = match near {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("use one of `{}`", METHODS.join("`, `")),
    };
    let message = format!("webhooks have no method `{}`", written.escape_debug());
    findings.report(model, at, message).label("Braze can't send this").help(help);
}
