use crate::analyze::{Call, Model, Site};
use crate::rules::reading::outgoing::{calls, tag_name};
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};

rule! {
    /// A call inside a loop.
    ///
    /// ## What it does
    ///
    /// Reports a `connected_content` call that runs in each iteration of a loop, also through a
    /// content block. A loop with `limit: 1` is ignored.
    ///
    /// ## Why it matters
    ///
    /// Each iteration makes its own call, of up to two seconds, for every customer. A list of 20
    /// items makes 20 calls. Many systems have one call that takes a list of IDs.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {% assign ids = '7,9' | split: ',' %}
    /// {% for id in ids %}
    /// {% connected_content https://api.larkspur.example/shops/{{id}} :save shop %}
    /// {{ shop.name | default: 'A shop' }}
    /// {% endfor %}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// {% connected_content https://api.larkspur.example/shops?ids=7,9 :save shops %}
    /// {% for shop in shops %}
    /// {{ shop.name | default: 'A shop' }}
    /// {% else %}
    /// No shop
    /// {% endfor %}
    /// ```
    ///
    /// ## Source
    ///
    /// Braze: Timing and volume (reference, section 2.1.6).
    name: "call-in-loop", level: Warn, check: Check::Message(check),
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for (model, call) in calls(subject).filter(|(_, call)| call.loops > 0) {
        let help = "make one call for all items, before the loop";
        match looped_block(model, call) {
            Some((at, name)) => {
                let message = format!("`{name}` makes a call in each iteration of the loop");
                findings
                    .report(model, at, message)
                    .related(tag_name(call), "called here")
                    .help(help);
            }
            None => {
                let message = "this call runs in each iteration of the loop";
                findings.report(model, tag_name(call), message).help(help);
            }
        }
    }
}

/// Returns the outermost content block that brings a call into a loop.
fn looped_block<'a>(model: &Model<'a>, call: &Call<'a>) -> Option<(Site<'a>, &'a str)> {
    let mut found = None;
    let mut via = call.at.via;
    while let Some(inclusion) = via.and_then(|via| model.inclusions.get(via)) {
        if inclusion.loops > 0 {
            found = Some((inclusion.at, inclusion.name));
        }
        via = inclusion.at.via;
    }
    found
}
