use std::sync::Arc;

use indexmap::IndexMap;
use serde_json::Value as Json;

use crate::diagnostic::{Diagnostic, Severity};
use crate::files::content_error;
use crate::shape::Trail;
use crate::text::{Source, Span, Step, locate_json, locate_json_key};
use crate::value::parse_json;

/// What is sent to Braze: the body of a request, or the properties alone.
///
/// Source: the reference's sections 9.1 to 9.3.
#[derive(Clone, Debug)]
pub struct Payload {
    /// Its text.
    pub source: Arc<Source>,
    /// What it is.
    pub form: Form,
    /// What each recipient gets; one without a recipient where none is named.
    pub recipients: Vec<Properties>,
    /// Where the properties for all stand, as steps from the root; none where there are none.
    pub shared: Option<Vec<Trail>>,
    /// What is wrong with the body by itself.
    pub problems: Vec<Diagnostic>,
}

/// What a payload is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// The body of `/campaigns/trigger/send`.
    Campaign,
    /// The body of `/canvas/trigger/send`.
    Canvas,
    /// The object of properties alone, of the family of that name.
    Bare(&'static str),
}

/// The properties that a recipient gets: those for all, and its own in place of these.
#[derive(Clone, Debug, Default)]
pub struct Properties {
    /// Which recipient it is, from 0.
    pub recipient: Option<usize>,
    /// Where the recipient's own stand, or the recipient where it has none.
    pub trail: Vec<Trail>,
    /// The values, each with its place.
    pub values: IndexMap<String, (Json, Vec<Trail>)>,
}

/// Members that only the body of a request has.
const OF_CAMPAIGN: [&str; 2] = ["campaign_id", "trigger_properties"];
const OF_CANVAS: [&str; 2] = ["canvas_id", "canvas_entry_properties"];
/// Members of both.
const OF_BOTH: [&str; 2] = ["recipients", "broadcast"];
/// Members that say who a recipient is.
const IDENTIFIERS: [&str; 4] = ["external_user_id", "user_alias", "email", "braze_id"];
/// The most recipients of a request.
const MOST_RECIPIENTS: usize = 50;

impl Form {
    /// The families that it fills.
    #[must_use]
    pub fn families(self) -> &'static [&'static str] {
        match self {
            Form::Campaign | Form::Bare("api_trigger_properties") => &["api_trigger_properties"],
            Form::Canvas | Form::Bare("context") => &["context", "canvas_entry_properties"],
            Form::Bare("canvas_entry_properties") => &["canvas_entry_properties", "context"],
            Form::Bare(_) => &["event_properties"],
        }
    }

    /// What it is, as messages say it.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Form::Campaign => "a body for `/campaigns/trigger/send`",
            Form::Canvas => "a body for `/canvas/trigger/send`",
            Form::Bare(_) => "an object of properties",
        }
    }

    /// The members that hold properties, those that count most first.
    fn members(self) -> &'static [&'static str] {
        match self {
            Form::Campaign => &["trigger_properties"],
            Form::Canvas => &["context", "canvas_entry_properties"],
            Form::Bare(_) => &[],
        }
    }
}

