//! How many texts `meniscus test` renders and compares in a second: `cargo bench --bench test_run`.
//!
//! The offer wallet of the example workspace, subject and body, for a thousand recipients of each
//! kind. Two figures: rendering alone, and a whole run as the program makes it, from reading the
//! workspace to comparing with the snapshots. The best of several turns counts: what else the
//! machine does only ever makes a turn longer.

#[path = "support/copy.rs"]
mod copy;

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use copy::copy;
use meniscus::project::Workspace;
use meniscus::render::Gather;
use meniscus::session::Session;
use meniscus::snapshot::{Plan, Selection, accept, render_cases, test};

/// Turns of each measurement.
const TURNS: usize = 5;

/// Recipients of a kind.
const RECIPIENTS: usize = 1_000;

/// Kinds of recipients: what they are called, and the scenarios of the example they are like.
const KINDS: [(&str, &[&str]); 3] = [
    ("two offers", &["anna"]),
    ("a thousand offers", &["chloe"]),
    ("all kinds, in turns", &["anna", "ben", "dai", "elif", "femi", "gita", "hugo", "ines"]),
];

fn main() {
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    println!("texts per second, on {threads} threads");
    println!(
        "{:<22}{:>8}{:>12}{:>12}{:>8}",
        "recipients", "texts", "rendering", "whole run", "ratio"
    );
    for (name, kinds) in KINDS {
        let folder = tempfile::tempdir().expect("a folder");
        let count = if name.contains("thousand") { RECIPIENTS / 10 } else { RECIPIENTS };
        fill(folder.path(), kinds, count);
        let session = read(folder.path());
        for tested in test(&session, plan(&session), Gather::default(), |_| ()).tested {
            accept(&session.workspace, &tested).expect("accepted");
        }
        let ready = plan(&session);
        let texts = ready.cases.len();
        let rendering = best(|| {
            let lengths =
                render_cases(&ready, Gather::default(), |_, outcome| outcome.output.len());
            assert_eq!(lengths.len(), texts);
        });
        let whole = best(|| {
            let session = read(folder.path());
            let results = test(&session, plan(&session), Gather::default(), |_| ());
            assert!(results.is_fine(), "every text is as accepted");
        });
        let per_second = |time: Duration| texts as f64 / time.as_secs_f64();
        println!(
            "{name:<22}{texts:>8}{:>12.0}{:>12.0}{:>8.2}",
            per_second(rendering),
            per_second(whole),
            per_second(whole) / per_second(rendering)
        );
    }
}

fn best(mut act: impl FnMut()) -> Duration {
    let turn = |_| {
        let start = Instant::now();
        act();
        start.elapsed()
    };
    (0..TURNS).map(turn).min().unwrap_or_default()
}

fn read(folder: &Path) -> Session {
    let workspace = Workspace::around(folder).expect("a workspace");
    let scope = vec![workspace.root.clone()];
    let session = Session::read(workspace, scope);
    assert!(session.unread.is_empty(), "{:?}", session.unread);
    session
}

fn plan(session: &Session) -> Plan {
    Plan::of(session, &Selection::default()).expect("a plan")
}

/// A workspace of the offer wallet alone, with recipients like those of the example.
fn fill(folder: &Path, kinds: &[&str], count: usize) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for name in
        ["content_blocks", "recordings", "scenarios", "templates/offer_wallet", "meniscus.toml"]
    {
        copy(&root.join(name), &folder.join(name));
    }
    let scenarios = folder.join("scenarios");
    for entry in fs::read_dir(&scenarios).expect("scenarios").flatten() {
        let text = fs::read_to_string(entry.path()).expect("a scenario");
        // Those of the example are but what the others extend; what they expect stands at the end.
        let text = text.split("[[expect]]").next().unwrap_or_default();
        let text = text.lines().filter(|line| !line.starts_with("templates"));
        let text = format!("templates = [\"none\"]\n{}", text.collect::<Vec<_>>().join("\n"));
        fs::write(entry.path(), text).expect("written");
    }
    for number in 0..count {
        let kind = kinds[number % kinds.len()];
        let text = format!(
            "extends = \"{kind}\"\ntemplates = [\"offer_wallet\"]\n[user]\nfirst_name = \"{kind} {number}\"\n"
        );
        fs::write(scenarios.join(format!("x{number:04}.toml")), text).expect("written");
    }
}
