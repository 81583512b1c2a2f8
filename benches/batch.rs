//! How many recipients a second one core renders, each with values of its own: `cargo bench --bench batch`.
//!
//! The messages of the example workspace, all parts, as an audience would go through them: a recipient is read from a line
//! of JSON, calls are answered (the wallet by one of many recordings, each for one customer's id), every part is rendered
//! and asked for what printed nothing. The best of several turns counts: what else the machine does only ever makes a turn
//! longer.

use std::fs;
use std::path::Path;
use std::time::Instant;

use meniscus::recording::Replay;
use meniscus::{Engine, Environment, Recipient, Template};

/// As in the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Turns of each measurement.
const TURNS: usize = 5;
/// Recipients of a turn.
const RECIPIENTS: usize = 10_000;

fn main() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    println!("{:<18}{:>12}{:>14}{:>10}", "message", "recordings", "rows/s, core", "of a row");
    for recordings in [1, 1_000, 10_000] {
        let rows = (0..RECIPIENTS).map(|row| wallet_row(row % recordings)).collect::<Vec<_>>();
        run(root, "offer_wallet", recordings, &rows);
    }
    let rows = (0..RECIPIENTS).map(triggered_row).collect::<Vec<_>>();
    run(root, "offer_triggered", 0, &rows);
}

fn run(root: &Path, message: &str, recordings: usize, rows: &[String]) {
    let engine = Engine::braze();
    let parts = parts(root, &engine, message);
    let mut best = f64::MAX;
    for _ in 0..TURNS {
        // Anew, so that a response that is asked for once is also parsed once in each turn.
        let environment = environment(root, &engine, recordings);
        let start = Instant::now();
        let mut printed = 0;
        for row in rows {
            let recipient = Recipient::from_json(row).expect("a recipient");
            let recipient = recipient.at("2026-03-01T09:00:00Z").expect("a time");
            for part in &parts {
                let outcome = part.explain(&environment, &recipient);
                assert!(outcome.abort.is_none(), "{:?}", outcome.abort);
                printed += outcome.output.len();
            }
        }
        assert!(printed > rows.len() * 10, "{printed} bytes");
        best = best.min(start.elapsed().as_secs_f64() / rows.len() as f64);
    }
    println!("{message:<18}{recordings:>12}{:>14.0}{:>8.1}µs", 1.0 / best, best * 1e6);
}

fn environment(root: &Path, engine: &Engine, recordings: usize) -> Environment {
    let block = read(&root.join("content_blocks/sessionm_wallet.liquid"));
    // What stands in front of it is for tools.
    let block = block.splitn(3, "---\n").last().expect("a text");
    let answer = read(&root.join("recordings/wallet/two-offers.json"));
    let texts = (0..recordings).map(|row| {
        let mut mapping = serde_json::from_str::<serde_json::Value>(&answer).expect("a mapping");
        mapping["request"]["bodyPatterns"] =
            serde_json::json!([{"equalToJson": {"user_id": id(row), "culture": "en-US"}, "ignoreExtraElements": true}]);
        mapping["metadata"] = serde_json::json!({});
        mapping["name"] = serde_json::json!(format!("wallet-{row}"));
        (format!("wallet-{row}"), mapping.to_string())
    });
    let texts = texts.collect::<Vec<_>>();
    let pairs = texts.iter().map(|(name, text)| (name.as_str(), text.as_str()));
    let recordings = Replay::of_texts(pairs).unwrap_or_else(|errors| panic!("{}", errors[0]));
    let settings = read(&root.join("meniscus.toml")).parse::<toml::Table>().expect("TOML");
    let mut environment = engine
        .environment()
        .block("sessionm_wallet", &engine.compile(block))
        .recordings(recordings);
    for (name, value) in settings["variables"].as_table().expect("variables") {
        environment = environment.variable(name, value.as_str().expect("a text"));
    }
    environment
}

fn parts(root: &Path, engine: &Engine, message: &str) -> Vec<Template> {
    let mut files = fs::read_dir(root.join("templates").join(message))
        .expect("a message")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|ending| ending != "toml"))
        .collect::<Vec<_>>();
    files.sort();
    files.iter().map(|path| engine.compile(&read(path))).collect()
}

fn id(row: usize) -> String {
    format!("5b1e7c52-2f6d-4f0f-8d4e-{row:012}")
}

fn wallet_row(row: usize) -> String {
    serde_json::json!({
        "user": {"user_id": id(row), "first_name": format!("Anna {row}"), "language": "en", "time_zone": "America/Chicago"},
        "custom_attribute": {"culture": "en-US", "segment": "rye_lovers"},
    })
    .to_string()
}

fn triggered_row(row: usize) -> String {
    serde_json::json!({
        "user": {"user_id": id(row), "first_name": format!("Bo {row}")},
        "api_trigger_properties": {
            "offer_id": format!("offer-{row}"), "offer_title": "Two rye loaves for one",
            "user_offer_id": id(row), "description": "<p>Buy a rye loaf, take the second home for nothing.</p>",
            "terms_and_conditions": "Once per customer.", "logo": "https://img.larkspur.example/rye.png",
            "pos_discount_id": "LB-RYE-2", "expiration_date": "2026-03-31T23:59:59Z",
            "point_award_amount": row % 1_000, "point_account_name": "crumbs",
        },
    })
    .to_string()
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
