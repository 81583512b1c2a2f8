//! Packs and schemas of a workspace: what binds, and where mistakes are pointed at.

use std::fs;

use meniscus::endpoint::{Access, Endpoints, Packs};
use meniscus::recording::Replay;
use meniscus::shape::Openness;
use tempfile::TempDir;

use crate::calls::call;

const FAMILIES: [&str; 2] = ["custom_attribute", "event_properties"];

fn schemas(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        let path = folder.path().join("schemas").join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        fs::write(path, text).expect("written");
    }
    folder
}

fn load(files: &[(&str, &str)]) -> Endpoints {
    let folder = schemas(files);
    let packs = Packs::load(&meniscus::files::Disk::files(), folder.path(), "schemas", &FAMILIES);
    let packs = packs.unwrap_or_else(|errors| panic!("{errors:#?}"));
    Endpoints::new(packs, &Replay::default())
}

/// What is wrong: file, line, message, and help.
fn wrong(files: &[(&str, &str)]) -> Vec<String> {
    let folder = schemas(files);
    let errors = Packs::load(&meniscus::files::Disk::files(), folder.path(), "schemas", &FAMILIES)
        .expect_err("errors");
    let say = |error: &meniscus::endpoint::PackError| match error {
        meniscus::endpoint::PackError::Content(diagnostic) => {
            let at = &diagnostic.primary;
            let marked = at.source.slice(at.span).lines().next().unwrap_or_default();
            let help = diagnostic.help.as_deref().unwrap_or_default();
            format!("{} [{marked}] ({help})", error.place())
        }
        _ => error.place(),
    };
    errors.iter().map(say).collect()
}

const PACK: &str = r#"name = "points"
title = "Points"

[[endpoint]]
name = "balance"
title = "the balance"
method = "get"
path = "/members/{id}/balance"
hosts = ["*.points.test"]
access = "read"
response = "balance.json"

[[family]]
name = "event_properties"
schema = "balance.json#/$defs/event"
"#;

const BALANCE: &str = r##"{"type": "object",
"properties": {"balance": {"type": "integer"}, "tier": {"$ref": "tiers.json#/$defs/tier"}},
"$defs": {"event": {"type": "object", "properties": {"amount": {"type": "number"}}}}}"##;

const TIERS: &str = r#"{"$defs": {"tier": {"enum": ["gold", "silver"]}}}"#;

#[test]
fn a_pack_is_a_file_with_schemas_beside_it() {
    let files = [("a/p.toml", PACK), ("a/balance.json", BALANCE), ("a/tiers.json", TIERS)];
    let endpoints = load(&files);
    let of = |url| endpoints.answer(&call("GET", url, None));
    let answered = of("https://eu.points.test/members/7/balance?x");
    let endpoint = answered.endpoint.expect("an endpoint");
    assert_eq!(
        (&*endpoint.name, &*endpoint.system, endpoint.access),
        ("balance", "Points", Access::Read)
    );
    assert!(answered.shape.field("balance").is_some());
    assert_eq!(answered.shape.field("tier").expect("a tier").shape.examples().count(), 2);
    assert!(of("https://other.test/members/7/balance").endpoint.is_none());
    assert!(of("*/members/*/balance").endpoint.is_some());
    assert!(endpoints.family("event_properties").expect("a family").field("amount").is_some());
    assert!(endpoints.get("points.balance").is_some() && endpoints.get("balance").is_some());
    assert!(endpoints.get("sessionm.get_user_offers").is_some());
}

#[test]
fn a_schema_can_bind_itself() {
    let endpoints = load(&[
        (
            "store.schema.json",
            r#"{"x-endpoint": {"method": "GET", "path": "/stores/{id}"},
                "type": "object", "properties": {"name": {"type": "string"}}}"#,
        ),
        (
            "people.schema.json",
            r#"{"x-family": "custom_attribute", "type": "object",
                "properties": {"tier": {"type": "string"}}, "additionalProperties": false}"#,
        ),
        ("part.schema.json", r#"{"type": "string"}"#),
    ]);
    let answered = endpoints.answer(&call("GET", "https://h.test/stores/*", None));
    assert_eq!(answered.endpoint.map(|endpoint| &*endpoint.name), Some("store"));
    let family = endpoints.family("custom_attribute").expect("a family");
    assert_eq!(family.object.as_ref().expect("an object").openness, Openness::Closed);
}

#[test]
fn a_workspace_wins_over_what_is_built_in() {
    let endpoints = load(&[(
        "wallet.schema.json",
        r#"{"x-endpoint": {"method": "POST", "path": "/offers/api/2.0/offers/get_user_offers"},
            "type": "object", "properties": {"own": {"type": "string"}}}"#,
    )]);
    let answered = endpoints.answer(&call("POST", "*/offers/api/2.0/offers/get_user_offers", None));
    assert!(answered.shape.field("own").is_some());
}

#[test]
fn mistakes_are_pointed_at() {
    let cases: [&[(&str, &str)]; 12] = [
        &[("p.toml", "name = \"p\"\ntitel = \"P\"")],
        &[(
            "p.toml",
            "name = \"p\"\ntitle = \"P\"\n[[endpoint]]\nname = \"a\"\ntitle = \"A\"\nmethod = \"GET\"\npath = \"/a\"\naccess = \"raed\"",
        )],
        &[
            (
                "p.toml",
                "name = \"p\"\ntitle = \"P\"\n[[endpoint]]\nname = \"a\"\ntitle = \"A\"\nmethod = \"GET\"\npath = \"a?b\"\naccess = \"read\"\nresponse = \"b.json\"",
            ),
            ("bb.json", "{}"),
        ],
        &[
            (
                "p.toml",
                "name = \"p\"\ntitle = \"P\"\n[[family]]\nname = \"custom_atribute\"\nschema = \"b.json#/$defs/x\"",
            ),
            ("b.json", "{}"),
        ],
        &[("p.toml", PACK), ("balance.json", "{\n \"type\": \n}")],
        &[("p.toml", PACK), ("balance.json", BALANCE)],
        &[
            ("p.toml", PACK),
            ("balance.json", BALANCE),
            ("tiers.json", "{\"$defs\": {\"tiers\": {}}}"),
        ],
        &[("a.schema.json", "{\"x-endpoint\": {\"method\": \"GET\",\n\"pth\": \"/a\"}}")],
        &[("a.schema.json", "{\"x-endpoint\": {\"method\": \"GET\"}}")],
        &[("a.schema.json", "{\"x-family\": \"user\"}")],
        &[(
            "a.schema.json",
            "{\"x-family\": \"event_properties\",\n\"properties\": {\"a\": {\"$ref\": \"#/$defs/offr\"}},\n\"$defs\": {\"offer\": {}}}",
        )],
        &[(
            "a.schema.json",
            "{\"x-family\": \"event_properties\",\n\"properties\": {\"a\": {\"items\": 7}}}",
        )],
    ];
    let said = cases.map(wrong).map(|errors| errors.join("\n")).join("\n\n");
    insta::assert_snapshot!(said);
}
