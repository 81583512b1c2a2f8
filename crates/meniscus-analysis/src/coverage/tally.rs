use std::collections::BTreeMap;
use std::sync::Arc;

use indexmap::IndexMap;

use super::exclusion::{Exclusion, covering, exclusions};
use super::point::{Level, Point, Statement};
use super::points::{Points, points};
use crate::render::{Counts, Event, Hits};
use crate::syntax::Template;
use crate::text::Source;

/// The coverage of many templates, by source name.
#[derive(Clone, Debug, Default)]
pub struct Coverage {
    files: IndexMap<String, FileCoverage>,
}

#[derive(Clone, Debug)]
pub struct FileCoverage {
    pub source: Arc<Source>,
    pub role: Role,
    /// Whether Liquid rejects it, so nothing in it is rendered.
    pub refused: bool,
    pub points: Vec<Point>,
    /// What can be rendered in it, except for excluded statements.
    pub statements: Vec<Statement>,
    exclusions: Vec<Exclusion>,
    /// The comment that excludes each point, by the point's index.
    excluded: Vec<Option<usize>>,
    counts: Counts,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Role {
    Part {
        message: String,
        part: String,
    },
    /// A content block, by its name.
    Block(String),
}

/// The coverage state of a point.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    Reached(u64),
    Missed,
    /// It never happened, and neither did any point before it; reporting that one is enough.
    Implied,
    /// Not counted because of a comment, with its reason.
    Excluded(Arc<str>),
    /// Not counted because it can never happen, with the reason.
    Never(Arc<str>),
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Total {
    pub reached: usize,
    pub points: usize,
}

impl Total {
    /// Returns the percentage, rounded down to a tenth so that 100 means all; 100 if there are no
    /// points.
    #[must_use]
    pub fn percent(self) -> f64 {
        match self.points {
            0 => 100.0,
            points => (self.reached * 1000 / points) as f64 / 10.0,
        }
    }

    /// Adds two totals.
    #[must_use]
    pub fn and(self, other: Total) -> Total {
        Total { reached: self.reached + other.reached, points: self.points + other.points }
    }

    fn add(&mut self, reached: bool) {
        self.points += 1;
        self.reached += usize::from(reached);
    }
}

impl Coverage {
    /// Adds a template that hasn't been rendered yet. Existing entries are kept.
    pub fn insert(&mut self, template: &Template, role: Role) {
        let name = template.source.name();
        if self.files.contains_key(name) {
            return;
        }
        let Points { points, mut statements } = points(template);
        let exclusions = exclusions(template);
        let starts = points.iter().map(|point| point.span.start).collect::<Vec<_>>();
        let mut excluded = covering(&exclusions, &starts);
        // Only `uncovered-file` excludes the point that the template is rendered.
        if let (Some(first), Some(point)) = (excluded.first_mut(), points.first()) {
            *first = exclusions.iter().position(|one| one.scope == point.owner);
        }
        let starts = statements.iter().map(|one| one.span.start).collect::<Vec<_>>();
        let mut left_out = covering(&exclusions, &starts).into_iter();
        statements.retain(|_| left_out.next().flatten().is_none());
        let file = FileCoverage {
            source: Arc::clone(&template.source),
            role,
            refused: template.refused,
            points,
            statements,
            exclusions,
            excluded,
            counts: Counts::default(),
        };
        self.files.insert(name.to_owned(), file);
    }

    /// Adds what a render reached. Hits in unknown templates are ignored.
    pub fn add(&mut self, hits: &Hits) {
        for (source, counts) in hits.texts() {
            if let Some(file) = self.files.get_mut(source.name())
                && (Arc::ptr_eq(&file.source, source) || file.source.text() == source.text())
            {
                file.count(counts);
            }
        }
    }

    /// Merges another run's counts, including templates that only it has. The order of merging
    /// doesn't affect the counts.
    pub fn merge(&mut self, other: Coverage) {
        for (name, file) in other.files {
            match self.files.get_mut(&name) {
                Some(known) if known.source.text() == file.source.text() => {
                    known.count(&file.counts);
                }
                Some(_) => {}
                None => drop(self.files.insert(name, file)),
            }
        }
    }

    /// Yields the templates in insertion order.
    pub fn files(&self) -> impl Iterator<Item = &FileCoverage> {
        self.files.values()
    }

    /// Returns a template by source name, its path in the workspace.
    #[must_use]
    pub fn file(&self, name: &str) -> Option<&FileCoverage> {
        self.files.get(name)
    }

