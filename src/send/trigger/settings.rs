use std::sync::Arc;

use serde_json::{Map, Value as Json};

use super::target::{COPY_THE_ID, Kind, Target, placeholder};
use crate::diagnostic::{Diagnostic, Severity};
use crate::project::Message;
use crate::rules::{Knowledge, Levels, Targets, lint};
use crate::text::{Source, Span, Step, locate_json, locate_json_key, nearest};

/// Rules that apply to these settings.
const RULES: [&str; 2] = ["campaign-settings", "unfilled-placeholder"];

/// Returns the JSON for the Advanced Settings of a SessionM campaign that triggers a message.
///
/// SessionM's page shows both ids and a trailing comma, which isn't valid JSON (reference 8.3);
/// this has one id, and no trailing comma.
#[must_use]
pub fn advanced_settings(target: &Target) -> String {
    let mut settings = Map::new();
    settings.insert(target.kind.settings_member().to_owned(), Json::String(target.id.clone()));
    format!("{:#}\n", Json::Object(settings))
}

/// Checks the Advanced Settings of a SessionM campaign; `target` is what they should contain, if
/// known.
#[must_use]
pub fn check_settings(
    known: &Knowledge,
    source: &Arc<Source>,
    target: Option<&Target>,
) -> Vec<Diagnostic> {
    let message = Message::of_text("settings", source, known.config.settings().parse);
    let messages = vec![Arc::new(message)];
    let targets = Targets { messages, ..Targets::default() };
    let linted = lint(known, &Levels::default(), &targets).diagnostics;
    let mut found = linted.into_iter().filter(|one| RULES.contains(&one.code)).collect::<Vec<_>>();
    let error = |span: Span, message: String| {
        Diagnostic::new("campaign-settings", Severity::Error, source, span, message)
    };
    let text = source.text();
    let members = match serde_json::from_str::<Json>(text) {
        Ok(Json::Object(members)) => members,
        Ok(_) => {
            let help = "write `{\"braze_campaign_id\": \"…\"}`";
            return vec![
                error(Span::empty(0), "the settings aren't a JSON object".to_owned()).help(help),
            ];
        }
        Err(_) if !found.is_empty() => {
            found.extend(both(text, &error));
            return found;
        }
        Err(broken) => {
            let lines = text.split_inclusive('\n').take(broken.line().saturating_sub(1));
            let start = lines.map(str::len).sum::<usize>() + broken.column().saturating_sub(1);
            let start = text.floor_char_boundary(start.min(text.len()));
            let words = broken.to_string();
            let words = words.split(" at line").next().unwrap_or_default();
            let message = format!("the settings aren't valid JSON: {words}");
            let help = "fix the JSON, which SessionM requires here";
            return vec![error(Span::empty(start), message).help(help)];
        }
    };
    found.extend(both(text, &error));
    let named = Kind::ALL.into_iter().filter(|kind| members.contains_key(kind.settings_member()));
    let named = named.collect::<Vec<_>>();
    if named.is_empty() {
        let known = Kind::ALL.map(Kind::settings_member);
        let near = members.keys().find_map(|name| Some((name, nearest(name, known)?)));
        let message = "neither `braze_campaign_id` nor `braze_canvas_id` is set".to_owned();
        found.push(match near {
            Some((name, near)) => {
                let key = locate_json_key(text, &[Step::Key(name)]);
                let span = key.map_or(Span::empty(0), |key| Span::new(key.start, key.end));
                error(span, message).help(format!("rename `{name}` to `{near}`"))
            }
            None => error(Span::empty(0), message).help(COPY_THE_ID),
        });
    }
    for kind in named {
        let member = kind.settings_member();
        let place = locate_json(text, &[Step::Key(member)]);
        let span = place.map_or(Span::empty(0), |place| Span::new(place.start, place.end));
        let is_reported = found
            .iter()
            .any(|one| one.primary.span.start <= span.end && span.start <= one.primary.span.end);
        let message = match members.get(member) {
            Some(Json::String(id)) => wrong_id(kind, id, target, is_reported),
            _ => Some(format!("`{member}` isn't a string with the ID from Braze")),
        };
        found.extend(message.map(|message| error(span, message).help(COPY_THE_ID)));
    }
    found.sort_by_key(|one| one.primary.span);
    found
}

/// Returns what is wrong with an id; `is_reported` if a rule has found a placeholder in its place.
fn wrong_id(kind: Kind, id: &str, target: Option<&Target>, is_reported: bool) -> Option<String> {
    match (placeholder(id), target) {
        (Some(_), _) if is_reported => None,
        (Some(what), _) => {
            Some(format!("`{}` is {what} instead of the ID from Braze", kind.settings_member()))
        }
        (None, Some(target)) if target.kind == kind && target.id != id => {
            Some(format!("this {} isn't `{}`, which sends the message", kind.word(), target.id))
        }
        (None, Some(target)) if target.kind != kind => Some(format!(
            "this is the ID of a {}, but a {} sends the message",
            kind.word(),
            target.kind.word()
        )),
        (None, _) => None,
    }
}

/// Reports both ids: SessionM wouldn't know which one to use.
fn both(text: &str, error: &dyn Fn(Span, String) -> Diagnostic) -> Option<Diagnostic> {
    let [campaign, canvas] =
        Kind::ALL.map(|kind| locate_json_key(text, &[Step::Key(kind.settings_member())]));
    let (_, second) = (campaign?, canvas?);
    let message = "both `braze_canvas_id` and `braze_campaign_id` are set";
    let found = error(Span::new(second.start, second.end), message.to_owned());
    Some(found.help("keep the one that sends the message"))
}
