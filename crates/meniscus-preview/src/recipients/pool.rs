//! Changes to a recipient that may lead a message to another branch.

use std::collections::{BTreeSet, HashSet};

use jiff::Timestamp;
use serde_json::Value as Json;

use super::adapt::{adapted_to, made_at};
use super::change::{Change, Reply, Steps};
use super::draft::Draft;
use super::hints::{Hint, Hints};
use super::invent::name_of;
use super::names::day;
use super::trial::Trial;
use crate::analyze::OriginStep;
use crate::contract::{Contract, Node, each_part};
use crate::project::{Scenario, default_now};
use crate::render::{CallResult, Outcome};
use crate::syntax::ast::{ExprKind, Operator};
use crate::text::{DataPath, Step};
use crate::value::{Time, Value, View, from_json, to_json};

/// Values in a message's templates that matter for branches.
pub(super) struct Clues {
    pub hints: Hints,
    pub contract: Contract,
    /// Strings and numbers in conditions and loops.
    texts: Vec<String>,
    numbers: Vec<i64>,
    asks_clock: bool,
}

/// Most alternatives tried for a value.
const MAX_VARIANTS: usize = 2_000;

/// Most strings and numbers from conditions tried for every value.
const MAX_TEXTS: usize = 24;
const MAX_NUMBERS: usize = 10;
/// Most items in a generated list.
const MAX_ITEMS: usize = 200;
/// Most characters in a generated string.
const MAX_CHARACTERS: usize = 600;
/// Days from the clock for which dates are tried.
const DAYS: [i64; 11] = [-400, -30, -8, -1, 0, 1, 2, 6, 20, 90, 400];
/// Zones where the hour differs.
const ZONES: [&str; 5] =
    ["UTC", "Asia/Tokyo", "Pacific/Kiritimati", "America/New_York", "Pacific/Pago_Pago"];

impl Clues {
    pub fn of(trial: &Trial<'_>) -> Clues {
        let (mut texts, mut numbers) = (Vec::new(), BTreeSet::from([1]));
        let mut asks_clock = false;
        each_part(trial.known, trial.message, |_, model| {
            for used in &model.comparisons {
                for value in [&used.left_shape, &used.right_shape]
                    .into_iter()
                    .filter_map(|shape| shape.as_constant())
                {
                    match value.view() {
                        View::Str(text)
                            if !text.is_empty() && !texts.iter().any(|known| known == text) =>
                        {
                            texts.push(text.to_owned());
                        }
                        View::Int(number) => {
                            numbers.insert(number);
                        }
                        View::Float(number) if number.abs() < 1e15 => {
                            numbers.insert(number as i64);
                        }
                        _ => {}
                    }
                }
            }
            for one in &model.loops {
                if let Some(ExprKind::Int(limit)) =
                    one.markup.limit.as_ref().map(|limit| &limit.kind)
                {
                    numbers.insert(*limit);
                }
            }
            let sources =
                model.outputs.iter().map(|one| one.at).chain(model.tags.iter().map(|one| one.at));
            asks_clock |= sources.into_iter().any(|at| at.text().contains("now"));
        });
        texts.truncate(MAX_TEXTS);
        let numbers = numbers.into_iter().take(MAX_NUMBERS).collect();
        Clues {
            hints: Hints::of(trial.known, trial.message),
            contract: Contract::of(trial.known, [trial.message]),
            texts,
            numbers,
            asks_clock,
        }
    }

    /// Returns changes worth trying; those of one entry are made together.
    pub fn pool(
        &self,
        trial: &Trial<'_>,
        scenario: &Scenario,
        ground: &Draft,
        outcomes: &[Outcome],
    ) -> Vec<Vec<Change>> {
        let now = scenario.now.as_deref().and_then(|now| Time::parse(now, &default_now()));
        let now = now.unwrap_or_else(default_now).timestamp();
        let mut all = Vec::new();
        for (table, entries) in ground.tables.iter() {
            let View::Object(entries) = entries.view() else { continue };
            for (key, value) in entries.iter() {
                let key_path = DataPath::of_keys(&[table, key]);
                let there = match scenario.tables.get(table).map(Value::view) {
                    Some(View::Object(known)) => known.get(key).is_some(),
                    _ => false,
                };
                let own = if there {
                    Change::Without(key_path.clone())
                } else {
                    Change::Set(key_path.clone(), value.clone())
                };
                all.push(own);
                self.values(&key_path, value, now, &mut all);
            }
        }
        let mut groups = all.into_iter().map(|change| vec![change]).collect::<Vec<_>>();
        for (_, settings) in adapted_to(trial, &self.contract, ground, outcomes) {
            groups.push(
                settings
                    .into_iter()
                    .map(|(key_path, value)| Change::Set(key_path, value))
                    .collect(),
            );
        }
        if self.asks_clock {
            groups.extend(self.clocks(now).into_iter().map(|now| vec![Change::Now(now)]));
        }
        self.answers(trial, outcomes, now, &mut groups);
        groups
    }

