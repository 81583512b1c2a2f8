use crate::analyze::{DefinitionKind, ReadRoot};
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};

rule! {
    /// A variable that only another part of the message sets.
    ///
    /// The fields of a message, its subject and its body, are rendered each by itself: a variable of
    /// the one is not there in the other, and nothing is printed. A call is made again, or the tags
    /// go to a content block that both include.
    ///
    /// Source: the reference's section 2.1.4.
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
    /// ```liquid good subject
    /// Good morning
    /// ```
    ///
    /// ```liquid good body
    /// {% assign hello = 'Good morning' %}<p>{{ hello }}</p>
    /// ```
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
                    format!("`{name}` is set in the part `{other}`, and read in `{own}`"),
                )
                .label("prints nothing")
                .related(definition.at, format!("set for `{other}` alone"))
                .help(format!(
                    "set it in `{own}` as well, or in a content block that both include"
                ));
        }
    }
}
