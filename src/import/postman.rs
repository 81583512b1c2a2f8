//! Postman collections, version 2.0 and 2.1: responses that people saved as examples.
//!
//! <https://schema.postman.com/collection/json/v2.1.0/draft-07/docs/index.html>

use serde_json::Value;

use super::document::{Document, ImportError, kind_of, list, text};
use super::postman_request::{headers, request};
use super::postman_variables::Variables;
use super::{Import, Imported, Kind, Skipped};
use crate::http::Response;
use crate::text::Step;

/// The deepest nesting of folders.
const MAX_DEPTH: usize = 32;

pub(super) fn read(document: &Document<'_>) -> Result<Import, ImportError> {
    let root = &document.json;
    match root.get("item") {
        Some(Value::Array(_)) => {}
        found => {
            let found = found.map_or("nothing", kind_of);
            let message = format!("`item` is {found} instead of a list of requests and folders");
            let help = "export the collection again, as version 2.1";
            return Err(document.wrong(&[Step::Key("item")], message, help));
        }
    }
    let mut import = Import { kind: Some(Kind::Postman), ..Import::default() };
    let mut variables = Variables::default();
    import.secrets.extend(variables.extend(root));
    import.secrets.extend(secrets_of(root));
    walk(document, root, &mut Vec::new(), &variables, &mut import);
    Ok(import)
}

fn walk(
    document: &Document<'_>,
    folder: &Value,
    names: &mut Vec<String>,
    variables: &Variables,
    import: &mut Import,
) {
    if names.len() > MAX_DEPTH {
        return;
    }
    for item in list(folder, "item") {
        names.push(text(item, "name").to_owned());
        import.secrets.extend(secrets_of(item));
        if let Some(request) = item.get("request") {
            import.secrets.extend(secrets_of(request));
        }
        if item.get("item").is_some() {
            let mut inner = variables.clone();
            import.secrets.extend(inner.extend(item));
            walk(document, item, names, &inner, import);
        } else {
            examples(document, item, names, variables, import);
        }
        names.pop();
    }
}

fn examples(
    document: &Document<'_>,
    item: &Value,
    names: &[String],
    variables: &Variables,
    import: &mut Import,
) {
    let place = names.join(" / ");
    let saved = list(item, "response");
    if saved.is_empty() {
        let reason = "it has no saved example".to_owned();
        return import.skipped.push(Skipped { place, reason });
    }
    for example in saved {
        let place = format!("{place} / {}", text(example, "name"));
        let asked = example.get("originalRequest").filter(|asked| !asked.is_null());
        let asked = asked.or_else(|| item.get("request")).unwrap_or(&Value::Null);
        if let Some(asked) = example.get("originalRequest") {
            import.secrets.extend(secrets_of(asked));
        }
        let Some(request) = request(asked, variables) else {
            import.skipped.push(Skipped { place, reason: "its request has no URL".to_owned() });
            continue;
        };
        let status = example.get("code").and_then(Value::as_u64).unwrap_or(200);
        let Some(status) = u16::try_from(status).ok().filter(|status| (200..=599).contains(status))
        else {
            import.skipped.push(Skipped { place, reason: format!("its status is {status}") });
            continue;
        };
        let headers = headers(example.get("header").unwrap_or(&Value::Null), &Variables::default());
        let body = text(example, "body").as_bytes().to_vec();
        let response = Response { status, headers, body, ..Response::default() };
        let origin = format!("Postman {}, {place}", document.name);
        import.answers.push(Imported { request, response, origin });
    }
}

/// Returns literal credentials in `auth`, not those in variables.
fn secrets_of(owner: &Value) -> Vec<String> {
    let Some(Value::Object(auth)) = owner.get("auth") else { return Vec::new() };
    let mut secrets = Vec::new();
    for (scheme, settings) in auth {
        if scheme == "type" {
            continue;
        }
        let pairs: Vec<(&str, &Value)> = match settings {
            Value::Array(list) => {
                list.iter().filter_map(|one| Some((text(one, "key"), one.get("value")?))).collect()
            }
            // Version 2.0 writes them as members.
            Value::Object(members) => {
                members.iter().map(|(name, value)| (name.as_str(), value)).collect()
            }
            _ => Vec::new(),
        };
        for (name, value) in pairs {
            let secret_names = [
                "password",
                "token",
                "value",
                "secret",
                "accessToken",
                "clientSecret",
                "accessKey",
                "secretKey",
            ];
            let value = value.as_str().unwrap_or_default();
            // A user name alone grants no access, and may be a common word.
            if secret_names.contains(&name) && !value.is_empty() && !value.contains("{{") {
                secrets.push(value.to_owned());
            }
        }
    }
    secrets
}
