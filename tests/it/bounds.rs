//! Templates that would grow without end stop at a limit, soon and in little memory.

use crate::adversarial;
use crate::world;
use std::sync::Arc;
use std::time::{Duration, Instant};

use meniscus::dialect::BRAZE;
use meniscus::render::{AbortKind, Gather, Limits, Outcome, render, render_gathering};
use meniscus::syntax::parse;
use meniscus::text::Source;
use rayon::prelude::*;

/// Whatever is gathered beside the text, a render ends at the same step.
#[test]
fn explanations_cost_no_steps() {
    // Long names cost steps to look up.
    let name = "n".repeat(2_000);
    let text = format!(
        "{{% for k in (1..20) %}}{{% for n in nope['{name}'] %}}{{% endfor %}}\
         {{% if nope['{name}'] == k %}}x{{% endif %}}{{{{ nope['{name}'] }}}}\
         {{% assign y = nope['{name}'] %}}{{{{ y }}}}{{% endfor %}}"
    );
    let template = parse(&Arc::new(Source::new("t", text)), &BRAZE, world::world().settings.parse);
    let all = Gather { trace: true, hits: true, map: true };
    let mut ends = 0;
    for steps in 1..300 {
        let mut world = world::world();
        world.limits.steps = steps;
        let plain = render_gathering(&template, &world, Gather::default());
        let gathered = render_gathering(&template, &world, all);
        assert_eq!(plain.output, gathered.output, "{steps} steps");
        assert_eq!(format!("{:?}", plain.abort), format!("{:?}", gathered.abort), "{steps} steps");
        ends += usize::from(plain.abort.is_some());
    }
    assert!(ends > 50, "the limit is never reached");
}

fn rendered(text: &str, traced: bool) -> Outcome {
    let mut world = world::world();
    world.limits = Limits { output_bytes: 1 << 20, ..Limits::default() };
    let template = parse(&Arc::new(Source::new("bounds", text)), &BRAZE, world.settings.parse);
    assert!(!template.refused, "{:?}", template.diagnostics);
    let start = Instant::now();
    let outcome = render(&template, &world, traced);
    // Far more than any of these takes, far less than they take without bounds.
    assert!(start.elapsed() < Duration::from_secs(60), "{text}");
    outcome
}

fn stops(text: &str) {
    let outcome = rendered(text, false);
    let kind = outcome.abort.map(|abort| abort.kind);
    assert_eq!(kind, Some(AbortKind::LimitReached), "{text}");
    assert!(outcome.output.len() <= 3 << 20, "{} bytes", outcome.output.len());
}

const KILOBYTE: &str = "{% assign k = '0123456789abcdef' %}{% for i in (1..6) %}{% assign k = k | append: k %}{% endfor %}";

#[test]
fn loops_stop() {
    stops("{% for i in (1..9999999999) %}{% endfor %}");
    stops("{% for i in (1..2000) %}{% for j in (1..2000) %}{% endfor %}{% endfor %}");
    stops("{% tablerow i in (1..9999999999) %}{% endtablerow %}");
    stops("{% for i in (1..999999) %}0123456789{% endfor %}");
}

#[test]
fn texts_stop() {
    let double = "{% for i in (1..99) %}{% assign k = k | append: k %}{% endfor %}";
    stops(&format!("{KILOBYTE}{double}"));
    stops(&format!("{KILOBYTE}{}", double.replace("append", "prepend")));
    stops(&format!("{KILOBYTE}{}", double.replace("append: k", "replace: '', k")));
    let captured = "{% for i in (1..99) %}{% capture k %}{{k}}{{k}}{% endcapture %}{% endfor %}";
    stops(&format!("{KILOBYTE}{captured}"));
    stops("{{ 'now' | date: '%99999999d' }}");
    stops(&format!(
        "{KILOBYTE}{{% assign l = k | split: '' %}}{{{{ l | join: k }}}}{{{{ l | join: k }}}}"
    ));
}

