//! The coverage of templates: a table with what is missing for people, lcov for programs, a page for
//! both.

mod html;
mod lcov;
mod text;

pub use html::html;
pub use lcov::{LCOV_TEST, lcov};
pub use text::{table, text};

pub use html::GENERATOR;

use super::masked::{masked, visible};
use crate::coverage::{FileCoverage, Level, Point, Role, State, Total};

/// What people are told of a percentage: `85.7 %`, `100 %`.
#[must_use]
pub fn percent(total: Total) -> String {
    let percent = total.percent();
    if percent.fract() == 0.0 { format!("{percent:.0} %") } else { format!("{percent:.1} %") }
}

/// Words with characters of a template in them, as they may be shown.
fn shown(words: &str) -> String {
    visible(&masked(words))
}

/// The scenario that would reach a point, in words.
fn scenario(file: &FileCoverage, point: &Point) -> String {
    match (&file.role, point.within.is_some()) {
        (_, true) => shown(&point.scenario),
        (Role::Part { message, .. }, false) => {
            format!("a scenario whose `templates` match `{message}`")
        }
        (Role::Block(name), false) => {
            format!("a message with `{{{{content_blocks.${{{name}}}}}}}` that a scenario is for")
        }
    }
}

/// The points of a level that nothing reached, though what leads there was, in order of place,
/// each with its place in the list of points.
fn missed(file: &FileCoverage, level: Level) -> Vec<(usize, &Point)> {
    let states = file.states().into_iter().enumerate();
    let missed =
        states.filter(|(_, (point, state))| *state == State::Missed && point.level == level);
    let mut missed = missed.map(|(index, (point, _))| (index, point)).collect::<Vec<_>>();
    missed.sort_by_key(|(_, point)| point.span.start);
    missed
}

/// How many points of the level can be reached only by way of this one, and were not either.
fn beyond(file: &FileCoverage) -> Vec<usize> {
    let states = file.states();
    let mut counts = vec![0; states.len()];
    // What leads to a point stands before it: from the last on, each adds itself and what it has.
    for (index, (point, state)) in states.iter().enumerate().rev() {
        if let (State::Implied, Level::Branch, Some(within)) = (state, point.level, &point.within) {
            counts[within.start] += 1 + counts[index];
        }
    }
    counts
}
