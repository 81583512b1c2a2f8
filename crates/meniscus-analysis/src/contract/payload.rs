use std::sync::Arc;

use indexmap::IndexMap;
use serde_json::Value as Json;

use crate::diagnostic::{Diagnostic, Severity};
use crate::files::content_error;
use crate::text::{DataPath, Source, Span, Step, locate_json, locate_json_key};
use crate::value::parse_json;

/// What is sent to Braze: a request body, or bare properties.
///
/// Source: reference 9.1 to 9.3.
#[derive(Clone, Debug)]
pub struct Payload {
    pub source: Arc<Source>,
    pub form: Form,
    /// Properties by recipient; a single anonymous entry if no recipients are named.
    pub recipients: Vec<Properties>,
    /// Steps from the root to the shared properties, if any.
    pub shared: Option<DataPath>,
    /// Problems of the body itself.
    pub problems: Vec<Diagnostic>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// The request body of `/campaigns/trigger/send`.
    Campaign,
    /// The request body of `/canvas/trigger/send`.
    Canvas,
    /// Bare properties for the family with this name.
    Bare(&'static str),
}

/// The properties of a recipient: its own override the shared ones.
#[derive(Clone, Debug, Default)]
pub struct Properties {
    /// The recipient's index, from 0.
    pub recipient: Option<usize>,
    /// Location of the recipient's own properties, or of the recipient if it has none.
    pub trail: DataPath,
    /// The values with their locations.
    pub values: IndexMap<String, (Json, DataPath)>,
}

/// Members found only in campaign request bodies.
const OF_CAMPAIGN: [&str; 2] = ["campaign_id", "trigger_properties"];
const OF_CANVAS: [&str; 2] = ["canvas_id", "canvas_entry_properties"];
/// Members found in both request bodies.
const OF_BOTH: [&str; 2] = ["recipients", "broadcast"];
/// Members that identify a recipient.
const IDENTIFIERS: [&str; 4] = ["external_user_id", "user_alias", "email", "braze_id"];
/// Most recipients in one request.
const MAX_RECIPIENTS: usize = 50;

impl Form {
    #[must_use]
    pub fn families(self) -> &'static [&'static str] {
        match self {
            Form::Campaign | Form::Bare("api_trigger_properties") => &["api_trigger_properties"],
            Form::Canvas | Form::Bare("context") => &["context", "canvas_entry_properties"],
            Form::Bare("canvas_entry_properties") => &["canvas_entry_properties", "context"],
            Form::Bare(_) => &["event_properties"],
        }
    }

    /// Returns its name for messages.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Form::Campaign => "a body for `/campaigns/trigger/send`",
            Form::Canvas => "a body for `/canvas/trigger/send`",
            Form::Bare(_) => "an object of properties",
        }
    }

    /// Returns the members that hold properties, highest precedence first.
    fn members(self) -> &'static [&'static str] {
        match self {
            Form::Campaign => &["trigger_properties"],
            Form::Canvas => &["context", "canvas_entry_properties"],
            Form::Bare(_) => &[],
        }
    }
}

impl Payload {
    /// Reads a payload; `bare` is the family assumed for bare properties.
    ///
    /// # Errors
    /// If the text isn't a JSON object.
    pub fn read(source: &Arc<Source>, bare: &'static str) -> Result<Payload, Box<Diagnostic>> {
        let text = source.text();
        // Finds the exact offset, which `serde_json` gives as line and column in bytes.
        if let Err(error) = parse_json(text) {
            let before = text.split_inclusive('\n').take(error.line.saturating_sub(1));
            let start = before.map(str::len).sum::<usize>();
            let mut at = (start + error.column.saturating_sub(1)).min(text.len());
            while !text.is_char_boundary(at) {
                at -= 1;
            }
            return Err(content_error(source, Span::empty(at), &error.message));
        }
        let Ok(Json::Object(body)) = serde_json::from_str::<Json>(text) else {
            let message =
                "the payload must be an object: the body of a request to Braze, or its properties";
            return Err(content_error(source, Span::empty(0), message));
        };
        let form = form_of(&body, bare);
        let source = Arc::clone(source);
        let mut payload =
            Payload { source, form, recipients: Vec::new(), shared: None, problems: Vec::new() };
        if let Form::Bare(_) = form {
            let values = body.into_iter().map(|(name, value)| {
                let trail = DataPath::of_keys(&[&name]);
                (name, (value, trail))
            });
            payload.recipients.push(Properties { values: values.collect(), ..Default::default() });
            payload.shared = Some(DataPath::new());
            return Ok(payload);
        }
        payload.split_body(&body);
        Ok(payload)
    }

