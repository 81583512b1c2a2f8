use crate::rules::reading::answers::has_unknown_blocks;
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};

rule! {
    /// A call whose answer is saved and never read.
    ///
    /// Every recipient waits up to two seconds for it, and the other system answers a request for
    /// nothing. Calls that content blocks make are left alone: not every message needs all of them.
    ///
    /// Source: the reference's section 2.1.6.
    ///
    /// ```liquid bad
    /// {% connected_content https://api.larkspur.example/news :save news %}
    /// Hello
    /// ```
    ///
    /// ```liquid good
    /// {% connected_content https://api.larkspur.example/news :save news %}
    /// {{ news.title | default: 'News' }}
    /// ```
    name: "unused-save", level: Info, check: Check::Message(check),
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    if subject.is_block {
        return;
    }
    for model in subject.models() {
        // An unknown content block may read anything.
        if has_unknown_blocks(model) {
            continue;
        }
        for call in model.calls.iter().filter(|call| call.at.via.is_none()) {
            let Some(span) = call.target_span else { continue };
            if model.reads_variable(call.target) || model.is_in_broken_markup(call.target) {
                continue;
            }
            let name = call.target;
            findings
                .report(
                    model,
                    call.at.at(span),
                    format!("the answer is saved as `{name}` and never read"),
                )
                .help("remove the call, or print what it answers");
        }
    }
}
