//! Links, pipes, devices and folders in the place of files: nothing is read from outside of a workspace or
//! written there, and whatever can't be read is reported.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use crate::program::{code, put, run, stderr, stdout, workspace};

/// A text in which nothing is wrong.
const CLEAN: &str = "Hello {{${first_name} | default: 'you'}}\n";
/// A recipient.
const SCENARIO: &str = "now = \"2026-01-01T00:00:00Z\"\n[user]\nfirst_name = \"Bo\"\n";

#[test]
fn links_do_not_lead_out_of_the_workspace() {
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
        assert_eq!(said.matches("a place outside the workspace").count(), links.len(), "{said}");
        assert!(!said.contains("a secret"), "{said}");
    }
}

/// A pipe never ends: it is refused, and not waited for.
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
    assert_eq!(found.matches("it isn't a regular file").count(), 2, "{found}");
}

/// A folder that is a link out of the workspace holds templates that nobody would read.
#[test]
fn links_and_pipes_in_the_place_of_templates_are_findings() {
    let outside = workspace(&[("t.liquid", CLEAN)]);
    let folder = workspace(&[("meniscus.toml", ""), ("content_blocks/b.liquid", CLEAN)]);
    symlink(outside.path(), folder.path().join("templates")).expect("a link");
    let output = run(folder.path(), &["lint", "--format", "compact"]);
    assert_eq!(code(&output), 1, "{}", stdout(&output));
    assert!(stdout(&output).contains("a place outside the workspace"), "{}", stdout(&output));
    let folder = workspace(&[("meniscus.toml", ""), ("templates/m/body.html", CLEAN)]);
    symlink("/nowhere", folder.path().join("templates/m/message.toml")).expect("a link");
    let output = run(folder.path(), &["lint", "--format", "compact"]);
    assert_eq!(code(&output), 1, "{}", stdout(&output));
    assert!(
        stdout(&output).contains("can't read `templates/m/message.toml`"),
        "{}",
        stdout(&output)
    );
}

#[test]
fn links_and_pipes_in_the_place_of_recordings_are_findings() {
    let outside = workspace(&[("a.json", "{}")]);
    for (name, target) in [
        ("recordings", outside.path()),
        ("recordings", Path::new("/nowhere")),
        ("recordings/a.json", Path::new("/nowhere")),
        ("recordings/a.json", Path::new("/dev/null")),
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
fn put_unfit(folder: &Path, name: &str, what: &str) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().expect("a folder")).expect("made");
    match what {
        "folder" => fs::create_dir(&path).expect("made"),
        "pipe" => {
            let made = std::process::Command::new("mkfifo").arg(&path).status();
            assert!(made.expect("mkfifo runs").success());
        }
        target => symlink(target, &path).expect("a link"),
    }
}

