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
        whole.or_else(last).ok_or_else(|| format!("`{url}` is not there").into())
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
            let message = format!("found no `{wanted}` in {name}, which has to be there");
            SchemaFault { near, ..fault(message, &help) }
        })),
        ErrorKind::Type { got, want } => {
            let wanted = want.iter().map(words).collect::<Vec<_>>().join(" or ");
            let quoted = matches!(got, Type::String)
                && (want.contains(Type::Integer) || want.contains(Type::Number));
            let help = if quoted { "write it without quotes" } else { "write what is expected" };
            let message = format!("found {} for {name}, expected {wanted}", words(*got));
            faults.push(fault(message, help));
        }
        ErrorKind::MinLength { want, .. } => {
            let message = match want {
                1 => format!("found an empty text for {name}, expected one with characters"),
                want => format!("found a shorter text for {name}, expected {want} characters"),
            };
            faults.push(fault(message, "give it a `default`, or check what comes in there"));
        }
        ErrorKind::MinItems { got, want } => {
            let message = format!("found {} in {name}, expected {want} or more", items(*got));
            faults.push(fault(message, "add what is missing"));
        }
        ErrorKind::MaxItems { got, want } => {
            let message = format!("found {} in {name}, expected {want} at most", items(*got));
            faults.push(fault(message, "send the others in another request"));
        }
        ErrorKind::Minimum { want, .. } => {
            let message =
                format!("found a number below {want} for {name}, expected {want} at least");
            faults.push(fault(message, "write a number that is allowed"));
        }
        ErrorKind::Maximum { want, .. } => {
            let message = format!("found a number over {want} for {name}, expected {want} at most");
            faults.push(fault(message, "write a number that is allowed"));
        }
        ErrorKind::AdditionalProperties { got } => {
            faults.extend(got.iter().map(|extra| {
                let message = format!("found `{extra}` in {name}, which has no such member");
                fault(message, "remove it, or correct its name")
            }));
        }
        ErrorKind::AnyOf | ErrorKind::OneOf(None) => {
            let message = format!("found nothing in {name} that is one of those allowed");
            faults.push(fault(message, "compare it with the schema"));
        }
        ErrorKind::OneOf(Some(_)) => {
            let message = format!("found more than one of what excludes each other in {name}");
            faults.push(fault(message, "keep one of them"));
        }
        ErrorKind::Not => {
            let message = format!("found something in {name} that may not stand there");
            faults.push(fault(message, "compare it with the schema"));
        }
        ErrorKind::Enum { want } => {
            let known = want.iter().map(|value| format!("`{value}`")).collect::<Vec<_>>();
            let message =
                format!("found another value for {name}, expected one of {}", known.join(", "));
            faults.push(fault(message, "write one of them"));
        }
        ErrorKind::Const { want } => {
            faults.push(fault(
                format!("found another value for {name}, expected `{want}`"),
                "write it",
            ));
        }
        ErrorKind::Pattern { want, .. } => {
            let message = format!("found a text for {name} that does not match `{want}`");
            faults.push(fault(message, "correct what comes in there"));
        }
        _ => {
            let message = format!("found what the schema does not allow for {name}");
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
        0 => "nothing".to_owned(),
        1 => "1 item".to_owned(),
        many => format!("{many} items"),
    }
}

fn words(kind: Type) -> &'static str {
    match kind {
        Type::Null => "null",
        Type::Boolean => "true or false",
        Type::Number => "a number",
        Type::Integer => "a whole number",
        Type::String => "a text",
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
            ["found no `tags` in the body, which has to be there | rename `tag` to `tags`"]
        );
        assert_eq!(
            told(&json!({"tags": ["", 7], "ttl": "60"})),
            [
                "found an empty text for `tags[0]`, expected one with characters | give it a `default`, or check what comes in there",
                "found a number for `tags[1]`, expected a text | write what is expected",
                "found a text for `ttl`, expected a whole number | write it without quotes",
            ]
        );
        assert_eq!(
            told(&json!({"tags": [], "ttl": 0})),
            [
                "found nothing in `tags`, expected 1 or more | add what is missing",
                "found a number below 1 for `ttl`, expected 1 at least | write a number that is allowed",
            ]
        );
        assert_eq!(
            told(&json!({"tags": ["a"], "ttl": 1.5})),
            ["found a number for `ttl`, expected a whole number | write what is expected"]
        );
        assert_eq!(
            told(&json!([1])),
            ["found a list for the body, expected an object | write what is expected"]
        );
    }
}
