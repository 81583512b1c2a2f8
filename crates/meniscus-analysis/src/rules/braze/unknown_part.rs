use std::sync::Arc;

use crate::diagnostic::Severity;
use crate::project::Channel;
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};
use crate::text::Span;

rule! {
    /// A file in a message's folder that isn't a field of its channel.
    ///
    /// ## What it does
    ///
    /// Reports a file whose name isn't a field of the message's channel. A name that resembles no
    /// field is only reported as info, because the file may be a note.
    /// [Configuration](configuration.md) lists the fields of each channel.
    ///
    /// ## Why it matters
    ///
    /// Each file is a field in Braze's composer. A misspelled name becomes a field of its own: the
    /// preview doesn't show it in the message, and anyone who copies the message misses it.
    ///
    /// ## Example
    ///
    /// ```toml message
    /// channel = "email"
    /// ```
    ///
    /// ```liquid bad subjct
    /// Your points end on Friday
    /// ```
    ///
    /// ```liquid bad preview_of_spring
    /// Fresh bread every morning
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good subject
    /// Your points end on Friday
    /// ```
    ///
    /// ## Source
    ///
    /// Braze: the composer of each channel in the documentation.
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
        // Settings and sample data next to a message are JSON.
        if near.is_none() && part.part.path.extension().is_some_and(|ending| ending == "json") {
            continue;
        }
        let message = format!("`{name}` isn't a field of the {} channel", channel.label());
        let found = findings.report_in(&Arc::clone(source), Span::new(0, 0), message);
        match near {
            Some(near) => found.help(format!("rename the file to `{near}`")),
            None => found.help(fields(channel)).at_most(Severity::Info),
        };
    }
}

fn fields(channel: Channel) -> String {
    let names = channel.fields().iter().map(|field| format!("`{}`", field.name));
    format!("use one of the channel's fields: {}", names.collect::<Vec<_>>().join(", "))
}
