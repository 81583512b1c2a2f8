use crate::rules::reading::answers::has_unknown_blocks;
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};

rule! {
    /// A call whose response is saved but never read.
    ///
    /// ## What it does
    ///
    /// Reports a call whose saved response is never read. Calls in content blocks are ignored: not
    /// every message needs all of them.
    ///
    /// ## Why it matters
    ///
    /// Every recipient waits up to two seconds for the call, and the other system handles a request
    /// that nobody needs.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {% connected_content https://api.larkspur.example/news :save news %}
    /// Hello
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// {% connected_content https://api.larkspur.example/news :save news %}
    /// {{ news.title | default: 'News' }}
    /// ```
    ///
    /// ## Source
    ///
    /// Braze: Timing and volume (reference, section 2.1.6).
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
                    format!("the response is saved as `{name}` but never read"),
                )
                .help("remove the call, or print its response");
        }
    }
}
