//! `meniscus test`: snapshots written, compared, explained, accepted; nothing lost on the way.

use crate::program;
mod alike;
mod causes;
mod form;
mod formats;
mod review;

use std::fs;
use std::path::Path;

use crate::program::{code, meniscus, put, run, stderr, stdout, workspace};
use tempfile::TempDir;

const TEMPLATE: &str = "Dear {{${first_name}}},\n{% connected_content https://api.example/points :save wallet %}\nyou have {{wallet.points}} points. {{content_blocks.${foot}}}\n{{shop}}\n";

const RECORDING: &str = r#"{
  "request": { "method": "GET", "urlPath": "/points" },
  "response": {
    "status": 200,
    "jsonBody": { "points": 480 }
  }
}
"#;

/// A workspace with a message of two parts and two recipients.
fn shop() -> TempDir {
    workspace(&[
        ("meniscus.toml", "[variables]\nshop = \"Larkspur\"\n"),
        ("templates/offer/message.toml", "channel = \"email\"\n"),
        ("templates/offer/subject.liquid", "Hi {{${first_name}}}"),
        ("templates/offer/body.liquid", TEMPLATE),
        ("content_blocks/foot.liquid", "Bye."),
        ("recordings/points.json", RECORDING),
        ("scenarios/anna.toml", "now = \"2026-03-01T09:00:00Z\"\n[user]\nfirst_name = \"Anna\"\n"),
        ("scenarios/ben.toml", "extends = \"anna\"\n[user]\nfirst_name = \"Ben\"\n"),
    ])
}

fn accepted() -> TempDir {
    let folder = shop();
    assert_eq!(code(&run(folder.path(), &["test", "--accept"])), 0);
    folder
}

fn read(folder: &Path, name: &str) -> String {
    fs::read_to_string(folder.join(name)).expect("a file")
}

fn edit(folder: &Path, name: &str, from: &str, to: &str) {
    let text = read(folder, name);
    assert!(text.contains(from), "{name} has no {from}");
    fs::write(folder.join(name), text.replace(from, to)).expect("written");
}

/// All files below the snapshots, sorted.
fn snapshots(folder: &Path) -> Vec<String> {
    fn collect(folder: &Path, prefix: &str, found: &mut Vec<String>) {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
            match entry.path().is_dir() {
                true => collect(&entry.path(), &format!("{name}/"), found),
                false => found.push(name),
            }
        }
    }
    let mut found = Vec::new();
    collect(&folder.join("snapshots"), "", &mut found);
    found.sort();
    found
}

const ALL: [&str; 4] = [
    "offer/body/anna.snap",
    "offer/body/ben.snap",
    "offer/subject/anna.snap",
    "offer/subject/ben.snap",
];

#[test]
fn what_is_new_is_kept_beside_and_accepted_on_demand() {
    let folder = shop();
    let first = run(folder.path(), &["test"]);
    assert_eq!(code(&first), 1, "{}", stderr(&first));
    let summary = "tested 4 texts: 1 message for 2 scenarios\n4 new\nreview each with `meniscus test --review`, or accept all with `--accept`\n";
    assert!(stdout(&first).ends_with(summary), "{}", stdout(&first));
    assert_eq!(snapshots(folder.path()), ALL.map(|name| format!("{name}.new")));
    let second = run(folder.path(), &["test", "--accept"]);
    assert_eq!(code(&second), 0);
    assert_eq!(snapshots(folder.path()), ALL);
    assert!(stderr(&second).contains("accepted snapshots/offer/body/anna.snap (new)\n"));
    assert!(stdout(&second).ends_with("\n4 as accepted\nnothing to do\n"), "{}", stdout(&second));
    let before = read(folder.path(), "snapshots/offer/body/anna.snap");
    let third = run(folder.path(), &["test"]);
    assert_eq!((code(&third), snapshots(folder.path()).len()), (0, 4));
    assert_eq!(read(folder.path(), "snapshots/offer/body/anna.snap"), before);
}

#[test]
fn a_check_writes_nothing_and_is_what_ci_does() {
    let folder = shop();
    let asked = run(folder.path(), &["test", "--check"]);
    let in_ci = meniscus(folder.path(), &["test"]).env("CI", "true").output().expect("it runs");
    for output in [asked, in_ci] {
        assert_eq!(code(&output), 1);
        assert!(stdout(&output).contains("nothing was written"), "{}", stdout(&output));
        assert_eq!(snapshots(folder.path()), [""; 0]);
    }
    let not_ci = meniscus(folder.path(), &["test"]).env("CI", "false").output().expect("it runs");
    assert_eq!((code(&not_ci), snapshots(folder.path()).len()), (1, 4));
}

