use crate::analyze::{Model, Read, ReadRoot};
use crate::project::Channel;
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};
use crate::syntax::ast::Root;

rule! {
    /// An attribute that the message's channel or trigger doesn't have.
    ///
    /// ## What it does
    ///
    /// Reports `targeted_device` in an email or Content Card, and `dispatch_id` in an in-app
    /// message or Banner. It also reports a message that reads the properties of an API-triggered
    /// campaign and those of a Canvas. A message that reads the same property from both is meant
    /// for both, and is left alone.
    ///
    /// ## Why it matters
    ///
    /// The attribute renders as blank, and a condition on it takes the wrong branch. An email isn't
    /// sent to a device, an in-app message has no dispatch, and an API-triggered campaign has no
    /// Canvas context.
    ///
    /// ## Example
    ///
    /// ```toml message
    /// channel = "email"
    /// ```
    ///
    /// ```liquid bad
    /// {% if targeted_device.${platform} == 'ios' %}Open Wallet.{% endif %}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// {% if most_recently_used_device.${platform} == 'ios' %}Open Wallet.{% endif %}
    /// ```
    ///
    /// ## Source
    ///
    /// Braze: Other namespaces (reference, section 1.4).
    name: "family-not-in-channel", level: Error, check: Check::Message(check),
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    if let Some(channel) = subject.channel() {
        for model in subject.models() {
            for read in &model.reads {
                lacking(subject, channel, model, read, findings);
            }
        }
    }
    triggers(subject, findings);
}

fn lacking(
    subject: &Subject<'_>,
    channel: Channel,
    model: &Model<'_>,
    read: &Read<'_>,
    findings: &mut Findings<'_>,
) {
    let Some(family) = subject.family_of(&read.root) else { return };
    let Root::Attribute(attribute) = &read.path.root else { return };
    let name = read.at.source.slice(attribute.name);
    let at = read.at.at(attribute.span);
    match (family, channel) {
        ("targeted_device", Channel::Email | Channel::ContentCard) => {
            let message = format!("{} has no `targeted_device`", word(channel));
            findings
                .report(model, at, message)
                .label("renders as blank")
                .help(format!("use `most_recently_used_device.${{{name}}}`"));
        }
        ("campaign", Channel::InApp | Channel::Banner) if name == "dispatch_id" => {
            let message = format!("{} has no `dispatch_id`", word(channel));
            findings
                .report(model, at, message)
                .label("renders as blank")
                .help("use `campaign.${api_id}`, or remove it");
        }
        _ => {}
    }
}

fn word(channel: Channel) -> &'static str {
    match channel {
        Channel::Email => "an email",
        Channel::ContentCard => "a Content Card",
        Channel::InApp => "an in-app message",
        Channel::Banner => "a Banner",
        _ => "the channel",
    }
}

/// Reports a message that uses both campaign and Canvas trigger properties: one of them is always
/// empty.
fn triggers(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    let mut campaign: Option<(&Model<'_>, &Read<'_>)> = None;
    let mut canvas: Option<(&Model<'_>, &Read<'_>)> = None;
    let mut later = None;
    for model in subject.models() {
        for read in &model.reads {
            let (mine, other) = match subject.family_of(&read.root) {
                Some("api_trigger_properties") => (&mut campaign, &canvas),
                Some("context" | "canvas_entry_properties" | "canvas") => (&mut canvas, &campaign),
                _ => continue,
            };
            if mine.is_some() {
                continue;
            }
            *mine = Some((model, read));
            if let Some((_, first)) = other {
                later = Some((model, read, first.at));
            }
        }
    }
    let Some((model, read, first)) = later else { return };
    if bridged(subject) {
        return;
    }
    let Root::Attribute(attribute) = &read.path.root else { return };
    let family = subject.family_of(&read.root).unwrap_or_default();
    let (message, help) = if family == "api_trigger_properties" {
        (
            "`api_trigger_properties` is empty in a Canvas, and this message reads Canvas context",
            "use `context` for this property",
        )
    } else {
        (
            "an API-triggered campaign has no Canvas",
            "use only `api_trigger_properties`, or write two messages",
        )
    };
    findings
        .report(model, read.at.at(attribute.span), message)
        .label("renders as blank")
        .related(first, "this expects the other kind of trigger")
        .help(help);
}

/// Whether the same property is read from both kinds of trigger.
fn bridged(subject: &Subject<'_>) -> bool {
    let names = |families: &'static [&'static str]| {
        let reads = subject.models().flat_map(|model| &model.reads);
        reads.filter_map(move |read| match &read.root {
            ReadRoot::Attribute { name, .. }
                if subject.family_of(&read.root).is_some_and(|of| families.contains(&of)) =>
            {
                Some(*name)
            }
            _ => None,
        })
    };
    let canvas = names(&["context", "canvas_entry_properties"]).collect::<Vec<_>>();
    names(&["api_trigger_properties"]).any(|name| canvas.contains(&name))
}
