//! Which ways through a template renders take: every kind of point, what never happens, what
//! comments take out.

use crate::growth;
use crate::program;
use crate::world;
mod command;
mod lcov;
mod reports;

use std::sync::Arc;

use crate::template_text::template;
use meniscus::coverage::{Coverage, FileCoverage, Level, Role, State, points};
use meniscus::dialect::BRAZE;
use meniscus::render::{Event, Gather, World, render, render_gathering};
use meniscus::syntax::{Template, parse};
use meniscus::text::Source;
use meniscus::value::{Object, Value, from_json};
use proptest::prelude::*;
use serde_json::json;

const NAME: &str = "templates/t.liquid";

fn tree(text: &str) -> Template {
    parse(&Arc::new(Source::new(NAME, text)), &BRAZE, world::world().settings.parse)
}

fn globals(json: serde_json::Value) -> Object {
    match from_json(json) {
        Value::Object(object) => Arc::unwrap_or_clone(object),
        other => panic!("not an object: {other:?}"),
    }
}

/// The coverage of a text that was rendered for each of some data.
fn covered(text: &str, data: &[serde_json::Value]) -> Coverage {
    let template = tree(text);
    let mut coverage = Coverage::default();
    let role = Role::Part { message: "t".to_owned(), part: "body".to_owned() };
    coverage.insert(&template, role);
    let worlds = data
        .iter()
        .map(|data| World { globals: Arc::new(globals(data.clone())), ..world::world() });
    for world in worlds {
        let outcome =
            render_gathering(&template, &world, Gather { hits: true, ..Gather::default() });
        coverage.add(&outcome.hits.expect("they were asked for"));
    }
    coverage
}

fn file(coverage: &Coverage) -> &FileCoverage {
    coverage.file(NAME).expect("it was put in")
}

/// Every point of a text, a line each: how it stands, and what it is.
fn shown(text: &str, data: &[serde_json::Value]) -> String {
    let coverage = covered(text, data);
    let mut lines = Vec::new();
    for (point, state) in file(&coverage).states() {
        let state = match state {
            State::Reached(count) => count.to_string(),
            State::Missed => "-".to_owned(),
            State::Implied => "(-)".to_owned(),
            State::Excluded(reason) => format!("excluded ({reason})"),
            State::Never(why) => format!("never ({why})"),
        };
        let level = if point.level == Level::Condition { "? " } else { "" };
        lines.push(format!("{state:>3} {level}{}", point.words));
    }
    lines.join("\n")
}

fn check(text: &str, data: &[serde_json::Value], expected: &str) {
    let expected = expected.trim().lines().map(|line| line.trim_start());
    let found = shown(text, data);
    let found = found.lines().map(str::trim_start);
    assert_eq!(
        found.collect::<Vec<_>>().join("\n"),
        expected.collect::<Vec<_>>().join("\n"),
        "of {text}"
    );
}

#[test]
fn branches_and_the_way_without_them() {
    check(
        "{% if a == 'x' %}1{% elsif b %}2{% else %}3{% endif %}{% unless b %}4{% endunless %}",
        &[json!({"a": "x"}), json!({"a": "y"}), json!({"a": "z"})],
        "
        3 the template
        1 the body of `if a == 'x'`
        - `elsif b` of `if a == 'x'`
        2 the `else` of `if a == 'x'`
        3 the body of `unless b`
        - `unless b` with its body skipped
        ",
    );
}

#[test]
fn comparisons_are_a_level_of_their_own() {
    check(
        "{% if a and b or c %}1{% endif %}",
        &[json!({"a": true}), json!({})],
        "
        2 the template
        - the body of `if a and b or c`
        1 ? `a` in `a and b or c` when it is true
        1 ? `a` in `a and b or c` when it is false
        - ? `b` in `a and b or c` when it is true
        1 ? `b` in `a and b or c` when it is false
        - ? `c` in `a and b or c` when it is true
        1 ? `c` in `a and b or c` when it is false
        2 `if a and b or c` with its body skipped
        ",
    );
}

