use crate::diagnostic::{Fix, Safety};
use crate::rules::reading::outgoing::{
    ContentType, body_of, calls, content_type_of, looks_like_json, option_name,
};
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};
use crate::text::Span;

rule! {
    /// A JSON body that is sent as a form.
    ///
    /// ## What it does
    ///
    /// Reports a POST that has a JSON body but no content type.
    ///
    /// ## Why it matters
    ///
    /// Without a content type, Braze sends a POST as `application/x-www-form-urlencoded`, whatever
    /// the body looks like. Most systems reject it, or find no fields in it.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {% connected_content https://api.larkspur.example/quiz :method post :body {"round":3} :save quiz %}
    /// {{ quiz.title | default: 'Quiz' }}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// {% connected_content https://api.larkspur.example/quiz :method post :content_type application/json :body {"round":3} :save quiz %}
    /// {{ quiz.title | default: 'Quiz' }}
    /// ```
    ///
    /// ## Fix safety
    ///
    /// The fix is unsafe: it changes the content type that the other system gets.
    ///
    /// ## Source
    ///
    /// Braze: Options and body forms (reference, sections 2.1.2 and 2.1.3).
    name: "missing-content-type", level: Warn, check: Check::Message(check),
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for (model, call) in calls(subject) {
        // `option-without-value` covers a `:content_type` without a value.
        if call.method.as_deref() != Some("POST") || call.option("content_type").is_some() {
            continue;
        }
        let Some(body) = body_of(model, call) else { continue };
        if !looks_like_json(&body.text) || content_type_of(model, call) != ContentType::Unsaid {
            continue;
        }
        let Some(at) = option_name(call, "body") else { continue };
        let fix = Fix::replace(
            "add `:content_type application/json`",
            Safety::Unsafe,
            Span::empty(at.span.start as usize),
            ":content_type application/json ",
        );
        findings
            .report(model, at, "the body is JSON, but Braze sends it as a form")
            .help("add `:content_type application/json`")
            .fix(fix);
    }
}
