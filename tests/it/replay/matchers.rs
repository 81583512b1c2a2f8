//! Every matcher of a mapping's `request`, and the sentence for its failure.

use super::*;

/// Holds one matcher of a header against values; `None` is a request without the header.
fn check_header(matcher: &Value, good: &[Option<&str>], bad: &[Option<&str>]) {
    let replay = one(json!({"headers": {"X-Tenant": matcher}}));
    let request = |value: &Option<&str>| match value {
        Some(value) => with_header("x-tenant", value),
        None => get("https://h.test/a"),
    };
    for value in good {
        assert!(answers(&replay, &request(value)), "{matcher} should take {value:?}");
    }
    for value in bad {
        assert!(!answers(&replay, &request(value)), "{matcher} should refuse {value:?}");
    }
}

fn check_body(pattern: &Value, good: &[&str], bad: &[&str]) {
    let replay = one(json!({"bodyPatterns": [pattern]}));
    for body in good {
        assert!(answers(&replay, &post(body)), "{pattern} should take {body}");
    }
    for body in bad {
        assert!(!answers(&replay, &post(body)), "{pattern} should refuse {body}");
    }
}

#[test]
fn methods_are_compared_and_any_takes_all() {
    let replay = one(json!({"method": "post", "urlPath": "/a"}));
    assert!(answers(&replay, &post("")));
    assert_eq!(
        failed(&replay, &get("https://h.test/a")),
        ["method is `GET`, the recording expects `POST`"]
    );
    assert!(answers(&one(json!({"method": "ANY"})), &get("https://h.test/a")));
    assert!(answers(&one(json!({})), &Request::new("delete", "")));
}

#[test]
fn urls_are_compared_in_four_ways() {
    let url = one(json!({"url": "/a/b?x=1&y=2"}));
    assert!(answers(&url, &get("https://h.test/a/b?x=1&y=2#part")));
    assert_eq!(
        failed(&url, &get("https://h.test/a/b?y=2&x=1")),
        ["url is `/a/b?y=2&x=1`, the recording expects `/a/b?x=1&y=2`"]
    );
    let path = one(json!({"urlPath": "/a"}));
    assert!(answers(&path, &get("http://other.test:81/a?x=1")));
    assert_eq!(
        failed(&path, &get("https://h.test/b")),
        ["url path is `/b`, the recording expects `/a`"]
    );
    let pattern = one(json!({"urlPattern": "/a\\?x=[0-9]+"}));
    assert!(answers(&pattern, &get("https://h.test/a?x=12")));
    assert!(!answers(&pattern, &get("https://h.test/a?x=12&y=1")));
    let path_pattern = one(json!({"urlPathPattern": "/users/[^/]+"}));
    assert!(answers(&path_pattern, &get("https://h.test/users/7?x=12")));
    assert_eq!(
        failed(&path_pattern, &get("https://h.test/users/7/cards")),
        [
            "url path is `/users/7/cards`, the recording expects a match of the pattern `/users/[^/]+`"
        ]
    );
    // Over the wire both are the same.
    assert!(answers(&one(json!({"urlPath": "/a%20b/%C3%A9"})), &get("https://h.test/a b/é")));
}

#[test]
fn scheme_host_and_port_can_be_wanted() {
    let replay =
        one(json!({"scheme": "https", "host": {"matches": "[a-z]+\\.h\\.test"}, "port": 443}));
    assert!(answers(&replay, &get("https://API.h.test/a")));
    assert_eq!(
        failed(&replay, &get("http://h.test/a")),
        [
            "scheme is `http`, the recording expects `https`",
            "host is `h.test`, the recording expects a match of the pattern `[a-z]+\\.h\\.test`",
            "port is `80`, the recording expects `443`",
        ]
    );
}

#[test]
fn query_parameters_are_decoded_and_may_repeat() {
    let replay = one(json!({"queryParameters": {
        "name": {"equalTo": "Ada L"}, "id": {"equalTo": "2"}, "off": {"absent": true},
    }}));
    assert!(answers(&replay, &get("https://h.test/?id=1&id=2&name=Ada+L")));
    assert!(answers(&replay, &get("https://h.test/?name=%41da%20L&id=2")));
    assert_eq!(
        failed(&replay, &get("https://h.test/?id=1&id=3&off")),
        [
            "query parameter `name` is missing, the recording expects `Ada L`",
            "query parameter `id` is `1` and `3`, the recording expects `2`",
            "query parameter `off` is ``, the recording expects none",
        ]
    );
    // Braze writes tokens into queries; a message must not repeat them.
    let secret = one(json!({"queryParameters": {"api_key": {"equalTo": "k1"}}}));
    let sentence = failed(&secret, &get("https://h.test/?api_key=k2")).concat();
    assert_eq!(
        sentence,
        "query parameter `api_key` is [redacted], the recording expects another value (hidden)"
    );
}

#[test]
fn headers_have_every_text_matcher() {
    check_header(&json!({"equalTo": "a"}), &[Some("a")], &[Some("A"), Some("ab"), None]);
    check_header(
        &json!({"equalTo": "a", "caseInsensitive": true}),
        &[Some("a"), Some("A")],
        &[Some("b")],
    );
    check_header(&json!({"contains": "b"}), &[Some("abc")], &[Some("ac"), None]);
    check_header(&json!({"doesNotContain": "b"}), &[Some("ac"), None], &[Some("abc")]);
    check_header(&json!({"matches": "a|b+"}), &[Some("a"), Some("bb")], &[Some("ab"), None]);
    check_header(&json!({"doesNotMatch": "b+"}), &[Some("abb"), None], &[Some("bb")]);
    check_header(&json!({"absent": true}), &[None], &[Some("")]);
}

