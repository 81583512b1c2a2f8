//! Violations of a JSON Schema in a body.

use std::error::Error;
use std::sync::Arc;

use boon::{Compiler, Draft, ErrorKind, Schemas, Type, UrlLoader, ValidationError};
use serde_json::Value as Json;

use crate::endpoint::{Documents, Schema};
use crate::text::{DataPath, Step, nearest};

/// The base URL of a schema's documents; it can't be fetched.
const BASE: &str = "schema:///";

/// A violation of a schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchemaFault {
    /// The location, as steps from the root.
    pub trail: DataPath,
    /// What was found and expected; contains names but no values.
    pub message: String,
    pub help: String,
    /// A member whose name is similar to a missing one.
    pub near: Option<String>,
}

/// Returns all violations of the schema in a value, in order.
///
/// # Errors
/// Why the schema can't be used.
pub fn schema_faults(schema: &Schema, value: &Json) -> Result<Vec<SchemaFault>, String> {
    let mut schemas = Schemas::new();
    let mut compiler = Compiler::new();
    compiler.set_default_draft(Draft::V2020_12);
    compiler.use_loader(Box::new(Loader(Arc::clone(schema.documents()))));
    let place = format!("{BASE}{}", schema.reference());
    let index = compiler.compile(&place, &mut schemas).map_err(|error| {
        let words = error.to_string().replace(BASE, "");
        words.lines().next().unwrap_or_default().to_owned()
    })?;
    let mut faults = Vec::new();
    if let Err(error) = schemas.validate(value, index) {
        collect(&error, value, &mut faults);
    }
    faults.sort_by(|a, b| key(a).cmp(&key(b)));
    faults.dedup();
    Ok(faults)
}

/// Returns the files that a schema refers to, whatever its `$id` says.
struct Loader(Documents);

impl UrlLoader for Loader {
    fn load(&self, url: &str) -> Result<Json, Box<dyn Error>> {
        let whole = url.strip_prefix(BASE).and_then(|name| (self.0)(name));
        let last = || (self.0)(url.rsplit('/').next().unwrap_or_default());
        whole.or_else(last).ok_or_else(|| format!("`{url}` doesn't exist").into())
    }
}

fn key(fault: &SchemaFault) -> (Vec<(usize, &str)>, &str) {
    let steps = fault.trail.iter().map(|step| match step {
        Step::Key(name) => (0, &**name),
        Step::Index(index) => (*index, ""),
    });
    (steps.collect(), &fault.message)
}

fn collect(error: &ValidationError<'_, '_>, root: &Json, faults: &mut Vec<SchemaFault>) {
    // Which alternative was intended is unknown, so they are reported as one.
    let choice = matches!(error.kind, ErrorKind::AnyOf | ErrorKind::OneOf(_));
    if !error.causes.is_empty() && !choice {
        error.causes.iter().for_each(|cause| collect(cause, root, faults));
        return;
    }
    let trail = trail_of(error);
    let found = trail.of(root).unwrap_or(&Json::Null);
    let name = name_of(&trail);
    let fault = |message: String, help: &str| SchemaFault {
        trail: trail.clone(),
        message,
        help: help.to_owned(),
        near: None,
    };
    match &error.kind {
        ErrorKind::Required { want } => faults.extend(want.iter().map(|wanted| {
            let members = found.as_object().into_iter().flat_map(|members| members.keys());
            let near = nearest(wanted, members.map(String::as_str)).map(str::to_owned);
            let help = match &near {
                Some(near) => format!("rename `{near}` to `{wanted}`"),
                None => format!("add `{wanted}`"),
            };
            let message = format!("{name} has no `{wanted}`, which is required");
            SchemaFault { near, ..fault(message, &help) }
        })),
        ErrorKind::Type { got, want } => {
            let wanted = want.iter().map(words).collect::<Vec<_>>().join(" or ");
            let quoted = matches!(got, Type::String)
                && (want.contains(Type::Integer) || want.contains(Type::Number));
            let help =
                if quoted { "write it without quotes" } else { "change the value to that type" };
            let message = format!("{name} must be {wanted}, not {}", words(*got));
            faults.push(fault(message, help));
        }
        ErrorKind::MinLength { want, .. } => {
            let message = match want {
                1 => format!("{name} is an empty string"),
                want => format!("{name} must have at least {want} characters"),
            };
            faults.push(fault(message, "add `| default: …`, or check where the value comes from"));
        }
        ErrorKind::MinItems { got, want } => {
            let message = format!("{name} has {}; the minimum is {want}", items(*got));
            faults.push(fault(message, "add the missing items"));
        }
        ErrorKind::MaxItems { got, want } => {
            let message = format!("{name} has {}; the maximum is {want}", items(*got));
            faults.push(fault(message, "send the rest in another request"));
        }
        ErrorKind::Minimum { want, .. } => {
            let message = format!("{name} must be at least {want}");
            faults.push(fault(message, "use a number in the allowed range"));
        }
        ErrorKind::Maximum { want, .. } => {
            let message = format!("{name} must be at most {want}");
            faults.push(fault(message, "use a number in the allowed range"));
        }
        ErrorKind::AdditionalProperties { got } => {
            faults.extend(got.iter().map(|extra| {
                let message = format!("{name} has no property `{extra}` in the schema");
                fault(message, "remove it, or fix its name")
            }));
        }
        ErrorKind::AnyOf | ErrorKind::OneOf(None) => {
            let message = format!("{name} matches none of the allowed forms");
            faults.push(fault(message, "compare it with the schema"));
        }
        ErrorKind::OneOf(Some(_)) => {
            let message =
                format!("{name} matches more than one of the forms that exclude each other");
            faults.push(fault(message, "keep one of them"));
        }
        ErrorKind::Not => {
            let message = format!("{name} has a value that isn't allowed");
            faults.push(fault(message, "compare it with the schema"));
        }
        ErrorKind::Enum { want } => {
            let known = want.iter().map(|value| format!("`{value}`")).collect::<Vec<_>>();
            let message = format!("{name} must be one of {}", known.join(", "));
            faults.push(fault(message, "use one of them"));
        }
        ErrorKind::Const { want } => {
            faults.push(fault(format!("{name} must be `{want}`"), "use this value"));
        }
        ErrorKind::Pattern { want, .. } => {
            let message = format!("{name} doesn't match the pattern `{want}`");
            faults.push(fault(message, "check where the value comes from"));
        }
        _ => {
            let message = format!("{name} doesn't match the schema");
            faults.push(fault(message, "compare it with the schema"));
        }
    }
}

