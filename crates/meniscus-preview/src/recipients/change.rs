//! How a suggested recipient differs from its base.

use std::sync::Arc;

use serde_json::Value as Json;

use super::draft::Draft;
use super::names::slug;
use crate::analyze::OriginStep;
use crate::http::Response;
use crate::project::remove_value;
use crate::recording::Recording;
use crate::text::{DataPath, Step};
use crate::value::{Value, to_json};

/// A difference from the base.
#[derive(Clone, Debug)]
pub enum Change {
    /// A value of the scenario differs.
    Set(DataPath, Value),
    /// A value is absent.
    Without(DataPath),
    /// The clock differs.
    Now(String),
    /// A recording, by its index, responds differently.
    Answer(usize, Reply),
}

/// How a response differs.
#[derive(Clone, Debug)]
pub enum Reply {
    /// The status, with an empty body.
    Status(u16),
    /// HTML instead of JSON.
    NotJson,
    /// A value differs.
    Set(Steps, Json),
    /// A value is absent.
    Remove(Steps),
    /// A list has this many items.
    Resize(Steps, usize),
}

/// The path to a value in a response.
#[derive(Clone, Debug)]
pub struct Steps {
    /// The steps; those into a list apply to each item.
    pub steps: Vec<OriginStep>,
    /// Whether steps into a list only apply to the first item.
    pub first: bool,
}

/// An HTML page in place of a response.
const HTML: &str = "<html><body>Service unavailable</body></html>";
const SHOWN: usize = 48;

impl Change {
    /// Describes it on one line: `without user.first_name`.
    #[must_use]
    pub fn words(&self, name_of: impl Fn(usize) -> String) -> String {
        match self {
            Change::Set(key_path, value) => {
                format!("{} = {}", key_path, brief(&to_json(value.view())))
            }
            Change::Without(key_path) => format!("without {key_path}"),
            Change::Now(now) => format!("now = {now}"),
            Change::Answer(of, reply) => format!("{} answers {}", name_of(*of), reply.words()),
        }
    }

    /// Describes it as part of a file name.
    #[must_use]
    pub fn slug(&self) -> String {
        let last = |key_path: &[Step]| {
            key_path.iter().rev().find_map(Step::name).map(slug).unwrap_or_default()
        };
        let text = match self {
            Change::Set(key_path, Value::Array(items)) => {
                format!("{}_{}", items.len(), last(key_path))
            }
            Change::Set(key_path, value) => match &*value.view().to_str() {
                "" => format!("empty_{}", last(key_path)),
                // The start of an id distinguishes it.
                text if text.len() == 36 && text.matches('-').count() == 4 => {
                    format!("{}_{}", last(key_path), text.split('-').next().unwrap_or_default())
                }
                text => format!("{}_{text}", last(key_path)),
            },
            Change::Without(key_path) => format!("no_{}", last(key_path)),
            Change::Now(now) => {
                format!("at_{}", now.split_once("T00").map_or(now.as_str(), |(day, _)| day))
            }
            Change::Answer(_, reply) => reply.slug(),
        };
        let short = text.chars().take(32).collect::<String>();
        slug(&short)
    }
}

impl Reply {
    fn words(&self) -> String {
        match self {
            Reply::Status(status) => format!("with status {status}"),
            Reply::NotJson => "with HTML".to_owned(),
            Reply::Set(steps, value) => format!("with {} = {}", steps.words(), brief(value)),
            Reply::Remove(steps) => format!("without {}", steps.words()),
            Reply::Resize(steps, 1) => format!("with 1 item in {}", steps.words()),
            Reply::Resize(steps, count) => format!("with {count} items in {}", steps.words()),
        }
    }

    fn slug(&self) -> String {
        match self {
            Reply::Status(status) => format!("status_{status}"),
            Reply::NotJson => "html".to_owned(),
            Reply::Set(steps, Json::Null) => format!("{}_null", steps.last()),
            Reply::Set(steps, Json::String(text)) if text.is_empty() => {
                format!("empty_{}", steps.last())
            }
            Reply::Set(steps, Json::String(text)) => format!("{}_{text}", steps.last()),
            Reply::Set(steps, value) => format!("{}_{value}", steps.last()),
            Reply::Remove(steps) => format!("no_{}", steps.last()),
            Reply::Resize(steps, count) => format!("{count}_{}", steps.last()),
        }
    }