    /// Returns how many points of a level were reached, over all templates.
    #[must_use]
    pub fn total(&self, level: Level) -> Total {
        self.files().fold(Total::default(), |sum, file| sum.and(file.total(level)))
    }

    /// Returns how many lines were rendered, over all templates.
    #[must_use]
    pub fn lines(&self) -> Total {
        self.files().fold(Total::default(), |sum, file| sum.and(file.line_total()))
    }
}

impl FileCoverage {
    fn count(&mut self, counts: &Counts) {
        for (place, count) in counts {
            *self.counts.entry(*place).or_default() += count;
        }
    }

    /// Returns how often it was rendered.
    #[must_use]
    pub fn renders(&self) -> u64 {
        self.counts.get(&(0, Event::Template)).copied().unwrap_or(0)
    }

    /// Returns the points with their state, sorted by place.
    #[must_use]
    pub fn states(&self) -> Vec<(&Point, State)> {
        let reached = self.points.iter().map(|point| point.count(&self.counts)).collect::<Vec<_>>();
        let counted = self.points.iter().zip(&reached).zip(&self.excluded);
        let states = counted.map(|((point, count), excluded)| {
            let state = if let Some(by) = excluded {
                State::Excluded(Arc::clone(&self.exclusions[*by].reason))
            } else if *count > 0 {
                State::Reached(*count)
            } else if let Some(never) = &point.never {
                State::Never(Arc::clone(never))
            } else if let Some(within) = &point.within
                && reached[within.clone()].iter().all(|count| *count == 0)
            {
                State::Implied
            } else {
                State::Missed
            };
            (point, state)
        });
        states.collect()
    }

    /// Returns how many counted points of a level were reached.
    #[must_use]
    pub fn total(&self, level: Level) -> Total {
        let mut total = Total::default();
        for (point, state) in self.states() {
            if point.level != level {
                continue;
            }
            match state {
                State::Reached(_) => total.add(true),
                State::Missed | State::Implied => total.add(false),
                State::Excluded(_) | State::Never(_) => {}
            }
        }
        total
    }

    /// Returns how often each line was rendered, by number from 1. Lines without a reachable,
    /// counted statement are left out; otherwise the most frequent statement of the line counts.
    #[must_use]
    pub fn lines(&self) -> Vec<(usize, u64)> {
        let mut lines = BTreeMap::new();
        for statement in &self.statements {
            let count = statement.count(&self.counts);
            let mut at = statement.span.start as usize;
            let end = statement.span.end as usize;
            let mut line = self.source.position(at).line;
            while at < end {
                let range = self.source.line_around(at);
                let shown = &self.source.text()[at..range.end.min(end)];
                if !shown.trim().is_empty() {
                    let most: &mut u64 = lines.entry(line).or_default();
                    *most = count.max(*most);
                }
                at = range.end;
                line += 1;
            }
        }
        lines.into_iter().collect()
    }

    /// Returns how many of those lines were rendered.
    #[must_use]
    pub fn line_total(&self) -> Total {
        let mut total = Total::default();
        self.lines().iter().for_each(|(_, count)| total.add(*count > 0));
        total
    }

    /// Returns the exclusion comments, each with the number of branches it excludes. A comment that
    /// excludes no missed branch (0) can be removed.
    #[must_use]
    pub fn left_out(&self) -> Vec<(&Exclusion, usize)> {
        let mut counts = vec![0; self.exclusions.len()];
        for (point, excluded) in self.points.iter().zip(&self.excluded) {
            if let Some(by) = excluded
                && point.level == Level::Branch
                && point.never.is_none()
                && point.count(&self.counts) == 0
            {
                counts[*by] += 1;
            }
        }
        self.exclusions.iter().zip(counts).collect()
    }

    /// Returns the branches that never happen, and why; not those inside other such branches.
    #[must_use]
    pub fn never(&self) -> Vec<(&Point, &str)> {
        let is_never = |point: &Point| point.never.is_some() && point.count(&self.counts) == 0;
        let mut found = Vec::new();
        let counted = self.points.iter().zip(&self.excluded);
        let counted = counted.filter(|(_, excluded)| excluded.is_none());
        for point in counted.map(|(point, _)| point).filter(|point| point.level == Level::Branch) {
            let around = point.within.as_ref().map(|within| &self.points[within.clone()]);
            let is_outermost = around.is_none_or(|around| !around.iter().all(is_never));
            if let Some(never) = &point.never
                && is_never(point)
                && is_outermost
            {
                found.push((point, &**never));
            }
        }
        found
    }
}