    fn values(&self, key_path: &[Step], value: &Value, now: Timestamp, all: &mut Vec<Change>) {
        let set = |value: Value| Change::Set(key_path.into(), value);
        let inner = |key: Step| {
            let mut key_path = DataPath::from(key_path);
            key_path.push(key);
            key_path
        };
        match value {
            Value::Object(object) => {
                for (key, value) in object.iter() {
                    let key_path = inner(Step::key(key));
                    if !key_path.iter().any(|key| matches!(key, Step::Index(_))) {
                        all.push(Change::Without(key_path.clone()));
                    }
                    self.values(&key_path, value, now, all);
                }
            }
            Value::Array(items) => {
                let counts = self.counts().into_iter().filter(|count| *count != items.len());
                for count in counts.filter(|count| *count == 0 || !items.is_empty()) {
                    all.push(set(Value::array(
                        items.iter().cycle().take(count).cloned().collect(),
                    )));
                }
                let hint = self.hints.get(&name_of(key_path));
                let wanted = hint.into_iter().flat_map(|hint| &hint.compared);
                for (operator, value) in wanted {
                    if *operator == Operator::Contains {
                        all.push(set(Value::array(vec![value.clone()])));
                    }
                }
                for (index, item) in items.iter().enumerate().take(2) {
                    self.values(&inner(Step::Index(index)), item, now, all);
                }
            }
            value => {
                let hint = self.hints.get(&name_of(key_path));
                let name = key_path.iter().rev().find_map(Step::name);
                let variants = self.variants(value, hint, now, name == Some("time_zone"));
                all.extend(variants.into_iter().map(set));
            }
        }
    }