/// Whatever stands where a file belongs and can't be read is a finding: nothing is skipped in silence.
#[test]
fn what_stands_in_the_place_of_a_file_is_a_finding() {
    let outside = workspace(&[("a.toml", ""), ("a.json", "{}"), ("t.liquid", CLEAN)]);
    let file = |name| outside.path().join(name).display().to_string();
    let all = [
        ("schemas/b.toml", "pipe", "it isn't a regular file"),
        ("schemas/b.schema.json", "pipe", "it isn't a regular file"),
        ("schemas/b.toml", "/nowhere", "broken link"),
        ("schemas/b.toml", "folder", "it's a folder, not a file"),
        ("schemas", &file(""), "a place outside the workspace"),
        ("schemas", "/nowhere", "broken link"),
        ("schemas/sub", &file(""), "it's a link to a folder, which meniscus doesn't follow"),
        ("schemas/b.json", &file("a.json"), "a place outside the workspace"),
        ("scenarios/anna.toml", "folder", "it's a folder, not a file"),
        ("content_blocks/x.liquid", "folder", "it's a folder, not a file"),
        ("templates/m/body.html", "folder", "it's a folder, not a file"),
        ("templates/sub", &file(""), "a place outside the workspace"),
        (
            "templates/sub",
            "../content_blocks",
            "it's a link to a folder, which meniscus doesn't follow",
        ),
        ("recordings/sub", &file(""), "it's a link to a folder, which meniscus doesn't follow"),
        ("recordings/a.json", &file("a.json"), "a place outside the workspace"),
        ("recordings/a.json", "folder", ""),
        ("recordings/pipe", "pipe", "it isn't a regular file"),
        ("recordings/sub", "/nowhere", "broken link"),
        ("schemas/sub", "/nowhere", "broken link"),
        ("schemas", "pipe", "it isn't a regular file"),
        ("scenarios", "pipe", "it isn't a regular file"),
        ("scenarios", "/nowhere", "broken link"),
        ("scenarios", "/dev/null", "it isn't a regular file"),
        ("scenarios", &file(""), "a place outside the workspace"),
        ("content_blocks", "meniscus.toml", "it isn't a folder"),
        ("templates", "/nowhere", "broken link"),
        ("templates", "pipe", "it isn't a regular file"),
        ("templates", "meniscus.toml", "it isn't a folder"),
        ("templates/x", "/nowhere", "broken link"),
        ("templates/x", "pipe", "it isn't a regular file"),
        ("meniscus.toml", "/nowhere", "broken link"),
        ("meniscus.toml", "pipe", "it isn't a regular file"),
        ("meniscus.toml", "folder", "it's a folder, not a file"),
        ("meniscus.toml", &file("a.toml"), "a place outside the workspace"),
    ];
    for (name, what, said) in all {
        let folder = workspace(&[]);
        let message = "channel = \"email\"\n";
        for (path, text) in [
            ("templates/m/message.toml", message),
            ("templates/m/subject.liquid", CLEAN),
            ("content_blocks/b.liquid", CLEAN),
        ] {
            if !path.starts_with(&format!("{name}/")) {
                put(folder.path(), path, text);
            }
        }
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

/// What never ends isn't waited for, and what is a device isn't read.
#[test]
fn devices_are_refused_wherever_a_file_is_named() {
    let folder = workspace(&[("meniscus.toml", ""), ("templates/t.liquid", CLEAN)]);
    put_unfit(folder.path(), "pipe.json", "pipe");
    put(folder.path(), "s.csv", "user_id\na\n");
    for arguments in [
        &["render", "templates/t.liquid", "--data", "/dev/zero"][..],
        &["render", "templates/t.liquid", "--data", "pipe.json"],
        &["import", "/dev/zero"],
        &["import", "pipe.json"],
        &["lint", "--baseline", "pipe.json"],
        &["contract", "templates/t.liquid", "--check", "pipe.json"],
        &["tags", "--csv", "pipe.json", "--tag", "spring"],
        &["tags", "--csv", "/dev/zero", "--tag", "spring"],
        &["tags", "--csv", "s.csv", "--tag", "spring", "--out", "pipe.json", "--overwrite"],
    ] {
        let output = run(folder.path(), arguments);
        let said = format!("{}{}", stdout(&output), stderr(&output));
        assert_eq!(code(&output), 2, "{arguments:?}: {said}");
        assert!(said.contains(" a regular file"), "{arguments:?}: {said}");
    }
}

/// A snapshot that can't be read is not one that agrees, and none is read from elsewhere.
#[test]
fn a_snapshot_that_cannot_be_read_fails_the_test() {
    let outside = workspace(&[("known.snap", "Hello you\n")]);
    let elsewhere = outside.path().join("known.snap").display().to_string();
    let accepted = || {
        let folder = workspace(&[
            ("meniscus.toml", ""),
            ("scenarios/bo.toml", SCENARIO),
            ("templates/a.liquid", CLEAN),
            ("templates/b.liquid", CLEAN),
        ]);
        assert_eq!(code(&run(folder.path(), &["test", "--accept"])), 0);
        folder
    };
    let name = "snapshots/a/body/bo.snap";
    for (what, said) in [
        ("pipe", "it isn't a regular file"),
        ("/dev/zero", "it isn't a regular file"),
        ("/nowhere", "broken link"),
        (&*elsewhere, "a place outside the workspace"),
        ("folder", "it's a folder, not a file"),
    ] {
        let folder = accepted();
        fs::remove_file(folder.path().join(name)).expect("removed");
        put_unfit(folder.path(), name, what);
        for command in [&["test", "--check"][..], &["test"], &["test", "--accept"]] {
            let output = run(folder.path(), command);
            let found = format!("{}{}", stdout(&output), stderr(&output));
            assert!(code(&output) > 0, "{what}, {command:?}: {found}");
            assert!(found.contains(said) && found.contains(name), "{what}, {command:?}: {found}");
        }
    }
}

/// What is written lands in the workspace, wherever a folder of it leads.
#[test]
fn nothing_is_written_out_of_the_workspace() {
    let outside = workspace(&[]);
    for (name, command) in [
        ("snapshots", &["test", "--accept"][..]),
        ("snapshots", &["test"]),
        ("recordings", &["import", "notes.json", "--url", "https://a.example/w"]),
        ("scenarios", &["scenarios", "stub", "templates/t.liquid", "--out", "new"]),
        ("scenarios", &["scenarios", "edge", "templates/t.liquid", "--write"]),
        ("out", &["render", "templates/t.liquid", "--out", "out"]),
        ("out", &["preview", "--export", "out"]),
        ("out", &["lint", "--write-baseline", "--baseline", "out/known.json"]),
        ("out", &["test", "--accept", "--coverage=lcov", "--coverage-dir", "out"]),
        ("out", &["tags", "--csv", "s.csv", "--tag", "spring", "--out", "out/tags.csv"]),
    ] {
        let folder = workspace(&[
            ("meniscus.toml", ""),
            ("templates/t.liquid", CLEAN),
            ("notes.json", "{\"points\": 3}"),
            ("s.csv", "user_id\na\n"),
        ]);
        if name != "scenarios" {
            put(folder.path(), "scenarios/bo.toml", SCENARIO);
        }
        symlink(outside.path(), folder.path().join(name)).expect("a link");
        let output = run(folder.path(), command);
        let found = format!("{}{}", stdout(&output), stderr(&output));
        assert_eq!(code(&output), 2, "{command:?}: {found}");
        assert!(found.contains("a place outside the workspace"), "{command:?}: {found}");
        let left = fs::read_dir(outside.path()).expect("a folder").count();
        assert_eq!(left, 0, "{command:?}: {found}");
    }
}

/// An editor's lock is a link to nowhere, and its copies are no templates.
#[test]
fn what_editors_leave_beside_a_file_is_not_read() {
    let folder = workspace(&[
        ("meniscus.toml", ""),
        ("templates/m/message.toml", "channel = \"sms\"\n"),
        ("templates/m/body.liquid", CLEAN),
        ("content_blocks/b.liquid", CLEAN),
        ("scenarios/bo.toml", SCENARIO),
    ]);
    for (beside, text) in [
        ("templates/m/._body.liquid", "{{"),
        ("templates/m/#body.liquid#", "{{"),
        ("templates/m/body.liquid~", "{{"),
        ("content_blocks/._b.liquid", "{{"),
        ("scenarios/._bo.toml", "?"),
    ] {
        put(folder.path(), beside, text);
    }
    for name in ["templates/m/.#body.liquid", "scenarios/.#bo.toml", ".#meniscus.toml"] {
        symlink("bo@shop.example:1", folder.path().join(name)).expect("a lock");
    }
    let lint = run(folder.path(), &["lint"]);
    assert_eq!(stdout(&lint), "checked 2 files, no findings\n", "{}", stderr(&lint));
    let render = run(folder.path(), &["render", "templates/m", "--all"]);
    assert_eq!(code(&render), 0, "{}", stderr(&render));
}
