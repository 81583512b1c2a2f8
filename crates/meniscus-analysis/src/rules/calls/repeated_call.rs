use std::collections::HashMap;

use crate::analyze::{Call, Model, Site};
use crate::rules::reading::outgoing::{calls, tag_name};
use crate::rules::reading::same_call::{exclude_each_other, is_same, is_second_try};
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};

/// Calls of one URL that others are compared with.
const MAX_COMPARED: usize = 100;

rule! {
    /// The same call made twice in one part of a message.
    ///
    /// ## What it does
    ///
    /// Reports a call that repeats an earlier one in the same part.
    ///
    /// Calls in branches that exclude each other are ignored. So is a call that a condition repeats
    /// because the first one failed.
    ///
    /// ## Why it matters
    ///
    /// The response is already saved under the name that the first call gave it. The second call
    /// delays every customer's message again, and may return a different response.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {% connected_content https://api.larkspur.example/news :save news %}
    /// {{ news.title | default: 'News' }}
    /// {% connected_content https://api.larkspur.example/news :save more %}
    /// {{ more.text | default: 'Read on' }}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// {% connected_content https://api.larkspur.example/news :save news %}
    /// {{ news.title | default: 'News' }}
    /// {{ news.text | default: 'Read on' }}
    /// ```
    ///
    /// ## Source
    ///
    /// Braze: Timing and volume (reference, section 2.1.6).
    name: "repeated-call", level: Warn, check: Check::Message(check),
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for part in &subject.parts {
        let model = &part.model;
        let all = calls(subject).filter(|(own, _)| std::ptr::eq(*own, model));
        let all = all.map(|(_, call)| call).collect::<Vec<_>>();
        let mut earlier: HashMap<String, Vec<&Call<'_>>> = HashMap::new();
        for call in all {
            // Only calls with the same URL are compared.
            let same = earlier.entry(call.url.filled("\u{fdd0}").trim().to_owned()).or_default();
            let first = same.iter().copied().find(|first| {
                is_same((model, first), (model, call))
                    && !exclude_each_other(subject, model, first.at, call.at)
                    && !is_second_try(subject, model, first, call)
            });
            if same.len() < MAX_COMPARED {
                same.push(call);
            }
            let Some(first) = first else { continue };
            let (at, block) = shown(model, call, first);
            let message = match block {
                Some(name) => format!("`{name}` repeats an earlier call"),
                None => "this call repeats an earlier one".to_owned(),
            };
            findings
                .report(model, at, message)
                .related(shown(model, first, call).0, "first called here")
                .help(format!("use `{}`, which holds the response", first.target));
        }
    }
}

/// Returns where a call is seen to differ from `other`: its tag, or the block that includes it
/// again, with the block's name.
fn shown<'a>(model: &Model<'a>, call: &Call<'a>, other: &Call<'a>) -> (Site<'a>, Option<&'a str>) {
    let is_tag = call.at.span != other.at.span || !std::ptr::eq(call.at.source, other.at.source);
    let inclusion = call.at.via.filter(|_| !is_tag);
    match inclusion.and_then(|via| model.inclusions.get(via)) {
        Some(inclusion) => (inclusion.at, Some(inclusion.name)),
        None => (tag_name(call), None),
    }
}
