//! `lint`, `explain` and `rules`, run as people and their tools run them.

use crate::program;
use std::fs;

use crate::program::{code, put, run, run_with, stderr, stdout, workspace};
use tempfile::TempDir;

/// A text in which nothing is wrong.
const CLEAN: &str = "Hello {{${first_name} | default: 'you'}}\n";
/// An error with a fix that may be made unasked.
const ERROR: &str = "{% if custom_attribute.${tier} = 'gold' %}Gold{% endif %}\n";
/// A warning.
const WARNING: &str = "{% connected_content https://a.example/s :cache_max_age 60 :save s %}{% if s %}{{ s.title }}{% endif %}\n";
/// Something worth knowing.
const INFO: &str = "{% assign unread = 'x' %}Hello\n";

fn one(text: &str) -> TempDir {
    workspace(&[("meniscus.toml", ""), ("templates/t.liquid", text)])
}

fn lines(folder: &TempDir, arguments: &[&str]) -> (i32, Vec<String>) {
    let output = run(folder.path(), &[&["lint", "--format", "compact"], arguments].concat());
    (code(&output), stdout(&output).lines().map(str::to_owned).collect())
}

/// The rules that are reported, with their files.
fn found(folder: &TempDir, arguments: &[&str]) -> Vec<String> {
    let output = run(folder.path(), &[&["lint", "--format", "json"], arguments].concat());
    let json: serde_json::Value = serde_json::from_str(&stdout(&output)).expect("JSON");
    let diagnostics = json["diagnostics"].as_array().expect("a list");
    let line = |found: &serde_json::Value| {
        let text = |key: &str| found[key].as_str().expect("a text").to_owned();
        format!("{}: {}", text("path"), text("rule"))
    };
    diagnostics.iter().map(line).collect()
}

fn text_of(folder: &TempDir, name: &str) -> String {
    fs::read_to_string(folder.path().join(name)).expect("a text")
}

#[test]
fn exit_codes_are_zero_one_and_two() {
    for (text, wanted) in [(CLEAN, 0), (INFO, 0), (WARNING, 1), (ERROR, 1)] {
        let folder = one(text);
        let (code, lines) = lines(&folder, &[]);
        assert_eq!(code, wanted, "{text}: {lines:?}");
    }
    let folder = one(CLEAN);
    for (arguments, said) in [
        (&["lint", "templates/x.liquid"][..], "did you mean `templates/t.liquid`?"),
        (&["lint", "--unsafe"], "use `--unsafe` with `--fix` or `--diff`"),
        (&["lint", "--stdin-filename", "x.liquid"], "use `--stdin-filename` with the path `-`"),
        (&["lint", "-", "--watch"], "can't watch stdin"),
        (&["lint", "--fix", "--diff"], "cannot be used with"),
        (&["lint", "--format", "xml"], "invalid value 'xml'"),
        (&["lint", "--baseline", "no.json"], "no.json"),
        (&["explain", "cahce-age"], "did you mean `cache-age`?"),
    ] {
        let output = run(folder.path(), arguments);
        assert_eq!(code(&output), 2, "{arguments:?}");
        assert!(stderr(&output).contains(said), "{arguments:?}: {}", stderr(&output));
    }
}

#[test]
fn levels_hide_what_is_below_them() {
    let folder = one(&format!("{INFO}{WARNING}{{{{ ${{frist_name}} | default: '' }}}}\n"));
    let count = |level| {
        let (code, lines) = lines(&folder, &["--level", level]);
        (code, lines.iter().filter(|line| line.starts_with("templates/")).count())
    };
    assert_eq!((count("info"), count("warn"), count("error")), ((1, 3), (1, 2), (1, 1)));
    assert_eq!(lines(&one(WARNING), &["--level", "error"]).0, 0);
}

