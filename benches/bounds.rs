//! What a hostile template costs at most: `cargo bench --bench bounds`.
//!
//! Each filter, operator and tag is turned in a loop without end, over inputs that are long to read, under
//! a fiftieth of the default steps. The table has the worst case of each: processor time for all the steps
//! (fifty times what is measured) and the most memory. Linux alone tells both.

#[path = "../tests/support/adversarial.rs"]
mod adversarial;

use std::collections::BTreeMap;
use std::fs;
use std::sync::Arc;

use meniscus::dialect::BRAZE;
use meniscus::render::{Limits, render};
use meniscus::syntax::parse;
use meniscus::text::Source;

/// Bytes and items of the inputs, about.
const SIZE: usize = 1 << 20;
/// How many times more the default steps are.
const SHARE: u64 = 50;

/// The worst of one filter, operator or tag.
#[derive(Default)]
struct Worst {
    seconds: f64,
    megabytes: f64,
    tag: String,
}

fn main() {
    let world = adversarial::world(SIZE, Limits::default().steps / SHARE);
    let mut worst = BTreeMap::<String, Worst>::new();
    let before = megabytes();
    for (what, tag) in adversarial::cases() {
        let source = Arc::new(Source::new("bounds", adversarial::looped(&tag)));
        let template = parse(&source, &BRAZE, world.settings.parse);
        // Begins the highest mark anew.
        let _ = fs::write("/proc/self/clear_refs", "5");
        let start = processor_seconds();
        let outcome = render(&template, &world, false);
        let seconds = (processor_seconds() - start) * SHARE as f64;
        assert!(outcome.abort.is_some(), "{tag} has no end");
        let known = worst.entry(what).or_default();
        known.megabytes = known.megabytes.max(megabytes() - before);
        if seconds > known.seconds {
            known.seconds = seconds;
            known.tag = tag;
        }
    }
    let mut rows = worst.into_iter().collect::<Vec<_>>();
    rows.sort_by(|a, b| b.1.seconds.total_cmp(&a.1.seconds));
    println!("{:<24}{:>10}{:>8}  worst case", "what", "seconds", "MB");
    for (what, Worst { seconds, megabytes, tag }) in &rows {
        println!("{what:<24}{seconds:>10.2}{megabytes:>8.0}  {tag}");
    }
}

/// Seconds that this thread has been on a processor.
fn processor_seconds() -> f64 {
    let text = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds = text.split(' ').next().and_then(|first| first.parse::<f64>().ok());
    nanoseconds.unwrap_or_default() / 1e9
}

/// The most memory that was resident.
fn megabytes() -> f64 {
    let text = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text.lines().find(|line| line.starts_with("VmHWM"));
    let kilobytes = line.and_then(|line| line.split_whitespace().nth(1)?.parse::<f64>().ok());
    kilobytes.unwrap_or_default() / 1024.0
}
