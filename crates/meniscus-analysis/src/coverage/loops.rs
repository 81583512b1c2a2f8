//! Coverage points of `for` and `tablerow`.

use std::sync::Arc;

use super::outcome;
use super::point::{Iterations, PointKind};
use super::points::{At, Leaves, Never, Walk};
use super::words;
use crate::dialect::BRAZE;
use crate::render::Event;
use crate::semantics::{Effect, Semantics};
use crate::syntax::Visitor;
use crate::syntax::ast::{BranchKind, Expr, Loop, Node, Pipeline, Tag};

impl Walk<'_> {
    pub(super) fn looped(&mut self, tag: &Tag, markup: &Loop, never: &Never) {
        self.markup(&tag.markup, tag.open, never);
        self.group();
        let whole = words::of_tag(self.source, tag);
        let list = words::list(self.source, &markup.collection);
        let (least, most) = outcome::of_loop(self.source, markup);
        let otherwise = tag.branches.iter().position(|branch| branch.kind == BranchKind::Else);
        let otherwise = otherwise.filter(|_| self.text(tag.name) != "tablerow");
        let open = otherwise.map_or(tag.open, |at| tag.branches[at].open);
        let at = At { span: tag.open, owner: tag.open, place: tag.span.start };
        let iterations = |least: u64, most: u64| {
            Arc::from(match (least == most, most) {
                (true, 1) => "the loop always runs once".to_owned(),
                (true, most) => format!("the loop always runs {most} times"),
                (false, 1) => "the loop runs at most once".to_owned(),
                (false, most) => format!("the loop runs at most {most} times"),
            })
        };
        let reach = |fits: bool| never.clone().or_else(|| (!fits).then(|| iterations(least, most)));
        let without = match otherwise {
            Some(_) => format!("the `else` of {whole}"),
            None => format!("{whole} with no iterations"),
        };
        let words = (without, format!("a scenario where {list} is empty or missing"));
        let none_at = At { span: open, ..at };
        let none = self.add(
            PointKind::Iterations(Iterations::None),
            Event::NoTurn,
            &none_at,
            reach(least == 0),
            words,
        );
        let at = At { span: tag.open, owner: tag.open, place: tag.span.start };
        // A body that may exit early can iterate fewer times than the list is long.
        let early = least > 1 && tag.branches.first().is_some_and(|branch| may_leave(&branch.body));
        let words = (
            format!("{whole} with one iteration"),
            format!("a scenario where {list} has one item"),
        );
        let one_fits = most >= 1 && (least <= 1 || early);
        let one = self.add(
            PointKind::Iterations(Iterations::One),
            Event::OneTurn,
            &at,
            reach(one_fits),
            words,
        );
        let words = (
            format!("{whole} with two or more iterations"),
            format!("a scenario where {list} has two or more items"),
        );
        let many_never = reach(most >= 2);
        let many = self.add(
            PointKind::Iterations(Iterations::Many),
            Event::ManyTurns,
            &at,
            many_never,
            words,
        );
        for (index, branch) in tag.branches.iter().enumerate() {
            if branch.kind != BranchKind::Main && otherwise.is_some_and(|at| at != index) {
                let why = "is after the `else` of its loop";
                self.nodes(&branch.body, Some(never.clone().unwrap_or_else(|| why.into())));
            } else if Some(index) == otherwise {
                self.statement(branch.open, branch.open.start, Event::Branch, never);
                let never = self.found.points[none].never.clone();
                self.body(&branch.body, none..none + 1, never);
            } else {
                let nobody = self.found.points[one].never.clone();
                let never = nobody.filter(|_| self.found.points[many].never.is_some());
                let leaves = self.body(&branch.body, one..many + 1, never);
                let ends = leaves.is_some_and(|leaves| leaves >= Leaves::Loop);
                if ends && self.found.points[many].never.is_none() {
                    let why = "the loop always ends in its first iteration";
                    self.found.points[many].never = Some(why.into());
                }
            }
        }
    }
}

/// Whether a body may leave its loop early: by `break`, by ending the message, or in a content
/// block.
fn may_leave(nodes: &[Node]) -> bool {
    struct Ends(bool);
    impl Visitor for Ends {
        fn tag(&mut self, tag: &Tag) {
            self.0 |= matches!(BRAZE.effect(tag.id), Effect::Stops | Effect::Breaks);
            if !self.0 {
                crate::syntax::walk_tag(self, tag);
            }
        }
        fn pipeline(&mut self, _: &Pipeline) {}
        fn expr(&mut self, _: &Expr) {}
    }
    let mut ends = Ends(false);
    crate::syntax::walk_nodes(&mut ends, nodes);
    ends.0
}
