//! `[[expect]]` in scenarios: what is read, what holds, and what is told where it does not.

use crate::program;
mod recordings;

use std::fs;

use crate::program::{code, run, stderr, stdout};
use meniscus::project::{Workspace, world};
use meniscus::render::{Outcome, render};
use meniscus::report::{Look, draw};
use meniscus::snapshot::{Expected, RenderedPart, expected, idle};
use tempfile::TempDir;

/// A workspace of these files, and nothing above it.
fn workspace(files: &[(&str, &str)]) -> TempDir {
    let folder = program::workspace(files);
    program::put(folder.path(), "meniscus.toml", "");
    folder
}

/// What comes of the expectations of the scenario `ann` about each message.
fn checked(files: &[(&str, &str)]) -> Vec<Expected> {
    let folder = workspace(files);
    let workspace = Workspace::around(folder.path()).expect("a workspace");
    let scenario = workspace.scenario("ann").expect("a scenario");
    let blocks = workspace.content_blocks().expect("blocks");
    let recordings = workspace.recordings().expect("recordings");
    let world = world(&workspace.config, &scenario, &blocks, &recordings).expect("a world");
    let messages = workspace.messages(&workspace.root).expect("messages");
    let each = messages.iter().map(|message| {
        let outcomes = message
            .parts
            .iter()
            .map(|part| (part.name.as_str(), render(&part.template, &world, false)));
        let outcomes = outcomes.collect::<Vec<(&str, Outcome)>>();
        let parts = outcomes.iter().map(|(name, outcome)| RenderedPart { name, outcome });
        expected(&scenario, &message.name, &parts.collect::<Vec<_>>())
    });
    each.collect()
}

/// The template, and what comes of a scenario with these expectations: how many hold, and what is
/// told of the others.
fn told(template: &str, expectations: &str) -> (usize, String) {
    let scenario = format!("now = \"2026-03-01T09:00:00Z\"\n\n{expectations}");
    let results =
        checked(&[("templates/note.liquid", template), ("scenarios/ann.toml", &scenario)]);
    let look = Look::plain(100);
    let mut text = String::new();
    for result in &results {
        assert_eq!((&*result.message, &*result.scenario), ("note", "ann"));
    }
    for unmet in results.iter().flat_map(|result| &result.unmet) {
        draw(&unmet.diagnostic, look, &mut text);
    }
    (results.iter().map(|result| result.met).sum(), text)
}

/// What is said of a scenario that cannot be read.
fn refused(name: &str, scenario: &str) -> String {
    let folder = workspace(&[("templates/note.liquid", "x"), (name, scenario)]);
    let output = run(folder.path(), &["render", "templates/note.liquid"]);
    assert_eq!(code(&output), 2, "{}", stdout(&output));
    stderr(&output)
}

#[test]
fn what_holds_is_counted_and_says_nothing() {
    let template = "Dear Anna,\nyou have {{ 480 }} points: naïve 🙂\n";
    let (met, text) = told(
        template,
        r#"
[[expect]]
part = "body"
contains = ["Anna", "480 points"]
not_contains = ["Ben", "Liquid error"]
matches = ['^Dear \w+,', '(?m)^you have \d+ points']
max_length = 39
max_sms_segments = 1
calls = 0
aborts = false

[[expect]]
contains = "Anna"
message = "no*"
why = "she is greeted by name"
"#,
    );
    assert_eq!((met, text.as_str()), (11, ""));
}

#[test]
fn json_is_looked_into() {
    let template = r#"{"tags": ["a", {"zip code": 12.50}], "n": 3, "none": null, "big": 12345678901234567890}"#;
    let (met, text) = told(
        template,
        r#"
expect = [
    { json_path = "$.tags[0]", equals = "a" },
    { json_path = "$.tags[-1]['zip code']", equals = 12.5 },
    { json_path = "$.n", equals = 3.0 },
    { json_path = "$.tags", equals = ["a", { "zip code" = 12.5 }] },
    { json_path = "$.none" },
    { json_path = "$" },
]
"#,
    );
    assert_eq!((met, text.as_str()), (6, ""));
    let (_, text) = told(
        template,
        r#"
[[expect]]
json_path = "$.tag[0]"
[[expect]]
json_path = "$.tags[2].x"
[[expect]]
json_path = "$.n"
equals = "3"
[[expect]]
json_path = "$.n.m"
"#,
    );
    insta::assert_snapshot!("json", text);
    let (_, text) = told("{\"a\": 1,\n \"b\": x}", "[[expect]]\njson_path = \"$.a\"\n");
    insta::assert_snapshot!("no_json", text);
}