#[test]
fn missing_and_orphaned_snapshots_are_told_from_new_ones() {
    let folder = accepted();
    fs::remove_file(folder.path().join("snapshots/offer/body/ben.snap")).expect("removed");
    put(
        folder.path(),
        "scenarios/cleo.toml",
        "extends = \"anna\"\n[user]\nfirst_name = \"Cleo\"\n",
    );
    fs::rename(
        folder.path().join("templates/offer/subject.liquid"),
        folder.path().join("templates/offer/title.liquid"),
    )
    .expect("renamed");
    let output = run(folder.path(), &["test", "--check"]);
    let text = stdout(&output);
    assert_eq!(code(&output), 1);
    for said in [
        "missing  offer · body · ben\n",
        "new  offer · body · cleo\n",
        "new  offer · title · anna\n",
        "orphaned  snapshots/offer/subject/anna.snap\n  the part `subject` no longer exists\n",
        "\n1 as accepted, 4 new, 1 missing, 2 orphaned\n",
    ] {
        assert!(text.contains(said), "{said}\n{text}");
    }
    fs::remove_file(folder.path().join("scenarios/ben.toml")).expect("removed");
    let output = run(folder.path(), &["test", "--accept"]);
    assert_eq!(code(&output), 0, "{}", stdout(&output));
    assert!(stderr(&output).contains("removed snapshots/offer/subject/anna.snap\n"));
    assert_eq!(
        snapshots(folder.path()),
        [
            "offer/body/anna.snap",
            "offer/body/cleo.snap",
            "offer/title/anna.snap",
            "offer/title/cleo.snap"
        ]
    );
    fs::remove_dir_all(folder.path().join("templates/offer")).expect("removed");
    put(folder.path(), "templates/other.liquid", "x");
    run(folder.path(), &["test", "--accept"]);
    assert_eq!(snapshots(folder.path()), ["other/body/anna.snap", "other/body/cleo.snap"]);
    assert!(!folder.path().join("snapshots/offer").exists());
}

#[test]
fn a_narrow_run_leaves_alone_what_it_does_not_look_at() {
    let folder = accepted();
    put(folder.path(), "templates/other.liquid", "x");
    fs::remove_file(folder.path().join("scenarios/ben.toml")).expect("removed");
    run(folder.path(), &["test", "templates/other.liquid", "--accept"]);
    run(folder.path(), &["test", "--scenario", "anna", "--accept"]);
    assert_eq!(snapshots(folder.path()).len(), 5, "{:?}", snapshots(folder.path()));
    let output = run(folder.path(), &["test", "templates/offer"]);
    assert!(stdout(&output).contains("2 orphaned"), "{}", stdout(&output));
}

#[test]
fn files_of_others_among_the_snapshots_stay() {
    let folder = accepted();
    put(folder.path(), "snapshots/rust__test.snap", "---\nsource: a.rs\n---\ntext\n");
    put(folder.path(), "snapshots/notes.txt", "text");
    let output = run(folder.path(), &["test", "--accept"]);
    assert_eq!((code(&output), snapshots(folder.path()).len()), (0, 6));
}

#[test]
fn what_cannot_be_used_is_said_and_the_rest_is_tested() {
    let folder = accepted();
    put(folder.path(), "scenarios/broken.toml", "nwo = 1\n");
    put(folder.path(), "scenarios/timeless.toml", "[user]\nfirst_name = \"Tim\"\n");
    put(folder.path(), "templates/odd/message.toml", "channel = \"fax\"\n");
    put(folder.path(), "templates/open.liquid", "{% if %}");
    let output = run(folder.path(), &["test", "--check"]);
    let text = stdout(&output);
    assert_eq!(code(&output), 2, "{text}{}", stderr(&output));
    for said in [
        "unknown key `nwo`",
        "did you mean `now`?",
        "the scenario `timeless` has no `now`",
        "add `now = \"2026-03-01T09:00:00Z\"` at its start",
        "unknown value `fax`",
        "refused  open · body · anna\n",
        "4 as accepted, 2 with a syntax error, 3 unusable files\n",
    ] {
        assert!(text.contains(said), "{said}\n{text}");
    }
    // What cannot be read now is no orphan.
    fs::write(folder.path().join("scenarios/ben.toml"), "nwo = 1\n").expect("written");
    let output = run(folder.path(), &["test", "--accept"]);
    assert_eq!((code(&output), snapshots(folder.path()).len()), (2, 4));
}

#[test]
fn two_of_one_name_are_said() {
    let folder = accepted();
    put(folder.path(), "templates/offer.liquid", "x");
    put(folder.path(), "scenarios/ben.json", "{\"extends\": \"anna\"}");
    let output = run(folder.path(), &["test", "--check"]);
    let text = stdout(&output);
    assert_eq!(code(&output), 2, "{text}");
    for said in [
        "two messages are named `offer`: ",
        "two scenarios are named `ben`: `scenarios/ben.json` and `scenarios/ben.toml`",
        "help: rename one of them",
    ] {
        assert!(text.contains(said), "{said}\n{text}");
    }
    // Named twice, it is still one.
    let output = run(folder.path(), &["test", "--check", "templates/offer", "templates/offer"]);
    assert!(
        stdout(&output).starts_with("tested 4 texts")
            || stdout(&output).contains("\ntested 4 texts")
    );
}

