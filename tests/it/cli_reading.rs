//! What cannot be read is never passed over, and every place that is reported is one that people
//! and their tools find.

use std::fs;

use crate::program::{code, put, put_bytes, run, stderr, stdout, workspace};

/// A text in which nothing is wrong.
const CLEAN: &str = "Hello {{${first_name} | default: 'you'}}\n";
/// An error.
const ERROR: &str = "{% if custom_attribute.${tier} = 'gold' %}Gold{% endif %}\n";
/// A recipient.
const SCENARIO: &str = "now = \"2026-01-01T00:00:00Z\"\n[user]\nfirst_name = \"Bo\"\n";

/// Whatever cannot be used is a finding at its place, and everything else is still linted.
#[test]
fn what_cannot_be_read_is_a_finding() {
    let long = [
        ("meniscus.toml", ""),
        ("templates/bad.liquid", "{% if x %}"),
        ("content_blocks/block.liquid", "hello"),
        ("templates/m/message.toml", "channel = \"email\"\n"),
        ("templates/m/body.liquid", "hello"),
    ];
    for (name, bytes, place, said) in [
        ("templates/latin.liquid", &b"a\ncaf\xe9"[..], "2:4", "it isn't UTF-8"),
        ("content_blocks/latin.liquid", b"caf\xe9", "1:4", "it isn't UTF-8"),
        ("scenarios/latin.toml", b"# \xe9", "1:3", "it isn't UTF-8"),
        ("recordings/r.json", b"{", "1:1", "this recording isn't valid JSON"),
        ("recordings/c.json", b"{\n \"request\": {\"methd\": 1}}", "2:14", "methd"),
        ("scenarios/s.toml", b"[usr]\n", "1:2", "unknown key `usr`"),
        ("schemas/p.toml", b"nme = \"x\"", "1:1", "unknown key `nme`"),
        ("templates/n/message.toml", b"chanel = \"sms\"\n", "1:1", "unknown key `chanel`"),
        ("templates/n/message.toml", b"channel = \"emial\"\n", "1:11", "unknown value `emial`"),
        ("templates/n/message.toml", b"channel = ", "1:11", ""),
        ("templates/n/message.toml", b"channel = \"sms\"", "1:1", "no part"),
        ("templates/m/body.html", b"x", "templates/m/message.toml:1:1", "two files for one part"),
    ] {
        let folder = workspace(&long);
        put_bytes(folder.path(), name, bytes);
        let output = run(folder.path(), &["lint", "--format", "compact"]);
        let found = stdout(&output);
        assert_eq!(code(&output), 1, "{name}: {found}{}", stderr(&output));
        let place = if place.contains('/') { place.to_owned() } else { format!("{name}:{place}") };
        let line = found.lines().find(|line| line.starts_with(&format!("{place}: error")));
        let line = line.unwrap_or_else(|| panic!("{name}: nothing at {place} in {found}"));
        assert!(line.contains(said), "{name}: {line}");
        let others = found.contains("templates/bad.liquid:1:1: error[unclosed-block]");
        assert!(others, "{name}: nothing else is linted: {found}");
    }
}

