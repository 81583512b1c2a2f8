//! What is known of calls: packs of endpoints, and recordings that could answer.

use std::fs;
use std::path::Path;

use meniscus::endpoint::{Access, CallPattern, Endpoints, Packs};
use meniscus::recording::Replay;
use meniscus::shape::{Kinds, Openness, Shape};

use crate::calls::call;

fn example() -> Endpoints {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("recordings");
    let replay =
        meniscus::files::recordings::load_as(&folder, Path::new("recordings")).expect("recordings");
    Endpoints::new(Packs::built_in(), &replay)
}

fn without_recordings() -> Endpoints {
    Endpoints::new(Packs::built_in(), &Replay::default())
}

fn named(endpoints: &Endpoints, call: &CallPattern) -> Option<String> {
    endpoints.answer(call).endpoint.map(|endpoint| endpoint.name.clone())
}

#[test]
fn calls_find_their_endpoints_through_holes() {
    let endpoints = without_recordings();
    let wallet = "get_user_offers";
    for (method, url, wanted) in [
        ("POST", "https://h.test/offers/api/2.0/offers/get_user_offers", Some(wallet)),
        ("POST", "*/offers/api/2.0/offers/get_user_offers", Some(wallet)),
        ("POST", "https://*/offers/api/2.0/offers/get_user_offers", Some(wallet)),
        ("POST", "https://*.x.test/offers/api/2.0/offers/get_user_offers?a=*&b", Some(wallet)),
        ("POST", "*/offers/api/2.0/offers/get_user_offers/", Some(wallet)),
        ("POST", "*/get_user_offers", Some(wallet)),
        ("POST", "*/gateway/offers/api/2.0/offers/get_user_offers", Some(wallet)),
        ("POST", "*/offers/api/*/offers/get_user_offers", Some(wallet)),
        ("GET", "*/offers/api/2.0/offers/get_user_offers", None),
        ("POST", "https://h.test/get_user_offers", None),
        ("POST", "*", None),
        ("POST", "*/offers/api/2.0/offers/*", None),
        ("GET", "*/priv/v1/apps/*/users/*?user[user_profile]=true", Some("core_user")),
        ("GET", "https://*/priv/v1/apps/K/users/1*", Some("core_user")),
        ("GET", "*/priv/v1/apps/*/users/search_users?email=*", Some("search_users")),
        ("GET", "*/priv/v1/apps/*/users/*/tags", Some("user_tags")),
        ("POST", "*/priv/v1/apps/*/users/*/tags", Some("add_tags")),
        ("GET", "*/priv/v1/apps/*/external/users/*", Some("core_user_by_external_id")),
        ("GET", "*/priv/v1/apps/*/users/*/timelines/*", Some("user_timeline")),
        // Too little stands there to tell SessionM from any other system.
        ("GET", "*/users/*", None),
        ("GET", "*/tags", None),
    ] {
        assert_eq!(
            named(&endpoints, &call(method, url, None)).as_deref(),
            wanted,
            "{method} {url}"
        );
    }
}