#[test]
fn rules_and_levels_of_the_workspace_are_checked() {
    for (config, said) in [
        ("[rules]\ncahce-age = \"off\"\n", "did you mean `cache-age`?"),
        ("[rules]\ncache-age = \"none\"\n", "use `off`, `info`, `warn`, or `error`"),
        ("[[overrides]]\npaths = [\"a/{\"]\nrules = { cache-age = \"off\" }\n", "pattern"),
        ("[[overrides]]\npaths = [\"a/**\"]\nrules = { cahce-age = \"off\" }\n", "`cahce-age`"),
        ("[rulse]\n", "`rulse`"),
    ] {
        let folder = workspace(&[("meniscus.toml", config), ("templates/t.liquid", CLEAN)]);
        let output = run(folder.path(), &["lint"]);
        assert_eq!(code(&output), 2, "{config}");
        let said_ = stderr(&output);
        assert!(said_.contains(said) && said_.contains("meniscus.toml"), "{config}: {said_}");
    }
    let off = "[rules]\ncache-age = \"off\"\n";
    let folder = workspace(&[("meniscus.toml", off), ("templates/t.liquid", WARNING)]);
    assert_eq!(lines(&folder, &[]).0, 0);
}

#[test]
fn standard_input_is_a_template() {
    let folder = one(CLEAN);
    let arguments = ["lint", "-", "--format", "compact"];
    let output = run_with(folder.path(), &arguments, ERROR);
    assert_eq!(code(&output), 1);
    assert!(stdout(&output).starts_with("<stdin>:1:32: error[single-equals]"), "{output:?}");
    assert_eq!(code(&run_with(folder.path(), &arguments, CLEAN)), 0);
    let mut child = program::meniscus(folder.path(), &arguments);
    child.stdin(fs::File::open(env!("CARGO_BIN_EXE_meniscus")).expect("the program"));
    let output = child.output().expect("it runs");
    assert_eq!(code(&output), 2);
    assert!(stderr(&output).contains("can't read stdin: it isn't UTF-8"), "{}", stderr(&output));
}

/// What an editor or a hook holds stands in the place of the file: its workspace, its levels, its
/// message.
#[test]
fn standard_input_stands_for_its_file() {
    let config = "[[overrides]]\npaths = [\"templates/old/**\"]\nrules = { cache-age = \"off\" }\n";
    let folder = workspace(&[
        ("meniscus.toml", config),
        ("templates/old/t.liquid", CLEAN),
        ("templates/m/message.toml", "channel = \"push\"\n"),
        ("templates/m/title.liquid", "{% assign offer = 'Tea' %}{{ offer }}"),
        ("templates/m/body.liquid", "Hello"),
        ("content_blocks/b.liquid", "Hello"),
        ("elsewhere/x", ""),
    ]);
    let lint = |file: &str, text: &str, from: &str| {
        let arguments = ["lint", "-", "--stdin-filename", file, "--format", "compact"];
        let output = run_with(&folder.path().join(from), &arguments, text);
        (code(&output), stdout(&output))
    };
    assert_eq!(lint("templates/old/t.liquid", WARNING, "").0, 0);
    let (code, text) = lint("templates/t.liquid", WARNING, "");
    assert!(code == 1 && text.starts_with("templates/t.liquid:1:"), "{text}");
    let (code, text) = lint("../templates/t.liquid", WARNING, "elsewhere");
    assert!(code == 1 && text.contains("templates/t.liquid:1:"), "{text}");
    // The other part of the message is known, and so is the channel.
    let (_, text) = lint("templates/m/body.liquid", "{{ offer }}", "");
    assert!(text.contains("templates/m/body.liquid:1:4: error[variable-of-other-part]"), "{text}");
    // A content block may read what the message sets.
    assert_eq!(lint("content_blocks/b.liquid", "{{ greeting }}", "").0, 0);
    assert_eq!(lint("content_blocks/new.liquid", "{{ greeting }}", "").0, 0);
    let (code, text) = lint("content_blocks/b.liquid", WARNING, "");
    assert!(code == 1 && text.starts_with("content_blocks/b.liquid:1:"), "{text}");
}

/// A slip that Liquid reads as it is meant: no message changes when it is fixed.
const SLIP: &str = "{% if ${city} == blank %}{% abort_message 'no plan' %}{% endif %}\n";

