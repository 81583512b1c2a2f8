//! `meniscus scenarios`: recipients made of the templates themselves.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Arc;

use meniscus::coverage::{Coverage, Level};
use meniscus::endpoint::Endpoints;
use meniscus::project::{Message, Scenario, Workspace};
use meniscus::recipients::{Base, Trial, cover, coverage_of, edges, stub, suggest};
use meniscus::render::{OriginSource, Outcome};
use meniscus::rules::Knowledge;
use meniscus::text::Source;
use proptest::prelude::*;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn meniscus(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_meniscus"));
    command.current_dir(folder).arg("scenarios").args(arguments);
    command.env_remove("COLUMNS").env("NO_COLOR", "1").output().expect("the program runs")
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("UTF-8")
}

/// What is known of a workspace, with its scenarios or without them.
fn knowledge(workspace: &Workspace, with_scenarios: bool) -> Knowledge {
    let replay = workspace.recordings().expect("recordings");
    let endpoints = Endpoints::new(workspace.packs().expect("packs"), &replay);
    let blocks = workspace.content_blocks().expect("blocks");
    let scenarios =
        if with_scenarios { workspace.scenarios().expect("scenarios") } else { Vec::new() };
    Knowledge::new(workspace, scenarios, blocks, replay, endpoints)
}

/// A workspace of one template, with more files beside it.
fn workspace(template: &str, files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let all = [("meniscus.toml", ""), ("templates/a.liquid", template)];
    for (name, text) in all.iter().chain(files) {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        std::fs::write(path, text).expect("written");
    }
    folder
}

/// The scenario that a stub's file says.
fn loaded(written: &str) -> Scenario {
    let source = Arc::new(Source::new("stub.toml", written));
    Scenario::from_source(&source).unwrap_or_else(|error| panic!("{error}\n{written}"))
}

/// What renders have found missing that a scenario could give.
fn missing(outcomes: &[Outcome]) -> Vec<String> {
    let traces = outcomes.iter().filter_map(|outcome| outcome.trace.as_ref());
    let facts = traces.flat_map(|trace| &trace.explanations).flat_map(|one| &one.facts);
    let missing = facts.filter(|fact| fact.missing.is_some()).filter(|fact| {
        let source = fact.origin.as_ref().map(|origin| &origin.source);
        matches!(source, Some(OriginSource::Scenario(table)) if !table.is_empty())
    });
    let shown = missing.map(|fact| fact.expression.source.slice(fact.expression.span).to_owned());
    shown.collect()
}

#[test]
fn a_stub_leaves_nothing_missing_that_a_scenario_can_give() {
    for (folder, messages) in
        [(root(), "templates"), (root().join("tests/lint_corpus/cinema"), "templates/clean")]
    {
        let workspace = Workspace::around(&folder).expect("a workspace");
        let all = workspace.messages(&folder.join(messages)).expect("messages");
        assert!(all.len() >= 4);
        for with_scenarios in [true, false] {
            let known = knowledge(&workspace, with_scenarios);
            for message in &all {
                let trial = Trial::new(&known, message);
                let made = stub(&trial).expect("a stub");
                let scenario = loaded(&made.draft.to_toml());
                assert!(scenario.applies_to(&message.name), "{}", message.name);
                let outcomes = trial.render(&scenario, &[], true).expect("a world");
                assert_eq!(missing(&outcomes), [""; 0], "{}", message.name);
            }
        }
    }
}

#[test]
fn a_stub_is_the_scenario_with_notes() {
    let output =
        meniscus(&root(), &["stub", "templates/offer_triggered", "templates/offer_wallet"]);
    assert_eq!(output.status.code(), Some(0));
    insta::assert_snapshot!(text(&output.stdout));
}

#[test]
fn values_are_invented_by_use_kind_and_name() {
    let template = "\
{% if custom_attribute.${tier} == 'gold' and custom_attribute.${visits} > 9 %}{{${email_address}}}{% endif %}
{{context.${offers}[0].name}} {{context.${offers}[0].price | money}} {{context.${offers}[0].ends | date: '%B'}}
{% for size in context.${sizes} %}{{size}}{% endfor %}{{ stray.name }}
{% promotion('spring') %}{% catalog_items films F1 {{custom_attribute.${film id}}} %}{{ items[0].title }}
{% assign receipt = api_trigger_properties.${receipt} | json_parse %}{{ receipt.lines[0].sku }}{{context.${api_token}}}
{% if custom_attribute.${opted_out} == true %}{% endif %}{{custom_attribute.${colours} | split: ',' | join: ' '}}";
    let folder = workspace(template, &[]);
    let output = meniscus(folder.path(), &["stub", "templates/a.liquid"]);
    assert_eq!(output.status.code(), Some(0));
    insta::assert_snapshot!(text(&output.stdout));
    loaded(text(&output.stdout));
}

