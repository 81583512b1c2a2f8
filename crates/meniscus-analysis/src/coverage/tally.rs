use std::collections::BTreeMap;
use std::sync::Arc;

use indexmap::IndexMap;

use super::exclusion::{Exclusion, covering, exclusions};
use super::point::{Level, Point, Statement};
use super::points::{Points, points};
use crate::render::{Counts, Event, Hits};
use crate::syntax::Template;
use crate::text::Source;

/// What is known of the coverage of many templates, by the names of their texts.
#[derive(Clone, Debug, Default)]
pub struct Coverage {
    files: IndexMap<String, FileCoverage>,
}

/// The coverage of one template.
#[derive(Clone, Debug)]
pub struct FileCoverage {
    /// Its text.
    pub source: Arc<Source>,
    /// What it is.
    pub role: Role,
    /// Whether Liquid refuses it, so that nothing of it is ever rendered.
    pub refused: bool,
    /// What can happen in it.
    pub points: Vec<Point>,
    /// What can be rendered of it, without what comments take out.
    pub statements: Vec<Statement>,
    exclusions: Vec<Exclusion>,
    /// The comment that takes out each point, by its place among them.
    excluded: Vec<Option<usize>>,
    counts: Counts,
}

/// What a template is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Role {
    /// A part of a message.
    Part {
        /// The message.
        message: String,
        /// The part.
        part: String,
    },
    /// A content block, by its name.
    Block(String),
}

/// How a point stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// It happened, so often.
    Reached(u64),
    /// It never happened.
    Missed,
    /// It never happened, nor did anything by way of which it could: of that it is enough to know.
    Implied,
    /// It is not counted, because a comment says so; why.
    Excluded(Arc<str>),
    /// It is not counted, because it can never happen; why.
    Never(Arc<str>),
}

/// How many of the points that count were reached.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Total {
    /// Those that happened.
    pub reached: usize,
    /// All.
    pub points: usize,
}

impl Total {
    /// In percent, rounded down to a tenth, so that 100 is all of them; 100 where there are none.
    #[must_use]
    pub fn percent(self) -> f64 {
        match self.points {
            0 => 100.0,
            points => (self.reached * 1000 / points) as f64 / 10.0,
        }
    }

    /// Both together.
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
    /// Adds a template of which nothing was rendered yet. One that is there already stays.
    pub fn insert(&mut self, template: &Template, role: Role) {
        let name = template.source.name();
        if self.files.contains_key(name) {
            return;
        }
        let Points { points, mut statements } = points(template);
        let exclusions = exclusions(template);
        let starts = points.iter().map(|point| point.span.start).collect::<Vec<_>>();
        let mut excluded = covering(&exclusions, &starts);
        // That the template is rendered at all is taken out with the whole file alone.
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

    /// Adds what a render came past. Texts that were not put in are nobody's templates.
    pub fn add(&mut self, hits: &Hits) {
        for (source, counts) in hits.texts() {
            if let Some(file) = self.files.get_mut(source.name())
                && (Arc::ptr_eq(&file.source, source) || file.source.text() == source.text())
            {
                file.count(counts);
            }
        }
    }

    /// Adds what another run counted of the same templates; those that only it has are added, too.
    /// The order in which many are added makes no difference to the counts.
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

    /// The templates, in the order they were put in.
    pub fn files(&self) -> impl Iterator<Item = &FileCoverage> {
        self.files.values()
    }

    /// A template by the name of its text: its path in the workspace.
    #[must_use]
    pub fn file(&self, name: &str) -> Option<&FileCoverage> {
        self.files.get(name)
    }

    /// How many points of a level were reached, of all templates.
    #[must_use]
    pub fn total(&self, level: Level) -> Total {
        self.files().fold(Total::default(), |sum, file| sum.and(file.total(level)))
    }

    /// How many lines were rendered, of all templates.
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

    /// How often it was rendered.
    #[must_use]
    pub fn renders(&self) -> u64 {
        self.counts.get(&(0, Event::Template)).copied().unwrap_or(0)
    }

    /// The points with how each stands, in order of place.
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

    /// How many points of a level were reached, of those that count.
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

    /// How often each line was rendered, by number from 1. Lines that print and do nothing, that are
    /// never reached or not counted are left out; of several pieces of a line the one that was
    /// rendered most often counts.
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

    /// How many of those lines were rendered.
    #[must_use]
    pub fn line_total(&self) -> Total {
        let mut total = Total::default();
        self.lines().iter().for_each(|(_, count)| total.add(*count > 0));
        total
    }

    /// The comments that take points out, each with how many ways it leaves out. One that leaves out
    /// nothing that was missed (0) may be removed.
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

    /// The ways that never happen, and why; not those inside of one that never does.
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
