use crate::diagnostic::{Edit, Fix, Safety};
use crate::rules::reading::outgoing::{calls, option_name};
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};
use crate::text::Span;

rule! {
    /// A body in a call that is a GET.
    ///
    /// Without `:method post` the call is a GET, and the other system does not look at a body: it
    /// answers to a question that was not asked.
    ///
    /// Source: the reference's sections 2.1.2 and 7.2.
    ///
    /// ```liquid bad
    /// {% connected_content https://api.larkspur.example/quiz :body round=3 :save quiz %}
    /// {{ quiz.title | default: 'Quiz' }}
    /// ```
    ///
    /// ```liquid good
    /// {% connected_content https://api.larkspur.example/quiz :method post :body round=3 :save quiz %}
    /// {{ quiz.title | default: 'Quiz' }}
    /// ```
    name: "body-without-post", level: Warn, check: Check::Message(check),
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for (model, call) in calls(subject) {
        let body = call.option("body").filter(|body| body.value.is_some());
        let (Some("GET"), Some(body)) = (call.method.as_deref(), body) else { continue };
        let Some(at) = option_name(call, "body") else { continue };
        let edit = match call.option("method") {
            Some(method) => Edit { span: method.span, text: ":method post".to_owned() },
            None => {
                let start = Span::empty(body.span.start as usize);
                Edit { span: start, text: ":method post ".to_owned() }
            }
        };
        let title = "make it a POST".to_owned();
        findings
            .report(model, at, "found a body in a GET call")
            .help("add `:method post`")
            .fix(Fix { title, safety: Safety::Unsafe, edits: vec![edit] });
    }
}