#[test]
fn a_recipient_is_made_whom_a_recording_answers() {
    let recording = r#"{"request": {"method": "GET", "urlPath": "/members/m-77/points"},
        "response": {"status": 200, "jsonBody": {"points": 5}}}"#;
    let template = "{% connected_content https://h.example/members/{{custom_attribute.${member}}}/points :save a %}{{ a.points }}";
    let folder = workspace(template, &[("recordings/points.json", recording)]);
    let output = meniscus(folder.path(), &["stub", "templates/a.liquid"]);
    assert!(text(&output.stdout).contains("member = \"m-77\""), "{}", text(&output.stdout));
    assert!(text(&output.stdout).contains("answered by points (200)"));
    // Without a recording, it says so.
    std::fs::remove_file(folder.path().join("recordings/points.json")).expect("removed");
    let output = meniscus(folder.path(), &["stub", "templates/a.liquid"]);
    assert!(text(&output.stdout).contains("no recording answers it"), "{}", text(&output.stdout));
}

#[test]
fn a_stub_is_written_once_and_replaced_when_asked() {
    let folder = workspace("Hi {{${first_name}}}", &[("scenarios/j.json", "{}")]);
    let run = |arguments: &[&str]| {
        let output =
            meniscus(folder.path(), &[&["stub", "templates/a.liquid"], arguments].concat());
        (output.status.code(), text(&output.stderr).to_owned())
    };
    let path = folder.path().join("scenarios/mara.toml");
    assert_eq!(run(&["--out", "mara"]), (Some(0), "wrote scenarios/mara.toml\n".to_owned()));
    assert_eq!(run(&["--out", "mara"]), (Some(0), "unchanged scenarios/mara.toml\n".to_owned()));
    std::fs::write(&path, "now = 2026-01-01T00:00:00Z\n").expect("written");
    let (code, said) = run(&["--out", "mara"]);
    assert_eq!(code, Some(2));
    assert!(said.contains("`scenarios/mara.toml` would change"), "{said}");
    assert!(said.contains("--overwrite"), "{said}");
    assert_eq!(run(&["--out", "mara", "--overwrite"]).0, Some(0));
    assert!(std::fs::read_to_string(&path).expect("there").contains("first_name"));
    for name in ["../mara", "", ".x", "a/b", "j"] {
        let (code, said) = run(&["--out", name]);
        assert_eq!(code, Some(2), "{name}: {said}");
    }
    let output =
        meniscus(folder.path(), &["stub", "templates", "templates/b.liquid", "--out", "x"]);
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn scenarios_are_listed_with_their_messages() {
    let output = meniscus(&root(), &["list"]);
    let listed = text(&output.stdout);
    assert!(listed.contains("offer_triggered\n"), "{listed}");
    let folder = workspace(
        "x",
        &[
            ("scenarios/a.toml", "now = \"2026-01-01T00:00:00Z\"\ntemplates = [\"a\"]\n"),
            ("scenarios/other.toml", "templates = [\"z*\"]\n"),
            ("templates/b.liquid", "y"),
        ],
    );
    let output = meniscus(folder.path(), &["list"]);
    assert_eq!(
        text(&output.stdout),
        "a      a\nother  no message  (no `now`)\n\nmessages without a scenario\n  b\n"
    );
    let output = meniscus(folder.path(), &["list", "--format", "json"]);
    let json = serde_json::from_slice::<serde_json::Value>(&output.stdout).expect("JSON");
    assert_eq!(json["scenarios"][0]["messages"][0], "a");
    assert_eq!(json["messages_without_scenario"][0], "b");
}

/// Pieces of templates, sense or not.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "{{${first_name}}}",
        "{{custom_attribute.${a b.c}}}",
        "{{context.${x}.y[0].z}}",
        "{{context.${x}[3]}}",
        "{% for i in context.${l} %}{{i.n}}{{i}}{% endfor %}",
        "{% if ${language} == 'de' %}",
        "{% endif %}",
        "{% if api_trigger_properties.${n} > 5 and context.${x} contains 'q' %}",
        "{% else %}",
        "{{ stray.a.b }}",
        "{% catalog_items c {{context.${x}}} %}{{ items[0].t }}",
        "{% promotion('\"p') %}",
        "{{ items.first.u }}",
        "{% assign v = context.${j} | json_parse %}{{ v.a[0].b }}",
        "{{context.${e\"} | split: '' }}",
        "{{",
        "{% connected_content https://h.example/{{${user_id}}}?q={{context.${x}}} :save r %}{{ r.a }}",
        "%}",
        "}",
        "{% shopping_cart {{context.${x}}} %}{{ shopping_cart.products[0].price }}",
        "{% abort_message('no') %}",
        "{{custom_attribute.${🎉 ${x}}}}",
        "{% for p in context.${o} %}{{p[0]}}{{p[1].q}}{% endfor %}",
        "\u{202e}",
    ]);
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn whatever_the_template_a_stub_is_a_scenario(template in pieces()) {
        let workspace = Workspace::at(&root().join("tests/none")).expect("the defaults");
        let known = knowledge(&workspace, false);
        let source = Arc::new(Source::new("a.liquid", template));
        let message = Message::of_text("a", &source, known.config.settings().parse);
        let trial = Trial::new(&known, &message);
        let written = stub(&trial).expect("a stub").draft.to_toml();
        let again = stub(&trial).expect("a stub").draft.to_toml();
        prop_assert_eq!(&written, &again);
        let scenario = loaded(&written);
        trial.render(&scenario, &[], false).expect("a world");
    }
}

