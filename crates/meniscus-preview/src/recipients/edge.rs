use super::adapt::adapted_to;
use super::draft::Draft;
use super::effects::{Effect, effects};
use super::hints::Hints;
use super::invent::name_of;
use super::names::slug;
use super::stub::Stub;
use super::trial::Trial;
use crate::contract::Contract;
use crate::project::{ProjectError, Scenario, default_now};
use crate::render::Outcome;
use crate::text::{DataPath, Step};
use crate::value::{Object, Time, Value, View};

/// A recipient who may break a message, and the effects.
#[derive(Clone, Debug)]
pub struct Edge {
    pub case: String,
    /// The scenario; it extends the base.
    pub draft: Draft,
    /// For each part of the message: whether it differs from the base's, and what is worse.
    pub parts: Vec<PartEffects>,
}

#[derive(Clone, Debug)]
pub struct PartEffects {
    pub part: String,
    /// Whether the text differs from the base's.
    pub differs: bool,
    /// What is worse.
    pub effects: Vec<Effect>,
}

/// What recipients are derived from.
#[derive(Clone, Copy, Debug)]
pub struct Base<'b> {
    /// Its name for `extends`.
    pub name: &'b str,
    pub scenario: &'b Scenario,
}

/// Text with everything that breaks HTML, JSON, and Liquid.
const SPECIAL: &str = r#"O'Brien "Bo" \ <b> & {{ x }} {% y %} 🎉"#;
/// Arabic and Hebrew, with a number and Latin letters.
const RIGHT_TO_LEFT: &str = "مرحبا 25% שלום ABC";
const HUGE: i64 = 9_007_199_254_740_993;
/// Items in a long list.
const MANY: usize = 1_000;
/// Characters in a long string.
const LONG: usize = 2_000;
/// Languages to try in addition to those in the message.
const LANGUAGES: [&str; 2] = ["ar", "xx"];
/// Time zones at the extremes: one with half hours, one on the day its clocks change.
const ZONES: [(&str, Option<&str>); 4] = [
    ("Pacific/Kiritimati", None),
    ("Pacific/Pago_Pago", None),
    ("Asia/Kathmandu", None),
    ("America/New_York", Some("2026-03-08T06:59:59Z")),
];
/// Most recordings tried as responses.
const MAX_ANSWERS: usize = 24;

/// Returns recipients that may break a message; `stub` lists what it reads.
///
/// # Errors
/// If the base's clock isn't a valid time.
pub fn edges(trial: &Trial<'_>, stub: &Stub, base: Base<'_>) -> Result<Vec<Edge>, ProjectError> {
    let ground = Ground::new(trial, stub, base);
    let before = trial.render(base.scenario, &[], true)?;
    let mut edges = Vec::new();
    for (case, draft) in ground.drafts(trial, &before)? {
        let scenario = draft.scenario(&case, Some(base.scenario));
        let after = trial.render(&scenario, &[], true)?;
        let parts = trial.message.parts.iter().zip(before.iter().zip(&after));
        let parts = parts.map(|(part, (before, after))| PartEffects {
            part: part.name.clone(),
            differs: before.output != after.output
                || before.abort.is_some() != after.abort.is_some(),
            effects: effects(before, after),
        });
        edges.push(Edge { parts: parts.collect(), case, draft });
    }
    Ok(edges)
}

/// Tables that aren't about the recipient.
const LOOKED_UP: [&str; 6] =
    ["catalogs", "promotions", "translations", "landing_pages", "shopping_carts", "shopify_market"];