fn trail_of(error: &ValidationError<'_, '_>) -> DataPath {
    let tokens = error.instance_location.tokens.iter().map(|token| match token {
        boon::InstanceToken::Prop(name) => Step::key(name),
        boon::InstanceToken::Item(index) => Step::Index(*index),
    });
    tokens.collect()
}

fn name_of(trail: &DataPath) -> String {
    if trail.is_empty() { "the body".to_owned() } else { format!("`{trail}`") }
}

fn items(count: usize) -> String {
    match count {
        0 => "no items".to_owned(),
        1 => "1 item".to_owned(),
        many => format!("{many} items"),
    }
}

fn words(kind: Type) -> &'static str {
    match kind {
        Type::Null => "null",
        Type::Boolean => "a boolean",
        Type::Number => "a number",
        Type::Integer => "a whole number",
        Type::String => "a string",
        Type::Array => "a list",
        Type::Object => "an object",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::endpoint::Packs;

    fn told(body: &serde_json::Value) -> Vec<String> {
        let packs = Packs::built_in();
        let endpoint = packs.endpoints().find(|endpoint| endpoint.name == "add_tags");
        let schema = endpoint.and_then(|endpoint| endpoint.request.clone()).expect("a schema");
        let faults = super::schema_faults(&schema, body).expect("it can be used");
        faults.into_iter().map(|fault| format!("{} | {}", fault.message, fault.help)).collect()
    }

    #[test]
    fn what_a_schema_does_not_allow_is_said_in_words() {
        assert_eq!(told(&json!({"tags": ["a"], "ttl": 2_592_000})), [""; 0]);
        assert_eq!(told(&json!({"tags": ["a"]})), [""; 0]);
        assert_eq!(
            told(&json!({"tag": ["a"]})),
            ["the body has no `tags`, which is required | rename `tag` to `tags`"]
        );
        assert_eq!(
            told(&json!({"tags": ["", 7], "ttl": "60"})),
            [
                "`tags[0]` is an empty string | add `| default: …`, or check where the value comes from",
                "`tags[1]` must be a string, not a number | change the value to that type",
                "`ttl` must be a whole number, not a string | write it without quotes",
            ]
        );
        assert_eq!(
            told(&json!({"tags": [], "ttl": 0})),
            [
                "`tags` has no items; the minimum is 1 | add the missing items",
                "`ttl` must be at least 1 | use a number in the allowed range",
            ]
        );
        assert_eq!(
            told(&json!({"tags": ["a"], "ttl": 1.5})),
            ["`ttl` must be a whole number, not a number | change the value to that type"]
        );
        assert_eq!(
            told(&json!([1])),
            ["the body must be an object, not a list | change the value to that type"]
        );
    }
}