    fn split_body(&mut self, body: &serde_json::Map<String, Json>) {
        let mut shared = Properties::default();
        self.merge_properties(body, &[], &mut shared);
        self.shared = (!shared.trail.is_empty()).then(|| shared.trail.clone());
        let at = |index: usize| DataPath::of_keys(&["recipients"]).with(Step::Index(index));
        let broadcast = body.get("broadcast") == Some(&Json::Bool(true));
        match body.get("recipients") {
            Some(Json::Array(recipients)) => {
                if recipients.len() > MAX_RECIPIENTS {
                    let found = recipients.len();
                    let message = format!(
                        "the request has {found} recipients; the limit is {MAX_RECIPIENTS}"
                    );
                    self.problem(
                        &[Step::key("recipients")],
                        Severity::Error,
                        message,
                        "send the rest in another request",
                    );
                }
                if broadcast {
                    let message = "`recipients` and `broadcast` can't be used together";
                    self.problem(
                        &[Step::key("recipients")],
                        Severity::Error,
                        message.to_owned(),
                        "remove one of them",
                    );
                }
                for (index, recipient) in recipients.iter().enumerate() {
                    let Json::Object(recipient) = recipient else {
                        let message =
                            format!("a recipient must be an object, not {}", word(recipient));
                        self.problem(
                            &at(index),
                            Severity::Error,
                            message,
                            "write `{\"external_user_id\": …}`",
                        );
                        continue;
                    };
                    for (member, severity, message, help) in recipient_problems(recipient) {
                        let mut trail = at(index);
                        trail.extend(member.map(Step::key));
                        self.problem(&trail, severity, message, help);
                    }
                    let mut own = Properties { recipient: Some(index), ..shared.clone() };
                    own.trail = at(index);
                    self.merge_properties(recipient, &at(index), &mut own);
                    self.recipients.push(own);
                }
            }
            Some(Json::Null) | None => {
                if !broadcast {
                    let message = "the request has neither `recipients` nor `\"broadcast\": true`";
                    self.problem(
                        &[],
                        Severity::Warning,
                        message.to_owned(),
                        "add `recipients`, or send to everyone with `\"broadcast\": true`",
                    );
                }
            }
            Some(other) => {
                let message = format!("`recipients` must be a list, not {}", word(other));
                self.problem(
                    &[Step::key("recipients")],
                    Severity::Error,
                    message,
                    "write a list of objects",
                );
            }
        }
        if self.recipients.is_empty() {
            self.recipients.push(shared);
        }
    }

    /// Merges the properties of an object over those already known.
    fn merge_properties(
        &mut self,
        owner: &serde_json::Map<String, Json>,
        base: &[Step],
        known: &mut Properties,
    ) {
        // The highest precedence is merged last.
        for member in self.form.members().iter().rev() {
            let Some(value) = owner.get(*member) else { continue };
            let trail = DataPath::from(base).with(Step::key(member));
            match value {
                Json::Object(properties) => {
                    for (name, value) in properties {
                        let place = trail.clone().with(Step::key(name));
                        known.values.insert(name.clone(), (value.clone(), place));
                    }
                    known.trail = trail;
                }
                Json::Null => {}
                other => {
                    let message = format!("`{member}` must be an object, not {}", word(other));
                    self.problem(
                        &trail,
                        Severity::Error,
                        message,
                        "write `{}` if there are no properties",
                    );
                }
            }
        }
    }

    fn problem(&mut self, trail: &[Step], severity: Severity, message: String, help: &str) {
        let span = self.span(trail);
        let found = Diagnostic::new("payload-form", severity, &self.source, span, message);
        self.problems.push(found.help(help));
    }