#[test]
fn edge_tells_what_recipients_break() {
    let template = r#"{% if custom_attribute.${points} > 5 %}many{% endif %}{% if ${language} == 'de' %}x{% endif %}
<p>{{${first_name}}}</p>{% for offer in context.${offers} %}{{ offer.name }}{% endfor %}{{ 'now' | time_zone: ${time_zone} | date: '%H:%M' }}"#;
    let base = "now = \"2026-03-01T09:00:00Z\"\n[user]\nfirst_name = \"Bo\"\nlanguage = \"en\"\ntime_zone = \"UTC\"\n[custom_attribute]\npoints = 9\n[context]\noffers = [{ name = \"Bun\" }]\n";
    let folder = workspace(template, &[("scenarios/bo.toml", base)]);
    let run = |arguments: &[&str]| {
        meniscus(folder.path(), &[&["edge", "templates/a.liquid"], arguments].concat())
    };
    let output = run(&["--base", "bo"]);
    // A number in quotes stops the render, and a name breaks the HTML.
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
    insta::assert_snapshot!(text(&output.stdout));
    assert!(!folder.path().join("scenarios/a_missing.toml").exists());
    let only = run(&["--base", "bo", "--case", "language"]);
    assert_eq!(only.status.code(), Some(0));
    assert_eq!(text(&only.stdout).lines().count(), 4, "{}", text(&only.stdout));
}

#[test]
fn edge_scenarios_are_written_whole_or_not_at_all() {
    let template = "{{${first_name}}} {{custom_attribute.${points}}}";
    let folder = workspace(template, &[("scenarios/a_zero.toml", "now = 2026-01-01T00:00:00Z\n")]);
    let write = ["edge", "templates/a.liquid", "--write"];
    let output = meniscus(folder.path(), &write);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("`scenarios/a_zero.toml` would change"));
    assert!(!folder.path().join("scenarios/a_stub.toml").exists());
    let output = meniscus(folder.path(), &[&write[..], &["--overwrite"]].concat());
    assert_ne!(output.status.code(), Some(2), "{}", text(&output.stderr));
    let workspace = Workspace::around(folder.path()).expect("a workspace");
    let scenarios = workspace.scenarios().expect("all can be read");
    assert!(scenarios.len() > 6);
    assert!(scenarios.iter().all(|scenario| scenario.applies_to("a")));
    let zero = scenarios.iter().find(|scenario| scenario.name == "a_zero").expect("written");
    let output = Trial::new(
        &knowledge(&workspace, true),
        &workspace.messages(&folder.path().join("templates/a.liquid")).expect("there")[0],
    )
    .render(zero, &[], false)
    .expect("rendered");
    assert_eq!(output[0].output, "Mara 0");
}

