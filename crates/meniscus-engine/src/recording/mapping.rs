//! Parses a recording file: one stub mapping, or several under `mappings`.

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use serde_json::value::RawValue;

use super::error::RecordingError;
use super::file::BodyFiles;
use super::json_bodies::RecordingText;
use super::mapping_matchers::{body_match, pattern, text_match};
use super::mapping_response::{BODY_KEYS, read_response};
use super::matcher::{Condition, Literal, Pattern, TextMatch, UrlMatch, excerpt};
use super::reader::{Node, Reader, named};
use crate::http::Response;

const MAPPING_KEYS: &[&str] =
    &["name", "id", "uuid", "priority", "request", "response", "metadata", "persistent"];
const FILE_KEYS: &[&str] = &["mappings", "meta"];
const URL_KEYS: &[&str] = &["url", "urlPattern", "urlPath", "urlPathPattern"];
const REQUEST_KEYS: &[&str] = &[
    "method",
    "url",
    "urlPattern",
    "urlPath",
    "urlPathPattern",
    "queryParameters",
    "headers",
    "bodyPatterns",
    "basicAuthCredentials",
    "scheme",
    "host",
    "port",
];
/// WireMock's default priority of a stub.
const DEFAULT_PRIORITY: u64 = 5;

/// A parsed stub mapping.
#[derive(Debug)]
pub(super) struct Mapping {
    pub(super) name: Option<String>,
    /// Lower values win.
    pub(super) priority: u64,
    pub(super) metadata: Option<Value>,
    pub(super) conditions: Vec<Condition>,
    pub(super) response: Response,
    /// The key in `response` that holds the body.
    pub(super) body_key: &'static str,
    pub(super) body_file: Option<String>,
}

/// The mappings of one file.
#[derive(Debug)]
pub(super) struct MappingFile {
    pub(super) mappings: Vec<Mapping>,
    /// Whether they are in a list, even a list of one.
    pub(super) is_list: bool,
}

/// Parses a recording file; `body_files` is the `__files` folder, if any.
///
/// # Errors
///
/// Every problem of the file.
pub(super) fn read_mappings(
    file: &Path,
    text: &str,
    body_files: Option<&dyn BodyFiles>,
) -> Result<MappingFile, Vec<RecordingError>> {
    let json = text.strip_prefix('\u{feff}').unwrap_or(text);
    let read = RecordingText::read(json).map_err(|error| vec![syntax_error(file, &error)])?;
    let mut reader = Reader::new(file, text);
    let node = Node::root(&read.root);
    let (nodes, is_list) = match node.get("mappings") {
        Some(list) => {
            reader.object(&node, "a file of `mappings`", FILE_KEYS);
            if !list.value.is_array() {
                reader.wrong_kind(&list, "`mappings`", "an array of stub mappings");
            }
            (list.items(), true)
        }
        None => (vec![node], false),
    };
    let mappings = nodes.iter().enumerate();
    let mappings: Vec<_> = mappings
        .filter_map(|(number, node)| mapping(&mut reader, node, read.body(number), body_files))
        .collect();
    let errors = reader.into_errors();
    if errors.is_empty() { Ok(MappingFile { mappings, is_list }) } else { Err(errors) }
}

fn syntax_error(file: &Path, error: &serde_json::Error) -> RecordingError {
    let text = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    let message = text.strip_suffix(&place).unwrap_or(&text).to_owned();
    RecordingError::Syntax {
        path: file.to_owned(),
        line: error.line(),
        column: error.column(),
        message,
    }
}

fn mapping(
    reader: &mut Reader<'_>,
    node: &Node<'_>,
    json_body: Option<&RawValue>,
    body_files: Option<&dyn BodyFiles>,
) -> Option<Mapping> {
    reader.object(node, "a stub mapping", MAPPING_KEYS)?;
    for id in ["id", "uuid"] {
        if let Some(member) = node.get(id) {
            reader.string(&member, &format!("`{id}`"));
        }
    }
    if let Some(member) = node.get("persistent") {
        reader.boolean(&member, "`persistent`");
    }
    let name = node.get("name").and_then(|member| match reader.string(&member, "`name`") {
        Some("") => {
            reader.refuse(&member, "`name` is empty", "write a name, or remove `name`");
            None
        }
        name => name.map(str::to_owned),
    });
    let priority = match node.get("priority") {
        Some(member) => reader
            .integer(&member, "`priority`", 1, u64::from(u32::MAX))
            .unwrap_or(DEFAULT_PRIORITY),
        None => DEFAULT_PRIORITY,
    };
    let conditions = part(reader, node, "request").and_then(|request| conditions(reader, &request));
    let response = part(reader, node, "response")
        .and_then(|response| read_response(reader, &response, json_body, body_files))?;
    let answer = node.get("response");
    let body = answer.and_then(|answer| {
        BODY_KEYS.iter().find_map(|key| Some((*key, answer.get(key)?.value.as_str())))
    });
    let body_key = body.map_or("body", |(key, _)| key);
    let body_file = body.and_then(|(key, text)| text.filter(|_| key == "bodyFileName"));
    let body_file = body_file.map(str::to_owned);
    let metadata = node.get("metadata").map(|member| member.value.clone());
    Some(Mapping {
        name,
        priority,
        metadata,
        conditions: conditions?,
        response,
        body_key,
        body_file,
    })
}

