//! Lines above a template: what a recipient gets, what differs from the accepted snapshots, which
//! branches no recipient reaches, and how many messages include a content block.

use gen_lsp_types as lsp;
use meniscus_preview::page::printed::short;
use meniscus_preview::page::snapshots;

use super::snapshot::{Role, Snapshot};
use crate::coverage::Level;
use crate::project::Message;
use crate::recipients::{Trial, cover, coverage_of};
use crate::render::{Cancel, Outcome};
use crate::snapshot::Tested;

/// Most characters shown of a text.
const MOST_CHARS: usize = 70;

/// With more recipients than this, they aren't compared at every change.
const MOST_RECIPIENTS: usize = 100;

/// Returns the lenses of a file, above its first line.
pub(super) fn of(file: &Snapshot) -> Vec<lsp::CodeLens> {
    let titles = match &file.role {
        Role::Part(message) => of_part(file, message),
        Role::Block(_) => vec![used(file.messages().len())],
        _ => Vec::new(),
    };
    let range = lsp::Range::default();
    let lenses = titles.into_iter().map(|title| {
        // There is nothing to run: clients show it as text.
        let command =
            lsp::Command { title, tooltip: None, command: String::new(), arguments: None };
        lsp::CodeLens { range, command: Some(command), data: None }
    });
    lenses.collect()
}

fn of_part(file: &Snapshot, message: &Message) -> Vec<String> {
    let mut titles = Vec::new();
    if let Some(name) = file.scenario()
        && let Some(rendering) = file.rendered(&message.name, name)
        && let Some((_, outcome)) =
            rendering.parts().find(|(part, _)| part.source().name() == file.shown)
    {
        titles.push(format!("{name}: {}", shown(outcome)));
    }
    let recipients = file.session.scenarios_for(&message.name).count();
    if recipients == 0 {
        return vec!["no recipient, so nothing is rendered or tested".to_owned()];
    }
    if recipients > MOST_RECIPIENTS {
        return titles;
    }
    let never = Cancel::default();
    let tested = snapshots::all(&file.session, &[message], &|| !never.is_cancelled(), &|_, _| {});
    if let Ok(Some(tested)) = tested {
        titles.extend(compared(&tested, file));
    }
    titles.extend(reached(file, message));
    titles
}

fn shown(outcome: &Outcome) -> String {
    match &outcome.abort {
        Some(abort) => format!("not sent, {}", short(&abort.reason, MOST_CHARS)),
        None => short(&outcome.output, MOST_CHARS),
    }
}

/// Says for how many recipients the file's part isn't as accepted.
fn compared(tested: &[Tested], file: &Snapshot) -> Option<String> {
    let own = tested.iter().filter(|one| one.case.part.part.source().name() == file.shown);
    let states = own.filter_map(|one| snapshots::state(&one.status)).collect::<Vec<_>>();
    let count = |state: &str| states.iter().filter(|one| **one == state).count();
    let (changed, new) = (count("changed"), count("new"));
    Some(match (changed, new) {
        _ if states.is_empty() => return None,
        (0, 0) => "as accepted".to_owned(),
        (0, _) => format!("{new} of {} not yet accepted", states.len()),
        _ => format!("{changed} of {} changed", states.len()),
    })
}

/// Says how many branches of the message recipients reach.
fn reached(file: &Snapshot, message: &Message) -> Option<String> {
    let trial = Trial::new(&file.session.known, message);
    let mut coverage = coverage_of(&trial);
    cover(&trial, &mut coverage).ok()?;
    let total = coverage.total(Level::Branch);
    (total.points > 1).then(|| format!("{} of {} branches reached", total.reached, total.points))
}

fn used(messages: usize) -> String {
    match messages {
        0 => "not included in any message".to_owned(),
        1 => "included in 1 message".to_owned(),
        count => format!("included in {count} messages"),
    }
}