    /// Changes a response.
    fn apply(&self, answer: &mut Answer) {
        match self {
            Reply::Status(status) => {
                *answer = Answer {
                    status: *status,
                    body: Body::Json(Json::Object(serde_json::Map::new())),
                };
            }
            Reply::NotJson => answer.body = Body::Html,
            Reply::Set(steps, value) => answer.each(steps, &mut |slot| *slot = Some(value.clone())),
            Reply::Remove(steps) => answer.each(steps, &mut |slot| *slot = None),
            Reply::Resize(steps, count) => answer.each(steps, &mut |slot| {
                if let Some(Json::Array(items)) = slot {
                    *items = items.iter().cycle().take(*count).cloned().collect();
                }
            }),
        }
    }
}

impl Steps {
    fn words(&self) -> String {
        let mut text = String::new();
        for step in &self.steps {
            match step {
                OriginStep::Field(name) if text.is_empty() => text.push_str(name),
                OriginStep::Field(name) => text.push_str(&format!(".{name}")),
                OriginStep::AnyField => text.push_str(".*"),
                OriginStep::Item => text.push_str(if self.first { "[0]" } else { "[]" }),
            }
        }
        text
    }

    fn last(&self) -> String {
        let name = self.steps.iter().rev().find_map(|step| match step {
            OriginStep::Field(name) => Some(slug(name)),
            _ => None,
        });
        name.unwrap_or_else(|| "answer".to_owned())
    }
}

/// A response being changed.
struct Answer {
    status: u16,
    body: Body,
}

enum Body {
    Json(Json),
    Html,
}

impl Answer {
    fn each(&mut self, steps: &Steps, change: &mut dyn FnMut(&mut Option<Json>)) {
        if let Body::Json(json) = &mut self.body {
            let mut slot = Some(std::mem::take(json));
            walk(&mut slot, &steps.steps, steps.first, change);
            *json = slot.unwrap_or_default();
        }
    }
}

fn walk(
    slot: &mut Option<Json>,
    steps: &[OriginStep],
    first: bool,
    change: &mut dyn FnMut(&mut Option<Json>),
) {
    let Some((step, rest)) = steps.split_first() else { return change(slot) };
    match (step, slot) {
        (OriginStep::Field(name), Some(Json::Object(members))) => {
            let mut inner = members.get_mut(&**name).map(std::mem::take);
            walk(&mut inner, rest, first, change);
            match inner {
                Some(value) => drop(members.insert(name.to_string(), value)),
                None => drop(members.shift_remove(&**name)),
            }
        }
        (OriginStep::Item, Some(Json::Array(items))) => {
            let count = if first { 1 } else { items.len() };
            for item in items.iter_mut().take(count) {
                let mut inner = Some(std::mem::take(item));
                walk(&mut inner, rest, first, change);
                *item = inner.unwrap_or_default();
            }
        }
        _ => {}
    }
}

/// Returns a recording's response with these changes; `None` if none applies.
fn answer(recording: &Recording, of: usize, changes: &[Change]) -> Option<Answer> {
    let own = changes.iter().filter_map(|change| match change {
        Change::Answer(place, reply) if *place == of => Some(reply),
        _ => None,
    });
    let own = own.collect::<Vec<_>>();
    if own.is_empty() {
        return None;
    }
    let body = Body::Json(recording.json_body().unwrap_or_default());
    let mut answer = Answer { status: recording.response().status, body };
    own.iter().for_each(|reply| reply.apply(&mut answer));
    Some(answer)
}

/// Returns a recording's response with these changes; `None` if none applies.
pub(super) fn response(
    recording: &Recording,
    of: usize,
    changes: &[Change],
) -> Option<Arc<Response>> {
    let answer = answer(recording, of, changes)?;
    let (body, kind) = match &answer.body {
        Body::Json(json) => (json.to_string(), "application/json"),
        Body::Html => (HTML.to_owned(), "text/html"),
    };
    Some(Arc::new(Response {
        status: answer.status,
        headers: vec![("Content-Type".to_owned(), kind.to_owned())],
        body: body.into_bytes(),
        ..Response::default()
    }))
}

