//! Compares rendered output with a scenario's expectations.

use indexmap::IndexMap;

use super::claim::{CODE, Subject};
use super::plan::Plan;
use crate::diagnostic::{Diagnostic, Severity};
use crate::project::{ProjectError, Scenario, Unusable};
use crate::render::Outcome;
use crate::session::Session;
use crate::text::nearest;

/// A message part rendered for a scenario.
#[derive(Clone, Copy, Debug)]
pub struct RenderedPart<'o> {
    pub name: &'o str,
    pub outcome: &'o Outcome,
}

/// A failed claim.
#[derive(Clone, Debug)]
pub struct Unmet {
    /// The part, if the expectation names one.
    pub part: Option<String>,
    /// The key of the claim: `contains`.
    pub key: &'static str,
    /// The actual result. It is located at the claim in the scenario's file; related labels are in
    /// the rendered output, a source named like the case (`offer_wallet · body · anna`), or in
    /// templates.
    pub diagnostic: Diagnostic,
}

/// The result of the expectations about a message.
#[derive(Clone, Debug)]
pub struct Expected {
    pub message: String,
    pub scenario: String,
    /// Number of claims that hold.
    pub met: usize,
    /// The failed claims, in the scenario's order.
    pub unmet: Vec<Unmet>,
}

/// Compares a rendered message with its scenario's expectations.
#[must_use]
pub fn expected(scenario: &Scenario, message: &str, parts: &[RenderedPart<'_>]) -> Expected {
    let mut result = Expected {
        message: message.to_owned(),
        scenario: scenario.name.clone(),
        met: 0,
        unmet: Vec::new(),
    };
    for expectation in scenario.expectations.iter().filter(|one| one.is_about(message)) {
        let named = |part: &&RenderedPart<'_>| match &expectation.part {
            Some(name) => part.name == name,
            None => true,
        };
        let chosen = parts.iter().filter(named).copied().collect::<Vec<_>>();
        if chosen.is_empty() {
            continue;
        }
        let subject = Subject { scenario, message, expectation, parts: chosen };
        for claim in &expectation.claims {
            match subject.fault(claim) {
                None => result.met += 1,
                Some(diagnostic) => result.unmet.push(Unmet {
                    part: expectation.part.clone(),
                    key: claim.key,
                    diagnostic,
                }),
            }
        }
    }
    result
}

/// Returns expectations that don't apply to anything: no message of the scenario matches, or none
/// of them has the part. `messages` are the names of all messages with their parts.
///
/// Inherited expectations are about the base scenario's messages, and may not apply to any of its
/// own.
#[must_use]
pub fn idle(scenario: &Scenario, messages: &[(&str, Vec<&str>)]) -> Vec<Diagnostic> {
    let own = scenario.sources.first().map(|source| source.name());
    let mine = messages.iter().filter(|(name, _)| scenario.applies_to(name)).collect::<Vec<_>>();
    let mut found = Vec::new();
    for expectation in scenario.expectations.iter() {
        if Some(expectation.place().source.name()) != own {
            continue;
        }
        let about = mine.iter().filter(|(name, _)| expectation.is_about(name)).collect::<Vec<_>>();
        let (label, message, help) = match &expectation.part {
            _ if about.is_empty() => {
                let (label, text) = match expectation.names_messages() {
                    true => (expectation.place_of("message"), "this matches none of the messages"),
                    false => (expectation.place(), "there are no messages"),
                };
                let names = mine.iter().map(|(name, _)| *name).collect::<Vec<_>>();
                let message = format!("{text} for the scenario `{}`", scenario.name);
                (label, message, choice("", &names, "messages"))
            }
            Some(part) if about.iter().all(|(_, parts)| !parts.contains(&part.as_str())) => {
                let label = expectation.place_of("part");
                let mut names =
                    about.iter().flat_map(|(_, parts)| parts.clone()).collect::<Vec<_>>();
                names.sort_unstable();
                names.dedup();
                let message = match &about[..] {
                    [(name, _)] => format!("`{name}` has no part `{part}`"),
                    many => format!("none of the {} messages has a part `{part}`", many.len()),
                };
                (label, message, choice(part, &names, "parts"))
            }
            _ => continue,
        };
        let mut diagnostic =
            Diagnostic::new(CODE, Severity::Error, &label.source, label.span, message);
        diagnostic.help = help;
        found.push(diagnostic.label("matches nothing"));
    }
    found
}

fn choice(found: &str, names: &[&str], what: &str) -> Option<String> {
    match nearest(found, names.iter().copied()) {
        Some(near) => Some(format!("did you mean `{near}`?")),
        None if names.is_empty() => Some("check the scenario's `templates`".to_owned()),
        None => Some(format!("use one of the {what} {}", names.join(", "))),
    }
}

/// Whether a scenario expects anything of a message.
pub(super) fn has_expectations(scenario: &Scenario, message: &str) -> bool {
    scenario.expectations.iter().any(|expectation| expectation.is_about(message))
}

/// Checks all expectations of a plan's scenarios: `outcomes` are those of its cases in order, where
/// needed.
pub(super) fn expectations(plan: &Plan, outcomes: &[Option<Outcome>]) -> Vec<Expected> {
    let mut groups: IndexMap<(&str, &str), (&Scenario, Vec<RenderedPart<'_>>)> = IndexMap::new();
    for (case, outcome) in plan.cases.iter().zip(outcomes) {
        let Some(outcome) = outcome else { continue };
        let scenario = &case.scenario.scenario;
        let group = groups.entry((&case.part.message, &scenario.name));
        let (_, parts) = group.or_insert_with(|| (scenario, Vec::new()));
        parts.push(RenderedPart { name: &case.part.part.name, outcome });
    }
    let each = groups.into_iter();
    each.map(|((message, _), (scenario, parts))| expected(scenario, message, &parts)).collect()
}

/// Returns scenarios of a plan with expectations that don't apply to anything.
///
/// If the plan isn't for all messages, checks the others too. An unreadable message may have any
/// part, so nothing is reported then.
#[must_use]
pub fn idle_expectations(session: &Session, plan: &Plan) -> Vec<Unusable> {
    let mut scenarios: IndexMap<&str, &Scenario> = IndexMap::new();
    for case in &plan.cases {
        let scenario = &case.scenario.scenario;
        if !scenario.expectations.is_empty() {
            scenarios.insert(&scenario.name, scenario);
        }
    }
    if scenarios.is_empty() {
        return Vec::new();
    }
    let Some(messages) = session.all_messages() else { return Vec::new() };
    let messages = messages.iter().map(|message| {
        let parts = message.parts.iter().map(|part| part.name.as_str());
        (message.name.as_str(), parts.collect::<Vec<_>>())
    });
    let messages = messages.collect::<Vec<_>>();
    let each = scenarios.into_iter().flat_map(|(name, scenario)| {
        idle(scenario, &messages).into_iter().map(move |diagnostic| Unusable {
            name: name.to_owned(),
            shown: diagnostic.primary.source.name().to_owned(),
            error: ProjectError::Content(Box::new(diagnostic)),
        })
    });
    each.collect()
}