fn part<'a>(reader: &mut Reader<'_>, node: &Node<'a>, name: &str) -> Option<Node<'a>> {
    let part = node.get(name);
    if part.is_none() {
        let message = format!("this stub mapping has no `{name}`");
        reader.refuse(
            node,
            message,
            format!("add `{name}`; a response body alone goes into `response.jsonBody`"),
        );
    }
    part
}

/// Parses `request`. Cheap conditions come first, to skip most recordings quickly.
fn conditions(reader: &mut Reader<'_>, request: &Node<'_>) -> Option<Vec<Condition>> {
    reader.object(request, "`request`", REQUEST_KEYS)?;
    let mut conditions = Vec::new();
    if let Some(member) = request.get("method") {
        match reader.string(&member, "`method`")?.to_ascii_uppercase().as_str() {
            "ANY" => {}
            method
                if !method.is_empty()
                    && method.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'-') =>
            {
                conditions.push(Condition::Method(method.to_owned()));
            }
            method => {
                reader.refuse(
                    &member,
                    format!(
                        "{} isn't a method; `method` is one such as `GET`, or `ANY`",
                        excerpt(method)
                    ),
                    "write a single method",
                );
            }
        }
    }
    conditions.extend(url_match(reader, request).map(Condition::Url));
    if let Some(member) = request.get("scheme") {
        conditions.extend(
            reader.string(&member, "`scheme`").map(|scheme| Condition::Scheme(scheme.to_owned())),
        );
    }
    if let Some(member) = request.get("host") {
        conditions.extend(host(reader, &member));
    }
    if let Some(member) = request.get("port") {
        let port = reader.integer(&member, "`port`", 1, u64::from(u16::MAX));
        conditions.extend(port.and_then(|port| u16::try_from(port).ok()).map(Condition::Port));
    }
    for (name, member) in named(reader, request, "queryParameters") {
        let wanted = text_match(reader, &member, &format!("query parameter {}", excerpt(name)));
        conditions.extend(wanted.map(|wanted| Condition::Query { name: name.to_owned(), wanted }));
    }
    for (name, member) in named(reader, request, "headers") {
        let wanted = text_match(reader, &member, &format!("header {}", excerpt(name)));
        conditions.extend(wanted.map(|wanted| Condition::Header { name: name.to_owned(), wanted }));
    }
    if let Some(member) = request.get("basicAuthCredentials") {
        conditions.extend(basic_auth(reader, &member));
    }
    if let Some(list) = request.get("bodyPatterns") {
        if !list.value.is_array() {
            reader.wrong_kind(&list, "`bodyPatterns`", "an array");
        }
        for item in list.items() {
            conditions.extend(body_match(reader, &item).map(Condition::Body));
        }
    }
    Some(conditions)
}

fn url_match(reader: &mut Reader<'_>, request: &Node<'_>) -> Option<UrlMatch> {
    let used: Vec<_> = URL_KEYS.iter().copied().filter(|key| request.get(key).is_some()).collect();
    if let [first, second, ..] = used.as_slice() {
        let message = format!("`request` has both `{first}` and `{second}`; it can have only one");
        reader.refuse(request, message, format!("remove `{first}` or `{second}`"));
        return None;
    }
    let key = *used.first()?;
    let member = request.get(key)?;
    let place = format!("`{key}`");
    let compiled = |reader: &mut Reader<'_>, form: fn(Pattern) -> UrlMatch| {
        pattern(reader, &member, &place).map(form)
    };
    match key {
        "urlPattern" => return compiled(reader, UrlMatch::UrlPattern),
        "urlPathPattern" => return compiled(reader, UrlMatch::PathPattern),
        _ => {}
    }
    let text = reader.string(&member, &place)?;
    if !text.starts_with('/') {
        // WireMock doesn't compare host and scheme, so such a string could never match.
        let message = format!("{place} must start with `/`, not {}", excerpt(text));
        reader.refuse(&member, message, "remove the scheme and host; use `host` to match the host");
        return None;
    }
    if key == "url" {
        return Some(UrlMatch::Url(Literal::new(text)));
    }
    if text.contains('?') {
        let message = format!("{place} can't have a query: {}", excerpt(text));
        reader.refuse(&member, message, "move the query to `queryParameters`, or use `url`");
        return None;
    }
    Some(UrlMatch::Path(Literal::new(text)))
}

