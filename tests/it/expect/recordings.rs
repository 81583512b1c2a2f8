//! `meniscus test --all-recordings`: which recordings leave holes.

use tempfile::TempDir;

use super::program::{code, put, run, stderr, stdout};
use super::workspace;

const TEMPLATE: &str =
    "{% connected_content https://x.example/users/{{${user_id}}}/wallet :save wallet %}
Hi {{ wallet.name }}, {{ wallet.points | default: '' }} points, {{ wallet.level.name | upcase }}
{% for offer in wallet.offers %}{{ offer.name }}: {{ offer.logo }}
{% endfor %}{% assign city = wallet.city %}{{ city }}{{ never }}
";

/// A recording of a user's wallet.
fn wallet(user: &str, response: &str) -> String {
    format!(
        r#"{{"request": {{"method": "GET", "urlPath": "/users/{user}/wallet"}}, "response": {response}}}"#
    )
}

/// A message, two recipients with a wallet each, and a host that is down for a third.
fn shop() -> TempDir {
    let scenario =
        |user: &str| format!("now = \"2026-03-01T09:00:00Z\"\n[user]\nuser_id = \"{user}\"\n");
    workspace(&[
        ("templates/note.liquid", TEMPLATE),
        ("templates/plain.liquid", "Hi"),
        ("scenarios/ann.toml", &scenario("a1")),
        ("scenarios/bea.toml", &scenario("b1")),
        (
            "recordings/full.json",
            &wallet(
                "a1",
                r#"{"status": 200, "jsonBody": {"name": "A", "points": 3, "level": {"name": "gold"}, "city": "X", "offers": [{"name": "o", "logo": "l"}]}}"#,
            ),
        ),
        (
            "recordings/holes.json",
            &wallet(
                "b1",
                r#"{"status": 200, "jsonBody": {"name": "", "points": null, "level": null, "offers": [{"name": "o", "logo": "l"}, {"name": "p"}]}}"#,
            ),
        ),
        ("recordings/down.json", &wallet("c1", r#"{"status": 500, "body": "oops"}"#)),
    ])
}

#[test]
fn holes_are_told_with_recording_output_and_path() {
    let folder = shop();
    let output = run(folder.path(), &["test", "--all-recordings"]);
    assert_eq!(code(&output), 1, "{}", stderr(&output));
    insta::assert_snapshot!("holes", stdout(&output));
    assert!(!folder.path().join("snapshots").exists(), "nothing is written");
    let again = run(folder.path(), &["test", "--all-recordings"]);
    assert_eq!(stdout(&output), stdout(&again));
}

#[test]
fn each_format_tells_of_holes() {
    let folder = shop();
    let of = |format: &str| {
        stdout(&run(folder.path(), &["test", "--all-recordings", "--format", format]))
    };
    insta::assert_snapshot!("holes_junit", of("junit"));
    insta::assert_snapshot!("holes_github", of("github"));
    let json: serde_json::Value = serde_json::from_str(&of("json")).expect("JSON");
    let told = json["holes"].as_array().expect("a list").iter().map(|hole| {
        let start = &hole["diagnostic"]["span"]["start"];
        format!(
            "{} {} {}:{}:{} {}",
            hole["recording_path"].as_str().unwrap_or_default(),
            hole["missing"].as_str().unwrap_or_default(),
            hole["diagnostic"]["path"].as_str().unwrap_or_default(),
            start["line"],
            start["column"],
            hole["scenarios"],
        )
    });
    let told = told.collect::<Vec<_>>();
    assert_eq!(
        told,
        [
            "recordings/down.json wallet templates/note.liquid:2:4 [\"ann\"]",
            "recordings/holes.json $.name templates/note.liquid:2:4 [\"ann\"]",
            "recordings/down.json wallet templates/note.liquid:2:65 [\"ann\"]",
            "recordings/holes.json $.level.name templates/note.liquid:2:65 [\"ann\"]",
            "recordings/holes.json $.offers[1].logo templates/note.liquid:3:51 [\"ann\"]",
            "recordings/down.json wallet templates/note.liquid:4:44 [\"ann\"]",
            "recordings/holes.json $.city templates/note.liquid:4:44 [\"ann\"]",
        ]
    );
    assert_eq!(json["summary"]["renders"], 4);
    assert_eq!(json["summary"]["without_calls"], 2);
}

#[test]
fn a_guarded_message_has_no_holes() {
    let folder = shop();
    put(
        folder.path(),
        "templates/note.liquid",
        "{% connected_content https://x.example/users/{{${user_id}}}/wallet :save wallet %}{% if wallet.__http_status_code__ != 200 %}{% abort_message('no wallet') %}{% endif %}{% if wallet.name != blank %}Hi {{ wallet.name }}{% else %}Hi{% endif %}, {{ wallet.points | default: 0 }}",
    );
    let output = run(folder.path(), &["test", "--all-recordings"]);
    assert_eq!(code(&output), 0, "{}", stdout(&output));
    assert_eq!(
        stdout(&output),
        "rendered 2 texts with every recording of their calls: 4 renders; 2 texts make no calls\n2 with different text, 2 not sent\nno recording leaves a blank\n"
    );
}

#[test]
fn one_call_is_varied_at_a_time() {
    let recording = |path: &str, name: &str| {
        format!(
            r#"{{"request": {{"method": "GET", "urlPath": "{path}"}}, "response": {{"status": 200, "jsonBody": {{"name": "{name}"}}}}}}"#
        )
    };
    let template = "{% connected_content https://x.example/a/{{${user_id}}} :save a %}{% connected_content https://x.example/b/{{${user_id}}} :save b %}[{{ a.name }}{{ b.name }}]";
    let folder = workspace(&[
        ("templates/note.liquid", template),
        ("scenarios/ann.toml", "now = \"2026-03-01T09:00:00Z\"\n[user]\nuser_id = \"1\"\n"),
        ("recordings/a1.json", &recording("/a/1", "a1")),
        ("recordings/a2.json", &recording("/a/2", "")),
        ("recordings/b1.json", &recording("/b/1", "b1")),
        ("recordings/b2.json", &recording("/b/2", "b2")),
        ("recordings/b3.json", &recording("/b/3", "")),
    ]);
    let output = run(folder.path(), &["test", "--all-recordings", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&stdout(&output)).expect("JSON");
    // a2; b2 and b3: never a2 with b3.
    assert_eq!(json["summary"]["renders"], 3);
    assert_eq!(json["summary"]["holes"], 2);
    assert_eq!(json["summary"]["other"], 1);
    let names = json["holes"].as_array().expect("a list").iter();
    let names = names.map(|hole| hole["recording"].as_str().unwrap_or_default());
    assert_eq!(names.collect::<Vec<_>>(), ["a2", "b3"]);
}

#[test]
fn what_cannot_be_used_is_told_and_the_rest_is_rendered() {
    let folder = shop();
    put(folder.path(), "scenarios/cara.toml", "[user]\nfirst_name = \"Cara\"\n");
    let output = run(folder.path(), &["test", "--all-recordings"]);
    assert_eq!(code(&output), 2);
    let text = stdout(&output);
    assert!(text.contains("the scenario `cara` has no `now`"), "{text}");
    assert!(text.contains("7 blanks: give each a `default`"), "{text}");
    let output = run(folder.path(), &["test", "--all-recordings", "--accept"]);
    assert_eq!(code(&output), 2);
}
