//! A workspace on disk: messages, scenarios that extend each other, profiles exported by Braze,
//! content blocks, settings; through the library, as later commands use it.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use meniscus::files::{Disk, Files, Memory, Walk};
use meniscus::project::{Layout, Overlay, ProjectError, Scenario, Workspace, world};
use meniscus::render::{Outcome, render};
use meniscus::rules::{Targets, lint};
use meniscus::session::Session;
use tempfile::TempDir;

fn workspace(files: &[(&str, &str)]) -> (TempDir, Workspace) {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        fs::write(path, text).expect("written");
    }
    let workspace = Workspace::around(folder.path()).expect("a workspace");
    (folder, workspace)
}

/// The part of a message for a scenario.
fn outcome(workspace: &Workspace, message: &str, part: &str, scenario: &Scenario) -> Outcome {
    let messages = workspace.messages(&workspace.root.join(message)).expect("a message");
    let part = messages[0].parts.iter().find(|known| known.name == part).expect("a part");
    let blocks = workspace.content_blocks().expect("blocks");
    let recordings = workspace.recordings().expect("recordings");
    let world = world(&workspace.config, scenario, &blocks, &recordings).expect("a world");
    render(&part.template, &world, false)
}

fn text(workspace: &Workspace, message: &str, scenario: &str) -> String {
    let scenario = workspace.scenario(scenario).expect("a scenario");
    outcome(workspace, message, "body", &scenario).output
}

#[test]
fn a_folder_with_message_toml_has_parts_in_the_order_people_read_them() {
    let (_folder, workspace) = workspace(&[
        ("meniscus.toml", ""),
        ("templates/w/message.toml", "channel = \"webhook\"\n[headers]\nX-One = \"{{ 1 }}\"\n"),
        ("templates/w/body.liquid", "{}"),
        ("templates/w/url.liquid", "https://x.example"),
        ("templates/w/notes.md", "not a part"),
        ("templates/plain.liquid", "Hi"),
    ]);
    let messages = workspace.messages(&workspace.root).expect("messages");
    let shown = messages
        .iter()
        .map(|message| {
            let parts = message.parts.iter().map(|part| part.name.as_str()).collect::<Vec<_>>();
            format!("{}: {}", message.name, parts.join(" "))
        })
        .collect::<Vec<_>>();
    assert_eq!(shown, ["plain: body", "w: url body header.X-One"]);
    let outcome = outcome(&workspace, "templates/w", "header.X-One", &Scenario::empty());
    assert_eq!(outcome.output, "1");
}

#[test]
fn parts_come_in_the_order_of_their_fields_with_the_buttons_of_message_toml() {
    let settings = "channel = \"in_app\"\ntype = \"full\"\n[[buttons]]\ntext = \"Not {{ 1 }}\"\n\
                    [[buttons]]\ntext = \"Show\"\nurl = \"app://{{ 2 }}\"\n";
    let (_folder, workspace) = workspace(&[
        ("meniscus.toml", ""),
        ("templates/a/message.toml", settings),
        ("templates/a/message.liquid", "Hi"),
        ("templates/a/header.liquid", "Hello"),
    ]);
    let messages = workspace.messages(&workspace.root.join("templates/a")).expect("a message");
    let parts = messages[0].parts.iter().map(|part| part.name.as_str()).collect::<Vec<_>>();
    assert_eq!(parts, ["header", "message", "button1", "button2", "button2_url"]);
    assert_eq!(messages[0].settings.layout, Some(Layout::Full));
    let scenario = Scenario::empty();
    assert_eq!(outcome(&workspace, "templates/a", "button1", &scenario).output, "Not 1");
    assert_eq!(outcome(&workspace, "templates/a", "button2_url", &scenario).output, "app://2");
}