#[test]
fn fixes_are_made_where_they_are_safe() {
    let folder = one(&format!("{SLIP}{ERROR}"));
    let output = run(folder.path(), &["lint", "--fix"]);
    assert_eq!((code(&output), &*stderr(&output)), (1, "applied 1 fix\n"), "{}", stdout(&output));
    let fixed = format!("{}{ERROR}", SLIP.replace("'no plan'", "('no plan')"));
    assert_eq!(text_of(&folder, "templates/t.liquid"), fixed);
    let output = run(folder.path(), &["lint", "--fix"]);
    assert_eq!((code(&output), &*stderr(&output)), (1, "nothing to fix\n"));
    // What is sent changes, so the author is asked.
    let output = run(folder.path(), &["lint", "--fix", "--unsafe"]);
    assert_eq!((code(&output), &*stderr(&output)), (0, "applied 1 fix\n"), "{}", stdout(&output));
    assert_eq!(text_of(&folder, "templates/t.liquid"), fixed.replace(" = ", " == "));
}

/// A filter of a name that is near to another.
const LIKELY: &str = "{{ 'a' | upcas }}\n";

#[test]
fn what_is_only_likely_meant_is_fixed_when_asked_for() {
    let folder = one(LIKELY);
    let output = run(folder.path(), &["lint", "--fix"]);
    assert_eq!((code(&output), &*stderr(&output)), (1, "nothing to fix\n"));
    assert_eq!(text_of(&folder, "templates/t.liquid"), LIKELY);
    let output = run(folder.path(), &["lint", "--fix", "--unsafe"]);
    assert_eq!((code(&output), &*stderr(&output)), (0, "applied 1 fix\n"));
    assert_eq!(text_of(&folder, "templates/t.liquid"), "{{ 'a' | upcase }}\n");
}

#[test]
fn a_diff_shows_fixes_and_makes_none() {
    let folder = one(&format!("{SLIP}{LIKELY}"));
    let output = run(folder.path(), &["lint", "--diff"]);
    assert_eq!(code(&output), 1);
    insta::assert_snapshot!(stdout(&output), @r"
    --- a/templates/t.liquid
    +++ b/templates/t.liquid
    @@ -1,2 +1,2 @@
    -{% if ${city} == blank %}{% abort_message 'no plan' %}{% endif %}
    +{% if ${city} == blank %}{% abort_message ('no plan') %}{% endif %}
     {{ 'a' | upcas }}
    ");
    let output = run(folder.path(), &["lint", "--diff", "--unsafe"]);
    assert!(stdout(&output).contains("+{{ 'a' | upcase }}"), "{}", stdout(&output));
    assert_eq!(text_of(&folder, "templates/t.liquid"), format!("{SLIP}{LIKELY}"));
    assert_eq!(code(&run(one(CLEAN).path(), &["lint", "--diff"])), 0);
}

#[test]
fn standard_input_is_printed_fixed_and_no_file_is_written() {
    let folder = one(ERROR);
    let fixed = ERROR.replace(" = ", " == ");
    let output = run_with(folder.path(), &["lint", "--fix", "--unsafe", "-"], ERROR);
    assert_eq!((code(&output), stdout(&output)), (0, fixed.clone()));
    let named = ["lint", "--fix", "--unsafe", "-", "--stdin-filename", "templates/t.liquid"];
    let output = run_with(folder.path(), &named, ERROR);
    assert_eq!((code(&output), stdout(&output)), (0, fixed));
    assert_eq!(text_of(&folder, "templates/t.liquid"), ERROR);
    // What has nothing to fix goes through as it is; what is left of it counts.
    for (text, wanted) in [(CLEAN, 0), (INFO, 0), (WARNING, 1)] {
        let output = run_with(folder.path(), &["lint", "--fix", "--unsafe", "-"], text);
        assert_eq!((code(&output), &*stdout(&output)), (wanted, text));
        let output = run_with(folder.path(), &named, text);
        assert_eq!((code(&output), &*stdout(&output)), (wanted, text));
    }
    let block = ["lint", "--fix", "--unsafe", "-", "--stdin-filename", "content_blocks/b.liquid"];
    let output = run_with(folder.path(), &block, ERROR);
    assert_eq!((code(&output), stdout(&output)), (0, ERROR.replace(" = ", " == ")));
    assert!(!folder.path().join("content_blocks").exists());
}

#[test]
fn fixes_leave_the_rest_of_a_file_as_it_is() {
    let text = format!("\u{feff}Line\r\n{}", ERROR.replace('\n', "\r\n"));
    let folder = one(&text);
    put(folder.path(), "content_blocks/b.liquid", &format!("---\nname: b = c\n---\n{ERROR}"));
    let output = run(folder.path(), &["lint", "--fix", "--unsafe"]);
    assert_eq!((code(&output), &*stderr(&output)), (0, "applied 2 fixes in 2 files\n"));
    assert_eq!(text_of(&folder, "templates/t.liquid"), text.replace("} = ", "} == "));
    let block = format!("---\nname: b = c\n---\n{}", ERROR.replace(" = ", " == "));
    assert_eq!(text_of(&folder, "content_blocks/b.liquid"), block);
}

#[test]
#[cfg(unix)]
fn fixes_keep_links_and_permissions() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = workspace(&[("meniscus.toml", ""), ("shared/t.liquid", ERROR)]);
    let file = folder.path().join("shared/t.liquid");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).expect("set");
    fs::create_dir(folder.path().join("templates")).expect("made");
    symlink(&file, folder.path().join("templates/t.liquid")).expect("linked");
    let output = run(folder.path(), &["lint", "--fix", "--unsafe", "templates/t.liquid"]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let link = folder.path().join("templates/t.liquid");
    assert!(fs::symlink_metadata(&link).expect("there").is_symlink());
    assert_eq!(text_of(&folder, "shared/t.liquid"), ERROR.replace(" = ", " == "));
    let mode = fs::metadata(&file).expect("there").permissions().mode();
    assert_eq!(mode & 0o777, 0o640);
}

