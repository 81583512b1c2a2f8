use std::sync::Arc;

use crate::diagnostic::Severity;
use crate::project::Channel;
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};
use crate::text::Span;

rule! {
    /// A file in a message's folder that isn't a field of its channel.
    ///
    /// Each file is a field in Braze's composer. A misspelled name becomes a field of its own: the
    /// preview doesn't show it in the message, and whoever copies the message misses it. A name that
    /// resembles none is reported as info, because it may be a note. [Configuration](configuration.md)
    /// lists the fields of each channel.
    ///
    /// Source: the composers of each channel in Braze's documentation.
    ///
    /// ```toml message
    /// channel = "email"
    /// ```
    ///
    /// ```liquid bad subjct
    /// Your points end on Friday
    /// ```
    ///
    /// ```liquid good subject
    /// Your points end on Friday
    /// ```
    ///
    /// ```liquid bad preview_of_spring
    /// Fresh bread every morning
    /// ```
    name: "unknown-part", level: Warn, check: Check::Message(check),
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    let Some(channel) = subject.channel() else { return };
    for part in &subject.parts {
        let (name, source) = (&part.part.name, &part.template.source);
        // A header or a button is a value in `message.toml`.
        if channel.field(name).is_some() || source.file_name() != source.name() {
            continue;
        }
        let near = channel.nearest_field(name);
        // Settings and samples next to a message are JSON.
        if near.is_none() && part.part.path.extension().is_some_and(|ending| ending == "json") {
            continue;
        }
        let message = format!("`{name}` isn't a field of the channel {}", channel.label());
        let found = findings.report_in(&Arc::clone(source), Span::new(0, 0), message);
        match near {
            Some(near) => found.help(format!("did you mean `{near}`? rename the file")),
            None => found.help(fields(channel)).at_most(Severity::Info),
        };
    }
}

fn fields(channel: Channel) -> String {
    let names = channel.fields().iter().map(|field| format!("`{}`", field.name));
    format!("its fields are {}", names.collect::<Vec<_>>().join(", "))
}
