//! Runs the public conformance data that lies beside the repository, in `../shared/conformance`:
//! half of golden-liquid, and tables printed by Ruby Liquid. Skipped, with a count, where it is
//! absent. Every case passes or is listed here with the reason.

use std::path::Path;
use std::sync::Arc;

use meniscus::diagnostic::Severity;
use meniscus::dialect::BRAZE;
use meniscus::recording::Replay;
use meniscus::render::{Settings, World, render};
use meniscus::syntax::parse;
use meniscus::text::Source;
use meniscus::value::{Time, Value, from_json};

/// Cases that Braze, or this program, answers otherwise, with the reason.
const DIFFERENCES: &[(&str, &str)] = &[
    (
        "modulo zero",
        "the table holds the start of the message; Ruby prints `Liquid error: divided by 0`",
    ),
    (
        "tablerow cols 0",
        "the table holds `x` for any text: the case asks for an end, not for a text",
    ),
    ("cycle", "the table holds `x` for any text: the case asks for an end, not for a text"),
    ("for limit bad", "the table holds no message; Ruby prints `Liquid error: invalid integer`"),
];

fn main() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/conformance");
    let files = [
        "golden_liquid_half.json",
        "ruby_probes.json",
        "ruby_dates.json",
        "ruby_string_filters.json",
    ];
    let (mut passed, mut failed, mut listed, mut skipped) = (0, 0, 0, 0);
    for file in files {
        let Ok(text) = std::fs::read_to_string(folder.join(file)) else {
            skipped += 1;
            println!("{file}: absent, skipped");
            continue;
        };
        let cases: serde_json::Value = serde_json::from_str(&text).expect("the data is JSON");
        let cases = cases["tests"].as_array().expect("a list of cases");
        let before = passed;
        for case in cases {
            let name = case["name"].as_str().unwrap_or_default();
            match check(case) {
                Ok(()) => passed += 1,
                Err(_) if DIFFERENCES.iter().any(|(known, _)| *known == name) => listed += 1,
                Err(problem) => {
                    failed += 1;
                    println!("{file}: {name}\n  {}\n  {problem}", case["template"]);
                }
            }
        }
        println!("{file}: {} of {} pass", passed - before, cases.len());
    }
    println!("{listed} listed with the reason");
    println!("{passed} passed, {failed} failed, {skipped} skipped");
    assert_eq!(failed, 0, "cases fail that are not listed");
}

fn check(case: &serde_json::Value) -> Result<(), String> {
    let source = Arc::new(Source::new("case", case["template"].as_str().unwrap_or_default()));
    // Dates without a day are read on the day the tables were made.
    let now = Time::parse("2026-11-23 09:00:00", &Time::from_epoch_seconds(0).expect("the epoch"))
        .expect("a time");
    let mut world = World::new(&BRAZE, now, Arc::new(Replay::default()));
    world.settings = Settings::plain_liquid();
    world.globals = match case.get("data").map(|data| from_json(data.clone())) {
        Some(Value::Object(object)) => object,
        _ => Arc::default(),
    };
    let template = parse(&source, &BRAZE, world.settings.parse);
    let outcome = render(&template, &world, false);
    let is_error = outcome.diagnostics.iter().any(|d| d.severity == Severity::Error);
    if case.get("invalid").is_some() {
        return if is_error { Ok(()) } else { Err(format!("accepted: {:?}", outcome.output)) };
    }
    let results = match (&case["result"], &case["results"]) {
        (serde_json::Value::String(one), _) => vec![one.clone()],
        (_, serde_json::Value::Array(many)) => {
            many.iter().filter_map(|one| one.as_str().map(str::to_owned)).collect()
        }
        _ => return Err("the case has no result".to_owned()),
    };
    if results.contains(&outcome.output) {
        return Ok(());
    }
    Err(format!("expected {results:?}\n  found    {:?}", outcome.output))
}
