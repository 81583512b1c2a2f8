//! Random templates render as Ruby's Liquid renders them, but for differences that are listed by name.
//! Skipped, with a count, where Ruby's Liquid isn't installed (Debian's `ruby` and `ruby-liquid`).
//!
//! `tests/tools/ruby_differential.sh N SEED` compares N templates of another seed.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use meniscus::dialect::BRAZE;
use meniscus::recording::Replay;
use meniscus::render::{Settings, World, render};
use meniscus::syntax::parse;
use meniscus::text::Source;
use meniscus::value::{Time, Value, from_json};
use serde_json::Value as Json;

/// Why a template may render otherwise, and whether it's one of those: from its text and both outputs.
type Difference = (&'static str, fn(template: &str, ruby: &str, ours: &str) -> bool);

const DIFFERENCES: &[Difference] = &[
    (
        "Ruby's own errors, of which Liquid says `internal`: numbers that no place or length can be",
        |_, ruby, _| ruby.contains("Liquid error: internal") || ruby.contains("too big for"),
    ),
    (
        "`break` and `continue` inside of `case`: 5.4 goes on with the branches that fit, up to a tag",
        |template, _, _| {
            template.contains("{% case")
                && (template.contains("{% break") || template.contains("{% continue"))
        },
    ),
    (
        "`break` and `continue` inside of `tablerow`: newer versions end it, 5.4 fills its cells",
        |template, _, _| {
            template.contains("{% tablerow")
                && (template.contains("{% break") || template.contains("{% continue"))
        },
    ),
    ("the sign of a zero that decimals were computed to", |_, ruby, ours| {
        ruby.replace("-0.0", "0.0") == ours.replace("-0.0", "0.0")
    }),
    ("bytes out of Base64 that are no UTF-8: each is U+FFFD here", |template, ruby, _| {
        template.contains("base64_decode") && ruby.contains('\u{fffd}')
    }),
];

/// Differences that are printed at most.
const SHOWN: usize = 20;

fn main() {
    let number = |name: &str, default: u64| {
        std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
    };
    let (count, seed) = (number("RUBY_TEMPLATES", 3_000), number("RUBY_SEED", 20_261_128));
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tools/ruby_differential.rb");
    let output =
        Command::new("ruby").arg(script).args([count, seed].map(|n| n.to_string())).output();
    let output = match output {
        Ok(output) if output.status.success() => output,
        _ => {
            println!("skipped {count} comparisons: Ruby's Liquid isn't installed");
            return;
        }
    };
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let (mut same, mut failed) = (0, 0);
    let mut listed = vec![0; DIFFERENCES.len()];
    for line in text.lines() {
        let case: Json = serde_json::from_str(line).expect("JSON");
        let template = case["template"].as_str().expect("a template");
        let ruby = case["output"].as_str().unwrap_or("refused");
        let ours = rendered(template, &case["data"]);
        if ruby == ours {
            same += 1;
        } else if let Some(known) = DIFFERENCES.iter().position(|(_, is)| is(template, ruby, &ours))
        {
            listed[known] += 1;
        } else {
            failed += 1;
            if failed <= SHOWN {
                println!("{template}\n  data {}\n  ruby {ruby:?}\n  ours {ours:?}", case["data"]);
            }
        }
    }
    for ((name, _), count) in DIFFERENCES.iter().zip(&listed).filter(|(_, count)| **count > 0) {
        println!("{count} differ: {name}");
    }
    println!(
        "{same} of {count} templates of seed {seed} render as Ruby renders them, {failed} fail"
    );
    assert_eq!(failed, 0, "templates render otherwise, and no reason is listed");
}

fn rendered(template: &str, data: &Json) -> String {
    let source = Arc::new(Source::new("case", template));
    let now = Time::from_epoch_seconds(0).expect("the epoch");
    let mut world = World::new(&BRAZE, now, Arc::new(Replay::default()));
    world.settings = Settings::plain_liquid();
    world.globals = match from_json(data.clone()) {
        Value::Object(object) => object,
        _ => Arc::default(),
    };
    let template = parse(&source, &BRAZE, world.settings.parse);
    if template.refused {
        return "refused".to_owned();
    }
    render(&template, &world, false).output
}
