//! A small world with something of everything in it, and small bounds.

use std::sync::Arc;

use meniscus::dialect::BRAZE;
use meniscus::http::{Answer, Request, Response};
use meniscus::recording::{Fetch, Unanswered};
use meniscus::render::{ContentBlock, Limits, World};
use meniscus::syntax::{Grammar, ParseOptions, parse};
use meniscus::text::Source;
use meniscus::value::{Object, Time, Value, from_json};
use serde_json::json;

/// Answers by what the URL has in it.
struct Answers;

impl Fetch for Answers {
    fn fetch(&self, request: &Request) -> Result<Answer, Unanswered> {
        let has = |part| request.url.contains(part);
        let (status, body) = if has("text") {
            (200, "{{${first_name}}} {% connected_content https://a.b/x %}{{x}}")
        } else if has("broken") {
            (500, "{}")
        } else if has("list") {
            (200, r#"[1, {"a": [null, "b"]}, 2.5]"#)
        } else if has("none") {
            return Err(Unanswered::new(request, "nobody answers"));
        } else {
            (
                200,
                r#"{"offers": [{"id": 1, "name": "Tee"}, {"id": 2}], "points": 12.5, "a": {"b": {}}}"#,
            )
        };
        let response = Response { status, body: body.as_bytes().to_vec(), ..Response::default() };
        Ok(Answer { response: Arc::new(response), recording: None, failure: None })
    }
}

/// Bounds under which no template takes long.
pub const LIMITS: Limits = Limits {
    block_depth: 2,
    iterations: 300,
    steps: 2_000,
    calls: 50,
    output_bytes: 20_000,
    list_items: 500,
};

fn object(json: serde_json::Value) -> Object {
    match from_json(json) {
        Value::Object(object) => Arc::unwrap_or_clone(object),
        other => panic!("not an object: {other:?}"),
    }
}

/// The world.
pub fn world() -> World {
    let epoch = Time::from_epoch_seconds(1_763_888_400).expect("in range");
    let mut world = World::new(&BRAZE, epoch, Arc::new(Answers));
    world.limits = LIMITS;
    world.seed = 7;
    world.globals = Arc::new(object(json!({
        "a": {"b": {"c": [1, 2, 3], "size": 4}, "d": null, "e": true},
        "items": [{"id": 2, "name": "é", "price": 9.99}, {"id": 1, "name": "b"}, {"id": "x"}],
        "list": ["b", "a", null, 3, 1.5, ["c", ["d"]]],
        "n": 17, "big": 123456789012345678901234567890_u128, "f": -0.5, "s": "Ünï <b>x</b> & y",
        "url": "https://example.com/list?a=1", "t": "2024-02-29 12:34:56 +0900", "blank": "",
    })));
    let families = [
        ("", json!({"first_name": "Ada", "zip code": "x", "time_zone": "Asia/Tokyo", "n": null})),
        (
            "custom_attribute",
            json!({"n": 3, "zip code": "90210", "pets": [{"name": "Rex"}], "o": {"a": 1}}),
        ),
        ("api_trigger_properties", json!({"a": [1, [2]], "b": {"c": "d"}, "text": "{{s}}"})),
        ("event_properties", json!({"a": "1.50"})),
        ("context", json!({"when": "2026-01-01T00:00:00Z"})),
        ("campaign", json!({"name": "c d"})),
    ];
    for (name, values) in families {
        let id = BRAZE.family(Some(name)).expect("a family");
        world.set_family(id, from_json(values));
    }
    world.tables = Arc::new(object(json!({
        "catalogs": {"games": {
            "items": [{"id": "1", "title": "{{${first_name}}} {{s}}"}, {"id": 2, "title": "{% if"}],
            "selections": {"best": ["1", 2, "3"]},
        }},
        "promotions": {"list": ["CODE"], "empty": [], "odd": {"a": 1}},
        "translations": {"greeting": "hallo {{${first_name}}}"},
        "shopping_carts": {"cart": {"products": [{"price": 1}]}},
        "landing_pages": {"page": "https://a.b/p"},
    })));
    let blocks = [
        ("hello", "Hello {{${first_name}}} {{content_blocks.${deep}}}{% assign seen = n %}"),
        ("deep", "<{{content_blocks.${deeper}}}>"),
        ("deeper", "{{content_blocks.${hello}}}{% break %}"),
        ("loop", "{% for i in (1..9) %}{{ i | times: n }}{% endfor %}"),
        ("wrong", "{% if %}"),
        ("abort", "{% abort_message('no') %}"),
    ];
    let parsed = |(name, text): (&str, &str)| {
        let source = Arc::new(Source::new(name, text));
        let template = Arc::new(parse(&source, &BRAZE, ParseOptions::default()));
        (name.to_owned(), ContentBlock { template })
    };
    world.blocks = Arc::new(blocks.into_iter().map(parsed).collect());
    world
}
