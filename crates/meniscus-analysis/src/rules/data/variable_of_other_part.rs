use crate::analyze::{DefinitionKind, ReadRoot};
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};

rule! {
    /// A variable that only another part of the message sets.
    ///
    /// ## What it does
    ///
    /// Reports a variable that is read in one part of a message, such as the body, but set only in
    /// another, such as the subject.
    ///
    /// ## Why it matters
    ///
    /// Braze renders each part by itself. A variable of one part doesn't exist in another, so it
    /// renders as blank. Make the call again, or put the tags into a content block that both parts
    /// include.
    ///
    /// ## Example
    ///
    /// ```toml message
    /// channel = "email"
    /// ```
    ///
    /// ```liquid bad subject
    /// {% assign hello = 'Good morning' %}{{ hello }}
    /// ```
    ///
    /// ```liquid bad body
    /// <p>{{ hello }}</p>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good subject
    /// Good morning
    /// ```
    ///
    /// ```liquid good body
    /// {% assign hello = 'Good morning' %}<p>{{ hello }}</p>
    /// ```
    ///
    /// ## Source
    ///
    /// Braze: Responses and variables (reference, section 2.1.4).
    name: "variable-of-other-part", level: Error, check: Check::Message(check),
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    if subject.parts.len() < 2 || subject.is_block {
        return;
    }
    for part in &subject.parts {
        for read in &part.model.reads {
            let ReadRoot::Variable { name, span, set: false, .. } = read.root else { continue };
            let sets = |one: &&crate::analyze::Definition<'_>| one.kind != DefinitionKind::Item;
            if part.model.definitions_of(name).any(|one| sets(&one)) {
                continue;
            }
            let others = subject.parts.iter().filter(|other| other.part.name != part.part.name);
            let found = others
                .filter_map(|other| Some((other, other.model.definitions_of(name).find(sets)?)))
                .next();
            let Some((other, definition)) = found else { continue };
            let (own, other) = (&part.part.name, &other.part.name);
            findings
                .report(
                    &part.model,
                    read.at.at(span),
                    format!("`{name}` is set in the part `{other}`, but read in `{own}`"),
                )
                .label("renders as blank")
                .related(definition.at, format!("set only for `{other}`"))
                .help(format!(
                    "set it in `{own}` too, or in a content block that both parts include"
                ));
        }
    }
}
