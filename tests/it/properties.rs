//! What holds for every text: parsing and rendering never panic, spans fit together, rendering is
//! a function of its inputs, and arithmetic agrees with big integers.

use crate::spans;
use crate::world;
use std::sync::{Arc, LazyLock};

use meniscus::dialect::BRAZE;
use meniscus::render::{
    Gather, MarkKind, OnError, Outcome, Settings, World, render, render_gathering,
};
use meniscus::syntax::{HtmlComments, ParseOptions, Template, parse};
use meniscus::text::Source;
use meniscus::value::{Object, Time, Value};
use num_bigint::BigInt;
use proptest::prelude::*;

use crate::template_text::{markup, template};

/// The worlds that every text is rendered in: Braze's ways, and plain Liquid's.
static WORLDS: LazyLock<[World; 3]> = LazyLock::new(|| {
    let braze = world::world();
    let mut plain = world::world();
    plain.settings = Settings::plain_liquid();
    let mut printing = world::world();
    printing.settings.on_error = OnError::Print;
    printing.settings.parse = ParseOptions {
        html_comments: HtmlComments::KeepConditional,
        bare_attributes: true,
        ..ParseOptions::default()
    };
    [braze, plain, printing]
});

fn tree(text: &str, options: ParseOptions) -> Template {
    parse(&Arc::new(Source::new("property", text)), &BRAZE, options)
}

/// All that a render shows, in comparable form.
fn shown(outcome: &Outcome) -> String {
    let Outcome { output, abort, diagnostics, calls, extras, trace, map, .. } = outcome;
    // What a trace keeps besides is keyed by the places of texts in memory.
    let explanations = trace.as_ref().map(|trace| &trace.explanations);
    format!(
        "{output}\n{abort:?}\n{diagnostics:?}\n{calls:?}\n{extras:?}\n{explanations:?}\n{map:?}"
    )
}

/// All that is asked of any text.
fn check(text: &str) {
    for world in WORLDS.iter() {
        let template = tree(text, world.settings.parse);
        spans::check(&template);
        let first = render(&template, world, true);
        let second = render(&template, world, true);
        assert_eq!(shown(&first), shown(&second), "two renders of {text:?} differ");
        let untraced = render(&template, world, false);
        assert_eq!(first.output, untraced.output, "tracing changes the output of {text:?}");
        let ends = |outcome: &Outcome| format!("{:?} {:?}", outcome.abort, outcome.diagnostics);
        assert_eq!(ends(&first), ends(&untraced), "tracing changes the end of {text:?}");
        check_map(text, &first, &render_gathering(&template, world, MAPPED));
        for diagnostic in &first.diagnostics {
            let source = diagnostic.primary.source.text();
            assert!(source.get(diagnostic.primary.span.range()).is_some(), "{diagnostic:?}");
        }
        let again = tree(&first.output, world.settings.parse);
        spans::check(&again);
    }
}

/// Asks for a map.
const MAPPED: Gather = Gather { trace: false, hits: false, map: true };

/// A map changes nothing of what is rendered, and has no blank of which the render without it says nothing;
/// its places lie in the text, in order, in one another or apart.
fn check_map(text: &str, unmapped: &Outcome, mapped: &Outcome) {
    assert_eq!(unmapped.output, mapped.output, "a map changes the output of {text:?}");
    assert_eq!(unmapped.silent, mapped.silent, "a map changes what is silent in {text:?}");
    let marks = &mapped.map.as_ref().expect("a map").marks;
    let blank = marks.iter().find(|mark| mark.kind.is_blank());
    assert!(unmapped.silent || blank.is_none(), "{blank:?} of {text:?} is not expected");
    let mut around: Vec<std::ops::Range<usize>> = Vec::new();
    for mark in marks {
        let place = mark.start..mark.end;
        let printed = mapped.output.get(place.clone());
        let is_nothing = !matches!(mark.kind, MarkKind::Value | MarkKind::Nested | MarkKind::Text);
        assert_eq!(printed.map(str::is_empty), Some(is_nothing), "{mark:?} of {text:?}");
        let source = mark.at.source.text().get(mark.at.span.range());
        assert!(source.is_some(), "{mark:?} of {text:?}");
        assert!(!mark.kind.is_text() || source == printed, "{mark:?} of {text:?}");
        while around.last().is_some_and(|outer| outer.end <= place.start) {
            around.pop();
        }
        let fits =
            around.last().is_none_or(|outer| outer.start <= place.start && place.end <= outer.end);
        assert!(fits, "{mark:?} crosses {around:?} of {text:?}");
        around.push(place);
    }
}