    /// Returns the span to highlight for a value: all of it if short, otherwise its key or bracket.
    #[must_use]
    pub fn span(&self, trail: &[Step]) -> Span {
        let text = self.source.text();
        let value = locate_json(text, trail);
        let is_open = |start: usize| text[start..].starts_with(['{', '[']);
        match value {
            Some(value) if !is_open(value.start) => Span::new(value.start, value.end),
            Some(value) => {
                self.key(trail).unwrap_or_else(|| Span::new(value.start, value.start + 1))
            }
            None => Span::empty(0),
        }
    }

    /// Returns the span of a member's name.
    #[must_use]
    pub fn key(&self, trail: &[Step]) -> Option<Span> {
        let key = locate_json_key(self.source.text(), trail)?;
        Some(Span::new(key.start, key.end))
    }
}

impl Properties {
    /// Returns the size as Braze counts it: JSON in UTF-8.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let all = self.values.iter().map(|(name, (value, _))| (name.clone(), value.clone()));
        Json::Object(all.collect()).to_string().len()
    }
}

/// Returns what Braze rejects about a recipient: member, severity, problem, and help.
///
/// Source: reference 9.1.
fn recipient_problems(
    recipient: &serde_json::Map<String, Json>,
) -> Vec<(Option<&'static str>, Severity, String, &'static str)> {
    let mut found = Vec::new();
    let has = |name: &str| recipient.get(name).is_some_and(|value| !value.is_null());
    let named = IDENTIFIERS.into_iter().filter(|name| has(name)).collect::<Vec<_>>();
    match named[..] {
        [_] => {}
        [] => {
            let message = format!(
                "this recipient has none of {}",
                IDENTIFIERS.map(|name| format!("`{name}`")).join(", ")
            );
            found.push((
                None,
                Severity::Error,
                message,
                "add one of them to identify the recipient",
            ));
        }
        [first, second, ..] => {
            let message = format!("`{first}` and `{second}` can't be used together");
            found.push((Some(second), Severity::Error, message, "keep one of them"));
        }
    }
    if has("email") && !has("prioritization") {
        let message = "`email` needs `prioritization`".to_owned();
        let help = "add `\"prioritization\": [\"identified\", \"most_recently_updated\"]`";
        found.push((Some("email"), Severity::Error, message, help));
    }
    if recipient.get("send_to_existing_only") == Some(&Json::Bool(false)) {
        let member = Some("send_to_existing_only");
        if has("user_alias") {
            let message = "`send_to_existing_only` can't be false with `user_alias`".to_owned();
            found.push((
                member,
                Severity::Error,
                message,
                "identify the recipient with `external_user_id`",
            ));
        } else if !has("attributes") {
            let message = "`send_to_existing_only` can't be false without `attributes`".to_owned();
            let help = "add `attributes` for the new profile";
            found.push((member, Severity::Error, message, help));
        }
    }
    found
}

fn form_of(body: &serde_json::Map<String, Json>, bare: &'static str) -> Form {
    let has = |names: &[&str]| names.iter().any(|name| body.contains_key(*name));
    let named = |name: &str| matches!(body.get(name), Some(Json::Object(_)));
    if has(&OF_CAMPAIGN) {
        Form::Campaign
    } else if has(&OF_CANVAS) {
        Form::Canvas
    } else if has(&OF_BOTH) {
        // Ambiguous, so decide by what the message reads.
        let canvas = named("context") || matches!(bare, "context" | "canvas_entry_properties");
        if canvas { Form::Canvas } else { Form::Campaign }
    } else if named("context") && body.len() == 1 {
        Form::Canvas
    } else {
        Form::Bare(bare)
    }
}

/// Returns a JSON value's kind for messages.
pub(super) fn word(value: &Json) -> &'static str {
    match value {
        Json::Null => "null",
        Json::Bool(_) => "a boolean",
        Json::Number(_) => "a number",
        Json::String(_) => "a string",
        Json::Array(_) => "a list",
        Json::Object(_) => "an object",
    }
}