#[test]
fn credentials_satisfy_what_wants_authorization() {
    let basic = one(json!({"basicAuthCredentials": {"username": "u", "password": "p"}}));
    let mut named = get("https://h.test/a");
    named.credential =
        Some(Credential { kind: CredentialKind::BasicAuth, name: "sessionm".to_owned() });
    assert!(answers(&basic, &named));
    assert!(answers(&basic, &with_header("Authorization", "Basic dTpw")));
    assert_eq!(
        failed(&basic, &with_header("Authorization", "Basic eDp5")),
        [
            "header `Authorization` is [redacted], the recording expects other basic auth credentials"
        ]
    );
    assert!(!answers(&basic, &get("https://h.test/a")));
    let header = one(json!({"headers": {"authorization": {"matches": "Basic .+"}}}));
    assert!(answers(&header, &named));
    assert!(!answers(&one(json!({"headers": {"Authorization": {"absent": true}}})), &named));
    let sentence = failed(&header, &with_header("Authorization", "Bearer zzz")).concat();
    assert!(sentence.contains("is [redacted]") && !sentence.contains("zzz"), "{sentence}");
}

#[test]
fn bodies_have_every_matcher() {
    check_body(&json!({"equalTo": "a=1"}), &["a=1"], &["a=12", ""]);
    check_body(&json!({"equalTo": "Ab", "caseInsensitive": true}), &["aB"], &["a"]);
    check_body(&json!({"contains": "b"}), &["abc"], &["ac", ""]);
    check_body(&json!({"doesNotContain": "b"}), &["ac", ""], &["abc"]);
    check_body(&json!({"matches": "a.c"}), &["abc", "a\nc"], &["abcd", ""]);
    check_body(&json!({"doesNotMatch": "a.c"}), &["abcd", ""], &["abc"]);
    check_body(&json!({"absent": true}), &[""], &["a"]);
    check_body(
        &json!({"equalToJson": {"a": 1, "b": [1, 2]}}),
        &["\n{\"b\": [1.0, 2], \"a\": 1e0}\n\n"],
        &[
            "{\"a\": 1}",
            "{\"a\": 1, \"b\": [2, 1]}",
            "{\"a\": 1, \"b\": [1, 2], \"c\": 3}",
            "",
            "{",
        ],
    );
    check_body(&json!({"equalToJson": "{\"a\": 1}"}), &["{\"a\":1}"], &["{\"a\":2}"]);
    check_body(
        &json!({"equalToJson": {"a": [1, 2]}, "ignoreArrayOrder": true, "ignoreExtraElements": true}),
        &["{\"a\": [3, 2, 1], \"b\": 1}"],
        &["{\"a\": [3, 2]}"],
    );
    check_body(
        &json!({"matchesJsonPath": "$.a.b[0]"}),
        &["{\"a\": {\"b\": [false]}}"],
        &["{\"a\": {\"b\": []}}", "{\"a\": {\"b\": [null]}}", "{\"a\": {\"b\": [{}]}}", "x"],
    );
    let path = |key: &str, operand: Value| {
        let mut matcher = json!({"expression": "$['a'].b"});
        matcher[key] = operand;
        json!({"matchesJsonPath": matcher})
    };
    check_body(
        &path("equalTo", json!("5")),
        &["{\"a\": {\"b\": \"5\"}}", "{\"a\": {\"b\": 5}}"],
        &["{}"],
    );
    check_body(
        &path("contains", json!("x")),
        &["{\"a\": {\"b\": \"axb\"}}"],
        &["{\"a\": {\"b\": 1}}"],
    );
    check_body(
        &path("matches", json!("[0-9]+")),
        &["{\"a\": {\"b\": 12}}"],
        &["{\"a\": {\"b\": 1.5}}"],
    );
    check_body(&path("absent", json!(true)), &["{\"a\": {}}", "x"], &["{\"a\": {\"b\": 1}}"]);
    check_body(
        &path("equalToJson", json!({"c": 1})),
        &["{\"a\": {\"b\": {\"c\": 1.0}}}"],
        &["{\"a\": {\"b\": {\"c\": 2}}}", "{}"],
    );
}

#[test]
fn body_differences_are_told_by_path() {
    let replay = one(json!({"method": "POST", "bodyPatterns": [
        {"equalToJson": {"user_id": "y"}},
        {"matchesJsonPath": {"expression": "$.card.id", "equalTo": "7"}},
        {"matchesJsonPath": "$.cards"},
        {"contains": "needle"},
    ]}));
    assert_eq!(
        failed(&replay, &post("{\"user_id\": \"x\", \"card\": {\"id\": 8}}")),
        [
            "body differs at `$.user_id`: found `\"x\"`, expected `\"y\"`",
            "body at `$.card.id` is `8`, the recording expects `7`",
            "body at `$.cards` is missing, the recording expects any value",
            "body is `{\"user_id\": \"x\", \"card\": {\"id\": 8}}`, the recording expects a string that contains `needle`",
        ]
    );
    assert_eq!(
        failed(&replay, &post("oops"))[0],
        "body isn't JSON (expected value at line 1 column 1), the recording expects JSON"
    );
    assert_eq!(failed(&replay, &post(""))[0], "body is missing, the recording expects JSON");
}
