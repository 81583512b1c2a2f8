//! What a recording file may hold, and how a wrong one is refused.

use super::*;

#[test]
fn responses_carry_all_that_wiremock_writes() {
    let response = |response: Value| {
        let text = json!({"request": {}, "response": response}).to_string();
        let folder = Folder::new(&[("one.json", &text), ("__files/deep/body.bin", "bytes")]);
        folder.write("__files/note.json", b"no mapping");
        folder.load().fetch(&get("https://h.test/")).unwrap().response
    };
    let plain = response(json!({}));
    assert_eq!((plain.status, plain.body.as_slice(), plain.delay_ms), (200, &b""[..], 0));
    let full = response(json!({
        "status": 503, "statusMessage": "busy", "fixedDelayMilliseconds": 2500,
        "headers": {"Content-Type": "text/plain", "Set-Cookie": ["a=1", "b=2"]}, "body": "é",
    }));
    assert_eq!((full.status, full.body.as_slice(), full.delay_ms), (503, "é".as_bytes(), 2500));
    assert_eq!(full.header("content-type"), Some("text/plain"));
    assert_eq!(full.headers.len(), 3);
    let json = response(json!({"jsonBody": {"b": [1, {"a": null}]}}));
    assert_eq!(json.body, b"{\"b\":[1,{\"a\":null}]}");
    assert_eq!(response(json!({"base64Body": "AAEC"})).body, [0, 1, 2]);
    assert_eq!(response(json!({"bodyFileName": "deep/body.bin"})).body, b"bytes");
    for fault in Fault::ALL {
        assert_eq!(response(json!({"fault": fault.name()})).fault, Some(fault));
    }
}

#[test]
fn numbers_of_json_bodies_keep_every_digit() {
    let text = r#"{"request": {}, "response": {"jsonBody": {"points": 12345678901234567890.10}}}"#;
    let replay = Folder::new(&[("one.json", text)]).load();
    let response = replay.fetch(&get("https://h.test/")).unwrap().response;
    assert_eq!(response.body, b"{\"points\":12345678901234567890.10}");
}

#[test]
fn bodies_lie_beside_a_folder_of_wiremocks_own_layout() {
    let text = json!({"request": {}, "response": {"bodyFileName": "a.txt"}}).to_string();
    let folder = Folder::new(&[("mappings/one.json", &text), ("__files/a.txt", "body")]);
    for loaded in [folder.path().join("mappings"), folder.path().to_owned()] {
        let replay = meniscus::files::recordings::load(&loaded).unwrap();
        assert_eq!(replay.fetch(&get("")).unwrap().response.body, b"body");
    }
}

#[test]
fn a_file_may_hold_several_mappings() {
    let text = json!({"mappings": [
        {"name": "first", "request": {"urlPath": "/1"}, "response": {"jsonBody": {"n": 1}}},
        {"request": {"method": "PUT", "urlPattern": "/2.*"}, "response": {"body": " {\"n\": 2}\n"}},
        {"id": "0b5f4c1e-9d5d-4a7e-8a46-3f1f1f1f1f1f", "uuid": "x", "persistent": true, "metadata": {"at": "2024"},
         "request": {}, "response": {"body": "plain"}},
    ], "meta": {"total": 3}})
    .to_string();
    let replay = Folder::new(&[("all.json", &text)]).load();
    let seen: Vec<_> = replay
        .iter()
        .map(|recording| {
            (recording.name().to_owned(), recording.request().to_string(), recording.json_body())
        })
        .collect();
    assert_eq!(
        seen,
        [
            ("first".to_owned(), "ANY /1".to_owned(), Some(json!({"n": 1}))),
            ("all#2".to_owned(), "PUT /2.*".to_owned(), Some(json!({"n": 2}))),
            ("all#3".to_owned(), "ANY any URL".to_owned(), None),
        ]
    );
    let last = replay.iter().last().unwrap();
    assert_eq!(last.metadata(), Some(&json!({"at": "2024"})));
    assert_eq!(last.origin().index, Some(2));
    assert!(replay.iter().nth(1).unwrap().request().is_pattern);
    assert_eq!(replay.select(&["all".to_owned()]).unwrap().len(), 3);
    assert_eq!(replay.select(&["all#2".to_owned()]).unwrap().len(), 1);
}

