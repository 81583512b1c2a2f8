//! What it costs to read a workspace and to keep it current: `cargo bench --bench session`.
//!
//! Three workspaces made of the example's offer wallet: 500 messages for 79 scenarios of which one file is saved;
//! 300 messages for 30 scenarios, tested and exported; 1,000 recordings of 100 KB, linted. The best of several
//! turns counts. Linux alone tells memory and processor time.

#[path = "support/copy.rs"]
mod copy;
#[path = "support/shop.rs"]
mod shop;

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use meniscus::project::Workspace;
use meniscus::render::Gather;
use meniscus::rules::{Targets, lint};
use meniscus::serve::preview::export;
use meniscus::session::{Changes, FileKind, Session};
use meniscus::snapshot::{Plan, Selection, accept, test};
use shop::workspace;

/// Turns of each measurement.
const TURNS: usize = 5;
fn main() {
    recordings(1_000, 100_000);
    saves(500, 79);
    exports(300, 30);
}

/// One template, then one recording is saved.
fn saves(messages: usize, scenarios: usize) {
    let folder = workspace(messages, scenarios);
    let session = read(folder.path());
    assert_eq!((session.messages.len(), session.known.scenarios.len()), (messages, scenarios));
    let saved = |kind, shown: &str| {
        let mut changes = Changes::default();
        changes.add(kind, shown.to_owned());
        let path = folder.path().join(shown);
        let text = fs::read_to_string(&path).expect("a file");
        best(|| {
            fs::write(&path, format!("{text} ")).expect("written");
            let start = Instant::now();
            let again = session.again(&changes);
            assert!(again.unread.is_empty());
            start.elapsed()
        })
    };
    println!("{messages} messages, {scenarios} scenarios:");
    let template = saved(FileKind::Template, "templates/m007/body.html");
    println!("  current after a template was saved   {:>8.1} ms", millis(template));
    let recording = saved(FileKind::Recording, "recordings/wallet/two-offers.json");
    println!("  current after a recording was saved  {:>8.1} ms", millis(recording));
}

/// All is tested, then exported.
fn exports(messages: usize, scenarios: usize) {
    let folder = workspace(messages, scenarios);
    let session = read(folder.path());
    let plan = |session: &Session| Plan::of(session, &Selection::default()).expect("a plan");
    for tested in test(&session, plan(&session), Gather::default(), |_| ()).tested {
        accept(&session.workspace, &tested).expect("accepted");
    }
    let tested = best(|| {
        let start = Instant::now();
        let session = read(folder.path());
        assert!(test(&session, plan(&session), Gather::default(), |_| ()).is_fine());
        start.elapsed()
    });
    let out = tempfile::tempdir().expect("a folder");
    let exported = best(|| {
        let start = Instant::now();
        let workspace = Workspace::around(folder.path()).expect("a workspace");
        let root = workspace.root.clone();
        export(workspace, &root, out.path(), true, &|_, _| ()).expect("exported");
        start.elapsed()
    });
    println!("{messages} messages, {scenarios} scenarios, with all snapshots:");
    println!("  test             {:>8.1} ms", millis(tested));
    println!(
        "  preview --export {:>8.1} ms, {:.1} times that, {:.1} MB",
        millis(exported),
        exported.as_secs_f64() / tested.as_secs_f64(),
        bytes_below(out.path()) as f64 / 1e6
    );
}

/// Bytes of all files below a folder.
fn bytes_below(folder: &Path) -> u64 {
    let entries = fs::read_dir(folder).expect("a folder").flatten();
    let sizes = entries.map(|entry| match entry.path() {
        path if path.is_dir() => bytes_below(&path),
        path => fs::metadata(path).map_or(0, |about| about.len()),
    });
    sizes.sum()
}

/// A template whose call any of the recordings may answer.
fn recordings(count: usize, bytes: usize) {
    let folder = tempfile::tempdir().expect("a folder");
    let put = |name: String, text: String| {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        fs::write(path, text).expect("written");
    };
    put("meniscus.toml".to_owned(), String::new());
    put(
        "templates/offers.liquid".to_owned(),
        "{% connected_content https://api.example.com/offers?user={{${user_id}}} :save all %}\
         {% for offer in all.offers %}{{ offer.name }} {{ offer.pionts }}{% endfor %}"
            .to_owned(),
    );
    let offer = |number: usize| {
        let text = "x".repeat(600);
        format!(
            "{{\"id\": \"o{number}\", \"name\": \"Offer {number}\", \"points\": {number}, \"text\": \"{text}\"}}"
        )
    };
    for number in 0..count {
        let offers = (0..bytes / 660).map(offer).collect::<Vec<_>>().join(", ");
        put(
            format!("recordings/r{number:04}.json"),
            format!(
                "{{\"request\": {{\"method\": \"GET\", \"urlPath\": \"/offers\", \"queryParameters\": {{\"user\": {{\"equalTo\": \"{number}\"}}}}}}, \"response\": {{\"jsonBody\": {{\"offers\": [{offers}]}}}}}}"
            ),
        );
    }
    let (before, start) = (megabytes(), Instant::now());
    let busy = processor_seconds();
    let session = read(folder.path());
    let messages = session.messages.clone();
    let targets = Targets { messages, is_whole: true, ..Targets::default() };
    let found = lint(&session.known, &session.levels, &targets);
    assert_eq!(found.diagnostics.iter().filter(|one| one.code == "unknown-field").count(), 1);
    println!("{count} recordings of {} KB, all of which may answer:", bytes / 1_000);
    println!("  lint             {:>8.1} ms", millis(start.elapsed()));
    println!("  processor time   {:>8.2} s", processor_seconds() - busy);
    println!("  peak memory      {:>8.0} MB", megabytes() - before);
}

fn read(folder: &Path) -> Session {
    let workspace = Workspace::around(folder).expect("a workspace");
    let scope = vec![workspace.root.clone()];
    let session = Session::read(workspace, scope);
    assert!(session.unread.is_empty(), "{:?}", session.unread);
    session
}

fn best(mut act: impl FnMut() -> Duration) -> Duration {
    (0..TURNS).map(|_| act()).min().unwrap_or_default()
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}

/// Seconds that this process has been on a processor.
fn processor_seconds() -> f64 {
    let text = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = text.rsplit(')').next().unwrap_or_default().split_whitespace();
    // Ticks of a hundredth of a second.
    fields.skip(11).take(2).filter_map(|field| field.parse::<f64>().ok()).sum::<f64>() / 100.0
}

/// The most memory that this process ever had.
fn megabytes() -> f64 {
    let text = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok());
    kilobytes.unwrap_or_default() / 1_000.0
}
