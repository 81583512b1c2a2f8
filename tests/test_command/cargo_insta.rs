//! insta's own program on our files, where it is installed.

use std::path::Path;
use std::process::{Command, Output};

use super::program::{code, put, run, stderr, stdout};
use super::{ALL, accepted, edit, read, snapshots};

/// Runs `cargo insta`; none where it is not installed.
fn insta(folder: &Path, arguments: &[&str]) -> Option<Output> {
    let output = Command::new("cargo-insta")
        .arg("insta")
        .args(arguments)
        .args(["--workspace-root", "."])
        .current_dir(folder)
        .env("NO_COLOR", "1")
        .output();
    if output.is_err() {
        eprintln!("left out: there is no cargo-insta");
    }
    output.ok()
}

#[test]
fn insta_lists_and_accepts_what_is_pending() {
    let folder = accepted();
    put(
        folder.path(),
        "Cargo.toml",
        "[package]\nname = \"shop\"\nversion = \"0.1.0\"\nedition = \"2024\"\n",
    );
    put(folder.path(), "src/lib.rs", "");
    // Something of all that insta does not keep by itself.
    edit(folder.path(), "scenarios/ben.toml", "\"Ben\"", "'Bén: \"x\" #\\'");
    edit(folder.path(), "templates/offer/subject.liquid", "}}}", "}}}\t \r\n\r\n \n\n");
    let pending = stdout(&run(folder.path(), &["test"]));
    assert!(pending.contains("1 as accepted, 3 changed"), "{pending}");
    let Some(listed) = insta(folder.path(), &["pending-snapshots"]) else { return };
    let listed = format!("{}{}", stdout(&listed), stderr(&listed));
    for name in &ALL[1..] {
        assert!(listed.contains(&format!("snapshots/{name}")), "{name}\n{listed}");
    }
    let ours = ALL[1..].iter().map(|name| read(folder.path(), &format!("snapshots/{name}.new")));
    let ours = ours.collect::<Vec<_>>();
    let accepted = insta(folder.path(), &["accept"]).expect("it is there");
    assert_eq!(code(&accepted), 0, "{}", stderr(&accepted));
    assert_eq!(snapshots(folder.path()), ALL);
    for (name, ours) in ALL[1..].iter().zip(ours) {
        assert_eq!(read(folder.path(), &format!("snapshots/{name}")), ours, "{name}");
    }
    let again = run(folder.path(), &["test"]);
    assert_eq!(code(&again), 0, "{}", stdout(&again));
}