/// A header is a line of message.toml: it is linted, and no fix goes astray.
#[test]
fn headers_of_a_webhook_are_linted_and_left_alone() {
    let message = "channel = \"webhook\"\n\n[headers]\nX-Tier = \"{% if custom_attribute.${tier} = 'gold' %}1{% endif %}\"\n";
    let folder = workspace(&[
        ("meniscus.toml", ""),
        ("templates/w/message.toml", message),
        ("templates/w/url.liquid", "https://a.example/x"),
        ("templates/w/body.liquid", "{}"),
    ]);
    let output = run(folder.path(), &["lint", "--fix", "--format", "compact"]);
    assert_eq!(code(&output), 1, "{}", stderr(&output));
    assert!(stdout(&output).contains("w/message.toml:4:42: error[single-equals]"), "{output:?}");
    assert_eq!(text_of(&folder, "templates/w/message.toml"), message);
}

#[test]
fn a_baseline_hides_what_it_knows() {
    let folder = one(&format!("{WARNING}{ERROR}"));
    let output = run(folder.path(), &["lint", "--write-baseline"]);
    assert_eq!(code(&output), 0);
    let said =
        "wrote meniscus-baseline.json: 2 recorded; lint with `--baseline meniscus-baseline.json`\n";
    assert_eq!(stderr(&output), said);
    let baseline = ["--baseline", "meniscus-baseline.json"];
    let (status, text) = lines(&folder, &baseline);
    assert_eq!((status, text.iter().filter(|line| line.contains('[')).count()), (0, 0), "{text:?}");
    // Lines may move, and what is new is told.
    let moved = format!("\n\n{WARNING}{ERROR}{LIKELY}");
    put(folder.path(), "templates/t.liquid", &moved);
    let (status, text) = lines(&folder, &baseline);
    assert_eq!(status, 1);
    let told = text.iter().filter(|line| line.contains('[')).collect::<Vec<_>>();
    assert!(told.len() == 1 && told[0].contains("[unknown-filter]"), "{text:?}");
    // Another place for the file.
    let write = ["lint", "--write-baseline", "--baseline", "known.json"];
    assert_eq!(code(&run(folder.path(), &write)), 0);
    assert_eq!(lines(&folder, &["--baseline", "known.json"]).0, 0);
}