#[test]
fn message_toml_refuses_what_its_channel_does_not_have() {
    let button = "[[buttons]]\ntext = \"Show\"\n";
    for (settings, said, help) in [
        (
            "channel = \"push\"\ntype = \"modal\"\n".to_owned(),
            "`type = \"modal\"` only works in the channel `in_app`, and `templates/a` isn't in it",
            "channel = \"in_app\"",
        ),
        ("channel = \"in_app\"\ntype = \"modl\"\n".to_owned(), "unknown value `modl`", "modal"),
        (
            format!("channel = \"in_app\"\n{}", button.repeat(3)),
            "this message has 3 buttons; the channel In-app message allows at most 2",
            "keep 2",
        ),
        (
            format!("channel = \"sms\"\n{button}"),
            "the channel SMS has no buttons",
            "remove `[[buttons]]`",
        ),
    ] {
        let (_folder, workspace) = workspace(&[
            ("meniscus.toml", ""),
            ("templates/a/message.toml", &settings),
            ("templates/a/message.liquid", "Hi"),
        ]);
        let error = workspace.messages(&workspace.root.join("templates/a")).expect_err(&settings);
        assert_eq!(error.to_string(), said);
        assert!(error.help().is_some_and(|found| found.contains(help)), "{:?}", error.help());
    }
}

#[test]
fn variables_live_inside_one_part() {
    let (_folder, workspace) = workspace(&[
        ("meniscus.toml", ""),
        ("templates/m/message.toml", "channel = \"email\"\n"),
        ("templates/m/subject.liquid", "{% assign x = 1 %}{{ x }}"),
        ("templates/m/body.html", "[{{ x }}]"),
    ]);
    assert_eq!(outcome(&workspace, "templates/m", "subject", &Scenario::empty()).output, "1");
    assert_eq!(outcome(&workspace, "templates/m", "body", &Scenario::empty()).output, "[]");
}

#[test]
fn a_scenario_lays_its_tables_over_those_it_extends() {
    let (_folder, workspace) = workspace(&[
        ("meniscus.toml", ""),
        (
            "templates/t.liquid",
            "{{${first_name}}} {{${city}}} {{custom_attribute.${a b}}} {{'now' | date: '%Y'}}",
        ),
        (
            "scenarios/base.toml",
            "now = 2027-01-01T00:00:00Z\n[user]\nfirst_name = \"Ana\"\ncity = \"Lisbon\"\n",
        ),
        (
            "scenarios/bo.toml",
            "extends = \"base\"\n[user]\nfirst_name = \"Bo\"\n[custom_attribute]\n\"a b\" = 7\n",
        ),
        ("scenarios/cy.json", "{\"extends\": \"bo\", \"user\": {\"city\": \"Oslo\"}}"),
    ]);
    assert_eq!(text(&workspace, "templates/t.liquid", "base"), "Ana Lisbon  2027");
    assert_eq!(text(&workspace, "templates/t.liquid", "bo"), "Bo Lisbon 7 2027");
    assert_eq!(text(&workspace, "templates/t.liquid", "cy"), "Bo Oslo 7 2027");
}

