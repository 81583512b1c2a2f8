//! Messages rendered for their scenarios, for rules about what is sent.

use crate::analyze::Site;
use crate::project::{Scenario, world};
use crate::render::{Outcome, World, render};
use crate::rules::subject::Subject;
use crate::text::Span;

/// A message rendered for a scenario.
pub(in crate::rules) struct Rendered {
    /// The scenario's name, if the message has one.
    pub scenario: Option<String>,
    /// The outcome of each part, in order.
    pub parts: Vec<Outcome>,
}

impl Rendered {
    /// Returns "for the scenario `nora`".
    pub fn for_whom(&self) -> String {
        match &self.scenario {
            Some(name) => format!("for the scenario `{name}`"),
            None => "without a scenario".to_owned(),
        }
    }

    /// Returns the size of all parts in bytes.
    pub fn bytes(&self) -> usize {
        self.parts.iter().map(|part| part.output.len()).sum()
    }
}

/// Yields the message as sent for each scenario, without aborted ones.
pub(in crate::rules) fn sent<'s>(subject: &'s Subject<'_>) -> impl Iterator<Item = Rendered> + 's {
    let none = subject.scenarios().next().is_none();
    let empty = none.then(|| rendered(subject, &Scenario::empty(), false)).flatten();
    let empty = empty.map(|rendered| Rendered { scenario: None, ..rendered });
    let all = subject.scenarios().filter_map(|scenario| rendered(subject, scenario, false));
    empty.into_iter().chain(all)
}

/// Renders the message for a scenario; returns `None` if it isn't sent.
pub(in crate::rules) fn rendered(
    subject: &Subject<'_>,
    scenario: &Scenario,
    traced: bool,
) -> Option<Rendered> {
    let world = world_of(subject, scenario)?;
    let mut parts = Vec::with_capacity(subject.parts.len());
    for part in &subject.parts {
        let outcome = render(part.template, &world, traced);
        if outcome.abort.is_some() {
            return None;
        }
        parts.push(outcome);
    }
    Some(Rendered { scenario: Some(scenario.name.clone()), parts })
}

fn world_of(subject: &Subject<'_>, scenario: &Scenario) -> Option<World> {
    let known = subject.known;
    world(&known.config, scenario, &known.blocks, &known.recordings).ok()
}

/// Returns the site to show if a part is too long: its first loop, otherwise its start.
pub(in crate::rules) fn longest_place<'a>(
    subject: &Subject<'a>,
    rendered: &Rendered,
) -> (usize, Site<'a>) {
    let sizes = rendered.parts.iter().map(|part| part.output.len()).enumerate();
    let longest = sizes.max_by_key(|(_, size)| *size).map_or(0, |(index, _)| index);
    let model = &subject.parts[longest].model;
    let own = model.loops.iter().find(|one| one.at.via.is_none());
    if let Some(one) = own.or(model.loops.first()) {
        return (longest, one.at);
    }
    (longest, beginning(subject, longest))
}

/// Returns the first non-empty line of a part.
pub(in crate::rules) fn beginning<'a>(subject: &Subject<'a>, part: usize) -> Site<'a> {
    let source = &subject.parts[part].template.source;
    let text = source.text();
    let start = text.len() - text.trim_start().len();
    let length = text[start..].lines().next().unwrap_or_default().trim_end().len();
    Site { source, span: Span::new(start, start + length), via: None }
}