/// Lines that are sound, with all that could be taken for the end of an unfinished output or tag.
const LINES: [&str; 9] = [
    "<p>Don't miss it</p>\n",
    "{{ a }}\n",
    "<a href=\"{{ b | append: '/x' }}\">x</a>\n",
    "{% if a == 'b' %}x{% endif %}\n",
    "say \"hi\" {{ c | default: 'you' }}\n",
    "<style>p { color: red }</style>\n",
    "{% assign d = '}}' %}{{ d }} {{ d }}\n",
    "{%- for e in f -%}<b class='{% cycle 'g', 'h' %}'>it's</b>{%- endfor -%}\n",
    "Dear customer: {{ ${first_name} }}\n",
];

/// Beginnings of lines that are being written.
const UNFINISHED: [&str; 6] = [
    "<p>{{wallet.</p>\n",
    "{{ wallet\n",
    "You've {{ wallet.points points\n",
    "{% assign x = wallet.\n",
    "{% assign x = 'a' <br>\n",
    "{{ x | plus: \n",
];

/// The outputs and tags of a text from a place on, as kind and span from there.
fn marked_up(template: &Template, from: usize) -> Vec<(bool, usize, usize)> {
    use meniscus::syntax::ast::Node;
    let nodes = template.nodes.iter().filter(|node| node.span().start as usize >= from);
    let marked = nodes.filter_map(|node| match node {
        Node::Output(output) => Some((true, output.span)),
        Node::Tag(tag) => Some((false, tag.span)),
        Node::Error(span) => panic!("{span:?} of {:?}", template.source.text()),
        Node::Text(_) | Node::HtmlComment(_) => None,
    });
    let marked =
        marked.map(|(output, span)| (output, span.start as usize - from, span.end as usize - from));
    marked.collect()
}

/// The output of a template of plain Liquid, errors printed in place.
fn output(text: &str, globals: Object) -> String {
    let mut world = WORLDS[1].clone();
    world.globals = Arc::new(globals);
    render(&tree(text, world.settings.parse), &world, false).output
}

/// So many cases, or as many as `PROPTEST_CASES` says. A failure is shown, and then stands in a
/// test of its own: no file is kept.
fn cases(cases: u32) -> ProptestConfig {
    let asked = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok());
    let cases = asked.unwrap_or(cases);
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(cases(6_000))]

    #[test]
    fn templates_hold(text in template()) {
        check(&text);
    }

    #[test]
    fn markup_holds(text in markup()) {
        check(&text);
    }

    #[test]
    fn what_is_being_written_leaves_the_rest_alone(
        unfinished in proptest::sample::select(&UNFINISHED[..]),
        before in proptest::collection::vec(proptest::sample::select(&LINES[..]), 0..3),
        after in proptest::collection::vec(proptest::sample::select(&LINES[..]), 0..6),
    ) {
        let (before, after) = (before.concat(), after.concat());
        let options = WORLDS[0].settings.parse;
        let whole = tree(&format!("{before}{unfinished}{after}"), options);
        spans::check(&whole);
        let codes = whole.diagnostics.iter().map(|one| one.code).collect::<Vec<_>>();
        prop_assert!(matches!(codes[..], ["unclosed-output" | "unclosed-tag"]), "{codes:?}");
        let rest = tree(&after, options);
        let from = before.len() + unfinished.len();
        prop_assert_eq!(marked_up(&whole, from), marked_up(&rest, 0));
    }
}

