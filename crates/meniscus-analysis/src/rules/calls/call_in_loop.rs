use crate::analyze::{Call, Model, Site};
use crate::rules::reading::outgoing::{calls, tag_name};
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};

rule! {
    /// A call inside of a loop.
    ///
    /// Each turn is a call of its own, of up to two seconds, for every customer: a list of twenty
    /// makes twenty. Many systems have one call that takes a list of ids. A loop with `limit: 1` is
    /// left alone.
    ///
    /// Source: the reference's section 2.1.6.
    ///
    /// ```liquid bad
    /// {% assign ids = '7,9' | split: ',' %}
    /// {% for id in ids %}
    /// {% connected_content https://api.larkspur.example/shops/{{id}} :save shop %}
    /// {{ shop.name | default: 'A shop' }}
    /// {% endfor %}
    /// ```
    ///
    /// ```liquid good
    /// {% connected_content https://api.larkspur.example/shops?ids=7,9 :save shops %}
    /// {% for shop in shops %}
    /// {{ shop.name | default: 'A shop' }}
    /// {% else %}
    /// No shop
    /// {% endfor %}
    /// ```
    name: "call-in-loop", level: Warn, check: Check::Message(check),
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for (model, call) in calls(subject).filter(|(_, call)| call.loops > 0) {
        let help = "ask once for all, in front of the loop";
        match looped_block(model, call) {
            Some((at, name)) => {
                let message = format!("`{name}` makes a call, once for each turn of the loop");
                findings.report(model, at, message).related(tag_name(call), "the call").help(help);
            }
            None => {
                let message = "found a call inside of a loop: one call for each turn";
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