#[test]
fn cases_and_their_values() {
    check(
        "{% case a %}{% when 1, 2 %}x{% when 'b', 'c' %}y{% endcase %}{% case a %}{% when 1 %}{% else %}z{% endcase %}",
        &[json!({"a": 2}), json!({"a": 5})],
        "
        2 the template
        1 `when 1, 2` of `case a`
        - ? `1` of `when 1, 2`
        1 ? `2` of `when 1, 2`
        - `when 'b', 'c'` of `case a`
        (-) ? `'b'` of `when 'b', 'c'`
        (-) ? `'c'` of `when 'b', 'c'`
        1 `case a` with no branch taken
        - `when 1` of `case a`
        2 the `else` of `case a`
        ",
    );
}

#[test]
fn loops_that_turn_not_once_and_often() {
    check(
        "{% for x in l %}{% if x.y %}{% endif %}{% else %}no{% endfor %}{% tablerow x in l %}{{x}}{% endtablerow %}",
        &[json!({}), json!({"l": [1, 2, 3]})],
        "
        2 the template
        1 the `else` of `for x in l`
        - `for x in l` with one iteration
        1 `for x in l` with two or more iterations
        - the body of `if x.y`
        3 `if x.y` with its body skipped
        1 `tablerow x in l` with no iterations
        - `tablerow x in l` with one iteration
        1 `tablerow x in l` with two or more iterations
        ",
    );
    // A loop that is left has turned as often as its body was begun.
    check(
        "{% for x in l %}{% if x == 1 %}{% break %}{% endif %}{% endfor %}",
        &[json!({"l": [1, 2, 3]})],
        "
        1 the template
        - `for x in l` with no iterations
        1 `for x in l` with one iteration
        - `for x in l` with two or more iterations
        1 the body of `if x == 1`
        - `if x == 1` with its body skipped
        ",
    );
}

#[test]
fn fallbacks_wherever_they_stand() {
    check(
        "{{ a | default: 'x' }}{% assign b = a | append: '' | default: 'y' %}{% if {{c | default: true}} %}{% endif %}",
        &[json!({"a": "there"})],
        "
        1 the template
        - `default: 'x'` when `a` is missing
        1 `default: 'x'` when `a` has a value
        - `default: 'y'` when `a | append: ''` is missing
        1 `default: 'y'` when `a | append: ''` has a value
        1 the body of `if {{c | default: true}}`
        1 `default: true` when `c` is missing
        - `default: true` when `c` has a value
        - `if {{c | default: true}}` with its body skipped
        ",
    );
    check(
        "{{ a | default: 'x', allow_false: true }}",
        &[json!({"a": false})],
        "
        1 the template
        - `default: 'x', allow_false: true` when `a` is missing
        1 `default: 'x', allow_false: true` when `a` has a value
        ",
    );
}

#[test]
fn aborts_calls_and_what_changes() {
    check(
        "{% if a %}{% abort_message('no') %}{% endif %}{% connected_content https://a.b/{{q}} :save w %}{% promotion('p') %}",
        &[json!({}), json!({"q": "broken"}), json!({"q": "none"})],
        "
        3 the template
        - the body of `if a`
        (-) `abort_message('no')`
        3 `if a` with its body skipped
        1 a response to the call of `https://a.b/{{q}}`
        1 a failed call of `https://a.b/{{q}}`
        - the promotion list `'p'` without codes
        ",
    );
    check(
        "{% for x in l %}{% ifchanged %}{{x}}{% endifchanged %}{% endfor %}",
        &[json!({"l": [1, 1]})],
        "
        1 the template
        - `for x in l` with no iterations
        - `for x in l` with one iteration
        1 `for x in l` with two or more iterations
        1 `ifchanged` with new text
        1 `ifchanged` with the same text as before
        ",
    );
}