proptest! {
    #![proptest_config(cases(2_000))]

    /// What a mark says was printed is what stands there: by an output, through a variable, a captured text, a
    /// content block or a loop.
    #[test]
    fn marks_are_where_the_values_are(
        pieces in prop::collection::vec((0usize..7, "[a-zé€ ]{1,5}"), 0..12),
    ) {
        let (mut template_text, mut expected, mut wanted) =
            (String::new(), String::new(), Vec::new());
        for (number, (kind, word)) in pieces.iter().enumerate() {
            let before = expected.len();
            let put = |expected: &mut String, wanted: &mut Vec<(usize, usize)>, word: &str| {
                wanted.push((expected.len(), expected.len() + word.len()));
                expected.push_str(word);
            };
            let markup = match kind {
                0 => {
                    expected.push_str(word);
                    word.clone()
                }
                1 => {
                    put(&mut expected, &mut wanted, word);
                    format!("{{{{ '{word}' }}}}")
                }
                2 => {
                    put(&mut expected, &mut wanted, word);
                    format!("{{% assign v{number} = '{word}' %}}{{{{ v{number} }}}}")
                }
                3 => {
                    // The captured text is a place, and so is what was printed in it.
                    wanted.push((before, before + 1 + word.len()));
                    expected.push('<');
                    put(&mut expected, &mut wanted, word);
                    format!("{{% capture c %}}<{{{{ '{word}' }}}}{{% endcapture %}}{{{{ c }}}}")
                }
                4 => {
                    for _ in 0..2 {
                        put(&mut expected, &mut wanted, word);
                        expected.push(';');
                    }
                    format!("{{% for i in (1..2) %}}{{{{ '{word}' }}}};{{% endfor %}}")
                }
                5 => {
                    put(&mut expected, &mut wanted, word);
                    format!("{{% liquid\necho '{word}' %}}")
                }
                _ => {
                    put(&mut expected, &mut wanted, word);
                    format!("{{% ifchanged %}}{{{{ '{word}' }}}}{{% endifchanged %}}{{% ifchanged %}}{number}{{% endifchanged %}}")
                }
            };
            if *kind == 6 {
                expected.push_str(&number.to_string());
            }
            template_text.push_str(&markup);
        }
        let world = &WORLDS[0];
        let outcome = render_gathering(&tree(&template_text, world.settings.parse), world, MAPPED);
        prop_assert_eq!(&outcome.output, &expected);
        let marks = &outcome.map.as_ref().expect("a map").marks;
        let values = marks.iter().filter(|mark| !mark.kind.is_text());
        let found = values.map(|mark| (mark.start, mark.end)).collect::<Vec<_>>();
        prop_assert_eq!(found, wanted, "{}", template_text);
    }
}

proptest! {
    #![proptest_config(cases(3_000))]

    #[test]
    fn any_text_holds(text in any::<String>()) {
        check(&text);
    }

    #[test]
    fn any_braces_hold(text in "[{}%$ |:'\"\\[\\]().,a1é<!-]{0,60}") {
        check(&text);
    }

    #[test]
    fn strftime_holds(
        seconds in any::<i64>(),
        offset in -90_000i32..90_000,
        format in "(%[-_0^#:]{0,3}[0-9]{0,5}[EO]?[a-zA-Z%+é]|[ a%é]){0,6}",
        limit in 0usize..300,
    ) {
        if let Some(time) = Time::from_epoch_seconds(seconds) {
            let time = time.at_offset_seconds(offset).unwrap_or(time);
            if let Ok(text) = time.strftime(&format, limit) {
                prop_assert!(text.len() <= limit);
            }
            let _ = time.to_string();
        }
    }

    #[test]
    fn times_are_read(text in "([0-9]{1,5}|[-:/., T+Z]|jan|Mon|pm|UTC|EST|é|now){0,12}") {
        let now = Time::from_epoch_seconds(1_700_000_000).expect("in range");
        let _ = Time::parse(&text, &now);
        let _ = now.in_zone(&text);
    }
}