    /// Returns list lengths to try.
    fn counts(&self) -> Vec<usize> {
        let numbers = self.numbers.iter().filter_map(|number| usize::try_from(*number).ok());
        let around = numbers.flat_map(|number| [number, number.saturating_add(1)]);
        let counts = [0, 1, 2].into_iter().chain(around).filter(|count| *count <= MAX_ITEMS);
        counts.collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// Returns alternatives for a scalar.
    fn variants(
        &self,
        value: &Value,
        hint: Option<&Hint>,
        now: Timestamp,
        is_zone: bool,
    ) -> Vec<Value> {
        let mut found = Vec::new();
        let around = |number: i64| [number.saturating_sub(1), number, number.saturating_add(1)];
        for (_, compared) in hint.into_iter().flat_map(|hint| &hint.compared) {
            match compared.view() {
                View::Int(number) => found.extend(around(number).map(Value::Int)),
                View::Bool(_) => found.extend([Value::Bool(true), Value::Bool(false)]),
                View::Nil => {}
                _ => found.push(compared.clone()),
            }
        }
        let dated = hint.is_some_and(|hint| hint.filters.iter().any(|filter| filter == "date"));
        match value.view() {
            View::Str(text) => {
                found.push(Value::from(""));
                let is_date = text.len() >= 8
                    && text.starts_with(|c: char| c.is_ascii_digit())
                    && Time::parse(text, &default_now()).is_some();
                if is_date || dated {
                    found.extend(DAYS.map(|days| Value::from(day(now, days))));
                } else if is_zone {
                    found.extend(ZONES.map(Value::from));
                } else {
                    found.extend(self.texts.iter().map(|text| Value::from(text.as_str())));
                    let sizes =
                        self.numbers.iter().filter_map(|number| usize::try_from(*number).ok());
                    let sizes = sizes.flat_map(|size| [size, size.saturating_add(1)]);
                    let sizes = sizes.filter(|size| (2..=MAX_CHARACTERS).contains(size));
                    found.extend(sizes.map(|size| Value::from("x".repeat(size))));
                    found.push(Value::from("something else"));
                    if text.parse::<f64>().is_ok() {
                        let numbers = self.numbers.iter().flat_map(|number| around(*number));
                        found.extend(numbers.map(|number| Value::from(number.to_string())));
                    }
                }
            }
            View::Int(_) | View::Float(_) => {
                found.extend([0, 1, 2, -1, 1_000_000].map(Value::Int));
                found
                    .extend(self.numbers.iter().flat_map(|number| around(*number)).map(Value::Int));
            }
            View::Bool(flag) => found.push(Value::Bool(!flag)),
            _ => {}
        }
        let mut seen = HashSet::from([to_json(value.view()).to_string()]);
        found.retain(|one| seen.insert(to_json(one.view()).to_string()));
        found.truncate(MAX_VARIANTS);
        found
    }

    /// Returns other clocks: hours, weekdays, months, years, and days around dates in the
    /// templates.
    fn clocks(&self, now: Timestamp) -> Vec<String> {
        let date = day(now, 0);
        let (date, _) = date.split_once('T').unwrap_or((&date, ""));
        let mut found =
            (0..24).step_by(3).map(|hour| format!("{date}T{hour:02}:00:00Z")).collect::<Vec<_>>();
        found.extend((1..7).map(|days| day(now, days)));
        found.extend(
            [-400, -90, -30, 30, 60, 90, 120, 150, 180, 210, 240, 270, 300, 330, 400]
                .map(|days| day(now, days)),
        );
        for text in &self.texts {
            let time = Time::parse(text, &default_now()).filter(|_| text.len() >= 8);
            if let Some(time) = time {
                found.extend([-1, 0, 1].map(|days| day(time.timestamp(), days)));
            }
        }
        found
    }

    /// Returns other responses from the current recordings.
    fn answers(
        &self,
        trial: &Trial<'_>,
        outcomes: &[Outcome],
        now: Timestamp,
        groups: &mut Vec<Vec<Change>>,
    ) {
        let mut seen = BTreeSet::new();
        for call in outcomes.iter().flat_map(|outcome| &outcome.calls) {
            let CallResult::Answered { recording, .. } = &call.result else { continue };
            let Some((of, recording)) = trial.recording(recording) else { continue };
            if !seen.insert(of) {
                continue;
            }
            let mut replies = vec![Reply::Status(500), Reply::Status(404), Reply::NotJson];
            let read = self.contract.calls.iter().find(|read| made_at(read, call));
            if let (Some(read), Some(json)) = (read, recording.json_body()) {
                self.replies(&read.answer, Some(&json), &mut Vec::new(), now, &mut replies);
            }
            groups.extend(replies.into_iter().map(|reply| vec![Change::Answer(of, reply)]));
        }
    }

    fn replies(
        &self,
        node: &Node,
        json: Option<&Json>,
        steps: &mut Vec<OriginStep>,
        now: Timestamp,
        all: &mut Vec<Reply>,
    ) {
        let many = steps.contains(&OriginStep::Item);
        let mut add = |make: &dyn Fn(Steps) -> Reply| {
            all.push(make(Steps { steps: steps.clone(), first: false }));
            if many {
                all.push(make(Steps { steps: steps.clone(), first: true }));
            }
        };
        let is_status = matches!(&steps[..], [OriginStep::Field(name)] if &**name == crate::endpoint::STATUS_FIELD);
        if is_status {
            return;
        }
        if matches!(steps.last(), Some(OriginStep::Field(_))) {
            add(&Reply::Remove);
        }
        if let Some(Json::Array(items)) = json {
            for count in self.counts().into_iter().filter(|count| *count == 0 || !items.is_empty())
            {
                add(&|steps| Reply::Resize(steps, count));
            }
        } else if node.is_leaf() && !steps.is_empty() {
            let known = node.known.as_ref().map(|known| known.shape.examples().map(View::to_value));
            let known = known.into_iter().flatten().take(MAX_TEXTS);
            let mut values = known.chain(node.compared.iter().cloned()).collect::<Vec<_>>();
            let own = json.cloned().map(from_json).filter(|own| !own.view().is_nil());
            let own = own.or_else(|| values.first().cloned()).unwrap_or_else(|| Value::from("x"));
            values.extend(self.variants(&own, None, now, false));
            for value in values {
                let value = to_json(value.view());
                add(&|steps| Reply::Set(steps, value.clone()));
            }
        }
        for (field, inner) in &node.fields {
            let value = json.and_then(|json| json.get(&**field));
            steps.push(OriginStep::Field(std::sync::Arc::clone(field)));
            self.replies(inner, value, steps, now, all);
            steps.pop();
        }
        if let Some(item) = &node.item {
            steps.push(OriginStep::Item);
            self.replies(item, json.and_then(|json| json.get(0)), steps, now, all);
            steps.pop();
        }
    }
}
