//! Coverage points of `if`, `unless`, and `case`.

use std::sync::Arc;

use super::outcome;
use super::point::PointKind;
use super::points::{At, Leaves, Never, Walk};
use super::words;
use crate::render::Event;
use crate::syntax::ast::{Branch, BranchKind, Condition, Connective, Expr, Markup, Tag};
use crate::text::Span;

impl Walk<'_> {
    /// Walks `if` and `unless` with their branches.
    pub(super) fn chain(&mut self, tag: &Tag, negated: bool, never: &Never) -> Option<Leaves> {
        let whole = words::of_tag(self.source, tag);
        let group = self.group();
        let mut taken: Never = None;
        let mut asked: Vec<String> = Vec::new();
        let mut all: Option<Leaves> = Some(Leaves::Message);
        for branch in &tag.branches {
            let markup = if branch.kind == BranchKind::Main { &tag.markup } else { &branch.markup };
            let condition = match markup {
                Markup::Condition(condition) => Some(condition),
                _ => None,
            };
            let gone = never.clone().or_else(|| taken.clone());
            let outcome =
                condition.and_then(|condition| outcome::of_condition(self.source, condition));
            let wanted = branch.kind != BranchKind::Main || !negated;
            let own = words::tag(self.source, branch.open, self.word(branch.open));
            let refused = condition.filter(|_| outcome == Some(!wanted)).map(|condition| {
                let holds = if wanted { "is never true" } else { "is always true" };
                Arc::from(format!("{} {holds}", self.quoted(condition.span)))
            });
            let at = At { span: branch.open, owner: tag.open, place: branch.open.start };
            let text = words::branch(branch.kind, &own, &whole);
            let scenario =
                scenario_for(&asked, condition.map(|one| (self.quoted(one.span), wanted)));
            let kind = PointKind::Branch(branch.kind);
            let place = self.add(
                kind,
                Event::Branch,
                &at,
                gone.clone().or(refused.clone()),
                (text, scenario),
            );
            self.found.points[place].group = group;
            if branch.kind != BranchKind::Main && gone.is_none() {
                let event = match branch.kind {
                    BranchKind::Else => Event::Branch,
                    _ => Event::Node,
                };
                self.statement(branch.open, branch.open.start, event, &None);
            }
            if let Some(condition) = condition {
                self.condition(condition, branch.open, &gone);
                asked.push(format!(
                    "{} {}",
                    self.quoted(condition.span),
                    if wanted { "is false" } else { "is true" }
                ));
                self.markup(markup, branch.open, &gone);
            }
            let inner = self.body(&branch.body, place..place + 1, gone.clone().or(refused.clone()));
            if gone.is_none() && refused.is_none() {
                all = all.zip(inner).map(|(one, other)| one.min(other));
            }
            if taken.is_none() {
                taken = match (branch.kind, condition) {
                    (BranchKind::Else, _) => Some(format!("{own} comes before it").into()),
                    (_, Some(condition)) if outcome == Some(wanted) => {
                        let holds = if wanted { "is always true" } else { "is never true" };
                        Some(format!("{} {holds}", self.quoted(condition.span)).into())
                    }
                    _ => None,
                };
            }
        }
        let has_else = tag.branches.iter().any(|branch| branch.kind == BranchKind::Else);
        if !has_else {
            let at = At { span: tag.open, owner: tag.open, place: tag.span.start };
            let gone = never.clone().or_else(|| taken.clone());
            let text = match tag.branches.len() {
                0 | 1 => format!("{whole} with its body skipped"),
                _ => format!("{whole} with no branch taken"),
            };
            let words = (text, scenario_for(&asked, None));
            let place = self.add(PointKind::NoBranch, Event::NoBranch, &at, gone, words);
            self.found.points[place].group = group;
        }
        all.filter(|_| taken.is_some())
    }

    /// Returns the first word of a tag.
    fn word(&self, open: Span) -> Span {
        let text = self.text(open);
        let inner = text.trim_start_matches("{%").trim_start_matches('-').trim_start();
        let start = open.start as usize + text.len() - inner.len();
        let length = inner.find(|c: char| !c.is_alphanumeric()).unwrap_or(inner.len());
        Span::new(start, start + length)
    }

    /// Adds points for each comparison of a condition with several.
    fn condition(&mut self, condition: &Condition, owner: Span, never: &Never) {
        if condition.connectives.is_empty() {
            return;
        }
        let whole = self.quoted(condition.span);
        let mut never = never.clone();
        for (index, comparison) in condition.comparisons.iter().enumerate() {
            self.group();
            let own = self.quoted(comparison.span);
            let outcome = outcome::of_comparison(self.source, comparison);
            let at = At { span: comparison.span, owner, place: comparison.span.start };
            for holds in [true, false] {
                let event = if holds { Event::Held } else { Event::Failed };
                let verb = if holds { "is true" } else { "is false" };
                let against = outcome.filter(|outcome| *outcome != holds).map(|outcome| {
                    let always = if outcome { "is always true" } else { "is never true" };
                    Arc::from(format!("{own} {always}"))
                });
                let before = match condition.connectives.get(index.wrapping_sub(1)) {
                    Some(Connective::And) => ", and the condition before it is true",
                    Some(Connective::Or) => ", and the condition before it is false",
                    None => "",
                };
                let words = (
                    format!("{own} in {whole} when it {verb}"),
                    format!("a scenario where {own} {verb}{before}"),
                );
                let kind = PointKind::Comparison { holds };
                self.add(kind, event, &at, never.clone().or(against), words);
            }
            let ends = match condition.connectives.get(index) {
                Some(Connective::And) => Some(false),
                Some(Connective::Or) => Some(true),
                None => None,
            };
            if never.is_none()
                && let Some(outcome) = outcome
                && Some(outcome) == ends
            {
                let always = if outcome { "is always true" } else { "is never true" };
                never = Some(format!("{own} {always}, so this isn't evaluated").into());
            }
        }
    }

    pub(super) fn case(&mut self, tag: &Tag, never: &Never) -> Option<Leaves> {
        let whole = words::of_tag(self.source, tag);
        let group = self.group();
        self.markup(&tag.markup, tag.open, never);
        let subject = match &tag.markup {
            Markup::Subject(subject) => self.quoted(subject.span),
            _ => String::new(),
        };
        let mut all: Option<Leaves> = Some(Leaves::Message);
        for branch in &tag.branches {
            if branch.kind == BranchKind::Main {
                let why = "is before the first `when`";
                self.nodes(&branch.body, Some(never.clone().unwrap_or_else(|| why.into())));
                continue;
            }
            let own = words::tag(self.source, branch.open, self.word(branch.open));
            let at = At { span: branch.open, owner: tag.open, place: branch.open.start };
            let scenario = match &branch.markup {
                Markup::Alternatives(values) => {
                    let shown = values.iter().map(|value| self.quoted(value.span));
                    let shown = shown.take(4).collect::<Vec<_>>().join(" or ");
                    format!("a scenario where {subject} is {shown}")
                }
                _ => format!("a scenario where {subject} is something else"),
            };
            let text = words::branch(branch.kind, &own, &whole);
            let kind = PointKind::Branch(branch.kind);
            let place = self.add(kind, Event::Branch, &at, never.clone(), (text, scenario));
            self.found.points[place].group = group;
            let (at, event) = match branch.kind {
                BranchKind::Else => (branch.open.start, Event::Branch),
                _ => (tag.span.start, Event::Node),
            };
            self.statement(branch.open, at, event, never);
            if let Markup::Alternatives(values) = &branch.markup {
                let outer = std::mem::replace(&mut self.within, place..place + 1);
                self.alternatives(values, &own, &subject, branch, never);
                self.within = outer;
                self.markup(&branch.markup, branch.open, never);
            }
            let inner = self.body(&branch.body, place..place + 1, never.clone());
            all = all.zip(inner).map(|(one, other)| one.min(other));
        }
        let has_else = tag.branches.iter().any(|branch| branch.kind == BranchKind::Else);
        if has_else {
            return all;
        }
        let at = At { span: tag.open, owner: tag.open, place: tag.span.start };
        let words = (
            format!("{whole} with no branch taken"),
            format!("a scenario where {subject} is something else"),
        );
        let place = self.add(PointKind::NoBranch, Event::NoBranch, &at, never.clone(), words);
        self.found.points[place].group = group;
        None
    }

    /// Adds points for each value of a `when` with several.
    fn alternatives(
        &mut self,
        values: &[Expr],
        own: &str,
        subject: &str,
        branch: &Branch,
        never: &Never,
    ) {
        if values.len() < 2 {
            return;
        }
        self.group();
        for value in values {
            let shown = self.quoted(value.span);
            let at = At { span: value.span, owner: branch.open, place: value.span.start };
            let words =
                (format!("{shown} of {own}"), format!("a scenario where {subject} is {shown}"));
            self.add(PointKind::Alternative, Event::Fitted, &at, never.clone(), words);
        }
    }
}

/// Describes the scenario that reaches a branch: earlier conditions, and its own.
fn scenario_for(asked: &[String], own: Option<(String, bool)>) -> String {
    let mut parts = Vec::new();
    if let Some((condition, wanted)) = own {
        parts.push(format!("{condition} {}", if wanted { "is true" } else { "is false" }));
    }
    // In a long chain, the nearest conditions are enough.
    parts.extend(asked.iter().rev().take(2).cloned());
    let more = if asked.len() > 2 { ", and no earlier branch is taken" } else { "" };
    format!("a scenario where {}{more}", parts.join(" and "))
}
