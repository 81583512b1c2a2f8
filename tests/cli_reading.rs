//! What cannot be read is never passed over, and every place that is reported is one that people
//! and their tools find.

#[path = "support/program.rs"]
mod program;

use std::fs;

use program::{code, put, put_bytes, run, stderr, stdout, workspace};

/// A text in which nothing is wrong.
const CLEAN: &str = "Hello {{${first_name} | default: 'you'}}\n";
/// An error.
const ERROR: &str = "{% if custom_attribute.${tier} = 'gold' %}Gold{% endif %}\n";

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
        ("templates/latin.liquid", &b"a\ncaf\xe9"[..], "2:4", "it is not UTF-8"),
        ("content_blocks/latin.liquid", b"caf\xe9", "1:4", "it is not UTF-8"),
        ("scenarios/latin.toml", b"# \xe9", "1:3", "it is not UTF-8"),
        ("recordings/r.json", b"{", "1:1", "broken JSON"),
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

#[cfg(unix)]
#[test]
fn links_do_not_lead_out_of_the_workspace() {
    use std::os::unix::fs::symlink;
    let outside = workspace(&[("secret.txt", "a secret of this machine")]);
    let folder = workspace(&[
        ("meniscus.toml", ""),
        ("content_blocks/b.liquid", "x"),
        ("templates/hi.liquid", "hello"),
        ("templates/m/message.toml", "channel = \"sms\"\n"),
    ]);
    let secret = outside.path().join("secret.txt");
    symlink(folder.path().join("templates/hi.liquid"), folder.path().join("templates/same.liquid"))
        .expect("a link");
    assert_eq!(code(&run(folder.path(), &["render", "templates/same.liquid"])), 0);
    let links = [
        "templates/out.liquid",
        "templates/m/body.liquid",
        "content_blocks/c.liquid",
        "scenarios/s.toml",
    ];
    fs::create_dir_all(folder.path().join("scenarios")).expect("a folder");
    for link in links {
        symlink(&secret, folder.path().join(link)).expect("a link");
    }
    for command in [&["lint"][..], &["render", "templates", "--all"]] {
        let output = run(folder.path(), command);
        let said = format!("{}{}", stdout(&output), stderr(&output));
        assert_ne!(code(&output), 0, "{said}");
        assert_eq!(said.matches("leads out of the workspace").count(), links.len(), "{said}");
        assert!(!said.contains("a secret"), "{said}");
    }
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
        stderr(&output).contains("no template or message at `b.liquid`"),
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
        "meniscus.toml:2:26: warning[workspace-file] no template matches `templats/**` (correct the path, relative to meniscus.toml, or remove it)"
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
    assert!(stdout(&output).contains("1 known finding is gone"), "{}", stdout(&output));
}

/// A key that is wrong is underlined itself, and a value that is wrong is, too.
#[test]
fn settings_are_told_in_plain_words() {
    for (name, text, place, said) in [
        ("meniscus.toml", "[rules]\nunknwon-field = \"off\"\n", "2:1", "unknown rule"),
        ("meniscus.toml", "[rules]\nunknown-field = \"of\"\n", "2:17", "the level `of`"),
        ("meniscus.toml", "[live]\nallow_ports = [70000]\n", "2:16", "from 0 to 65535"),
        ("scenarios/s.toml", "extends = \"none\"\n", "1:11", "no scenario `none`"),
        ("scenarios/s.toml", "without = [\"user\", \"usr.a\"]\n", "1:20", "found `usr.a`"),
        ("scenarios/s.json", "{\"without\": [\"user\", 3]}\n", "1:22", "takes strings"),
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
        "skipped 2 files that are not templates: see `[paths] templates` in meniscus.toml\n"
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
    assert!(stderr(&output).contains("no file at `a/nothere.html`"), "{}", stderr(&output));
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

/// A pipe never ends: it is refused, and not waited for.
#[cfg(unix)]
#[test]
fn a_pipe_is_not_read() {
    let folder = workspace(&[("meniscus.toml", ""), ("templates/a.liquid", CLEAN)]);
    fs::create_dir_all(folder.path().join("content_blocks")).expect("a folder");
    for name in ["templates/pipe.liquid", "content_blocks/pipe.liquid"] {
        let made = std::process::Command::new("mkfifo").arg(folder.path().join(name)).status();
        assert!(made.expect("mkfifo runs").success());
    }
    let output = run(folder.path(), &["lint", "--format", "compact"]);
    assert_eq!(code(&output), 1, "{}", stderr(&output));
    let found = stdout(&output);
    assert_eq!(found.matches("it is not a regular file").count(), 2, "{found}");
}

/// A folder that is a link out of the workspace holds templates that nobody would read.
#[cfg(unix)]
#[test]
fn links_and_pipes_in_the_place_of_templates_are_findings() {
    use std::os::unix::fs::symlink;
    let outside = workspace(&[("t.liquid", CLEAN)]);
    let folder = workspace(&[("meniscus.toml", ""), ("content_blocks/b.liquid", CLEAN)]);
    symlink(outside.path(), folder.path().join("templates")).expect("a link");
    let output = run(folder.path(), &["lint", "--format", "compact"]);
    assert_eq!(code(&output), 1, "{}", stdout(&output));
    assert!(stdout(&output).contains("leads out of the workspace"), "{}", stdout(&output));
    let folder = workspace(&[("meniscus.toml", ""), ("templates/m/body.html", CLEAN)]);
    symlink("/nowhere", folder.path().join("templates/m/message.toml")).expect("a link");
    let output = run(folder.path(), &["lint", "--format", "compact"]);
    assert_eq!(code(&output), 1, "{}", stdout(&output));
    assert!(
        stdout(&output).contains("cannot read `templates/m/message.toml`"),
        "{}",
        stdout(&output)
    );
}

#[cfg(unix)]
#[test]
fn links_and_pipes_in_the_place_of_recordings_are_findings() {
    use std::os::unix::fs::symlink;
    let outside = workspace(&[("a.json", "{}")]);
    for (name, target) in [
        ("recordings", outside.path()),
        ("recordings", std::path::Path::new("/nowhere")),
        ("recordings/a.json", std::path::Path::new("/nowhere")),
        ("recordings/a.json", std::path::Path::new("/dev/null")),
    ] {
        let folder = workspace(&[("meniscus.toml", ""), ("templates/t.liquid", CLEAN)]);
        let link = folder.path().join(name);
        fs::create_dir_all(link.parent().expect("a folder")).expect("made");
        symlink(target, &link).expect("a link");
        let output = run(folder.path(), &["lint", "--format", "compact"]);
        assert_eq!(code(&output), 1, "{name} to {}: {}", target.display(), stdout(&output));
        assert!(stdout(&output).contains(name), "{}", stdout(&output));
    }
}

/// Makes `name` in a folder what no file should be.
#[cfg(unix)]
fn put_unfit(folder: &std::path::Path, name: &str, what: &str) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().expect("a folder")).expect("made");
    match what {
        "folder" => fs::create_dir(&path).expect("made"),
        "pipe" => {
            let made = std::process::Command::new("mkfifo").arg(&path).status();
            assert!(made.expect("mkfifo runs").success());
        }
        target => std::os::unix::fs::symlink(target, &path).expect("a link"),
    }
}