#[test]
fn a_scenario_takes_out_what_it_does_without() {
    let (_folder, workspace) = workspace(&[
        ("meniscus.toml", ""),
        (
            "templates/t.liquid",
            "[{{${first_name}}}][{{${city}}}][{{custom_attribute.${a.b c}}}][{{context.${offer}.name}}][{{context.${offer}.code}}]",
        ),
        (
            "scenarios/base.toml",
            "[user]\nfirst_name = \"Ana\"\ncity = \"Lisbon\"\n[custom_attribute]\n\"a.b c\" = 7\n[context.offer]\nname = \"Bun\"\ncode = \"B-1\"\n",
        ),
        (
            "scenarios/bo.toml",
            "extends = \"base\"\nwithout = [\"user.first_name\", \"custom_attribute.a.b c\", \"context.offer.code\"]\n[user]\ncity = \"Oslo\"\n",
        ),
        ("scenarios/cy.toml", "extends = \"bo\"\nwithout = [\"context\"]\n"),
        ("scenarios/di.toml", "extends = \"bo\"\n[user]\nfirst_name = \"Di\"\n"),
        // As paths are printed.
        (
            "scenarios/ed.toml",
            "extends = \"base\"\nwithout = [\"custom_attribute['a.b c']\", \"context['offer'].name\"]\n",
        ),
    ]);
    assert_eq!(text(&workspace, "templates/t.liquid", "ed"), "[Ana][Lisbon][][][B-1]");
    assert_eq!(text(&workspace, "templates/t.liquid", "bo"), "[][Oslo][][Bun][]");
    assert_eq!(text(&workspace, "templates/t.liquid", "cy"), "[][Oslo][][][]");
    assert_eq!(text(&workspace, "templates/t.liquid", "di"), "[Di][Oslo][][Bun][]");
    for (entry, said, help) in [
        ("usr.city", "`usr.city` in `without` doesn't start with a table", "user"),
        ("user.ctiy", "`user.ctiy` in `without` doesn't exist in the scenario", "city"),
        (
            "user.city.x",
            "`user.city.x` in `without` doesn't exist in the scenario",
            "remove it from `without`",
        ),
        (
            "card.x",
            "`card.x` in `without` doesn't exist in the scenario",
            "remove it from `without`",
        ),
    ] {
        let file = format!("extends = \"base\"\nwithout = [\"{entry}\"]\n");
        fs::write(workspace.root.join("scenarios/wrong.toml"), file).expect("written");
        let error = workspace.scenario("wrong").expect_err("a mistake");
        assert_eq!(error.to_string(), said);
        assert!(error.help().is_some_and(|found| found.contains(help)), "{:?}", error.help());
    }
}

#[test]
fn a_scenario_that_extends_itself_is_told() {
    let (_folder, workspace) = workspace(&[
        ("meniscus.toml", ""),
        ("scenarios/a.toml", "extends = \"b\"\n"),
        ("scenarios/b.toml", "extends = \"a\"\n"),
    ]);
    let error = workspace.scenario("a").expect_err("a ring");
    assert!(
        error.to_string().contains("more than 10 scenarios in a row extend one another"),
        "{error}"
    );
}

#[test]
fn a_profile_exported_by_braze_is_a_user() {
    let export = r#"{"users": [{"external_id": "u1", "first_name": "Ana", "email": "ana@mail.example",
        "dob": "1990-02-03", "home_city": "Porto", "phone": "351", "custom_attributes": {"tier": "gold"}}]}"#;
    let (_folder, workspace) = workspace(&[
        ("meniscus.toml", ""),
        ("scenarios/ana.toml", "user = \"ana.export\"\n"),
        ("scenarios/ana.export", export),
        (
            "templates/t.liquid",
            "{{${user_id}}} {{${first_name}}} {{${email_address}}} {{${date_of_birth}}} {{${city}}} {{${phone_number}}} {{custom_attribute.${tier}}}",
        ),
    ]);
    assert_eq!(
        text(&workspace, "templates/t.liquid", "ana"),
        "u1 Ana ana@mail.example 1990-02-03 Porto 351 gold"
    );
}

#[test]
fn wrong_kinds_in_a_scenario_say_what_is_expected() {
    for (file, said) in [
        ("now = 5\n", "`now` must be a time such as `2026-03-01T09:00:00Z`, not a number"),
        ("seed = -1\n", "`seed` must be a whole number from 0, not a number"),
        ("templates = \"x\"\n", "`templates` must be a list of strings, not a string"),
        ("recordings = [1]\n", "`recordings` must contain strings, not a number"),
        ("without = 1\n", "`without` must be a list of strings, not a number"),
        ("custom_attribute = 1\n", "`custom_attribute` must be a table, not a number"),
        ("custom_attributes = {}\n", "unknown key `custom_attributes`"),
        ("extends = \"nobody\"\n", "the scenario `nobody` doesn't exist"),
    ] {
        let (_folder, workspace) = workspace(&[("meniscus.toml", ""), ("scenarios/s.toml", file)]);
        let error = workspace.scenario("s").expect_err("a mistake");
        assert_eq!(error.to_string(), said);
        assert!(matches!(error, ProjectError::Content(_)), "{file} points nowhere");
    }
}