/// A priority below that of others: such a recording answers only if it is named, or nothing else
/// does.
pub const LAST_PRIORITY: u64 = 10;

/// Returns the stub mapping of a recording with these changes.
pub(super) fn mapping(
    recording: &Recording,
    of: usize,
    name: &str,
    changes: &[Change],
) -> Option<String> {
    let answer = answer(recording, of, changes)?;
    let known = super::answers::mapping(recording)?;
    let (key, body, kind) = match answer.body {
        Body::Json(json) => ("jsonBody", json, "application/json"),
        Body::Html => ("body", Json::from(HTML), "text/html"),
    };
    let words =
        changes.iter().filter(|change| matches!(change, Change::Answer(place, _) if *place == of));
    let words =
        words.map(|change| change.words(|_| recording.name().to_owned())).collect::<Vec<_>>();
    let value = serde_json::json!({
        "name": name,
        "priority": LAST_PRIORITY,
        "request": known.get("request").cloned().unwrap_or_default(),
        "response": { "status": answer.status, "headers": { "Content-Type": kind }, key: body },
        "metadata": {
            "meniscus": { "derived_from": recording.name(), "made_by": "meniscus scenarios suggest", "changes": words },
        },
    });
    Some(format!("{value:#}\n"))
}

/// Applies a change to a draft; `ground` has the base's values.
pub(super) fn apply(change: &Change, draft: &mut Draft, ground: &Draft) {
    match change {
        Change::Set(key_path, value) => {
            // A scenario replaces its base's attributes as a whole.
            let attribute = &key_path[..key_path.len().min(2)];
            if key_path.len() > 2
                && draft.get(attribute).is_none()
                && let Some(whole) = ground.get(attribute)
            {
                draft.set(attribute, whole.clone());
            }
            draft.without.retain(|known| known.as_slice() != attribute);
            draft.set(key_path, value.clone());
        }
        Change::Without(key_path) => {
            // For a replaced attribute, the rest is gone anyway.
            let laid = key_path.len() > 2 && draft.get(&key_path[..2]).is_some();
            remove_value(&mut draft.tables, key_path);
            if !laid && !draft.without.contains(key_path) {
                draft.without.push(key_path.clone());
            }
        }
        Change::Now(now) => draft.now = Some(now.clone()),
        Change::Answer(..) => {}
    }
}

/// Writes a value on one line, shortened.
fn brief(value: &Json) -> String {
    let text = value.to_string();
    let mut cut = text.chars().take(SHOWN).collect::<String>();
    if cut.len() < text.len() {
        cut.push('…');
    }
    cut
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn steps(text: &str, first: bool) -> Steps {
        let steps = text.split('.').map(|step| match step {
            "[]" => OriginStep::Item,
            name => OriginStep::Field(Arc::from(name)),
        });
        Steps { steps: steps.collect(), first }
    }

    fn changed(reply: Reply) -> Json {
        let json = json!({"a": [{"b": 1}, {"b": 2}], "c": "x"});
        let mut answer = Answer { status: 200, body: Body::Json(json) };
        reply.apply(&mut answer);
        match answer.body {
            Body::Json(json) => json,
            Body::Html => Json::Null,
        }
    }

    #[test]
    fn answers_are_changed_in_place() {
        assert_eq!(
            changed(Reply::Resize(steps("a", false), 3))["a"].as_array().map(Vec::len),
            Some(3)
        );
        assert_eq!(changed(Reply::Remove(steps("c", false))), json!({"a": [{"b": 1}, {"b": 2}]}));
        assert_eq!(
            changed(Reply::Set(steps("a.[].b", false), json!(5)))["a"],
            json!([{"b": 5}, {"b": 5}])
        );
        assert_eq!(
            changed(Reply::Set(steps("a.[].b", true), json!(5)))["a"],
            json!([{"b": 5}, {"b": 2}])
        );
        assert_eq!(changed(Reply::Set(steps("d", false), json!(1)))["d"], json!(1));
        assert_eq!(changed(Reply::Status(500)), json!({}));
    }
}