#[test]
fn wrong_arguments_stop_it_and_broken_recordings_keep_it_from_writing() {
    let folder = shop();
    for (arguments, said) in [
        (&["test", "templates/ofer"][..], "did you mean `templates/offer`?"),
        (&["test", "--scenario", "ana"], "did you mean `anna`?"),
        (&["test", "--check", "--accept"], "cannot be used with"),
    ] {
        let output = run(folder.path(), arguments);
        assert_eq!(code(&output), 2);
        assert!(stderr(&output).contains(said), "{}", stderr(&output));
    }
    put(folder.path(), "recordings/bad.json", "{");
    let output = run(folder.path(), &["test"]);
    assert_eq!(code(&output), 2);
    assert!(stdout(&output).contains("recordings/bad.json:1:"), "{}", stdout(&output));
    assert_eq!(snapshots(folder.path()), [""; 0]);
}

#[test]
fn messages_that_nobody_gets_are_said() {
    let folder = shop();
    edit(folder.path(), "scenarios/anna.toml", "[user]", "templates = [\"x\"]\n[user]");
    let output = run(folder.path(), &["test"]);
    assert_eq!(code(&output), 0);
    let text = stdout(&output);
    assert!(text.contains("note: no scenario applies to `offer`, so it isn't tested\n"), "{text}");
    assert!(
        text.ends_with("nothing to test\nwrite a scenario, or choose another path\n"),
        "{text}"
    );
}

#[test]
fn deep_templates_do_not_break_the_threads() {
    let folder = shop();
    let depth = 99;
    let text = format!("{}x{}", "{% if true %}".repeat(depth), "{% endif %}".repeat(depth));
    put(folder.path(), "templates/deep.liquid", &text);
    let output = run(folder.path(), &["test", "templates/deep.liquid"]);
    assert_eq!(code(&output), 1, "{}", stderr(&output));
    assert!(read(folder.path(), "snapshots/deep/body/anna.snap.new").ends_with("---\nx␃\n"));
}

#[test]
fn an_unreadable_snapshot_is_left_as_it_is() {
    let folder = accepted();
    let path = folder.path().join("snapshots/offer/subject/anna.snap");
    fs::write(&path, b"\xff").expect("written");
    let output = run(folder.path(), &["test", "--accept"]);
    assert_eq!(code(&output), 1);
    assert!(stdout(&output).contains("it isn't UTF-8"), "{}", stdout(&output));
    assert_eq!(fs::read(&path).expect("a file"), b"\xff");
}

/// A part that is named stands for its message, wherever the program was started: nothing else of the message is
/// gone.
#[test]
fn a_part_that_is_named_from_its_folder_is_of_the_whole_message() {
    let folder = workspace(&[
        ("meniscus.toml", ""),
        ("scenarios/anna.toml", "now = \"2026-03-01T09:00:00Z\"\n[user]\nfirst_name = \"Anna\"\n"),
        (
            "templates/hook/message.toml",
            "channel = \"webhook\"\n[headers]\nX-Name = \"{{${first_name}}}\"\n",
        ),
        ("templates/hook/url.liquid", "https://api.example/{{${first_name}}}"),
        ("templates/hook/body.liquid", "{}"),
    ]);
    assert_eq!(code(&run(folder.path(), &["test", "--accept"])), 0);
    let inside = folder.path().join("templates/hook");
    for named in ["body.liquid", "message.toml", "."] {
        let checked = run(&inside, &["test", "--check", named]);
        let said = format!("{}{}", stdout(&checked), stderr(&checked));
        assert_eq!(code(&checked), 0, "{named}: {said}");
        assert!(said.contains("3 as accepted"), "{named}: {said}");
        assert_eq!(code(&run(&inside, &["test", "--accept", named])), 0);
        assert!(folder.path().join("snapshots/hook/body/anna.snap").exists(), "{named}");
    }
}

/// Levels are the linter's: a wrong one keeps no text from being tested.
#[test]
fn a_wrong_level_of_a_rule_stops_no_test() {
    let folder = accepted();
    let config = read(folder.path(), "meniscus.toml");
    let config = format!("{config}\n[rules]\nunknown-field = \"wrong\"\n");
    put(folder.path(), "meniscus.toml", &config);
    assert_eq!(code(&run(folder.path(), &["test", "--check"])), 0);
    assert_eq!(code(&run(folder.path(), &["lint"])), 2);
}