#[test]
fn a_file_of_a_message_is_linted_with_the_others() {
    let folder = workspace(&[
        ("meniscus.toml", ""),
        ("templates/m/message.toml", "channel = \"email\"\n"),
        ("templates/m/subject.liquid", "{% assign offer = 'Tea' %}{{ offer }}"),
        ("templates/m/body.html", "<p>{{ offer }}</p>\n"),
        ("templates/other.liquid", ERROR),
    ]);
    let wanted = ["templates/m/body.html: variable-of-other-part"];
    assert_eq!(found(&folder, &["templates/m/body.html"]), wanted);
    assert_eq!(found(&folder, &["templates/m/subject.liquid"]), wanted);
    assert_eq!(found(&folder, &["templates/m"]), wanted);
    assert_eq!(found(&folder, &["templates/m/message.toml"]), wanted);
    // Both files, as a hook names them: once.
    assert_eq!(found(&folder, &["templates/m/body.html", "templates/m/subject.liquid"]), wanted);
    assert_eq!(found(&folder, &["templates"]).len(), 2);
    assert_eq!(found(&folder, &[]).len(), 2);
}

#[test]
fn content_blocks_are_linted_alone_and_where_they_come_in() {
    let folder = workspace(&[
        ("meniscus.toml", ""),
        ("content_blocks/greeting.liquid", &format!("{{{{ name }}}} {WARNING}")),
        ("content_blocks/other.liquid", ERROR),
        (
            "templates/t.liquid",
            "{% assign name = 'Bo' %}{{content_blocks.${greeting}}}{{content_blocks.${gone}}}",
        ),
    ]);
    let greeting = "content_blocks/greeting.liquid: cache-age".to_owned();
    let other = "content_blocks/other.liquid: single-equals".to_owned();
    let gone = "templates/t.liquid: missing-block".to_owned();
    assert_eq!(found(&folder, &["content_blocks/greeting.liquid"]), [&*greeting]);
    assert_eq!(found(&folder, &["content_blocks"]), [&*greeting, &*other]);
    assert_eq!(found(&folder, &["templates/t.liquid"]), [&*greeting, &*gone]);
    assert_eq!(found(&folder, &[]), [greeting, other, gone]);
}

#[test]
fn a_lone_file_needs_no_configuration() {
    let folder = workspace(&[("a.liquid", ERROR), ("b.liquid", WARNING)]);
    assert_eq!(found(&folder, &["a.liquid"]), ["a.liquid: single-equals"]);
    let output = run(folder.path(), &["lint"]);
    assert_eq!(code(&output), 2);
    assert!(stderr(&output).contains("there are no templates in"), "{}", stderr(&output));
    let output = run(folder.path(), &["lint", "--fix", "--unsafe", "a.liquid"]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    assert_eq!(text_of(&folder, "a.liquid"), ERROR.replace(" = ", " == "));
}

#[test]
fn what_git_ignores_is_left_out() {
    let folder = workspace(&[
        ("meniscus.toml", ""),
        (".gitignore", "/templates/build\n"),
        ("templates/t.liquid", CLEAN),
        ("templates/build/t.liquid", ERROR),
    ]);
    fs::create_dir(folder.path().join(".git")).expect("made");
    assert_eq!(found(&folder, &[]), [""; 0]);
    assert_eq!(found(&folder, &["templates"]), [""; 0]);
    // Who names it means it.
    let named = ["templates/build/t.liquid: single-equals"];
    assert_eq!(found(&folder, &["templates/build/t.liquid"]), named);
}

#[test]
fn every_format_tells_the_same() {
    let folder = one(&format!("{WARNING}{ERROR}"));
    for (format, parts) in [
        ("human", &["× found `=`, expected `==`", "cache-age", "1 error", "1 warning"][..]),
        ("compact", &["templates/t.liquid:2:32: error[single-equals] found `=`"]),
        ("json", &["\"rule\": \"single-equals\"", "\"version\": 1"]),
        ("sarif", &["\"ruleId\": \"single-equals\"", "\"version\": \"2.1.0\""]),
        ("github", &["::error file=templates/t.liquid,line=2,"]),
        ("gitlab", &["\"check_name\": \"single-equals\"", "\"severity\": \"major\""]),
        ("junit", &["<testsuites", "single-equals"]),
    ] {
        let output = run(folder.path(), &["lint", "--format", format]);
        assert_eq!((code(&output), &*stderr(&output)), (1, ""), "{format}");
        let text = stdout(&output);
        for part in parts {
            assert!(text.contains(part), "{format}: no `{part}` in {text}");
        }
        if let "json" | "sarif" | "gitlab" = format {
            serde_json::from_str::<serde_json::Value>(&text).expect("JSON");
        }
        let output = run(one(CLEAN).path(), &["lint", "--format", format]);
        assert_eq!((code(&output), &*stderr(&output)), (0, ""), "{format}");
    }
}

#[test]
fn rules_are_listed_and_explained() {
    let folder = one(CLEAN);
    let list = run(folder.path(), &["rules"]);
    assert_eq!(code(&list), 0);
    let list = stdout(&list);
    assert!(list.lines().count() > 100, "{list}");
    let names = list.lines().filter_map(|line| line.split(' ').next()).collect::<Vec<_>>();
    assert!(names.is_sorted());
    let json = stdout(&run(folder.path(), &["rules", "--format", "json"]));
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(json["rules"].as_array().map(Vec::len), Some(names.len()));
    for name in names {
        let output = run(folder.path(), &["explain", name]);
        assert_eq!(code(&output), 0, "{name}");
        assert!(stdout(&output).starts_with(&format!("{name} · ")), "{name}");
    }
}

#[test]
fn the_example_of_this_repository_is_clean() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let output = run(root, &["lint"]);
    assert_eq!(code(&output), 0, "{}", stdout(&output));
    assert!(stdout(&output).ends_with("no findings\n"), "{}", stdout(&output));
}