#[test]
fn what_never_happens_is_said_and_not_counted() {
    check(
        "{% if true %}a{% elsif b %}{{ c | default: d }}{% endif %}{% if 1 > 2 and a %}x{% endif %}",
        &[json!({})],
        "
        1 the template
        1 the body of `if true`
        never (`true` is always true) `elsif b` of `if true`
        never (`true` is always true) `default: d` when `c` is missing
        never (`true` is always true) `default: d` when `c` has a value
        never (`true` is always true) `if true` with no branch taken
        never (`1 > 2 and a` is never true) the body of `if 1 > 2 and a`
        never (`1 > 2` is never true) ? `1 > 2` in `1 > 2 and a` when it is true
        1 ? `1 > 2` in `1 > 2 and a` when it is false
        never (`1 > 2` is never true, so this isn't evaluated) ? `a` in `1 > 2 and a` when it is true
        never (`1 > 2` is never true, so this isn't evaluated) ? `a` in `1 > 2 and a` when it is false
        1 `if 1 > 2 and a` with its body skipped
        ",
    );
    check(
        "{% for i in (1..3) %}{% endfor %}{% for x in l limit: 1 %}{% endfor %}{% for x in l %}{{x}}{% break %}{{ y | default: 1 }}{% endfor %}",
        &[json!({})],
        "
        1 the template
        never (the loop always runs 3 times) `for i in (1..3)` with no iterations
        never (the loop always runs 3 times) `for i in (1..3)` with one iteration
        1 `for i in (1..3)` with two or more iterations
        1 `for x in l limit: 1` with no iterations
        - `for x in l limit: 1` with one iteration
        never (the loop runs at most once) `for x in l limit: 1` with two or more iterations
        1 `for x in l` with no iterations
        - `for x in l` with one iteration
        never (the loop always ends in its first iteration) `for x in l` with two or more iterations
        never (is after `break`) `default: 1` when `y` is missing
        never (is after `break`) `default: 1` when `y` has a value
        ",
    );
    check(
        "{% if a %}{% abort_message('x') %}{% else %}{% abort_message('y') %}{% endif %}{% if b %}{% endif %}",
        &[json!({})],
        "
        1 the template
        - the body of `if a`
        (-) `abort_message('x')`
        1 the `else` of `if a`
        1 `abort_message('y')`
        never (is after `if a`) the body of `if b`
        never (is after `if a`) `if b` with its body skipped
        ",
    );
}

#[test]
fn what_a_comment_takes_out_is_not_counted() {
    let text = "{% # meniscus: uncovered — the service is never down %}\n{% if a %}x{% endif %}\n{% if b %}y{% endif %}";
    check(
        text,
        &[json!({})],
        "
        1 the template
        excluded (the service is never down) the body of `if a`
        excluded (the service is never down) `if a` with its body skipped
        - the body of `if b`
        1 `if b` with its body skipped
        ",
    );
    let coverage = covered(text, &[json!({})]);
    let total = file(&coverage).total(Level::Branch);
    assert_eq!((total.reached, total.points), (2, 3));
    assert_eq!(file(&coverage).left_out()[0].1, 1);
    // Without a reason it counts for nothing.
    let bare = text.replace(" — the service is never down", "");
    assert_eq!(file(&covered(&bare, &[json!({})])).total(Level::Branch).points, 5);
    // Where all was reached, the comment is idle.
    let both = covered(text, &[json!({}), json!({"a": 1})]);
    assert_eq!(file(&both).left_out()[0].1, 0);
}

#[test]
fn lines_and_how_often_they_are_rendered() {
    let text = "Hi\n\n{% if a %}\n  A\n{% elsif b %}\n  B\n{% else %}\n  C\n{% endif %}\n{% comment %}\nx\n{% endcomment %}\nBye\n";
    let coverage = covered(text, &[json!({"a": 1}), json!({}), json!({})]);
    let lines = file(&coverage).lines();
    assert_eq!(lines, [(1, 3), (3, 3), (4, 1), (5, 2), (6, 0), (7, 2), (8, 2), (13, 3)]);
    let total = file(&coverage).line_total();
    assert_eq!((total.reached, total.points), (7, 8));
}

#[test]
fn a_template_without_a_scenario_is_at_zero() {
    let coverage = covered("Hello {{name}}", &[]);
    let total = file(&coverage).total(Level::Branch);
    assert_eq!((total.reached, total.points), (0, 1));
    assert!(total.percent() < f64::EPSILON);
    let coverage = covered("Hello {{name}}", &[json!({})]);
    assert!((file(&coverage).total(Level::Branch).percent() - 100.0).abs() < f64::EPSILON);
}

#[test]
fn the_order_of_renders_makes_no_difference() {
    let text = "{% for x in l %}{{ x | default: 'a' }}{% endfor %}{% if a %}{% endif %}";
    let data = [json!({"l": [1, null]}), json!({"a": 1}), json!({"l": [2]})];
    let all = shown(text, &data);
    let reversed = data.iter().rev().cloned().collect::<Vec<_>>();
    assert_eq!(shown(text, &reversed), all);
    let mut merged = covered(text, &data[..1]);
    merged.merge(covered(text, &data[1..]));
    let states = |coverage: &Coverage| {
        let file = file(coverage);
        file.states().into_iter().map(|(_, state)| state).collect::<Vec<_>>()
    };
    assert_eq!(states(&merged), states(&covered(text, &data)));
}

/// What holds for every text: renders come past nothing that is no point, nothing that can never
/// happen happens, and counting changes no text.
fn check_any(text: &str) {
    let template = tree(text);
    let world = world::world();
    let found = points(&template);
    let outcome = render_gathering(
        &template,
        &world,
        Gather { hits: true, trace: true, ..Gather::default() },
    );
    let plain = render(&template, &world, false);
    assert_eq!(outcome.output, plain.output, "counting changes the output of {text:?}");
    let known = found.points.iter().map(meniscus::coverage::Point::event);
    let known = known
        .chain(found.statements.iter().map(meniscus::coverage::Statement::event))
        .collect::<std::collections::HashSet<_>>();
    let hits = outcome.hits.expect("they were asked for");
    for (source, counts) in hits.texts().filter(|(source, _)| source.name() == NAME) {
        for (&(place, event), count) in counts {
            assert!(*count > 0);
            assert!(source.text().is_char_boundary(place as usize));
            // One comparison alone is its branch, one value of a `when` too; any tag may fail.
            let is_point = !matches!(
                event,
                Event::Node | Event::Held | Event::Failed | Event::Fitted | Event::Aborted
            );
            assert!(
                !is_point || known.contains(&(place, event)),
                "{event:?} at {place} of {text:?}"
            );
        }
        for point in &found.points {
            if let Some(never) = &point.never {
                let count = point.count(counts);
                assert_eq!(count, 0, "{} of {text:?} happens, though {never}", point.words);
            }
        }
    }
    for (index, point) in found.points.iter().enumerate() {
        assert!(source_has(&template, point.span), "{point:?} of {text:?}");
        assert!(point.within.as_ref().is_none_or(|within| within.end <= index), "of {text:?}");
    }
}

fn source_has(template: &Template, span: meniscus::text::Span) -> bool {
    template.source.text().get(span.range()).is_some()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]
    #[test]
    fn renders_come_past_points_alone(text in template()) {
        check_any(&text);
    }
}

/// Time grows with the text, not with its square, for every kind of point and every report.
#[test]
fn time_grows_with_the_text() {
    let look = meniscus::report::Look::plain(100);
    let time = |text: &str| {
        growth::busy_time(|| {
            use meniscus::report::coverage as report;
            let coverage = covered(text, &[json!({})]);
            drop((report::text(&coverage, look), report::html(&coverage), report::lcov(&coverage)));
        })
    };
    for (before, unit, after) in [
        ("", "{% if a %}x{% endif %}", ""),
        ("{% if a %}", "{% elsif b == 1 and c %}x", "{% endif %}"),
        ("{% case a %}", "{% when 1, 2 %}x", "{% endcase %}"),
        ("{% if a ", "and b ", "%}{% endif %}"),
        ("{{ a ", "                | default: b ", "}}"),
        ("", "{% for x in y %}{{x}}{% else %}z\n{% endfor %}", ""),
        ("", "{% # meniscus: uncovered-file — x %}{{ a | default: b }}", ""),
        ("", "{% # meniscus: uncovered — x %}\n{{ a | default: b }}\n", ""),
        ("{% abort_message('x') %}", "{% if true %}{% else %}x{% endif %}", ""),
    ] {
        let make = |count: usize| format!("{before}{}{after}", unit.repeat(count));
        growth::grows_linearly(unit, 50, &make, &time).expect("it grows linearly");
    }
}

/// A render of a thousand offers costs the same for each, counted or not.
#[test]
fn counting_a_long_loop_is_linear() {
    let text =
        "{% for o in l %}{% if o.a == 1 or o.b %}{{ o.n | default: 'x' }}{% endif %}{% endfor %}";
    let template = tree(text);
    let time = |items: &str| {
        let items = items.split(',').map(|_| json!({"a": 1})).collect::<Vec<_>>();
        let globals = globals(json!({ "l": items }));
        let limits = meniscus::render::Limits::default();
        let world = World { globals: Arc::new(globals), limits, ..world::world() };
        growth::busy_time(|| {
            let gather = Gather { hits: true, ..Gather::default() };
            drop(render_gathering(&template, &world, gather));
        })
    };
    let make = |count: usize| ",".repeat(count);
    growth::grows_linearly("offers", 1_000, &make, &time).expect("it grows linearly");
}
