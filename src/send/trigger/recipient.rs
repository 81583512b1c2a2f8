use serde_json::{Map, Value as Json, json};

use crate::diagnostic::{Diagnostic, Severity};
use crate::project::Scenario;
use crate::text::{DataPath, Source, Span};
use crate::value::{Object, View, to_json};
use std::sync::Arc;

/// How a recipient is identified to Braze; each has exactly one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Identifier {
    /// `external_user_id`, `user_id` in templates.
    ExternalUserId,
    /// `user_alias`, with `alias_name` and `alias_label`.
    UserAlias,
    /// `email`, with `prioritization`.
    Email,
    BrazeId,
}

impl Identifier {
    /// All, in order of preference.
    const ALL: [Identifier; 4] =
        [Identifier::ExternalUserId, Identifier::UserAlias, Identifier::BrazeId, Identifier::Email];

    /// Returns the recipient's member.
    #[must_use]
    pub fn member(self) -> &'static str {
        match self {
            Identifier::ExternalUserId => "external_user_id",
            Identifier::UserAlias => "user_alias",
            Identifier::Email => "email",
            Identifier::BrazeId => "braze_id",
        }
    }

    /// Returns the field in the scenario's `user`.
    fn field(self) -> &'static str {
        match self {
            Identifier::ExternalUserId => "user_id",
            Identifier::UserAlias => "user_alias",
            Identifier::Email => "email_address",
            Identifier::BrazeId => "braze_id",
        }
    }

    fn of(self, user: &Object) -> Option<Json> {
        let value = user.get(self.field())?.view();
        let is_text = |value: View<'_>| matches!(value, View::Str(text) if !text.trim().is_empty());
        match (self, value) {
            (Identifier::UserAlias, View::Object(alias)) => {
                let part = |name| {
                    alias.get(name).map(|value| value.view()).filter(|value| is_text(*value))
                };
                let (name, label) = (part("alias_name")?, part("alias_label")?);
                Some(json!({ "alias_name": to_json(name), "alias_label": to_json(label) }))
            }
            (Identifier::UserAlias, _) => None,
            (_, value) => is_text(value).then(|| to_json(value)),
        }
    }
}

/// Returns a scenario's recipient as members of a request.
pub(super) fn identity(
    scenario: &Scenario,
    by: Option<Identifier>,
    prioritization: &[String],
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<(Identifier, Map<String, Json>)> {
    let user = table(scenario, "user");
    let looked_for = match by {
        Some(one) => vec![one],
        None => Identifier::ALL.to_vec(),
    };
    let found = looked_for.iter().find_map(|one| Some((*one, one.of(user?)?)));
    let Some((identifier, value)) = found else {
        let fields = looked_for.iter().map(|one| format!("`{}`", one.field())).collect::<Vec<_>>();
        let message = format!(
            "the `user` of the scenario `{}` has no {} to identify the recipient",
            scenario.name,
            fields.join(", ")
        );
        let help = match by {
            Some(Identifier::UserAlias) => {
                "add `user_alias = { alias_name = \"…\", alias_label = \"…\" }` under `[user]`"
                    .to_owned()
            }
            by => format!(
                "add `{} = \"…\"` under `[user]`",
                by.unwrap_or(Identifier::ExternalUserId).field()
            ),
        };
        diagnostics.extend(at(scenario, &["user"], "trigger-recipient", message, help));
        return None;
    };
    let mut members = Map::new();
    members.insert(identifier.member().to_owned(), value);
    if identifier == Identifier::Email {
        members.insert("prioritization".to_owned(), json!(prioritization));
    }
    Some((identifier, members))
}

/// Returns a scenario's profile with the field names of Braze's API, for `attributes`.
pub(super) fn attributes(scenario: &Scenario) -> Map<String, Json> {
    let mut attributes = Map::new();
    for (name, value) in table(scenario, "user").into_iter().flat_map(Object::iter) {
        if Identifier::ALL.iter().any(|one| one.field() == &**name && *one != Identifier::Email) {
            continue;
        }
        let name = match &**name {
            "email_address" => "email",
            "date_of_birth" => "dob",
            "city" => "home_city",
            "phone_number" => "phone",
            name => name,
        };
        attributes.insert(name.to_owned(), to_json(value.view()));
    }
    for (name, value) in table(scenario, "custom_attribute").into_iter().flat_map(Object::iter) {
        attributes.insert(name.to_string(), to_json(value.view()));
    }
    attributes
}

pub(super) fn table<'s>(scenario: &'s Scenario, name: &str) -> Option<&'s Object> {
    match scenario.tables.get(name)?.view() {
        View::Object(object) => Some(object),
        _ => None,
    }
}

/// Makes an error about an entry in a scenario, or about the file if it has no such entry; `None`
/// if the scenario has no file.
pub(super) fn at(
    scenario: &Scenario,
    path: &[&str],
    code: &'static str,
    message: String,
    help: String,
) -> Option<Diagnostic> {
    let (source, span): (&Arc<Source>, Span) = match scenario.locate(&DataPath::of_keys(path)) {
        Some(found) => found,
        None => (scenario.sources.first()?, Span::empty(0)),
    };
    Some(Diagnostic::new(code, Severity::Error, source, span, message).help(help))
}