#[test]
fn what_does_not_hold_shows_what_is_there() {
    let template = "<p>Dear Anna,</p>\n<p>you have <b>480</b> points to spend.</p>\n";
    let (met, text) = told(
        template,
        r#"
[[expect]]
part = "body"
contains = ["Dear Anna", "<p>you have <b>35</b> points", "zzzzzzzz"]
not_contains = "<p>"
matches = '^Hello'
max_length = 20
why = "the balance is what they ask for"
"#,
    );
    assert_eq!(met, 1);
    insta::assert_snapshot!("texts", text);
}

#[test]
fn segments_say_what_makes_them_short() {
    let (_, text) = told(&"It’s time. ".repeat(8), "[[expect]]\nmax_sms_segments = 1\n");
    insta::assert_snapshot!("segments", text);
    let (_, text) = told(&"0123456789".repeat(17), "[[expect]]\nmax_sms_segments = 1\n");
    assert!(text.contains("`note · body` takes 2 segments; the limit is 1"), "{text}");
    assert!(!text.contains("GSM alphabet"), "{text}");
}

#[test]
fn aborts_are_told_apart() {
    let aborting = "{% abort_message('no wallet today') %}";
    let holds = [
        "aborts = true",
        "aborts = 'no wallet'",
        "abort_type = 'liquid_abort_message'",
        "aborts = true\nabort_type = 'liquid_abort_message'",
    ];
    for claim in holds {
        let (met, text) = told(aborting, &format!("[[expect]]\n{claim}\n"));
        assert_eq!((met, text.as_str()), (claim.lines().count(), ""), "{claim}");
        let (met, text) = told("sent", &format!("[[expect]]\n{claim}\n"));
        assert_eq!(met, 0, "{claim}");
        assert!(text.contains("`note` is sent, but should be aborted"), "{text}");
    }
    let (_, text) = told(
        aborting,
        "[[expect]]\naborts = false\n[[expect]]\naborts = 'no coupon'\n[[expect]]\nabort_type = 'limit_reached'\n[[expect]]\ncontains = 'x'\n",
    );
    insta::assert_snapshot!("aborts", text);
}

#[test]
fn calls_are_counted_as_they_go_out() {
    let recording = r#"{"request": {"method": "GET", "urlPath": "/a"}, "response": {"status": 200, "jsonBody": {"n": 1}}}"#;
    let template = "{% connected_content https://x.example/a?api_key=abcdefgh :save a %}{% connected_content https://x.example/a?api_key=abcdefgh :save b %}{{ a.n }}";
    let files = |claims: &'static str| {
        [
            ("templates/note.liquid", template),
            ("recordings/a.json", recording),
            ("scenarios/ann.toml", claims),
        ]
    };
    let results = checked(&files(
        "[[expect]]\ncalls = 1\n[[expect]]\ncalls = 1\ncalls_to = \"/a\"\n[[expect]]\ncalls = 0\ncalls_to = \"/b\"\n",
    ));
    assert_eq!((results[0].met, results[0].unmet.len()), (3, 0));
    let results = checked(&files("[[expect]]\ncalls = 2\ncalls_to = \"x.example\"\n"));
    let unmet = &results[0].unmet[0];
    assert_eq!(unmet.key, "calls");
    assert_eq!(unmet.diagnostic.message, "`note` makes 1 call to `x.example`, not 2");
    assert_eq!(unmet.diagnostic.related.len(), 1);
    let call = &unmet.diagnostic.related[0];
    assert!(call.text.starts_with("GET https://x.example/a?api_key="), "{}", call.text);
    assert!(!call.text.contains("abcdefgh"), "{}", call.text);
}

#[test]
fn a_part_or_message_is_picked() {
    let scenario = r#"
[[expect]]
part = "subject"
contains = "S"
not_contains = "B"
[[expect]]
contains = "B"
[[expect]]
message = "push"
contains = "P"
[[expect]]
part = "title"
contains = "P"
"#;
    let results = checked(&[
        ("templates/mail/message.toml", "channel = \"email\"\n"),
        ("templates/mail/subject.liquid", "S"),
        ("templates/mail/body.liquid", "B"),
        ("templates/push/message.toml", "channel = \"push\"\n"),
        ("templates/push/title.liquid", "P B"),
        ("scenarios/ann.toml", scenario),
    ]);
    let counts = results.iter().map(|result| (result.met, result.unmet.len()));
    assert_eq!(counts.collect::<Vec<_>>(), [(3, 0), (3, 0)]);
}

