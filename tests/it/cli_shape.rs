//! `meniscus shape`, run as people run it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn shape(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_meniscus"));
    command.current_dir(folder).arg("shape").args(arguments);
    command.env_remove("COLUMNS").env("NO_COLOR", "1").output().expect("the program runs")
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("UTF-8")
}

#[test]
fn an_endpoint_is_shown_with_the_evidence_for_each_field() {
    let output = shape(&root(), &["get_user_offers"]);
    assert_eq!(output.status.code(), Some(0));
    insta::assert_snapshot!(text(&output.stdout));
}

#[test]
fn the_list_has_all_endpoints() {
    let output = shape(&root(), &["--list"]);
    assert_eq!(output.status.code(), Some(0));
    insta::assert_snapshot!(text(&output.stdout));
}

#[test]
fn an_endpoint_without_recordings_is_what_is_documented() {
    let output = shape(&root(), &["https://*/priv/v1/apps/*/users/*/tags"]);
    insta::assert_snapshot!(text(&output.stdout), @r"
    GET /priv/v1/apps/{api_key}/users/{user_id}/tags · SessionM, read · no recordings
    status                string               documented
    tags                  object or list       documented
      …                   anything             custom names
    __http_status_code__  integer         200  added by Braze
    ");
    let output = shape(&root(), &["all_balances"]);
    insta::assert_snapshot!(text(&output.stdout), @r"
    POST /incentives/api/1.0/user_points/all_balances · SessionM, read · no recordings
    its response is unknown: it has no schema and no recording
    ");
}

#[test]
fn one_thing_has_many_names() {
    let of = |what: &str| text(&shape(&root(), &[what]).stdout).to_owned();
    let wallet = of("get_user_offers");
    for what in [
        "sessionm.get_user_offers",
        "/offers/api/2.0/offers/get_user_offers",
        "post /offers/api/2.0/offers/get_user_offers",
        "https://domains-connecteast1.ent-sessionm.com/offers/api/2.0/offers/get_user_offers",
    ] {
        assert_eq!(of(what), wallet, "{what}");
    }
    let recording = of("wallet/empty");
    assert!(recording.contains("1 recording"), "{recording}");
    assert_eq!(of("recordings/wallet/empty.json"), recording);
    assert_eq!(of("wallet/empty.json"), recording);
}

#[test]
fn a_schema_can_be_read_again() {
    let output = shape(&root(), &["get_user_offers", "--schema"]);
    let schema: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let offer = &schema["properties"]["payload"]["properties"]["user_offers"]["items"];
    assert_eq!(offer["properties"]["expiration_date"]["type"][1], "null");
    assert_eq!(schema["properties"]["status"]["enum"][0], "ok");
    let sample = meniscus::shape::Sample {
        name: "again".to_owned(),
        kind: meniscus::shape::SampleKind::Schema,
        shown: String::new(),
        file: PathBuf::new(),
        base: meniscus::text::DataPath::new(),
    };
    let read = meniscus::shape::read_schema(&sample.into(), &schema, &|_| None);
    let again = meniscus::report::to_schema(&read.expect("a shape"));
    let offer = &again["properties"]["payload"]["properties"]["user_offers"]["items"];
    assert_eq!(offer["properties"]["expiration_date"]["type"][1], "null");
}

#[test]
fn names_that_nothing_has_suggest_the_nearest() {
    let output = shape(&root(), &["get_user_ofers"]);
    assert_eq!(output.status.code(), Some(2));
    insta::assert_snapshot!(text(&output.stderr), @r"
    error: `get_user_ofers` isn't a known endpoint, recording, or URL
    help: did you mean `get_user_offers`?
    ");
    insta::assert_snapshot!(text(&shape(&root(), &["nothing like it"]).stderr), @r"
    error: `nothing like it` isn't a known endpoint, recording, or URL
    help: run `meniscus shape --list` to see all endpoints
    ");
}

#[test]
fn mistakes_in_packs_are_drawn_at_their_characters() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::create_dir(folder.path().join("schemas")).expect("made");
    let pack = "name = \"points\"\ntitle = \"Points\"\n\n[[family]]\nname = \"custom_atribute\"\nschema = \"a.json\"\n";
    std::fs::write(folder.path().join("schemas/points.toml"), pack).expect("written");
    std::fs::write(folder.path().join("schemas/a.json"), "{\"$ref\": \"#/$defs/a\"}")
        .expect("written");
    std::fs::write(folder.path().join("meniscus.toml"), "").expect("written");
    let output = shape(folder.path(), &["--list"]);
    assert_eq!(output.status.code(), Some(2));
    insta::assert_snapshot!(text(&output.stderr));
}