/// Whatever stands where a file belongs and can't be read is a finding: nothing is skipped in silence.
#[cfg(unix)]
#[test]
fn what_stands_in_the_place_of_a_file_is_a_finding() {
    let outside = workspace(&[("a.toml", ""), ("a.json", "{}"), ("t.liquid", CLEAN)]);
    let file = |name| outside.path().join(name).display().to_string();
    let all = [
        ("schemas/b.toml", "pipe", "it is not a regular file"),
        ("schemas/b.schema.json", "pipe", "it is not a regular file"),
        ("schemas/b.toml", "/nowhere", "leads nowhere"),
        ("schemas/b.toml", "folder", "expected a file"),
        ("schemas", &file(""), "leads out of the workspace"),
        ("schemas", "/nowhere", "leads nowhere"),
        ("schemas/sub", &file(""), "not followed"),
        ("schemas/b.json", &file("a.json"), "leads out of the workspace"),
        ("scenarios/anna.toml", "folder", "expected a file"),
        ("content_blocks/x.liquid", "folder", "expected a file"),
        ("templates/m/body.html", "folder", "expected a file"),
        ("templates/sub", &file(""), "leads out of the workspace"),
        ("templates/sub", "../content_blocks", "not followed"),
        ("recordings/sub", &file(""), "not followed"),
        ("recordings/a.json", &file("a.json"), "leads out of the workspace"),
        ("recordings/a.json", "folder", ""),
        ("meniscus.toml", "/nowhere", "leads nowhere"),
        ("meniscus.toml", "pipe", "it is not a regular file"),
        ("meniscus.toml", "folder", "expected a file"),
        ("meniscus.toml", &file("a.toml"), "leads out of the workspace"),
    ];
    for (name, what, said) in all {
        let folder = workspace(&[
            ("templates/m/message.toml", "channel = \"email\"\n"),
            ("templates/m/subject.liquid", CLEAN),
            ("content_blocks/b.liquid", CLEAN),
        ]);
        put_unfit(folder.path(), name, what);
        if name != "meniscus.toml" {
            put(folder.path(), "meniscus.toml", "");
        }
        let output = run(folder.path(), &["lint", "--format", "compact"]);
        let found = format!("{}{}", stdout(&output), stderr(&output));
        // A folder of recordings may have any name.
        let wanted = if said.is_empty() { 0..=0 } else { 1..=2 };
        assert!(wanted.contains(&code(&output)), "{name} as {what}: {found}");
        assert!(found.contains(said), "{name} as {what}: {found}");
        assert!(said.is_empty() || found.contains(name), "{name} as {what}: {found}");
    }
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
    assert!(said.contains("Hi Bo") && said.contains("out of the workspace"), "{said}");
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

/// What never ends isn't waited for, and what is a device isn't read.
#[cfg(unix)]
#[test]
fn devices_are_refused_wherever_a_file_is_named() {
    let folder = workspace(&[("meniscus.toml", ""), ("templates/t.liquid", CLEAN)]);
    put_unfit(folder.path(), "pipe.json", "pipe");
    for arguments in [
        &["render", "templates/t.liquid", "--data", "/dev/zero"][..],
        &["render", "templates/t.liquid", "--data", "pipe.json"],
        &["import", "/dev/zero"],
        &["import", "pipe.json"],
        &["lint", "--baseline", "pipe.json"],
        &["contract", "templates/t.liquid", "--check", "pipe.json"],
    ] {
        let output = run(folder.path(), arguments);
        let said = format!("{}{}", stdout(&output), stderr(&output));
        assert_eq!(code(&output), 2, "{arguments:?}: {said}");
        assert!(said.contains("not a regular file"), "{arguments:?}: {said}");
    }
}