#[test]
fn recordings_are_those_that_could_answer() {
    let endpoints = example();
    let url = "*/offers/api/2.0/offers/get_user_offers";
    let of = |body: Option<&str>| {
        let answered = endpoints.answer(&call("POST", url, body));
        let names = answered.recordings.iter().map(|recording| recording.name().to_owned());
        (names.collect::<Vec<_>>(), answered.failing, answered.not_json)
    };
    let (all, failing, not_json) = of(Some("*"));
    assert!(all.len() > 3 && failing == 2 && not_json == 1);
    assert_eq!(of(Some(r#"{"user_id": "*", "skip": *}"#)).0, all);
    assert_eq!(of(Some(r#"{"user_id": *}"#)).0, all);
    let (bens, ..) = of(Some(r#"{"user_id": "8c2f9d63-3a7e-4b1a-9e5f-7b1d3a0c8b22", "x": "*"}"#));
    assert_eq!(bens, ["wallet/empty"]);
    let (half, ..) = of(Some(r#"{"user_id": "8c2f*"}"#));
    assert_eq!(half, ["wallet/empty"]);
    assert!(of(Some(r#"{"user_id": "nobody"}"#)).0.is_empty());
    assert!(of(Some(r#"{"other": "*"}"#)).0.is_empty());
}

/// Recordings of a folder of these files.
fn recorded(files: &[(&str, &str)]) -> (tempfile::TempDir, Endpoints) {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        fs::write(path, text).expect("written");
    }
    let replay = meniscus::files::recordings::load_as(folder.path(), Path::new("recordings"))
        .expect("recordings");
    (folder, Endpoints::new(Packs::built_in(), &replay))
}

fn names(endpoints: &Endpoints, call: &CallPattern) -> Vec<String> {
    let answered = endpoints.answer(call);
    answered.recordings.iter().map(|recording| recording.name().to_owned()).collect()
}

#[test]
fn conditions_exclude_what_the_template_fixes() {
    let stub = |request: &str| {
        format!(r#"{{"request": {request}, "response": {{"jsonBody": {{"a": 1}}}}}}"#)
    };
    let (get, any) = (stub(r#"{"method": "GET", "url": "/a?x=1"}"#), stub(r#"{"urlPath": "/a"}"#));
    let pattern = stub(r#"{"urlPathPattern": "/users/[0-9]+/tags"}"#);
    let query = stub(r#"{"urlPath": "/q", "queryParameters": {"k": {"equalTo": "v1"}}}"#);
    let host = stub(r#"{"urlPath": "/h", "host": {"equalTo": "eu.h.test"}}"#);
    let text = stub(r#"{"urlPath": "/t", "bodyPatterns": [{"contains": "one"}]}"#);
    let path = stub(
        r#"{"urlPath": "/p", "bodyPatterns": [{"matchesJsonPath": {"expression": "$.u.id", "equalTo": "7"}}]}"#,
    );
    let (_folder, endpoints) = recorded(&[
        ("any.json", &any),
        ("get.json", &get),
        ("host.json", &host),
        ("path.json", &path),
        ("pattern.json", &pattern),
        ("query.json", &query),
        ("text.json", &text),
    ]);
    for (method, url, body, wanted) in [
        ("GET", "https://h.test/a?x=*", None, &["any", "get"][..]),
        ("GET", "https://h.test/a?x=2*", None, &["any"]),
        ("GET", "https://h.test/a?*", None, &["any", "get"]),
        ("GET", "https://h.test/a", None, &["any"]),
        ("POST", "*/a?x=1", None, &["any"]),
        ("GET", "*/users/*/tags", None, &["pattern"]),
        ("GET", "*/users/x*/tags", None, &[]),
        ("GET", "*/q?k=v*", None, &["query"]),
        ("GET", "*/q?k=w*", None, &[]),
        ("GET", "*/q?other=1", None, &[]),
        ("GET", "*/q?other=*", None, &["query"]),
        ("GET", "https://*.h.test/h", None, &["host"]),
        ("GET", "https://us.h.test/h", None, &[]),
        ("POST", "*/t", Some("one *"), &["text"]),
        ("POST", "*/t", Some("* two"), &["text"]),
        ("POST", "*/t", Some("two"), &[]),
        ("POST", "*/t", None, &[]),
        ("POST", "*/p", Some(r#"{"u": {"id": "*"}}"#), &["path"]),
        ("POST", "*/p", Some(r#"{"u": *}"#), &["path"]),
        ("POST", "*/p", Some(r#"{"u": {"id": "8*"}}"#), &[]),
        ("POST", "*/p", Some(r#"{"v": {"id": "7"}, "w": "*"}"#), &[]),
        ("POST", "*/p", Some(r#"{"u": {"id": 7}}"#), &["path"]),
        ("POST", "*/p", Some(r#"{"u": {}}"#), &[]),
        ("POST", "*/p", Some("no JSON"), &[]),
        ("POST", "*/p", Some("{*}"), &["path"]),
        ("GET", "*", None, &[]),
    ] {
        assert_eq!(names(&endpoints, &call(method, url, body)), wanted, "{method} {url} {body:?}");
    }
}

#[test]
fn evidence_lies_where_the_body_lies() {
    let (folder, endpoints) = recorded(&[
        ("a.json", r#"{"request": {"urlPath": "/a"}, "response": {"bodyFileName": "x/a.json"}}"#),
        ("__files/x/a.json", "{\n\"n\": null}"),
        (
            "b/many.json",
            r#"{"mappings": [
                {"name": "one", "request": {"urlPath": "/b"}, "response": {"body": "<p>"}},
                {"name": "two", "request": {"urlPath": "/b"}, "response": {"jsonBody": {"n": null}}},
                {"name": "three", "request": {"urlPath": "/b"}, "response": {"status": 503}},
                {"name": "four", "request": {"urlPath": "/b"}, "response": {"fault": "EMPTY_RESPONSE"}}]}"#,
        ),
    ]);
    for (url, shown, file, line) in [
        ("*/a", "recordings/__files/x/a.json", "__files/x/a.json", 2),
        ("*/b", "recordings/b/many.json", "b/many.json", 3),
    ] {
        let answered = endpoints.answer(&call("GET", url, None));
        let place = answered.shape.field("n").expect("a field").seen.null_at.clone();
        let place = place.expect("a place");
        assert_eq!(place.sample.shown, shown);
        assert_eq!(place.sample.file, folder.path().join(file));
        let text = fs::read_to_string(&place.sample.file).expect("a file");
        let range = meniscus::text::locate_json(&text, &place.steps()).expect("its characters");
        assert_eq!(
            (&text[range.clone()], meniscus::text::line_of(&text, range.start)),
            ("null", line)
        );
    }
    let answered = endpoints.answer(&call("GET", "*/b", None));
    assert_eq!((answered.recordings.len(), answered.failing, answered.not_json), (1, 2, 1));
}

#[test]
fn one_shape_is_made_of_a_set_of_recordings_by_all_threads() {
    let endpoints = example();
    let of = |body| {
        let call = call("POST", "*/offers/api/2.0/offers/get_user_offers", Some(body));
        endpoints.answer(&call).shape
    };
    std::thread::scope(|scope| {
        let first = scope.spawn(|| of("*"));
        let second = scope.spawn(|| of(r#"{"user_id": "*"}"#));
        let (first, second) = (first.join().expect("a shape"), second.join().expect("a shape"));
        assert!(std::sync::Arc::ptr_eq(&first, &second));
    });
}

#[test]
fn answers_tell_what_was_seen_and_what_is_documented() {
    let endpoints = example();
    let answered =
        endpoints.answer(&call("POST", "*/offers/api/2.0/offers/get_user_offers", Some("*")));
    let shape = &answered.shape;
    assert_eq!(answered.endpoint.map(|endpoint| endpoint.access), Some(Access::Read));
    let status = &shape.field("__http_status_code__").expect("the status").shape;
    assert_eq!(status.kinds, Kinds::INT);
    let payload = &shape.field("payload").expect("the payload").shape;
    let offers = &payload.field("user_offers").expect("offers").shape;
    let offer = &offers.list.as_ref().expect("a list").item;
    let expires = offer.field("expiration_date").expect("the date");
    assert!(expires.seen.documented && expires.seen.null > 0 && expires.seen.of > 1000);
    let place = expires.seen.null_at.as_ref().expect("a place");
    let text = fs::read_to_string(&place.sample.file).expect("a recording");
    let range = meniscus::text::locate_json(&text, &place.steps()).expect("its characters");
    assert_eq!(&text[range], "null");
    assert!(offer.field("title").is_none());
}

#[test]
fn clients_own_areas_are_free() {
    let endpoints = without_recordings();
    let shape = endpoints.get("core_user").and_then(|known| known.response.as_ref());
    let shape = shape.expect("a schema").shape();
    let user = &shape.field("user").expect("a user").shape;
    let profile = &user.field("user_profile").expect("a profile").shape;
    assert_eq!(profile.object.as_ref().expect("an object").openness, Openness::Free);
    let properties = endpoints.family("api_trigger_properties").expect("a family");
    assert_eq!(properties.object.as_ref().expect("an object").openness, Openness::Open);
    assert!(properties.field("offer_id").is_some());
}

#[test]
fn every_built_in_schema_says_something() {
    let packs = Packs::built_in();
    assert!(packs.endpoints().count() > 30);
    for endpoint in packs.endpoints() {
        for schema in endpoint.response.iter().chain(&endpoint.request) {
            assert!(!schema.shape().is_any(), "{}: {}", endpoint.name, schema.shown());
        }
    }
    assert_eq!(packs.families().count(), 3);
    for family in packs.families() {
        assert!(!family.schema.shape().is_any(), "{}", family.name);
    }
}

#[test]
fn published_examples_have_only_known_fields() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = root.join("../shared/reference/examples");
    let endpoints = without_recordings();
    let mut checked = 0;
    for (file, endpoint) in [
        ("core_user.response.json", "core_user"),
        ("get_reward_store_offers.response.json", "get_reward_store_offers"),
        ("get_user_offers.response.json", "get_user_offers"),
        ("get_user_offers.empty.response.json", "get_user_offers"),
        ("error.domain.json", "get_user_offers"),
        ("point_audit_logs.response.json", "point_audit_logs"),
        ("tags.response.json", "user_tags"),
        ("user_campaigns.response.json", "user_campaigns"),
    ] {
        let Ok(text) = fs::read_to_string(folder.join(file)) else { continue };
        let json = serde_json::from_str(&text).expect("JSON");
        let endpoint = endpoints.get(endpoint).expect("an endpoint");
        let mut wrong = Vec::new();
        compare(&json, &endpoints.answer_of(endpoint).shape, "", &mut wrong);
        assert!(wrong.is_empty(), "{file}: {wrong:#?}");
        checked += 1;
    }
    println!("{checked} published examples were compared");
}

/// Gathers the paths of a value that a shape does not know.
fn compare(json: &serde_json::Value, shape: &Shape, path: &str, wrong: &mut Vec<String>) {
    use serde_json::Value as Json;
    let kind = match json {
        Json::Null => return,
        Json::Bool(_) => Kinds::BOOL,
        Json::Number(_) => Kinds::NUMBER,
        Json::String(_) => Kinds::TEXT,
        Json::Array(_) => Kinds::LIST,
        Json::Object(_) => Kinds::OBJECT,
    };
    if !shape.kinds.meets(kind) {
        wrong.push(format!("{path}: found {kind}, the shape has {}", shape.kinds));
    }
    match (json, &shape.list, &shape.object) {
        (Json::Array(items), Some(list), _) => {
            items.iter().for_each(|item| compare(item, &list.item, &format!("{path}[]"), wrong));
        }
        (Json::Object(members), _, Some(object)) => {
            for (name, value) in members {
                let path = format!("{path}.{name}");
                match shape.field(name) {
                    Some(field) => compare(value, &field.shape, &path, wrong),
                    None if object.openness == Openness::Free => {}
                    None => wrong.push(format!("{path}: not known")),
                }
            }
        }
        _ => {}
    }
}