#[test]
fn content_blocks_share_the_scope_and_lose_their_front_matter() {
    let (_folder, workspace) = workspace(&[
        ("meniscus.toml", ""),
        ("content_blocks/set.liquid", "---\nname: set\n---\n{% assign x = y | plus: 1 %}"),
        ("content_blocks/outer.liquid", "<{{content_blocks.${inner}}}>"),
        ("content_blocks/inner.liquid", "inner{{content_blocks.${third}}}"),
        ("content_blocks/third.liquid", "third"),
        (
            "templates/t.liquid",
            "{% assign y = 1 %}{{content_blocks.${set}}}{{ x }}{{content_blocks.${outer} | id: 'cb1'}}",
        ),
    ]);
    let outcome = outcome(&workspace, "templates/t.liquid", "body", &Scenario::empty());
    assert_eq!(outcome.output, "2<inner>");
    let codes = outcome.diagnostics.iter().map(|d| d.code).collect::<Vec<_>>();
    assert_eq!(codes, ["block-too-deep"]);
}

#[test]
fn a_scenario_chooses_its_recordings() {
    let recording = |points: u8| {
        format!(
            "{{\"request\": {{\"urlPath\": \"/p\"}}, \"response\": {{\"jsonBody\": {{\"points\": {points}}}}}}}"
        )
    };
    let (_folder, workspace) = workspace(&[
        ("meniscus.toml", ""),
        ("recordings/few.json", &recording(1)),
        ("recordings/many.json", &recording(9)),
        ("scenarios/rich.toml", "recordings = [\"many\"]\n"),
        ("scenarios/lost.toml", "recordings = [\"mny\"]\n"),
        ("templates/t.liquid", "{% connected_content https://l.example/p :save p %}{{p.points}}"),
    ]);
    assert_eq!(text(&workspace, "templates/t.liquid", "rich"), "9");
    let lost = workspace.scenario("lost").expect("a scenario");
    let recordings = workspace.recordings().expect("recordings");
    let blocks = workspace.content_blocks().expect("blocks");
    let error =
        world(&workspace.config, &lost, &blocks, &recordings).expect_err("no such recording");
    assert_eq!(error.help(), Some("did you mean `many`?"));
}

#[test]
fn settings_of_the_dialect_are_heard() {
    let template = "<!-- a --><!--[if mso]>b<![endif]-->${first_name}{{ 1 | divided_by: 0 }}{{custom_attribute.${o}[0].x}}";
    let files =
        |config: &'static str| [("meniscus.toml", config), ("templates/t.liquid", template)];
    let scenario = || {
        let mut scenario = Scenario::empty();
        for set in ["user.first_name=Bo", "custom_attribute.o={\"x\":5}"] {
            Overlay::of_settings(&[set]).expect("a setting").apply(&mut scenario);
        }
        scenario
    };
    let (_folder, defaults) = workspace(&files(""));
    let outcome_ = outcome(&defaults, "templates/t.liquid", "body", &scenario());
    assert_eq!(outcome_.abort.expect("an abort").kind.name(), "template_parse_error");
    let (_folder, changed) = workspace(&files(
        "[dialect]\nhtml_comments = \"keep-conditional\"\nbare_attributes = true\nobjects_as_lists = false\non_error = \"print\"\n",
    ));
    let outcome_ = outcome(&changed, "templates/t.liquid", "body", &scenario());
    assert_eq!(outcome_.output, "<!--[if mso]>b<![endif]-->BoLiquid error: divided by 0");
    let (_folder, changed) = workspace(&files("[dialect]\non_error = \"print\"\n"));
    let outcome_ = outcome(&changed, "templates/t.liquid", "body", &scenario());
    assert_eq!(outcome_.output, "${first_name}Liquid error: divided by 05");
}