/// What the fuzz targets found, made small.
#[test]
fn what_was_found_holds() {
    for text in [
        "{{ a\n{{% b %}",
        "{% liquid\ncomment a\nb\nendcomment\n%}",
        "{% if | abs: n %}",
        "{{ |, :a }}",
        "{% if 'a'contains  %}",
    ] {
        check(text);
    }
}

/// Whole numbers of every size, those at the edge of 64 bits more often.
fn whole() -> impl Strategy<Value = BigInt> {
    let edge = prop_oneof![
        Just(BigInt::from(i64::MIN)),
        Just(BigInt::from(i64::MAX)),
        Just(BigInt::from(0)),
        Just(BigInt::from(-1)),
    ];
    prop_oneof![
        (edge, -3i32..=3).prop_map(|(edge, by)| edge + by),
        (-20i64..20).prop_map(BigInt::from),
        any::<i64>().prop_map(BigInt::from),
        proptest::collection::vec(any::<u32>(), 1..12)
            .prop_map(|digits| BigInt::new(num_bigint::Sign::Plus, digits)),
        proptest::collection::vec(any::<u32>(), 1..12)
            .prop_map(|digits| BigInt::new(num_bigint::Sign::Minus, digits)),
    ]
}

/// Ruby's division, which rounds down, from the standard one by another way than the program's:
/// the remainder is brought into the divisor's range first.
fn divided(a: &BigInt, b: &BigInt) -> (BigInt, BigInt) {
    let zero = BigInt::from(0);
    let size = if *b < zero { -b } else { b.clone() };
    let mut rest = ((a % &size) + &size) % &size;
    if *b < zero && rest != zero {
        rest += b;
    }
    ((a - &rest) / b, rest)
}

proptest! {
    #![proptest_config(cases(1_500))]

    #[test]
    fn arithmetic_agrees_with_big_integers(a in whole(), b in whole(), as_text in any::<bool>()) {
        let zero = BigInt::from(0);
        let quote = if as_text { "'" } else { "" };
        let (quotient, rest) = if b == zero {
            ("Liquid error: divided by 0".to_owned(), "Liquid error: divided by 0".to_owned())
        } else {
            let (quotient, rest) = divided(&a, &b);
            (quotient.to_string(), rest.to_string())
        };
        let size = if a < zero { -&a } else { a.clone() };
        let expected = [
            ("plus", (&a + &b).to_string()),
            ("minus", (&a - &b).to_string()),
            ("times", (&a * &b).to_string()),
            ("divided_by", quotient),
            ("modulo", rest),
            ("at_least", (&a).max(&b).to_string()),
            ("at_most", (&a).min(&b).to_string()),
        ];
        let mut globals = Object::new();
        globals.insert("a", Value::integer(a.clone()));
        globals.insert("b", Value::integer(b.clone()));
        for (filter, result) in expected {
            let by_literal =
                output(&format!("{{{{ {quote}{a}{quote} | {filter}: {quote}{b}{quote} }}}}"), Object::new());
            prop_assert_eq!(&by_literal, &result, "{} | {}: {}", a, filter, b);
            let by_variable = output(&format!("{{{{ a | {filter}: b }}}}"), globals.clone());
            prop_assert_eq!(&by_variable, &result, "{} | {}: {}", a, filter, b);
        }
        for filter in ["ceil", "floor", "round"] {
            let text = format!("{{{{ {quote}{a}{quote} | {filter} }}}}");
            prop_assert_eq!(output(&text, Object::new()), a.to_string());
        }
        let text = format!("{{{{ {quote}{a}{quote} | abs }}}}");
        prop_assert_eq!(output(&text, Object::new()), size.to_string());
        let order = format!("{{% if {a} < {b} %}}<{{% elsif {a} > {b} %}}>{{% else %}}={{% endif %}}");
        let sign = match a.cmp(&b) {
            std::cmp::Ordering::Less => "<",
            std::cmp::Ordering::Greater => ">",
            std::cmp::Ordering::Equal => "=",
        };
        prop_assert_eq!(output(&order, Object::new()), sign);
    }
}