impl Payload {
    /// Reads a payload; `bare` is the family that an object of properties is taken for.
    ///
    /// # Errors
    /// Where the text is no JSON object.
    pub fn read(source: &Arc<Source>, bare: &'static str) -> Result<Payload, Box<Diagnostic>> {
        let text = source.text();
        // To be sure of the place, which `serde_json` gives in bytes.
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
                "found no object, expected the body of a request to Braze or its properties";
            return Err(content_error(source, Span::empty(0), message));
        };
        let form = form_of(&body, bare);
        let source = Arc::clone(source);
        let mut payload =
            Payload { source, form, recipients: Vec::new(), shared: None, problems: Vec::new() };
        if let Form::Bare(_) = form {
            let values = body.into_iter().map(|(name, value)| {
                let trail = vec![Trail::Key(Arc::from(name.as_str()))];
                (name, (value, trail))
            });
            payload.recipients.push(Properties { values: values.collect(), ..Default::default() });
            payload.shared = Some(Vec::new());
            return Ok(payload);
        }
        payload.take_apart(&body);
        Ok(payload)
    }

    fn take_apart(&mut self, body: &serde_json::Map<String, Json>) {
        let mut shared = Properties::default();
        self.lay(body, &[], &mut shared);
        self.shared = (!shared.trail.is_empty()).then(|| shared.trail.clone());
        let at = |index: usize| vec![key("recipients"), Trail::Index(index)];
        let broadcast = body.get("broadcast") == Some(&Json::Bool(true));
        match body.get("recipients") {
            Some(Json::Array(recipients)) => {
                if recipients.len() > MOST_RECIPIENTS {
                    let found = recipients.len();
                    let message =
                        format!("found {found} recipients, expected {MOST_RECIPIENTS} at most");
                    self.problem(
                        &[key("recipients")],
                        Severity::Error,
                        message,
                        "send the others in another request",
                    );
                }
                if broadcast {
                    let message = "found `recipients` beside `broadcast`, expected one of them";
                    self.problem(
                        &[key("recipients")],
                        Severity::Error,
                        message.to_owned(),
                        "remove one of them",
                    );
                }
                for (index, recipient) in recipients.iter().enumerate() {
                    let Json::Object(recipient) = recipient else {
                        let message = format!(
                            "found {} for a recipient, expected an object",
                            word(recipient)
                        );
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
                        trail.extend(member.map(key));
                        self.problem(&trail, severity, message, help);
                    }
                    let mut own = Properties { recipient: Some(index), ..shared.clone() };
                    own.trail = at(index);
                    self.lay(recipient, &at(index), &mut own);
                    self.recipients.push(own);
                }
            }
            Some(Json::Null) | None => {
                if !broadcast {
                    let message = "found neither `recipients` nor `\"broadcast\": true`";
                    self.problem(
                        &[],
                        Severity::Warning,
                        message.to_owned(),
                        "name the recipients, or send to all with `\"broadcast\": true`",
                    );
                }
            }
            Some(other) => {
                let message = format!("found {} for `recipients`, expected a list", word(other));
                self.problem(
                    &[key("recipients")],
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

    /// Lays the properties of an object over those that are known.
    fn lay(
        &mut self,
        owner: &serde_json::Map<String, Json>,
        base: &[Trail],
        known: &mut Properties,
    ) {
        // What counts most comes last.
        for member in self.form.members().iter().rev() {
            let Some(value) = owner.get(*member) else { continue };
            let mut trail = base.to_vec();
            trail.push(key(member));
            match value {
                Json::Object(properties) => {
                    for (name, value) in properties {
                        let mut place = trail.clone();
                        place.push(key(name));
                        known.values.insert(name.clone(), (value.clone(), place));
                    }
                    known.trail = trail;
                }
                Json::Null => {}
                other => {
                    let message =
                        format!("found {} for `{member}`, expected an object", word(other));
                    self.problem(
                        &trail,
                        Severity::Error,
                        message,
                        "write `{}` where there are none",
                    );
                }
            }
        }
    }

    fn problem(&mut self, trail: &[Trail], severity: Severity, message: String, help: &str) {
        let span = self.span(trail);
        let found = Diagnostic::new("payload-form", severity, &self.source, span, message);
        self.problems.push(found.help(help));
    }

    /// The characters to point at for a value: the value where it is short, else its key or bracket.
    #[must_use]
    pub fn span(&self, trail: &[Trail]) -> Span {
        let text = self.source.text();
        let steps = steps(trail);
        let value = locate_json(text, &steps);
        let is_open = |start: usize| text[start..].starts_with(['{', '[']);
        match value {
            Some(value) if !is_open(value.start) => Span::new(value.start, value.end),
            Some(value) => {
                self.key(trail).unwrap_or_else(|| Span::new(value.start, value.start + 1))
            }
            None => Span::empty(0),
        }
    }

    /// The characters of the name of a member.
    #[must_use]
    pub fn key(&self, trail: &[Trail]) -> Option<Span> {
        let key = locate_json_key(self.source.text(), &steps(trail))?;
        Some(Span::new(key.start, key.end))
    }
}

impl Properties {
    /// What it comes to, as Braze counts it: JSON in UTF-8.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let all = self.values.iter().map(|(name, (value, _))| (name.clone(), value.clone()));
        Json::Object(all.collect()).to_string().len()
    }
}

/// What Braze does not take of a recipient: the member it is about, how much it matters, what was
/// found, and what to do.
///
/// Source: the reference's section 9.1.
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
                "found no {} for a recipient",
                IDENTIFIERS.map(|name| format!("`{name}`")).join(", ")
            );
            found.push((None, Severity::Error, message, "say who it is by one of them"));
        }
        [first, second, ..] => {
            let message = format!("found `{second}` beside `{first}`, expected one of them");
            found.push((Some(second), Severity::Error, message, "keep one of them"));
        }
    }
    if has("email") && !has("prioritization") {
        let message = "found `email` without `prioritization`".to_owned();
        let help = "add `\"prioritization\": [\"identified\", \"most_recently_updated\"]`";
        found.push((Some("email"), Severity::Error, message, help));
    }
    if recipient.get("send_to_existing_only") == Some(&Json::Bool(false)) {
        let member = Some("send_to_existing_only");
        if has("user_alias") {
            let message = "found `send_to_existing_only` false beside `user_alias`".to_owned();
            found.push((
                member,
                Severity::Error,
                message,
                "name the recipient by `external_user_id`",
            ));
        } else if !has("attributes") {
            let message = "found `send_to_existing_only` false without `attributes`".to_owned();
            let help = "add `attributes`, of which the profile is made";
            found.push((member, Severity::Error, message, help));
        }
    }
    found
}

fn steps(trail: &[Trail]) -> Vec<Step<'_>> {
    let steps = trail.iter().map(|step| match step {
        Trail::Key(name) => Step::Key(name),
        Trail::Index(index) => Step::Index(*index),
    });
    steps.collect()
}

fn key(name: &str) -> Trail {
    Trail::Key(Arc::from(name))
}

fn form_of(body: &serde_json::Map<String, Json>, bare: &'static str) -> Form {
    let has = |names: &[&str]| names.iter().any(|name| body.contains_key(*name));
    let named = |name: &str| matches!(body.get(name), Some(Json::Object(_)));
    if has(&OF_CAMPAIGN) {
        Form::Campaign
    } else if has(&OF_CANVAS) {
        Form::Canvas
    } else if has(&OF_BOTH) {
        // Nothing says which one: what the message reads tells.
        let canvas = named("context") || matches!(bare, "context" | "canvas_entry_properties");
        if canvas { Form::Canvas } else { Form::Campaign }
    } else if named("context") && body.len() == 1 {
        Form::Canvas
    } else {
        Form::Bare(bare)
    }
}

/// A JSON value's kind, as messages say it.
pub(super) fn word(value: &Json) -> &'static str {
    match value {
        Json::Null => "null",
        Json::Bool(_) => "true or false",
        Json::Number(_) => "a number",
        Json::String(_) => "a text",
        Json::Array(_) => "a list",
        Json::Object(_) => "an object",
    }
}
