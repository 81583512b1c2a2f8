use crate::analyze::CallOption;
use crate::diagnostic::{Edit, Fix, Safety};
use crate::rules::reading::outgoing::{calls, option_name};
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};
use crate::text::{Span, nearest};

rule! {
    /// A `:body` in a GET call.
    ///
    /// ## What it does
    ///
    /// Reports a `:body` in a call that is a GET. Without `:method post`, every call is a GET.
    ///
    /// ## Why it matters
    ///
    /// The other system ignores the body of a GET. Its response doesn't match the request that the
    /// author meant to send.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {% connected_content https://api.larkspur.example/quiz :body round=3 :save quiz %}
    /// {{ quiz.title | default: 'Quiz' }}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// {% connected_content https://api.larkspur.example/quiz :method post :body round=3 :save quiz %}
    /// {{ quiz.title | default: 'Quiz' }}
    /// ```
    ///
    /// ## Fix safety
    ///
    /// The fix is unsafe: it turns the call into a POST, which changes the request that Braze
    /// sends.
    ///
    /// ## Source
    ///
    /// Braze: Options (reference, sections 2.1.2 and 7.2).
    name: "body-without-post", level: Warn, check: Check::Message(check),
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for (model, call) in calls(subject) {
        let body = call.option("body").filter(|body| body.value.is_some());
        let (Some("GET"), Some(body)) = (call.method.as_deref(), body) else { continue };
        // A misspelled method says more.
        let is_misspelled = |option: &CallOption<'_>| {
            option.name != "method" && nearest(option.name, ["method"]).is_some()
        };
        if call.options.iter().any(is_misspelled) {
            continue;
        }
        let Some(at) = option_name(call, "body") else { continue };
        let edit = match call.option("method") {
            Some(method) => Edit { span: method.span, text: ":method post".to_owned() },
            None => {
                let start = Span::empty(body.span.start as usize);
                Edit { span: start, text: ":method post ".to_owned() }
            }
        };
        let title = "use `:method post`".to_owned();
        findings
            .report(model, at, "this call is a GET, which doesn't take a `:body`")
            .help("use `:method post`")
            .fix(Fix { title, safety: Safety::Unsafe, edits: vec![edit] });
    }
}
