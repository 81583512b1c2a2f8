//! Loops over every filter, operator and way of reading, with inputs that are long to read: what a
//! template costs is bounded by its steps, whatever it does.

use std::sync::Arc;

use meniscus::dialect::BRAZE;
use meniscus::dialect::filters::FILTERS;
use meniscus::http::{Answer, Request};
use meniscus::recording::{Fetch, Unanswered};
use meniscus::render::{Limits, OnError, Parameter, World};
use meniscus::value::{Object, Time, Value, parse_json};

struct Nobody;

impl Fetch for Nobody {
    fn fetch(&self, request: &Request) -> Result<Answer, Unanswered> {
        Err(Unanswered::new(request, "nobody answers"))
    }
}

/// The inputs, by the variable that holds each.
const INPUTS: [&str; 12] = [
    "text",
    "words",
    "html",
    "digits",
    "big",
    "list",
    "texts",
    "objects",
    "nested",
    "deep",
    "object",
    "(1..99999)",
];

/// A world whose inputs are about `size` bytes or items long.
pub fn world(size: usize, steps: u64) -> World {
    let now = Time::from_epoch_seconds(1_763_888_400).expect("in range");
    let mut world = World::new(&BRAZE, now, Arc::new(Nobody));
    world.limits = Limits { steps, ..Limits::default() };
    world.settings.on_error = OnError::Print;
    world.globals = Arc::new(inputs(size));
    world
}

fn inputs(size: usize) -> Object {
    let text = |part: &str| Value::from(part.repeat(size / part.len()));
    let count = size / 10;
    let long = Value::from("p".repeat(1_000));
    let member = |name: &str, value: Value| {
        let mut object = Object::new();
        object.insert(name, value);
        Value::from(object)
    };
    let mut nested = Value::array(vec![Value::Int(1); 10]);
    for _ in 0..60 {
        nested = Value::array(vec![nested; 10]);
    }
    let mut deep = Value::from("end");
    for _ in 0..400 {
        deep = Value::array(vec![deep]);
    }
    let mut object = Object::new();
    for index in 0..count {
        object.insert(format!("key {index}"), Value::Int(index as i64));
    }
    let ints = (0..count).map(|index| Value::Int((index * 7919 % count) as i64));
    let texts = (0..count).map(|index| Value::from(format!("Item {}", index * 7919 % count)));
    // The same long text, held many times.
    let objects = vec![member("p", long.clone()); count.min(100_000)];
    let big = parse_json(&"9".repeat(9_000)).expect("a number");
    let values = [
        ("text", text("abcdefghij")),
        ("words", text("ä b\n ")),
        ("html", text("<p>&amp;{{x}}\"\\'")),
        ("digits", Value::from("9".repeat(9_999))),
        ("big", big),
        ("list", Value::array(ints.collect())),
        ("texts", Value::array(texts.collect())),
        ("objects", Value::array(objects)),
        ("nested", nested.clone()),
        ("deep", deep),
        ("object", Value::from(object)),
        ("long", long),
        ("one", Value::Int(1)),
        ("mapped", Value::array(vec![member("p", nested); 1_000])),
    ];
    values.into_iter().map(|(name, value)| (Arc::from(name), value)).collect()
}

/// What is turned over and over, by what it is about.
pub fn cases() -> Vec<(String, String)> {
    let mut cases = Vec::new();
    for filter in FILTERS.iter() {
        for arguments in arguments_of(filter.parameters) {
            for input in INPUTS {
                let call = format!("{input} | {}{arguments}", filter.name);
                cases.push((filter.name.to_owned(), format!("{{% assign y = {call} %}}")));
            }
        }
    }
    for operator in ["==", "!=", "<", ">=", "contains"] {
        for left in INPUTS {
            for right in [left, "long", "text"] {
                let tag = format!("{{% if {left} {operator} {right} %}}{{% endif %}}");
                cases.push((operator.to_owned(), tag));
            }
        }
    }
    for input in INPUTS {
        for (what, tag) in [
            ("blank", format!("{{% if {input} == blank or {input} == empty %}}{{% endif %}}")),
            ("case", format!("{{% case {input} %}}{{% when {input}, {input} %}}{{% endcase %}}")),
            ("output", format!("{{% capture y %}}{{{{ {input} }}}}{{% endcapture %}}")),
            ("size", format!("{{% assign y = {input}.size %}}")),
            ("index", format!("{{% assign y = object[{input}] %}}")),
            ("range", format!("{{% assign y = ({input}..{input}) %}}")),
            ("for", format!("{{% for j in {input} %}}{{% break %}}{{% endfor %}}")),
            ("offset", format!("{{% for j in list offset: {input} %}}{{% endfor %}}")),
            (
                "tablerow",
                format!(
                    "{{% tablerow j in list limit: {input} %}}{{% break %}}{{% endtablerow %}}"
                ),
            ),
            (
                "cycle",
                format!("{{% capture y %}}{{% cycle {input}: {input}, text %}}{{% endcapture %}}"),
            ),
            ("echo", format!("{{% capture y %}}{{% echo {input} %}}{{% endcapture %}}")),
            (
                "ifchanged",
                format!(
                    "{{% capture y %}}{{% ifchanged %}}{{{{ {input} }}}}{{% endifchanged %}}{{% endcapture %}}"
                ),
            ),
            (
                "connected_content",
                format!("{{% connected_content https://a.example/{{{{ {input} }}}} :save y %}}"),
            ),
        ] {
            cases.push((what.to_owned(), tag));
        }
    }
    cases
}

/// Arguments behind a filter's colon: short ones, long ones, and lists.
fn arguments_of(parameters: &[Parameter]) -> Vec<String> {
    let count = parameters.iter().filter(|one| !matches!(one, Parameter::Named(_))).count();
    let all = |value: &str| match count {
        0 => String::new(),
        count => format!(": {}", vec![value; count].join(", ")),
    };
    let mut given = ["'p'", "one", "text", "list", "long", "big", "mapped", "''"]
        .iter()
        .map(|value| all(value))
        .collect::<Vec<_>>();
    given.push(if count == 2 { ": 'p', long".to_owned() } else { String::new() });
    given.dedup();
    given
}

/// A template that does one thing over and over, for ever but for its limits.
pub fn looped(tag: &str) -> String {
    // The turns of one loop may be too few to reach the limits.
    format!("{{% for i in (1..9999) %}}{{% for k in (1..9999) %}}{tag}{{% endfor %}}{{% endfor %}}")
}