#[test]
fn broken_files_are_told_with_line_and_column() {
    let folder = Folder::new(&[
        ("a.json", "{\n  \"request\": {},\n  \"response\": }\n"),
        (
            "b.json",
            "{\n  \"request\": {\"method\": \"GET\", \"urlPaht\": \"/a\"},\n  \"response\": {}\n}",
        ),
        ("sub/c.json", "{\"request\": {}, \"response\": {\"fault\": \"EMPTY\"}}"),
    ]);
    folder.write("d.json", b"{\n\"\xff\"}");
    let errors = meniscus::files::recordings::load(folder.path()).unwrap_err();
    let shown = folder.errors();
    assert_eq!(shown[0], "a.json:3:15: this recording isn't valid JSON: expected value");
    assert!(
        shown[1].starts_with(
            "b.json:2:32: unknown key `urlPaht` in `request`; the known ones are `method`, `url`, "
        ),
        "{}",
        shown[1]
    );
    assert_eq!(errors[1].help(), "did you mean `urlPath`?");
    assert_eq!(shown[2], "d.json:2:2: this recording isn't valid JSON: bytes that are not UTF-8");
    assert!(shown[3].contains(
        "sub/c.json:1:39: unknown `fault` `EMPTY`; the known ones are `EMPTY_RESPONSE`, "
    ));
    assert_eq!(errors[3].position(), Some((1, 39)));
    assert!(errors[3].path().ends_with("sub/c.json"));
}

/// Checks that a mapping is refused with a message that holds each of the parts.
fn refused(mapping: &Value, parts: &[&str]) {
    let errors = Folder::new(&[("x.json", &mapping.to_string())]).errors();
    let all = errors.join("\n");
    for part in parts {
        assert!(all.contains(part), "`{part}` is not in\n{all}");
    }
    assert!(errors.iter().all(|error| error.starts_with("x.json:")), "{all}");
}