#[test]
fn every_edge_is_a_scenario_that_renders() {
    let folder = root().join("tests/lint_corpus/cinema");
    let workspace = Workspace::around(&folder).expect("a workspace");
    let known = knowledge(&workspace, false);
    let messages = workspace.messages(&folder.join("templates/clean")).expect("messages");
    // A thousand items take their time without optimisation: some of the messages say enough.
    for message in messages.iter().step_by(4) {
        let trial = Trial::new(&known, message);
        let made = stub(&trial).expect("a stub");
        let base = made.draft.scenario("stub", None);
        let base = Base { name: "stub", scenario: &base };
        for edge in edges(&trial, &made, base).expect("edges") {
            assert!(
                edge.draft.to_toml().parse::<toml::Table>().is_ok(),
                "{}",
                edge.draft.to_toml()
            );
            assert_eq!(edge.parts.len(), message.parts.len());
        }
    }
}

/// The points that the scenarios of a folder reach, and those there are.
fn reached(folder: &Path) -> (usize, usize) {
    let workspace = Workspace::around(folder).expect("a workspace");
    let known = knowledge(&workspace, true);
    let mut coverage = Coverage::default();
    let messages = workspace.messages(&workspace.root).expect("messages");
    for message in &messages {
        let trial = Trial::new(&known, message);
        coverage.merge(coverage_of(&trial));
        cover(&trial, &mut coverage).expect("rendered");
    }
    let total = coverage.total(Level::Branch);
    (total.reached, total.points)
}

const WALLET: &str = r#"{"request": {"method": "GET", "urlPath": "/wallet"}, "response": {"status": 200,
    "jsonBody": {"status": "ok", "offers": [{"name": "Bun", "ends": "2026-04-01T00:00:00Z"}, {"name": "Rye", "ends": null}]}}}"#;

const MANY_WAYS: &str = "\
{% connected_content https://h.example/wallet?u={{${user_id}}} :save wallet %}
{% if wallet.status != 'ok' %}{% abort_message('no wallet') %}{% endif %}
{{${first_name} | default: 'you'}}{% assign tier = custom_attribute.${tier} | downcase %}
{% if tier == 'gold' and custom_attribute.${points} >= 100 %}gold{% elsif tier == 'silver' %}silver{% else %}none{% endif %}
{% for offer in wallet.offers %}{{offer.name}}{% if offer.ends == blank %}for ever{% endif %}{% endfor %}
{% case ${language} %}{% when 'de', 'nl' %}a{% when 'fr' %}b{% endcase %}
{% for c in context.${cities} limit: 3 %}{{c}}{% else %}no city{% endfor %}
{% if custom_attribute.${name}.size > 20 %}long{% endif %}";