#[test]
fn other_commands_go_on_without_what_cannot_be_read() {
    let folder = workspace(&[
        ("meniscus.toml", ""),
        ("scenarios/a.toml", "now = \"2026-01-01T00:00:00Z\"\n[user]\nfirst_name = \"Bo\"\n"),
        ("scenarios/b.toml", "[usr]\n"),
        ("content_blocks/block.liquid", "hello"),
        ("templates/hi.liquid", "Hi {{${first_name}}}"),
        ("templates/n/message.toml", "chanel = \"sms\"\n"),
    ]);
    put_bytes(folder.path(), "content_blocks/latin.liquid", b"caf\xe9");
    put_bytes(folder.path(), "templates/includes.liquid", b"{{content_blocks.${latin}}}");
    for (command, shown) in [
        (&["scenarios", "list"][..], "a  all 2 messages"),
        (&["scenarios", "stub", "templates/hi.liquid"], "[user]"),
        (&["scenarios", "edge", "templates/hi.liquid"], "missing"),
        (&["scenarios", "suggest", "templates/hi.liquid"], "hi: "),
        (&["contract", "templates/hi.liquid"], "first_name"),
        (&["shape", "templates/hi.liquid"], ""),
        (&["render", "templates/hi.liquid", "--all"], "Hi Bo"),
        (&["test"], "tested 1 text"),
    ] {
        let output = run(folder.path(), command);
        let text = stdout(&output);
        assert_eq!(code(&output), 2, "{command:?}: {text}{}", stderr(&output));
        assert!(text.contains(shown), "{command:?}: {text}");
        let said = format!("{text}{}", stderr(&output));
        assert!(said.contains("scenarios/b.toml") || said.contains("latin.liquid"), "{said}");
    }
    // What cannot be rendered as it is meant is not accepted.
    let output = run(folder.path(), &["test", "--accept"]);
    assert_eq!(code(&output), 2, "{}", stdout(&output));
    assert!(!folder.path().join("snapshots/includes").exists());
    assert!(folder.path().join("snapshots/hi").exists());
}

/// Paths in reports start from the folder that the program was started in: a hook or CI runs in the
/// folder of the repository, which may hold several workspaces.
#[test]
fn paths_start_from_the_folder_of_the_run() {
    let message = "channel = \"webhook\"\n\n[headers]\nX = \"a\"\nAuthorization = \"Basic \\u0062 {{ x | upcsae }}\"\n";
    let folder = workspace(&[
        ("campaigns/meniscus.toml", ""),
        ("campaigns/templates/t.liquid", ERROR),
        ("campaigns/templates/hook/message.toml", message),
        ("campaigns/templates/hook/url.liquid", "https://a.example/x"),
        ("docs/index.html", ERROR),
    ]);
    let hook = "campaigns/templates/hook/message.toml";
    let column = "Authorization = \"Basic \\u0062 {{ x | ".len() + 1;
    for (format, wanted) in [
        ("compact", format!("{hook}:5:{column}: ")),
        ("github", format!("file={hook},line=5,endLine=5,col={column},")),
        ("sarif", format!("\"uri\": \"{hook}\"")),
        ("gitlab", format!("\"path\": \"{hook}\"")),
        ("junit", format!("classname=\"{hook}\"")),
        ("json", format!("\"path\": \"{hook}\"")),
        ("human", format!("[{hook}:5:{column}]")),
    ] {
        let output = run(folder.path(), &["lint", "campaigns", "--format", format]);
        let text = stdout(&output);
        assert!(text.contains(&wanted), "{format}: {wanted} is not in {text}");
        assert!(!text.contains("message.toml [headers]"), "{format}: {text}");
        assert!(text.contains("campaigns/templates/t.liquid"), "{format}: {text}");
    }
    let output = run(folder.path(), &["lint", "docs/index.html", "--format", "compact"]);
    assert!(stdout(&output).starts_with("docs/index.html:1:"), "{}", stdout(&output));
    let inside = folder.path().join("campaigns/templates/hook");
    let output = run(&inside, &["lint", "--format", "compact"]);
    assert!(stdout(&output).contains("\n../t.liquid:1:"), "{}", stdout(&output));
}