#[test]
fn what_is_about_nothing_is_told() {
    let folder = workspace(&[
        ("templates/mail/message.toml", "channel = \"email\"\n"),
        ("templates/mail/subject.liquid", "S"),
        (
            "scenarios/ann.toml",
            "[[expect]]\npart = \"subjct\"\ncontains = \"S\"\n[[expect]]\nmessage = \"other\"\ncontains = \"S\"\n[[expect]]\ncontains = \"S\"\n",
        ),
        ("scenarios/bea.toml", "extends = \"ann\"\n"),
    ]);
    let workspace = Workspace::around(folder.path()).expect("a workspace");
    let messages = [("mail", vec!["subject"])];
    let found = idle(&workspace.scenario("ann").expect("a scenario"), &messages);
    let said = found.iter().map(|one| {
        let line = one.primary.source.position(one.primary.span.start as usize).line;
        (line, one.message.as_str(), one.help.as_deref().unwrap_or_default())
    });
    assert_eq!(
        said.collect::<Vec<_>>(),
        [
            (2, "`mail` has no part `subjct`", "did you mean `subject`?"),
            (
                5,
                "this matches none of the messages for the scenario `ann`",
                "use one of the messages mail"
            ),
        ]
    );
    let inherited = workspace.scenario("bea").expect("a scenario");
    assert_eq!(inherited.expectations.len(), 3);
    assert!(idle(&inherited, &messages).is_empty());
}

#[test]
fn patterns_of_a_scenario_are_bounded_together() {
    let text =
        (0..300).map(|number| format!("[[expect]]\nmatches = '(a{{1,200}}){{1,50}}b{number}'\n"));
    let text = text.collect::<String>();
    let folder = workspace(&[("scenarios/ann.toml", &text)]);
    let workspace = Workspace::around(folder.path()).expect("a workspace");
    let error = workspace.scenario("ann").expect_err("too many").to_string();
    assert!(error.contains("the patterns of this file take too much memory"), "{error}");
}

#[test]
fn a_scenario_inherits_expectations_until_it_has_its_own() {
    let folder = workspace(&[
        ("scenarios/ann.toml", "[[expect]]\ncontains = \"a\"\n[[expect]]\ncontains = \"b\"\n"),
        ("scenarios/inherits.toml", "extends = \"ann\"\n"),
        ("scenarios/own.toml", "extends = \"ann\"\n[[expect]]\ncontains = \"c\"\n"),
        ("scenarios/none.json", "{\"extends\": \"ann\", \"expect\": []}"),
    ]);
    let workspace = Workspace::around(folder.path()).expect("a workspace");
    let count = |name: &str| workspace.scenario(name).expect("a scenario").expectations.len();
    assert_eq!(["ann", "inherits", "own", "none"].map(count), [2, 2, 1, 0]);
    let inherited = workspace.scenario("inherits").expect("a scenario");
    assert_eq!(inherited.expectations[1].place().source.name(), "scenarios/ann.toml");
}

#[test]
fn json_scenarios_have_them_too() {
    let results = checked(&[
        ("templates/note.liquid", "Hi Ben"),
        (
            "scenarios/ann.json",
            "{\n  \"expect\": [\n    {\"contains\": [\"Hi\", \"Ann\"]}\n  ]\n}\n",
        ),
    ]);
    assert_eq!(results[0].met, 1);
    let at = &results[0].unmet[0].diagnostic.primary;
    assert_eq!(at.source.slice(at.span), "\"Ann\"");
    assert_eq!(at.source.position(at.span.start as usize).line, 3);
}

#[test]
fn secrets_are_not_shown() {
    let (_, text) = told(
        r#"{"client_secret": "hunter2hunter2", "note": "Basic aHVudGVyMjpodW50ZXIy"}"#,
        "[[expect]]\njson_path = \"$.client_secret\"\nequals = \"x\"\n[[expect]]\njson_path = \"$.note\"\nequals = \"y\"\n[[expect]]\ncontains = '{\"client_secret\": \"hunter3hunter3\"}'\n",
    );
    for secret in ["hunter2hunter2", "aHVudGVyMjpodW50ZXIy", "hunter3hunter3"] {
        assert!(!text.contains(secret), "{text}");
    }
    assert!(text.contains("`$.client_secret` is `[redacted]`"), "{text}");
}