/// A name, a description, and a change of strings.
type TextCase = (&'static str, &'static str, fn(&str) -> String);
/// A name, a description, and a change of numbers.
type NumberCase = (&'static str, &'static str, fn(View<'_>) -> Value);

/// What the message reads, with the base's values.
struct Ground<'b> {
    base: Base<'b>,
    message: String,
    /// What is read, from the base or else the stub.
    read: Draft,
    hints: Hints,
}

impl<'b> Ground<'b> {
    fn new(trial: &Trial<'_>, stub: &Stub, base: Base<'b>) -> Ground<'b> {
        let mut read = Draft::default();
        let own = |table: &str| !LOOKED_UP.contains(&table);
        for (table, entries) in stub.draft.tables.iter().filter(|(table, _)| own(table)) {
            let View::Object(entries) = entries.view() else { continue };
            for (key, value) in entries.iter() {
                let known = match base.scenario.tables.get(table).map(Value::view) {
                    Some(View::Object(known)) => known.get(key),
                    _ => None,
                };
                let key_path = [Step::key(table), Step::key(key)];
                read.set(&key_path, known.unwrap_or(value).clone());
            }
        }
        let hints = Hints::of(trial.known, trial.message);
        Ground { base, message: trial.message.name.clone(), read, hints }
    }

    /// Makes a scenario that extends the base.
    fn fresh(&self, about: &str) -> Draft {
        Draft {
            heading: vec![about.to_owned(), "Made by `meniscus scenarios edge`.".to_owned()],
            extends: Some(self.base.name.to_owned()),
            drops_expectations: !self.base.scenario.expectations.is_empty(),
            templates: vec![globset::escape(&self.message)],
            ..Draft::default()
        }
    }

    fn drafts(
        &self,
        trial: &Trial<'_>,
        before: &[Outcome],
    ) -> Result<Vec<(String, Draft)>, ProjectError> {
        let mut all = Vec::new();
        self.missing(&mut all);
        let texts: [TextCase; 4] = [
            ("empty", "Every string is empty.", |_| String::new()),
            (
                "special_characters",
                "Quotes, angle brackets, backslashes, braces, and an emoji.",
                |_| SPECIAL.to_owned(),
            ),
            ("right_to_left", "Right-to-left text.", |_| RIGHT_TO_LEFT.to_owned()),
            ("long", "Very long strings, with and without spaces.", long),
        ];
        for (case, about, change) in texts {
            let may_date = case == "empty";
            self.changed(case, about, &mut all, &|key_path, value| match value.view() {
                View::Str(text) if self.is_free_text(key_path, text, may_date) => {
                    Some(Value::from(change(text)))
                }
                _ => None,
            });
        }
        let numbers: [NumberCase; 4] = [
            ("zero", "Every number is 0.", |_| Value::Int(0)),
            ("negative", "Every number is negative.", |_| Value::Int(-1)),
            ("huge", "Numbers that a float can't represent exactly.", |_| Value::Int(HUGE)),
            ("numbers_as_text", "Numbers in quotes, as some senders write them.", |view| {
                Value::from(view.to_str().into_owned())
            }),
        ];
        for (case, about, change) in numbers {
            self.changed(case, about, &mut all, &|_, value| match value.view() {
                view @ (View::Int(_) | View::Float(_)) => Some(change(view)),
                _ => None,
            });
        }
        for (case, about, count) in [
            ("no_items", "Every list is empty.", 0),
            ("one_item", "Every list has one item.", 1),
            ("thousand_items", "Every list has a thousand items.", MANY),
        ] {
            self.lists(case, about, count, &mut all);
        }
        self.languages(&mut all);
        self.zones(&mut all);
        self.answers(trial, before, &mut all);
        Ok(all)
    }

    fn missing(&self, all: &mut Vec<(String, Draft)>) {
        let key_paths = self.attributes();
        let there = |key_path: &[Step]| entry(self.base.scenario, key_path).is_some();
        let key_paths =
            key_paths.into_iter().filter(|key_path| there(key_path)).collect::<Vec<_>>();
        let (sent, rest): (Vec<_>, Vec<_>) =
            key_paths.iter().cloned().partition(|key_path| self.is_sent(key_path));
        if !rest.is_empty() {
            let about = if sent.is_empty() {
                "Everything is missing."
            } else {
                "Everything is missing except what calls send."
            };
            all.push(("missing".to_owned(), Draft { without: rest, ..self.fresh(about) }));
        }
        if !sent.is_empty() {
            let draft = Draft { without: key_paths, ..self.fresh("Everything is missing.") };
            all.push(("all_missing".to_owned(), draft));
        }
    }

    /// Returns the read attributes, which can be removed.
    fn attributes(&self) -> Vec<DataPath> {
        let mut key_paths = Vec::new();
        for (table, entries) in self.read.tables.iter() {
            let View::Object(entries) = entries.view() else { continue };
            let key_path = |key: &str| DataPath::of_keys(&[table, key]);
            key_paths.extend(entries.keys().map(key_path));
        }
        key_paths
    }

    fn is_sent(&self, key_path: &[Step]) -> bool {
        let name = name_of(key_path);
        self.hints.get(&name).is_some_and(|hint| hint.sent)
    }

    /// Whether a string can be chosen freely: not a time, an id, an enumeration, or a value sent by
    /// a call.
    fn is_free_text(&self, key_path: &[Step], text: &str, may_date: bool) -> bool {
        let last = key_path.iter().rev().find_map(Step::name);
        let last = last.unwrap_or_default();
        let fixed = ["language", "time_zone", "user_id", "platform", "braze_id"].contains(&last);
        let listed =
            matches!(key_path.first(), Some(Step::Key(table)) if **table == *"subscribed_state");
        let is_date = text.len() >= 8
            && text.starts_with(|c: char| c.is_ascii_digit())
            && Time::parse(text, &default_now()).is_some();
        !fixed && !listed && !self.is_sent(key_path) && (may_date || !is_date)
    }

    /// Adds a case in which some scalars differ.
    fn changed(
        &self,
        case: &str,
        about: &str,
        all: &mut Vec<(String, Draft)>,
        change: &dyn Fn(&[Step], &Value) -> Option<Value>,
    ) {
        let mut draft = self.fresh(about);
        for key_path in self.attributes() {
            let Some(old) = self.read.get(&key_path) else { continue };
            let mut changed = false;
            let new = scalars(old, &mut key_path.clone(), &mut |key_path, value| {
                let new = change(key_path, value);
                changed |= new.is_some();
                new.unwrap_or_else(|| value.clone())
            });
            if changed {
                draft.set(&key_path, new);
            }
        }
        if !draft.tables.is_empty() {
            all.push((case.to_owned(), draft));
        }
    }

    fn lists(&self, case: &str, about: &str, count: usize, all: &mut Vec<(String, Draft)>) {
        let mut draft = self.fresh(about);
        for key_path in self.attributes() {
            let Some(old) = self.read.get(&key_path) else { continue };
            if let Some(new) = resized(old, count) {
                draft.set(&key_path, new);
            }
        }
        if !draft.tables.is_empty() {
            all.push((case.to_owned(), draft));
        }
    }

    fn languages(&self, all: &mut Vec<(String, Draft)>) {
        let key_path = [Step::key("user"), Step::key("language")];
        let Some(own) = self.read.get(&key_path) else { return };
        let compared = self.hints.get("user.language").into_iter().flat_map(|hint| &hint.compared);
        let asked = compared.filter_map(|(_, value)| match value.view() {
            View::Str(text) if !text.is_empty() => Some(text.to_owned()),
            _ => None,
        });
        let mut languages = asked.collect::<Vec<_>>();
        languages.extend(LANGUAGES.map(str::to_owned));
        languages.retain(|language| own.view().to_str() != *language);
        languages.dedup();
        for language in languages {
            let mut draft = self.fresh(&format!("A recipient whose language is `{language}`."));
            draft.set(&key_path, Value::from(language.as_str()));
            let case = format!("language_{}", slug(&language));
            if !all.iter().any(|(known, _)| *known == case) {
                all.push((case, draft));
            }
        }
    }

    fn zones(&self, all: &mut Vec<(String, Draft)>) {
        let key_path = [Step::key("user"), Step::key("time_zone")];
        if self.read.get(&key_path).is_none() {
            return;
        }
        for (zone, now) in ZONES {
            let about = match now {
                Some(_) => format!("The night the clocks change in {zone}."),
                None => format!("A recipient in {zone}."),
            };
            let mut draft = Draft { now: now.map(str::to_owned), ..self.fresh(&about) };
            draft.set(&key_path, Value::from(zone));
            let place = zone.rsplit('/').next().unwrap_or(zone);
            all.push((format!("time_zone_{}", slug(place)), draft));
        }
    }

    /// Adds recipients answered by other recordings.
    fn answers(&self, trial: &Trial<'_>, before: &[Outcome], all: &mut Vec<(String, Draft)>) {
        let contract = Contract::of(trial.known, [trial.message]);
        for (name, changes) in
            adapted_to(trial, &contract, &self.read, before).into_iter().take(MAX_ANSWERS)
        {
            let mut draft = self.fresh(&format!("A recipient for the recording `{name}`."));
            for (key_path, value) in changes {
                let attribute = &key_path[..key_path.len().min(2)];
                if draft.get(attribute).is_none()
                    && let Some(whole) = self.read.get(attribute)
                {
                    draft.set(attribute, whole.clone());
                }
                draft.set(&key_path, value);
            }
            all.push((format!("answer_{}", slug(&name)), draft));
        }
    }
}