#[test]
fn suggestions_reach_what_no_scenario_reaches() {
    let folder = workspace(MANY_WAYS, &[("recordings/wallet.json", WALLET)]);
    let output = meniscus(folder.path(), &["suggest", "templates/a.liquid"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(!folder.path().join("scenarios").exists());
    insta::assert_snapshot!(text(&output.stdout));
    let before = reached(folder.path());
    let output = meniscus(folder.path(), &["suggest", "templates/a.liquid", "--write"]);
    assert!(
        text(&output.stderr).contains("wrote recordings/suggested/"),
        "{}",
        text(&output.stderr)
    );
    let after = reached(folder.path());
    assert_eq!(before.0, 0);
    assert_eq!(after.0, after.1);
    // What was there answers as before: derived recordings come last.
    let mapping = std::fs::read_dir(folder.path().join("recordings/suggested")).expect("a folder");
    for file in mapping.flatten() {
        let json = std::fs::read_to_string(file.path()).expect("read");
        let json = serde_json::from_str::<serde_json::Value>(&json).expect("JSON");
        assert_eq!(json["priority"], 10);
        assert_eq!(json["metadata"]["meniscus"]["derived_from"], "wallet");
    }
    let output = meniscus(folder.path(), &["suggest", "templates/a.liquid"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stdout));
    assert!(text(&output.stdout).contains("scenarios reach all"), "{}", text(&output.stdout));
}

#[test]
fn suggestions_extend_the_scenarios_there_are() {
    let template = "{{${first_name} | default: 'you'}}{% if context.${offer.x}.code %}{{context.${offer.x}.code}}{% endif %}";
    let base = "now = \"2026-03-01T09:00:00Z\"\n[user]\nfirst_name = \"Bo\"\n[context.\"offer.x\"]\ncode = \"B-1\"\nname = \"Bun\"\n";
    let base = format!("{base}[[expect]]\ncontains = \"Bo\"\n");
    let folder = workspace(template, &[("scenarios/bo.toml", &base)]);
    let output = meniscus(folder.path(), &["suggest", "templates/a.liquid", "--write"]);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
    let (reached, points) = reached(folder.path());
    assert_eq!(reached, points);
    // What is expected of Bo is not expected of whoever has no name.
    let known = Workspace::around(folder.path()).expect("a workspace").scenarios().expect("read");
    let expected = known.iter().map(|scenario| scenario.expectations.len()).collect::<Vec<_>>();
    assert_eq!(expected, [0, 1]);
    let made = text(&output.stderr).lines().filter(|line| line.starts_with("wrote")).count();
    assert_eq!(made, 1, "{}", text(&output.stderr));
}

#[test]
fn what_cannot_be_reached_is_told() {
    let folder =
        workspace("{% assign a = 1 | plus: 1 %}{% if a == 5 %}x{% endif %}{{${first_name}}}", &[]);
    let output = meniscus(folder.path(), &["suggest", "templates/a.liquid"]);
    assert!(
        text(&output.stdout)
            .contains("not reached\n    templates/a.liquid:1 the body of `if a == 5`"),
        "{}",
        text(&output.stdout)
    );
    let output = meniscus(folder.path(), &["suggest", "templates/a.liquid", "--format", "json"]);
    let json = serde_json::from_slice::<serde_json::Value>(&output.stdout).expect("JSON");
    assert_eq!(json["messages"][0]["unreached"].as_array().map(Vec::len), Some(1));
}

/// What a message reached is carried to the next once, and not twice as often each time.
#[test]
fn suggestions_of_many_messages_do_not_multiply_their_counts() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        std::fs::write(path, text).expect("written");
    };
    write("meniscus.toml", "");
    write("content_blocks/b.liquid", "{% if ${city} == 'Oslo' %}cold{% endif %}");
    for number in 0..70 {
        write(&format!("templates/m{number:02}.liquid"), "{{content_blocks.${b}}}");
    }
    let output = meniscus(folder.path(), &["suggest", "templates"]);
    let (said, errors) = (text(&output.stdout), text(&output.stderr));
    assert_eq!(output.status.code(), Some(1), "{errors}");
    assert_eq!(said.matches("reaches content_blocks/b.liquid").count(), 3, "{said}");
}

#[test]
fn suggestions_of_many_messages_load_and_reach_what_they_say() {
    let folder = root().join("tests/lint_corpus/cinema");
    let workspace = Workspace::around(&folder).expect("a workspace");
    let known = knowledge(&workspace, false);
    let messages = workspace.messages(&folder.join("templates/clean")).expect("messages");
    for message in messages.iter().filter(|message| !message.name.contains("wallet")).step_by(6) {
        let trial = Trial::new(&known, message);
        let mut coverage = coverage_of(&trial);
        let points = coverage.total(Level::Branch).points;
        let found = suggest(&trial, &stub(&trial).expect("a stub"), &mut coverage).expect("found");
        assert_eq!(found.points, points);
        let total = coverage.total(Level::Branch);
        assert_eq!(total.points - total.reached, found.unreached.len(), "{}", message.name);
        for suggestion in &found.suggestions {
            loaded(&suggestion.draft.to_toml());
        }
    }
}

/// Thousands of branches are not tried with thousands of recipients each.
#[test]
fn the_more_a_template_does_the_fewer_recipients_are_tried() {
    let tried = |count: usize| {
        let branch = |number: usize| {
            format!("{{% if custom_attribute.${{a{number}}} == 'x{number}' %}}y{{% endif %}}")
        };
        let text = (0..count).map(branch).collect::<String>();
        let folder = tempfile::tempdir().expect("a folder");
        let workspace = Workspace::around(folder.path()).expect("a workspace");
        let known = knowledge(&workspace, false);
        let source = Arc::new(Source::new("a.liquid", text));
        let message = Message::of_text("a", &source, known.config.settings().parse);
        let trial = Trial::new(&known, &message);
        let mut coverage = coverage_of(&trial);
        let found = suggest(&trial, &stub(&trial).expect("a stub"), &mut coverage).expect("found");
        (found.tried, found.suggestions.len())
    };
    let (few, suggested) = tried(20);
    assert!(few > 100 && suggested > 0, "{few} tried, {suggested} suggested");
    let (many, _) = tried(700);
    assert!(many < 6_000, "{many} tried");
}