/// What is copied or compared at every turn costs by its length: a megabyte takes a three-hundredth of all steps.
#[test]
fn long_texts_cost_by_their_length() {
    let megabyte =
        "{% assign t = 'x' %}{% for i in (1..20) %}{% assign t = t | append: t %}{% endfor %}";
    for tag in [
        "{% capture y %}{% echo t %}{% endcapture %}",
        "{% capture y %}{{ t }}{% endcapture %}",
        "{% if a contains t %}{% endif %}",
        "{% if t == u %}{% endif %}",
    ] {
        let text = format!(
            "{megabyte}{{% assign u = t | append: '' %}}\
             {{% for i in (1..9999) %}}{{% increment n %}} {tag}{{% endfor %}}"
        );
        let outcome = rendered(&text, false);
        let turns = outcome.output.split_whitespace().count();
        assert!((1..2_000).contains(&turns), "{tag}: {turns} turns");
        assert!(outcome.abort.is_some(), "{tag}");
    }
}

#[test]
fn replacements_stop() {
    // Each `\`` of the replacement is all of the text in front.
    let before = "\\`".repeat(2_000);
    for filter in ["replace", "replace_first"] {
        stops(&format!(
            "{KILOBYTE}{{% assign k = k | append: 'x' %}}{{{{ k | {filter}: 'x', '{before}' }}}}"
        ));
    }
}

#[test]
fn lists_stop() {
    let double = "{% for i in (1..99) %}{% assign l = l | concat: l %}{% endfor %}";
    stops(&format!("{{% assign l = 'a b c' | split: ' ' %}}{double}"));
    // Few items, much text: items are shared, not copied.
    let some = "{% for i in (1..15) %}{% assign l = l | concat: l %}{% endfor %}{{ l }}";
    stops(&format!("{KILOBYTE}{{% assign l = k | split: '~' %}}{some}"));
    stops("{{ (1..9999999999) | sort }}");
}

#[test]
fn calls_stop() {
    let body = "{{k}}".repeat(2_000);
    stops(&format!("{KILOBYTE}{{% connected_content https://a.b/none :body {body} %}}"));
    // The requests of all calls are kept.
    let call = "{% connected_content https://a.b/none :method post :body {{k}} %}";
    stops(&format!("{KILOBYTE}{{% for i in (1..100000) %}}{call}{{% endfor %}}"));
}

#[test]
fn numbers_stop() {
    let outcome = rendered(
        "{% assign n = 9 %}{% for i in (1..99) %}{% assign n = n | times: n %}{% endfor %}",
        false,
    );
    let kind = outcome.abort.map(|abort| abort.kind);
    assert_eq!(kind, Some(AbortKind::TemplateError));
}

#[test]
fn explanations_stay_small() {
    // Each turn asks one step deeper into nothing.
    let outcome =
        rendered("{% for i in (1..100000) %}{% assign x = x.a %}{{ x }}{% endfor %}", true);
    assert!(outcome.abort.is_none());
    let trace = outcome.trace.expect("a trace");
    assert!(trace.explanations.len() < 10);
}

/// Whatever is read, compared or built costs steps in proportion: no loop over anything goes on for
/// long once it has done the work of its steps.
#[test]
fn every_loop_stops() {
    let world = adversarial::world(20_000, 5_000);
    let slow = adversarial::cases().into_par_iter().filter_map(|(what, tag)| {
        let source = Arc::new(Source::new("bounds", adversarial::looped(&tag)));
        let template = parse(&source, &BRAZE, world.settings.parse);
        assert!(!template.refused, "{tag}: {:?}", template.diagnostics);
        let start = Instant::now();
        let outcome = render(&template, &world, false);
        assert!(outcome.abort.is_some(), "{what}: {tag}");
        // These steps take milliseconds; what isn't counted takes minutes.
        (start.elapsed() > Duration::from_secs(20)).then_some(tag)
    });
    assert_eq!(slow.collect::<Vec<_>>(), Vec::<String>::new());
}