/// Returns an attribute of a scenario.
fn entry<'s>(scenario: &'s Scenario, key_path: &[Step]) -> Option<&'s Value> {
    let [Step::Key(table), Step::Key(key)] = key_path else { return None };
    match scenario.tables.get(table).map(Value::view) {
        Some(View::Object(entries)) => entries.get(key),
        _ => None,
    }
}

/// Changes the scalars in a value.
fn scalars(
    value: &Value,
    key_path: &mut DataPath,
    change: &mut dyn FnMut(&[Step], &Value) -> Value,
) -> Value {
    match value {
        Value::Object(object) => {
            let mut changed = Object::with_capacity(object.len());
            for (key, value) in object.iter() {
                key_path.push(Step::key(key));
                changed.insert(key.as_ref(), scalars(value, key_path, change));
                key_path.pop();
            }
            Value::from(changed)
        }
        Value::Array(items) => {
            let changed = items.iter().enumerate().map(|(index, item)| {
                key_path.push(Step::Index(index));
                let changed = scalars(item, key_path, change);
                key_path.pop();
                changed
            });
            Value::array(changed.collect())
        }
        value => change(key_path, value),
    }
}

/// Resizes the lists in a value; `None` without lists.
fn resized(value: &Value, count: usize) -> Option<Value> {
    match value {
        Value::Array(items) if items.is_empty() => None,
        Value::Array(items) => {
            let items = items.iter().cycle().take(count).cloned();
            Some(Value::array(items.collect()))
        }
        Value::Object(object) => {
            let mut changed = (**object).clone();
            let mut any = false;
            for (key, value) in object.iter() {
                if let Some(value) = resized(value, count) {
                    changed.insert(key.as_ref(), value);
                    any = true;
                }
            }
            any.then(|| Value::from(changed))
        }
        _ => None,
    }
}

fn long(text: &str) -> String {
    let word =
        text.split_whitespace().next().filter(|word| word.len() > 3).unwrap_or("Supercalendered");
    let blanks = format!("{word} ").repeat(LONG / 2 / (word.chars().count() + 1));
    let whole = word.repeat((LONG / 2 / word.chars().count()).max(1));
    format!("{blanks}{whole}")
}