#[test]
fn limits_end_a_render_with_an_error() {
    for (config, template, said) in [
        (
            "[limits]\niterations = 10\n",
            "{% for i in (1..99999999) %}x{% endfor %}",
            "the loops turn more than 10 times",
        ),
        (
            "[limits]\nsteps = 10\n",
            "{% for i in (1..99) %}x{% endfor %}",
            "rendering takes more than 10 steps",
        ),
        (
            "[limits]\noutput_bytes = 10\n",
            "{% for i in (1..99) %}x{% endfor %}",
            "a text grows over 10 bytes",
        ),
        (
            "[limits]\noutput_bytes = 99\n",
            "{% assign a = 'ab' %}{% for i in (1..99) %}{% assign a = a | append: a %}{% endfor %}",
            "a text grows over 99 bytes",
        ),
        ("[limits]\nlist_items = 10\n", "{{ (1..99) | join: ',' }}", "a list grows over 10 items"),
        (
            "",
            "{% assign a = 9 %}{% for i in (1..99) %}{% assign a = a | times: a %}{% endfor %}",
            "number too large: more than 65536 bits",
        ),
    ] {
        let (_folder, workspace) =
            workspace(&[("meniscus.toml", config), ("templates/t.liquid", template)]);
        let outcome = outcome(&workspace, "templates/t.liquid", "body", &Scenario::empty());
        let abort = outcome.abort.unwrap_or_else(|| panic!("{template} goes on"));
        assert_eq!(abort.reason, said);
        assert_eq!(outcome.diagnostics.len(), 1, "{template}");
    }
}

#[test]
fn a_folder_without_configuration_has_the_defaults() {
    let (_folder, workspace) = workspace(&[("templates/t.liquid", "Hi")]);
    assert_eq!(workspace.config.paths.recordings, "recordings");
    assert_eq!(outcome(&workspace, "templates/t.liquid", "body", &Scenario::empty()).output, "Hi");
    assert_eq!(meniscus::files::recordings::load(Path::new("nowhere")).expect("empty").len(), 0);
}

/// A workspace in memory, as a browser has it, says what the same one on disk says.
#[test]
fn a_workspace_in_memory_is_the_same_as_on_disk() {
    let disk = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = Path::new("/shop");
    let memory = Memory::default();
    let walk = Walk { is_ignoring: true, skips: |_, _| false };
    for name in
        ["meniscus.toml", "templates", "content_blocks", "scenarios", "recordings", "schemas"]
    {
        let found = Disk.walk(&disk.join(name), walk).into_iter().flatten();
        for path in found.filter(|path| path.is_file()) {
            let inner = path.strip_prefix(disk).expect("inside");
            memory.put(root.join(inner), fs::read(&path).expect("read"));
        }
    }
    memory.put(root.join("templates/wrong.liquid"), *b"{{ wallet.payload | upcas }}");
    let read = |workspace: Workspace| {
        let root = workspace.root.clone();
        Session::read(workspace, vec![root])
    };
    let there = read(Workspace::of(Arc::new(memory), root).expect("a workspace"));
    let here = read(Workspace::at(disk).expect("a workspace"));
    assert!(there.unread.is_empty(), "{:?}", there.unread);
    let names = |session: &Session| {
        let messages = session.messages.iter().map(|message| message.name.clone());
        let scenarios = session.known.scenarios.iter().map(|scenario| scenario.name.clone());
        let blocks = session.known.blocks.keys().cloned();
        let recordings = session.known.recordings.iter().map(|one| one.name().to_owned());
        messages.chain(scenarios).chain(blocks).chain(recordings).collect::<Vec<_>>()
    };
    let mut wanted = names(&here);
    wanted.insert(here.messages.len(), "wrong".to_owned());
    assert_eq!(names(&there), wanted);
    let found = |session: &Session| {
        let targets = Targets { messages: session.messages.clone(), ..Targets::default() };
        let found = lint(&session.known, &session.levels, &targets).diagnostics.into_iter();
        found
            .map(|one| format!("{}: {}", one.primary.source.name(), one.message))
            .collect::<Vec<_>>()
    };
    let wrong = |line: &String| line.starts_with("templates/wrong.liquid");
    let (wrong, same) = found(&there).into_iter().partition::<Vec<_>, _>(wrong);
    assert_eq!(same, found(&here));
    assert!(wrong.iter().any(|line| line.contains("unknown filter `upcas`")), "{wrong:?}");
}