/// A hook in a repository of several workspaces names files of all of them: what one knows says
/// nothing of the other.
#[test]
fn files_of_two_workspaces_are_not_linted_as_one() {
    let folder = workspace(&[
        ("one/meniscus.toml", ""),
        ("one/templates/t.liquid", CLEAN),
        ("two/meniscus.toml", ""),
        ("two/templates/t.liquid", CLEAN),
        ("lone/a.liquid", CLEAN),
        ("lone/b/b.liquid", CLEAN),
    ]);
    let both = ["lint", "one/templates/t.liquid", "two/templates/t.liquid"];
    let output = run(folder.path(), &both);
    assert_eq!(code(&output), 2);
    let said = stderr(&output);
    assert!(said.contains("`two/templates/t.liquid` belongs to another workspace"), "{said}");
    assert!(said.contains("/two` to lint it"), "{said}");
    assert_eq!(code(&run(folder.path(), &["lint", "lone/a.liquid", "lone/b/b.liquid"])), 0);
    // Also for one that lies in the other.
    put(folder.path(), "meniscus.toml", "");
    let output = run(folder.path(), &["lint", "lone/a.liquid", "one/templates/t.liquid"]);
    assert_eq!(code(&output), 2, "{}", stdout(&output));
}

/// A part that is named from its own folder is linted with its message, as from anywhere else.
#[test]
fn a_part_that_is_named_from_its_folder_is_of_the_whole_message() {
    let folder = workspace(&[
        ("meniscus.toml", ""),
        ("templates/hook/message.toml", "channel = \"webhook\"\n"),
        ("templates/hook/url.liquid", "https://api.example"),
        ("templates/hook/body.liquid", "{{ 'x' | upcas }}"),
    ]);
    let whole = run(folder.path(), &["lint", "templates/hook", "--format", "json"]);
    let inside = folder.path().join("templates/hook");
    for named in ["body.liquid", "message.toml", "."] {
        let found = run(&inside, &["lint", named, "--format", "json"]);
        let rules = |output: &std::process::Output| {
            let json: serde_json::Value = serde_json::from_str(&stdout(output)).expect("JSON");
            (json["summary"]["files"].clone(), json["summary"]["rules"].clone())
        };
        assert_eq!(rules(&found), rules(&whole), "{named}");
        assert_eq!(code(&run(&inside, &["contract", named])), 0, "{named}");
    }
}