/// Parses `host`; host names are case-insensitive, so equality ignores case.
fn host(reader: &mut Reader<'_>, node: &Node<'_>) -> Option<Condition> {
    let mut wanted = text_match(reader, node, "`host`")?;
    if let TextMatch::EqualTo { ignore_case, .. } = &mut wanted {
        *ignore_case = true;
    }
    Some(Condition::Host(wanted))
}

fn basic_auth(reader: &mut Reader<'_>, node: &Node<'_>) -> Option<Condition> {
    let place = "`basicAuthCredentials`";
    reader.object(node, place, &["username", "password"])?;
    let mut text = |key: &str| match node.get(key) {
        Some(member) => reader.string(&member, &format!("`{key}`")),
        None => {
            reader.refuse(node, format!("{place} has no `{key}`"), format!("add `{key}`"));
            None
        }
    };
    let (username, password) = (text("username")?, text("password")?);
    Some(Condition::BasicAuth {
        header: format!("Basic {}", STANDARD.encode(format!("{username}:{password}"))),
    })
}

#[cfg(test)]
mod tests {
    use super::super::mapping_response::RESPONSE_KEYS;
    use super::super::matcher::Seen;
    use super::*;
    use crate::http::request::Request;

    /// A small generator: the same seeds give the same strings on every machine.
    struct Random(u64);

    impl Random {
        fn below(&mut self, limit: usize) -> usize {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            usize::try_from(self.0 >> 33).unwrap() % limit
        }

        fn json(&mut self, depth: usize) -> Value {
            let keys = [
                MAPPING_KEYS,
                REQUEST_KEYS,
                RESPONSE_KEYS,
                FILE_KEYS,
                &[
                    "equalTo",
                    "matches",
                    "absent",
                    "equalToJson",
                    "matchesJsonPath",
                    "expression",
                    "ignoreArrayOrder",
                    "x",
                ],
            ]
            .concat();
            let texts = [
                "",
                "/a",
                "/a?b=1",
                "GET",
                "$.a[0]",
                "$..x",
                "(",
                "{\"a\": 1}",
                "../x",
                "é\u{0}",
                "EMPTY_RESPONSE",
                "${json-unit.regex}(",
                "====",
                "${json-unit.ignore}",
            ];
            match self.below(if depth == 0 { 4 } else { 9 }) {
                0 => Value::Null,
                1 => Value::Bool(self.below(2) == 0),
                2 => serde_json::from_str(
                    ["0", "-1", "200", "1e999", "99999999999999999999"][self.below(5)],
                )
                .unwrap(),
                3 => Value::String(texts[self.below(texts.len())].to_owned()),
                4 => (0..self.below(4)).map(|_| self.json(depth - 1)).collect(),
                _ => {
                    let mut members = serde_json::Map::new();
                    for _ in 0..self.below(6) {
                        members
                            .insert(keys[self.below(keys.len())].to_owned(), self.json(depth - 1));
                    }
                    Value::Object(members)
                }
            }
        }
    }

    #[test]
    fn no_file_makes_the_reader_panic() {
        let mut random = Random(0x9e37_79b9_7f4a_7c15);
        let mut read = 0;
        for _ in 0..4_000 {
            let value = serde_json::json!({"request": random.json(4), "response": random.json(3), "name": random.json(0)});
            for value in [value, random.json(5)] {
                let mut text = value.to_string();
                if random.below(4) == 0 {
                    let cut = (0..=random.below(text.len() + 1))
                        .rev()
                        .find(|&cut| text.is_char_boundary(cut))
                        .unwrap();
                    text.truncate(cut);
                }
                match read_mappings(Path::new("x.json"), &text, None) {
                    Ok(file) => {
                        read += 1;
                        for mapping in file.mappings {
                            let mut request = Request::new("GET", "https://h.test/a?b=1&x");
                            request.body =
                                Some(random.json(3).to_string()).filter(|body| body != "null");
                            let seen = Seen::new(&request);
                            for condition in &mapping.conditions {
                                assert_eq!(
                                    condition.failure(&seen).is_none(),
                                    condition.holds(&seen)
                                );
                            }
                        }
                    }
                    Err(errors) => assert!(
                        errors
                            .iter()
                            .all(|error| !error.to_string().is_empty() && !error.help().is_empty())
                    ),
                }
            }
        }
        assert!(read > 0);
    }

    #[test]
    fn odd_files_are_refused() {
        let read = |text: &str| read_mappings(Path::new("x.json"), text, None);
        for odd in [
            "",
            "null",
            "[]",
            "1",
            "{}",
            "{\"mappings\": 1}",
            "{\"mappings\": [null]}",
            &"[".repeat(100_000),
            r#"{"$serde_json::private::Number": "x"}"#,
            r#"{"$serde_json::private::Number": "1"}"#,
        ] {
            assert!(read(odd).is_err(), "{odd:.40}");
        }
        assert!(read("\u{feff}{\"request\": {}, \"response\": {}}").is_ok());
        assert!(read(r#"{"mappings": [], "meta": {"total": 0}}"#).is_ok());
    }
}