#[test]
fn a_file_beside_the_configuration_is_of_its_workspace() {
    let folder = workspace(&[
        ("meniscus.toml", "[paths]\ntemplates = [\"*.liquid\"]\n"),
        ("a.liquid", CLEAN),
    ]);
    for name in ["a.liquid", "./a.liquid"] {
        let output = run(folder.path(), &["lint", name]);
        assert_eq!(code(&output), 0, "{name}: {}", stderr(&output));
    }
    let output = run(folder.path(), &["lint", "b.liquid"]);
    assert_eq!(code(&output), 2);
    assert!(
        stderr(&output).contains("there is no template or message at `b.liquid`"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn a_port_that_live_calls_may_use_is_not_reported() {
    let call = "{% connected_content https://a.example:8443/x :save x %}{% if x %}y{% endif %}";
    let folder = workspace(&[("meniscus.toml", ""), ("templates/t.liquid", call)]);
    let output = run(folder.path(), &["lint", "--format", "compact"]);
    assert!(stdout(&output).contains("error[url-port]"), "{}", stdout(&output));
    put(folder.path(), "meniscus.toml", "[live]\nallow_ports = [8443]\n");
    assert_eq!(stdout(&run(folder.path(), &["lint", "--format", "compact"])), "");
}

/// A setting that holds for nothing is as silent as one that works.
#[test]
fn overrides_and_baselines_for_nothing_are_reported() {
    let folder = workspace(&[
        (
            "meniscus.toml",
            "[[overrides]]\npaths = [\"templates/a*\", \"templats/**\"]\nrules = { unknown-field = \"off\" }\n",
        ),
        ("templates/a.liquid", CLEAN),
    ]);
    let output = run(folder.path(), &["lint", "--format", "compact"]);
    assert_eq!(code(&output), 1);
    let found = stdout(&output);
    assert_eq!(
        found.trim_end(),
        "meniscus.toml:2:26: warning[workspace-file] no template matches `templats/**` (fix the path, relative to meniscus.toml, or remove it)"
    );
    // A run on a part of the workspace cannot know.
    let output = run(folder.path(), &["lint", "templates/a.liquid"]);
    assert_eq!(code(&output), 0, "{}", stdout(&output));

    let folder = workspace(&[("meniscus.toml", ""), ("templates/a.liquid", ERROR)]);
    run(folder.path(), &["lint", "--write-baseline"]);
    let with = ["lint", "--baseline", "meniscus-baseline.json"];
    let output = run(folder.path(), &with);
    assert_eq!(code(&output), 0, "{}", stdout(&output));
    fs::rename(folder.path().join("templates/a.liquid"), folder.path().join("templates/b.liquid"))
        .expect("a new name");
    let output = run(folder.path(), &with);
    assert_eq!(code(&output), 1);
    assert!(stdout(&output).contains("1 baseline finding is gone"), "{}", stdout(&output));
}

/// A key that is wrong is underlined itself, and a value that is wrong is, too.
#[test]
fn settings_are_told_in_plain_words() {
    for (name, text, place, said) in [
        ("meniscus.toml", "[rules]\nunknwon-field = \"off\"\n", "2:1", "unknown rule"),
        ("meniscus.toml", "[rules]\nunknown-field = \"of\"\n", "2:17", "unknown level `of`"),
        ("meniscus.toml", "[live]\nallow_ports = [70000]\n", "2:16", "from 0 to 65535"),
        ("scenarios/s.toml", "extends = \"none\"\n", "1:11", "the scenario `none` doesn't exist"),
        ("scenarios/s.toml", "without = [\"user\", \"usr.a\"]\n", "1:20", "`usr.a` in `without`"),
        ("scenarios/s.json", "{\"without\": [\"user\", 3]}\n", "1:22", "must contain strings"),
    ] {
        let folder = workspace(&[("meniscus.toml", ""), ("templates/a.liquid", CLEAN)]);
        put(folder.path(), name, text);
        let output = run(folder.path(), &["lint", "--format", "compact"]);
        let found = format!("{}{}", stdout(&output), stderr(&output));
        assert!(found.contains(&format!("{name}:{place}")) && found.contains(said), "{found}");
    }
}

/// Hooks name all files of a commit: those that are not templates are skipped, and each template is
/// linted in its own workspace.
#[test]
fn a_hook_lints_templates_alone() {
    let folder = workspace(&[
        ("a/meniscus.toml", ""),
        ("a/templates/t.liquid", ERROR),
        ("a/templates/m/message.toml", "channel = \"email\"\n"),
        ("a/templates/m/body.html", ERROR),
        ("a/content_blocks/b.liquid", ERROR),
        ("b/meniscus.toml", "[paths]\ntemplates = [\"mails/*.html\"]\n"),
        ("b/mails/t.html", ERROR),
        ("b/templates/t.liquid", ERROR),
        ("report/index.html", ERROR),
    ]);
    let all = [
        "a/templates/t.liquid",
        "a/templates/m/body.html",
        "a/content_blocks/b.liquid",
        "b/mails/t.html",
        "b/templates/t.liquid",
        "report/index.html",
    ];
    let options = ["lint", "--templates-only", "--format", "compact"];
    let output = run(folder.path(), &[&options[..], &all[..]].concat());
    assert_eq!(code(&output), 1, "{}", stderr(&output));
    let found = stdout(&output);
    let found = found.lines().filter_map(|line| line.split(':').next()).collect::<Vec<_>>();
    assert_eq!(found, [all[2], all[1], all[0], all[3]]);
    assert_eq!(
        stderr(&output),
        "skipped 2 files that aren't templates: see `[paths] templates` in meniscus.toml\n"
    );
    let output = run(folder.path(), &[&options[..], &all[5..]].concat());
    assert_eq!((code(&output), stdout(&output)), (0, String::new()), "{}", stderr(&output));
}

#[test]
fn a_folder_for_a_hook_is_linted_and_a_missing_file_is_told() {
    let folder = workspace(&[("a/meniscus.toml", ""), ("a/templates/t.liquid", ERROR)]);
    let options = ["lint", "--templates-only", "--format", "compact"];
    let output = run(folder.path(), &[&options[..], &["a/templates"]].concat());
    assert_eq!(code(&output), 1, "{}", stderr(&output));
    assert!(stdout(&output).starts_with("a/templates/t.liquid:1"), "{}", stdout(&output));
    let output = run(folder.path(), &[&options[..], &["a/nothere.html"]].concat());
    assert_eq!(code(&output), 2, "{}", stdout(&output));
    assert!(
        stderr(&output).contains("the file `a/nothere.html` doesn't exist"),
        "{}",
        stderr(&output)
    );
    // Whoever uploads the report needs one.
    put(folder.path(), "report.html", "<p>");
    let output = run(folder.path(), &["lint", "--templates-only", "-f", "sarif", "report.html"]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let sarif = serde_json::from_str::<serde_json::Value>(&stdout(&output)).expect("JSON");
    assert_eq!(sarif["version"], "2.1.0");
}

#[test]
fn a_baseline_of_a_part_keeps_what_it_knows_of_the_rest() {
    let folder = workspace(&[
        ("meniscus.toml", ""),
        ("templates/a.liquid", ERROR),
        ("templates/b.liquid", ERROR),
    ]);
    run(folder.path(), &["lint", "--write-baseline"]);
    run(folder.path(), &["lint", "templates/a.liquid", "--write-baseline"]);
    let output = run(folder.path(), &["lint", "--baseline", "meniscus-baseline.json"]);
    assert_eq!(code(&output), 0, "{}", stdout(&output));
}

#[test]
fn a_schema_that_no_pack_names_is_read_all_the_same() {
    let folder = workspace(&[
        ("meniscus.toml", ""),
        ("templates/t.liquid", CLEAN),
        ("schemas/x.json", "{\n  \"type\": object\n}"),
    ]);
    let output = run(folder.path(), &["lint", "--format", "compact"]);
    assert_eq!(code(&output), 1, "{}", stderr(&output));
    assert!(stdout(&output).starts_with("schemas/x.json:2:"), "{}", stdout(&output));
}

#[test]
fn a_scenario_extends_none_outside_of_the_workspace() {
    let folder = workspace(&[
        ("outside.toml", "[user]\nfirst_name = \"a secret\"\n"),
        ("w/meniscus.toml", ""),
        ("w/templates/t.liquid", "Hi {{${first_name} | default: 'you'}}"),
        ("w/scenarios/base/x.toml", "[user]\nfirst_name = \"Bo\"\n"),
        ("w/scenarios/good.toml", "extends = \"base/x\"\n"),
        ("w/scenarios/s.toml", "extends = \"../../outside\"\n"),
    ]);
    let output = run(&folder.path().join("w"), &["render", "templates/t.liquid", "--all"]);
    let said = format!("{}{}", stdout(&output), stderr(&output));
    assert_eq!(code(&output), 2, "{said}");
    assert!(said.contains("Hi Bo") && said.contains("a place outside the workspace"), "{said}");
    assert!(said.contains("scenarios/s.toml:1:11") && !said.contains("a secret"), "{said}");
}

/// A hook in a repository with old findings: each workspace has its own baseline.
#[test]
fn a_hook_ignores_what_the_baseline_of_a_workspace_knows() {
    let folder = workspace(&[
        ("a/meniscus.toml", ""),
        ("a/templates/t.liquid", ERROR),
        ("b/meniscus.toml", ""),
        ("b/templates/t.liquid", ERROR),
    ]);
    let hook = ["lint", "--templates-only", "--format", "compact", "--baseline"];
    let files = ["meniscus-baseline.json", "a/templates/t.liquid", "b/templates/t.liquid"];
    let all = [&hook[..], &files[..]].concat();
    let output = run(folder.path(), &all);
    assert_eq!(code(&output), 2, "{}", stdout(&output));
    assert!(stderr(&output).contains("no workspace has the baseline"), "{}", stderr(&output));
    run(&folder.path().join("a"), &["lint", "--write-baseline"]);
    let output = run(folder.path(), &all);
    assert_eq!(code(&output), 1, "{}", stderr(&output));
    assert!(!stdout(&output).contains("a/templates/t.liquid:1"), "{}", stdout(&output));
    assert!(stdout(&output).contains("b/templates/t.liquid:1"), "{}", stdout(&output));
}

/// The file that is wrong is named as the user sees it, in the format that is asked for.
#[test]
fn a_broken_configuration_is_reported_in_every_format() {
    let folder = workspace(&[
        ("a/meniscus.toml", "\n\n[rules]\nx = \"off\"\n"),
        ("a/templates/t.liquid", CLEAN),
    ]);
    for text in ["\n\n[rules]\nx = \"off\"\n", "\n\n\n[pths]\n"] {
        put(folder.path(), "a/meniscus.toml", text);
        let output = run(folder.path(), &["lint", "a", "--format", "compact"]);
        assert_eq!(code(&output), 2, "{}", stdout(&output));
        assert!(stdout(&output).starts_with("a/meniscus.toml:4:"), "{}", stdout(&output));
        let output = run(folder.path(), &["render", "a/templates/t.liquid"]);
        let is_levels = text.contains("rules");
        let said = stderr(&output);
        assert!(is_levels || said.contains("a/meniscus.toml:4:2"), "{said}");
    }
}

#[test]
fn a_tag_in_an_output_is_one_mistake() {
    let folder = workspace(&[
        ("meniscus.toml", ""),
        ("templates/t.liquid", "{{ if ${city} }}a{{ endif }}{{ abort_message }} {{ raw | size }}"),
    ]);
    let found = stdout(&run(folder.path(), &["lint", "--format", "compact"]));
    let rules = found.lines().filter_map(|line| line.split(['[', ']']).nth(1));
    let rules = rules.collect::<Vec<_>>();
    assert_eq!(
        rules,
        ["tag-in-output", "tag-in-output", "tag-in-output", "undefined-variable"],
        "{found}"
    );
    assert!(found.contains("(write `{% endif %}`)") && found.contains("(write `{% if … %}`)"));
}

/// A recording that is broken leaves the others to be tested, in every format; nothing is written from what
/// lacks its responses.
#[test]
fn a_broken_recording_does_not_stop_the_tests() {
    let folder = workspace(&[
        ("meniscus.toml", ""),
        ("scenarios/bo.toml", SCENARIO),
        ("templates/a.liquid", CLEAN),
        ("recordings/broken.json", "{\n\"request\": "),
    ]);
    for (command, said) in [
        (&["test", "--check"][..], "tested 1 text"),
        (&["test"], "recordings/broken.json:2:"),
        (&["test", "--all-recordings"], "recordings/broken.json:2:"),
        (&["test", "--check", "--format", "json"], "\"path\": \"recordings/broken.json\""),
        (&["test", "--check", "--format", "junit"], "recordings/broken.json"),
        (&["test", "--check", "--format", "github"], "file=recordings/broken.json,line=2"),
    ] {
        let output = run(folder.path(), command);
        let found = format!("{}{}", stdout(&output), stderr(&output));
        assert_eq!(code(&output), 2, "{command:?}: {found}");
        assert!(found.contains(said), "{command:?}: {found}");
    }
    assert_eq!(code(&run(folder.path(), &["test", "--accept"])), 2);
    assert!(!folder.path().join("snapshots").exists());
}

#[test]
fn an_export_names_what_it_could_not_read() {
    let folder = workspace(&[
        ("meniscus.toml", ""),
        ("scenarios/bo.toml", SCENARIO),
        ("scenarios/broken.toml", "[usr]\n"),
        ("templates/a.liquid", CLEAN),
        ("recordings/broken.json", "{\n\"request\": "),
    ]);
    put_bytes(folder.path(), "content_blocks/latin.liquid", b"caf\xe9");
    let output = run(folder.path(), &["preview", "--export", "out"]);
    assert_eq!(code(&output), 2, "{}", stderr(&output));
    for place in ["scenarios/broken.toml:1:2", "recordings/broken.json:2:", "latin.liquid:1:4"] {
        assert!(stderr(&output).contains(place), "{place}: {}", stderr(&output));
    }
    assert!(folder.path().join("out/index.html").is_file());
}

#[test]
fn a_broken_message_is_reported_once_for_all_of_its_files() {
    let folder = workspace(&[
        ("meniscus.toml", ""),
        ("templates/m/message.toml", "chanel = \"email\"\n"),
        ("templates/m/subject.liquid", CLEAN),
        ("templates/m/body.html", CLEAN),
    ]);
    let files = ["templates/m/subject.liquid", "templates/m/body.html", "templates/m"];
    let output = run(folder.path(), &[&["lint", "--format", "compact"], &files[..]].concat());
    assert_eq!(code(&output), 1);
    assert_eq!(stdout(&output).lines().count(), 1, "{}", stdout(&output));
}

/// What the customers of another message have says nothing of this one's.
#[test]
fn attributes_are_known_from_scenarios_of_the_message() {
    let folder = workspace(&[
        ("meniscus.toml", ""),
        ("templates/a.liquid", "{% if custom_attribute.${tier} == 'gold' %}Gold{% endif %}\n"),
        ("templates/b.liquid", "Your seat: {{custom_attribute.${seat_row}}}\n"),
        ("scenarios/bo.toml", "templates = [\"a\"]\n[custom_attribute]\ntier = \"gold\"\n"),
    ]);
    let found = || stdout(&run(folder.path(), &["lint", "templates/b.liquid", "-f", "compact"]));
    assert!(!found().contains("unknown-attribute"), "{}", found());
    put(folder.path(), "scenarios/bo.toml", "[custom_attribute]\ntier = \"gold\"\n");
    assert!(found().contains("unknown-attribute"), "{}", found());
}