#[test]
fn what_cannot_be_read_is_told_at_its_characters() {
    let mut text = String::new();
    for expectation in [
        "contans = 'x'",
        "part = 'body'",
        "contains = ''",
        "contains = ['x', 3]",
        "matches = ['a', '(b']",
        "json_path = 'tags'",
        "json_path = '$.tags[*].id'",
        "equals = 3",
        "aborts = 3",
        "aborts = true\ncontains = 'x'",
        "aborts = false\nabort_type = 'limit_reached'",
        "abort_type = 'abort_message'",
        "max_length = -1",
        "max_length = 'ten'",
        "max_sms_segments = 0",
        "calls_to = 'x'",
        "calls = 1.5",
        "message = 'offer[' \ncontains = 'x'",
        "part = 3\ncontains = 'x'",
    ] {
        text.push_str(&refused("scenarios/ann.toml", &format!("[[expect]]\n{expectation}\n")));
    }
    text.push_str(&refused("scenarios/ann.toml", "[expect]\ncontains = 'x'\n"));
    text.push_str(&refused("scenarios/ann.toml", "expect = ['x']\n"));
    text.push_str(&refused("scenarios/ann.toml", "[[expects]]\ncontains = 'x'\n"));
    text.push_str(&refused(
        "scenarios/ann.json",
        "{\"expect\": [{\"part\": \"body\", \"mathces\": \"x\"}]}",
    ));
    text.push_str(&refused("scenarios/ann.json", "{\"expect\": [{\"max_length\": true}]}"));
    insta::assert_snapshot!("refused", text);
}

/// A message of two parts with a scenario whose expectations hold, but for two.
fn shop() -> TempDir {
    workspace(&[
        ("templates/mail/message.toml", "channel = \"email\"\n"),
        ("templates/mail/subject.liquid", "Hi {{${first_name}}}"),
        ("templates/mail/body.liquid", "Dear {{${first_name}}},\nyou have 480 points.\n"),
        (
            "scenarios/ann.toml",
            "now = \"2026-03-01T09:00:00Z\"\n\n[user]\nfirst_name = \"Ann\"\n\n[[expect]]\npart = \"body\"\ncontains = [\"Dear Ann\", \"35 points\"]\n\n[[expect]]\npart = \"subject\"\nmax_length = 4\n",
        ),
        (
            "scenarios/ben.toml",
            "extends = \"ann\"\n\n[user]\nfirst_name = \"Ben\"\n\n[[expect]]\ncontains = \"Ben\"\n",
        ),
    ])
}

#[test]
fn a_test_fails_where_an_expectation_does_accepted_or_not() {
    let folder = shop();
    let output = run(folder.path(), &["test", "--accept"]);
    assert_eq!(code(&output), 1, "{}", stderr(&output));
    let before = fs::read_to_string(folder.path().join("scenarios/ann.toml")).expect("a file");
    let output = run(folder.path(), &["test"]);
    assert_eq!(code(&output), 1);
    insta::assert_snapshot!("human", stdout(&output));
    let after = fs::read_to_string(folder.path().join("scenarios/ann.toml")).expect("a file");
    assert_eq!(before, after, "nothing rewrites an expectation");
    let output = run(folder.path(), &["test", "--scenario", "ben"]);
    assert_eq!(code(&output), 0, "{}", stdout(&output));
    assert!(stdout(&output).contains(", 1 expectation\n"), "{}", stdout(&output));
    // Other messages of the same scenario are no reason to complain of those that are not tested.
    program::put(folder.path(), "templates/note.liquid", "x");
    let output = run(folder.path(), &["test", "templates/note.liquid", "--scenario", "ben"]);
    assert!(!stdout(&output).contains("part"), "{}", stdout(&output));
}

#[test]
fn each_format_tells_of_expectations() {
    let folder = shop();
    run(folder.path(), &["test", "--accept"]);
    let of = |format: &str| stdout(&run(folder.path(), &["test", "--format", format]));
    insta::assert_snapshot!("junit", of("junit"));
    insta::assert_snapshot!("github", of("github"));
    let json: serde_json::Value = serde_json::from_str(&of("json")).expect("JSON");
    insta::assert_snapshot!("json_format", format!("{:#}", json["expectations"]));
    assert_eq!(json["summary"]["expectations_met"], 2);
    assert_eq!(json["summary"]["expectations_unmet"], 2);
}

#[test]
fn an_expectation_about_nothing_is_a_scenario_that_cannot_be_used() {
    let folder = shop();
    run(folder.path(), &["test", "--accept"]);
    program::put(
        folder.path(),
        "scenarios/ben.toml",
        "extends = \"ann\"\n\n[[expect]]\npart = \"boddy\"\ncontains = \"Ben\"\n",
    );
    let junit = run(folder.path(), &["test", "--format", "junit"]);
    insta::assert_snapshot!("unusable_junit", stdout(&junit));
    for arguments in [&["test"][..], &["test", "templates/mail"]] {
        let output = run(folder.path(), arguments);
        assert_eq!(code(&output), 2);
        let text = stdout(&output);
        assert!(text.contains("`mail` has no part `boddy`"), "{text}");
        assert!(text.contains("scenarios/ben.toml:4:8"), "{text}");
        assert!(text.contains("did you mean `body`?"), "{text}");
    }
}