#[test]
fn what_is_not_supported_is_refused() {
    let request = |request: Value| json!({"request": request, "response": {}});
    let response = |response: Value| json!({"request": {}, "response": response});
    let body = |pattern: Value| request(json!({"bodyPatterns": [pattern]}));
    refused(
        &json!({"request": {}, "response": {}, "scenarioName": "s"}),
        &["unknown key `scenarioName` in a stub mapping; the known ones are `name`"],
    );
    refused(&response(json!({"transformers": []})), &["unknown key `transformers` in `response`"]);
    refused(
        &json!({"a": 1}),
        &[
            "unknown key `a`",
            "this stub mapping has no `request`",
            "this stub mapping has no `response`",
        ],
    );
    refused(&request(json!({"cookies": {}})), &["unknown key `cookies` in `request`"]);
    refused(
        &request(json!({"headers": {"A": {"equals": "x"}}})),
        &["unknown key `equals` in header `A`", "has no matcher"],
    );
    refused(
        &request(json!({"headers": {"A": "x"}})),
        &["header `A` must be an object, not a string"],
    );
    refused(
        &request(json!({"headers": {"A": {"absent": false}}})),
        &["`absent` can only be `true`"],
    );
    refused(
        &request(json!({"headers": {"A": {"contains": "x", "matches": "y"}}})),
        &["header `A` has the matchers `contains` and `matches`"],
    );
    refused(
        &request(json!({"headers": {"A": {"contains": "x", "caseInsensitive": true}}})),
        &["`caseInsensitive` only works with `equalTo`, not with `contains`"],
    );
    refused(
        &request(json!({"headers": {"A": {"equalTo": 5}}})),
        &["`equalTo` must be a string, not `5`"],
    );
    refused(&request(json!({"headers": []})), &["`headers` must be an object, not an array"]);
    refused(&request(json!({"url": "/a", "urlPath": "/a"})), &["has both `url` and `urlPath`"]);
    refused(&request(json!({"url": "https://h.test/a"})), &["`url` must start with `/`"]);
    refused(&request(json!({"urlPath": "/a?x=1"})), &["`urlPath` can't have a query: `/a?x=1`"]);
    refused(
        &request(json!({"urlPattern": "/a(?=b)"})),
        &["the pattern `/a(?=b)` isn't a valid regex", "look-around"],
    );
    refused(&request(json!({"method": "GET POST"})), &["`GET POST` isn't a method"]);
    refused(
        &request(json!({"port": 70000})),
        &["`port` must be a whole number from 1 to 65535, not `70000`"],
    );
    refused(&request(json!({"basicAuthCredentials": {"username": "u"}})), &["has no `password`"]);
    refused(&body(json!({"equalToXml": "<a/>"})), &["unknown key `equalToXml` in a body pattern"]);
    refused(&body(json!({"equalToJson": "{"})), &["in `equalToJson` isn't valid JSON"]);
    refused(&body(json!({"matchesJsonPath": "$..a"})), &["`..a` doesn't work in the path `$..a`"]);
    refused(&body(json!({"matchesJsonPath": {"equalTo": "x"}})), &["has no `expression`"]);
    refused(
        &body(json!({"equalToJson": ["${json-unit.what}"]})),
        &["placeholder `json-unit.what`"],
    );
    refused(
        &response(json!({"status": 99})),
        &["`status` must be a whole number from 100 to 599, not `99`"],
    );
    refused(&response(json!({"body": "a", "jsonBody": {}})), &["has both `body` and `jsonBody`"]);
    refused(&response(json!({"base64Body": "!"})), &["isn't valid Base64"]);
    refused(
        &response(json!({"fixedDelayMilliseconds": -1})),
        &["`fixedDelayMilliseconds` must be a whole number from 0 up, not `-1`"],
    );
    refused(&json!({"mappings": [{"request": {}}]}), &["has no `response`"]);
    refused(&json!({"mappings": [], "x": 1}), &["unknown key `x` in a file of `mappings`"]);
    refused(
        &json!({"request": {}, "response": {}, "name": "", "priority": 0}),
        &["`name` is empty", "`priority` must be a whole number from 1 to 4294967295, not `0`"],
    );
}

#[test]
fn body_files_cannot_leave_their_folder() {
    let folder = Folder::new(&[("outside.txt", "private"), ("__files/in.txt", "fine")]);
    let outside = folder.path().join("outside.txt").display().to_string();
    #[cfg(unix)]
    std::os::unix::fs::symlink(folder.path(), folder.path().join("__files/link")).unwrap();
    for name in [
        "../outside.txt",
        "x/../../outside.txt",
        &outside,
        "link/outside.txt",
        "..\\outside.txt",
        "",
    ] {
        let text = json!({"request": {}, "response": {"bodyFileName": name}}).to_string();
        folder.write("x.json", text.as_bytes());
        let errors = folder.errors().concat();
        assert!(
            errors.contains("`bodyFileName` must be a path inside `__files`, not `"),
            "{name}: {errors}"
        );
    }
    folder.write("x.json", br#"{"request": {}, "response": {"bodyFileName": "none.txt"}}"#);
    let error = &folder.errors()[0];
    assert!(error.contains("can't read the `bodyFileName` `none.txt` in `__files`: "), "{error}");
}

#[test]
fn a_name_given_twice_names_both_files() {
    let named = json!({"name": "same", "request": {}, "response": {}}).to_string();
    let folder = Folder::new(&[("a.json", &named), ("b/c.json", &named)]);
    assert_eq!(folder.errors(), ["b/c.json: the name `same` is already used by a.json"]);
    let errors = meniscus::files::recordings::load(folder.path()).unwrap_err();
    assert!(matches!(errors.as_slice(), [RecordingError::DuplicateName { .. }]));
}
