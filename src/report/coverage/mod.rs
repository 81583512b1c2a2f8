//! The coverage of templates: a table and uncovered branches for people, lcov for programs, a page
//! for both.

mod html;
mod lcov;
mod text;

pub use html::html;
pub use lcov::{LCOV_TEST, lcov};
pub use text::{table, text};

pub use html::GENERATOR;

use super::masked::{masked, visible};
use crate::coverage::{FileCoverage, Level, Point, Role, State, Total};

/// Writes a percentage: `85.7 %`, `100 %`.
#[must_use]
pub fn percent(total: Total) -> String {
    let percent = total.percent();
    if percent.fract() == 0.0 { format!("{percent:.0} %") } else { format!("{percent:.1} %") }
}

/// Makes text with characters from a template safe to show.
fn shown(words: &str) -> String {
    visible(&masked(words))
}

/// Describes the scenario that would reach a point.
fn scenario(file: &FileCoverage, point: &Point) -> String {
    match (&file.role, point.within.is_some()) {
        (_, true) => shown(&point.scenario),
        (Role::Part { message, .. }, false) => {
            format!("a scenario whose `templates` match `{message}`")
        }
        (Role::Block(name), false) => {
            format!("a message with `{{{{content_blocks.${{{name}}}}}}}` that has a scenario")
        }
    }
}

/// Returns missed points of a level whose predecessors were reached, in order, with their indexes.
fn missed(file: &FileCoverage, level: Level) -> Vec<(usize, &Point)> {
    let states = file.states().into_iter().enumerate();
    let missed =
        states.filter(|(_, (point, state))| *state == State::Missed && point.level == level);
    let mut missed = missed.map(|(index, (point, _))| (index, point)).collect::<Vec<_>>();
    missed.sort_by_key(|(_, point)| point.span.start);
    missed
}

/// Counts, for each point, the other missed points of its level that are only reached through it.
fn beyond(file: &FileCoverage) -> Vec<usize> {
    let states = file.states();
    let mut counts = vec![0; states.len()];
    // Predecessors come first, so each point, from the last, adds itself and its own count.
    for (index, (point, state)) in states.iter().enumerate().rev() {
        if let (State::Implied, Level::Branch, Some(within)) = (state, point.level, &point.within) {
            counts[within.start] += 1 + counts[index];
        }
    }
    counts
}
