//! The time of a lint, and of a contract, grows with the text, not with its square: runs of everything that rules and
//! analysis look at, at a size and at eight times that size. Linear growth gives 8, quadratic 64.
//!
//! `LINEAR_TIME_RUN=words` runs those with that in their name.

use std::path::Path;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use meniscus::contract::Contract;
use meniscus::project::Message;
use meniscus::report::contract as report;
use meniscus::rules::{Targets, lint};
use meniscus::text::Source;
use rayon::prelude::*;

use crate::growth::{busy_time, grows_linearly};
use crate::lint_workspace::{Files, Loaded, load};

static KNOWN: LazyLock<Loaded> = LazyLock::new(|| {
    load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/lint_corpus/cinema"))
        .expect("the workspace")
});

fn time(text: &str) -> Duration {
    let source = Arc::new(Source::new("templates/t.liquid", text));
    // In a thread of its own, so that its work alone is measured.
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("a thread");
    pool.install(|| {
        busy_time(|| {
            let messages = vec![Arc::new(message(&source))];
            let targets = Targets { messages, ..Targets::default() };
            drop(lint(&KNOWN.known, &KNOWN.levels, &targets));
        })
    })
}

fn contract_time(text: &str) -> Duration {
    let source = Arc::new(Source::new("templates/t.liquid", text));
    busy_time(|| drop(report(&Contract::of(&KNOWN.known, [&message(&source)]))))
}

fn message(source: &Arc<Source>) -> Message {
    Message::of_text("t", source, KNOWN.known.config.settings().parse)
}

type Run = (&'static str, Box<dyn Fn(usize) -> String + Sync>);

/// Units of the smaller text.
const UNITS: usize = 200;

const WALLET: &str = "{% connected_content {{endpoint_connect}}/offers/api/2.0/offers/get_user_offers :method post :body {\"user_id\":\"{{${user_id}}}\"} :content_type application/json :save wallet %}";

fn runs() -> Vec<Run> {
    /// A unit in which `#` is its number.
    fn run(name: &'static str, before: &str, unit: &'static str, after: &'static str) -> Run {
        let before = before.to_owned();
        let text = move |count: usize| {
            let units = (0..count).map(|number| unit.replace('#', &number.to_string()));
            format!("{before}{}{after}", units.collect::<String>())
        };
        (name, Box::new(text))
    }
    let nested = |depth: usize, open: &'static str, unit: &'static str, close: &'static str| {
        move |count: usize| {
            let (opens, closes) = (open.repeat(depth), close.repeat(depth));
            let units = (0..count).map(|number| unit.replace('#', &number.to_string()));
            format!("{WALLET}{opens}{}{closes}", units.collect::<String>())
        }
    };
    let mut runs = vec![
        run("conditions", WALLET, "{% if wallet.status == 'ok' %}{{ n }}{% endif %}", ""),
        run("conditions on other names", "", "{% if custom_attribute.${a#} %}x{% endif %}", ""),
        run(
            "conditions on other names in a condition",
            "{% if n %}",
            "{% if custom_attribute.${a#} %}x{% endif %}",
            "{% endif %}",
        ),
        run(
            "conditions that compare other names",
            "",
            "{% if custom_attribute.${a#} == 'x' %}x{% endif %}",
            "",
        ),
        run(
            "ladders that set",
            "",
            "{% if custom_attribute.${a#} == 'x' %}{% assign x# = 1 %}{% elsif \
             custom_attribute.${a#} == 'y' %}{% assign x# = 2 %}{% endif %}You are {{ x# }} now. ",
            "",
        ),
        run(
            "dates that are assigned",
            "",
            "{% assign x# = event_properties.${a} | date: '%I:%M' %}",
            "",
        ),
        run(
            "two spellings",
            "",
            "{{custom_attribute.${home_zip} | upcase}} ",
            "{{custom_attribute.${Home Zip}}}",
        ),
        run("brackets that aren't closed", "", "[ab ", ""),
        run(
            "aborts without two values",
            "",
            "{% if a# == blank and b# == blank %}{% abort_message %}{% endif %}",
            "",
        ),
        run(
            "bodies with loops",
            "{% capture body %}{\"a\": [{% if custom_attribute.${x} %}",
            "{% for i in event_properties.${a#} %}1{% endfor %}",
            "{% endif %}]}{% endcapture %}{% connected_content https://a.example/b :method post \
             :content_type application/json :body {{body}} :save r %}{{ r.x }}",
        ),
        run("a long chain of the same", "{% if n %}", "{% elsif n == 'a' %}x", "{% endif %}"),
        run(
            "a long chain in a captured body",
            "{% capture b %}{\"a\":{% if custom_attribute.${a} == 0 %}0",
            "{% elsif custom_attribute.${a} == # %}#",
            "{% endif %}}{% endcapture %}{% connected_content https://a.example/x :method post :body {{b}} :content_type application/json :save w %}",
        ),
        run(
            "a long chain of names",
            "{% if n %}",
            "{% elsif custom_attribute.${a#} %}x",
            "{% endif %}",
        ),
        run(
            "a long chain of names that must not be",
            "{% if n %}",
            "{% elsif custom_attribute.${a#} == blank %}x",
            "{% endif %}",
        ),
        run(
            "a long chain that assigns",
            "{% if n %}",
            "{% elsif n == # %}{% assign x# = n %}",
            "{% endif %}{{ x1 }}",
        ),
        run(
            "a long chain of one value",
            "{% if n %}",
            "{% elsif custom_attribute.${tier} == 'a#' %}x",
            "{% endif %}",
        ),
        run(
            "a long case",
            "{% case custom_attribute.${tier} %}",
            "{% when 'a#' %}x",
            "{% endcase %}",
        ),
        run("many alternatives", "{% case n %}{% when 'a'", ", 'a#'", " %}x{% endcase %}"),
        run("a long condition", "{% if n", " and custom_attribute.${a#}", " %}x{% endif %}"),
        run(
            "a long condition of alternatives",
            "{% if n",
            " or custom_attribute.${a#} == 1",
            " %}x{% endif %}",
        ),
        run("a long condition of one name", "{% if n", " or n == #", " %}x{% endif %}"),
        run(
            "a long condition of one name and another",
            "{% if n",
            " and n != #",
            " %}x{% endif %}",
        ),
        run("a path of many steps", "{{ a", ".b", " }}"),
        run("a path of many steps that is asked for", "{% if n", ".b", " %}{{ n.b }}{% endif %}"),
        run("variables one step on", WALLET, "{% assign wallet = wallet.a %}", "{{ wallet }}"),
        run("one variable", "", "{% assign x = # %}", "{{ x }}"),
        run("many variables", "", "{% assign x# = # %}", "{{ x1 }}"),
        run("many variables that are read", "", "{% assign x# = # %}{{ x# }}", ""),
        run(
            "many variables, each of the last",
            "{% assign x = 'a' %}",
            "{% assign y = x %}{% assign x = y | append: 'b' %}",
            "{{ x }}",
        ),
        run(
            "variables that stand for others",
            WALLET,
            "{% assign w# = wallet.payload %}{{ w#.available_points }}",
            "",
        ),
        run(
            "variables in branches",
            "",
            "{% if n %}{% assign x# = 1 %}{% else %}{% assign x# = 2 %}{% endif %}",
            "{{ x1 }}",
        ),
        run(
            "flags",
            "",
            "{% if n %}{% assign f = true %}{% else %}{% assign f = false %}{% endif %}{% if f %}x{% endif %}",
            "",
        ),
        run(
            "flags for names",
            "",
            "{% if custom_attribute.${a#} %}{% assign f# = true %}{% else %}{% assign f# = false %}{% endif %}{% if f# %}x{% endif %}",
            "",
        ),
        run(
            "a flag set under many names",
            "{% assign f = false %}",
            "{% if custom_attribute.${a#} %}{% assign f = true %}{% endif %}",
            "{% if f %}x{% endif %}",
        ),
        run(
            "a text put together",
            "{% assign x = '' %}",
            "{% assign x = x | append: 'a' %}",
            "{{ x }}",
        ),
        run("captures", "", "{% capture x# %}{{ n }}{% endcapture %}", "{{ x1 }}"),
        run(
            "a captured text of many values",
            "{% capture x %}",
            "{{ n }} ",
            "{% endcapture %}{{ x }}",
        ),
        run(
            "a capture in a capture",
            "{% capture x %}",
            "{% capture y %}{{ x }}a{% endcapture %}{% capture x %}{{ y }}b{% endcapture %}",
            "{% endcapture %}{{ x }}",
        ),
        run(
            "captures that are tested",
            WALLET,
            "{% capture x# %}{{ wallet.payload.user_offers[0].expiration_date }}{% endcapture %}{% if x# != '' %}{{ x# }}{% endif %}",
            "",
        ),
        run("unknown filters, each with a fix", "", "{{ n | upcas }}", ""),
        run("unknown tags, each with a fix", "", "{% capitalize# %}{% asign x = 1 %}", ""),
        run("unknown families", "", "{{ custom_atribute.${a} }}", ""),
        run("unknown fields", WALLET, "{{ wallet.payload.nope# }}", ""),
        run(
            "fields that may be missing",
            WALLET,
            "{{ wallet.payload.user_offers[0].expiration_date }}",
            "",
        ),
        run(
            "fields through a variable",
            WALLET,
            "{% assign x# = wallet.payload.user_offers[0].expiration_date %}{{ x# }}",
            "",
        ),
        run(
            "fields through one variable",
            &format!("{WALLET}{{% assign x = wallet.payload.user_offers | first %}}"),
            "{{ x.expiration_date }}",
            "",
        ),
        run("unknown attributes", "", "{{${frist_name#}}}{{custom_attribute.${tire#}}}", ""),
        run("attributes with no default", "", "{{${first_name}}}", ""),
        run("variables that are not set", "", "{{ nothing# }}", ""),
        run("variables used before they are set", "", "{{ x# }}{% assign x# = 1 %}", ""),
        run(
            "loops",
            WALLET,
            "{% for o in wallet.payload.user_offers %}{{ o.name }}{% endfor %}",
            "",
        ),
        run(
            "loops that count",
            "{% assign n = 0 %}",
            "{% for i in (1..3) %}{% assign n = n | plus: 1 %}{% endfor %}",
            "{{ n }}",
        ),
        run(
            "loops that set many",
            "",
            "{% for i in (1..3) %}{% assign x# = i %}{% endfor %}",
            "{{ x1 }}",
        ),
        run(
            "one loop that sets many",
            "{% for i in (1..3) %}",
            "{% assign x# = i %}",
            "{% endfor %}{{ x1 }}",
        ),
        run(
            "one loop with many breaks",
            "{% for i in (1..3) %}",
            "{% if i == # %}{% assign x# = i %}{% break %}{% endif %}",
            "{% endfor %}",
        ),
        run(
            "one loop with many continues",
            "{% for i in (1..3) %}",
            "{% if i == # %}{% continue %}{% endif %}{% assign x# = i %}",
            "{% endfor %}",
        ),
        run(
            "one loop over much",
            &format!("{WALLET}{{% for o in wallet.payload.user_offers %}}"),
            "{% if o.name == 'a#' %}{{ o.nmae }}{% endif %}",
            "{% endfor %}",
        ),
        run("stops", "", "{% if n == # %}{% abort_message('#') %}{% endif %}", ""),
        run(
            "stops for names",
            "",
            "{% if custom_attribute.${a#} == blank %}{% abort_message('#') %}{% endif %}{{ custom_attribute.${a#} }}",
            "",
        ),
        run("calls", "", "{% connected_content https://a.b/c?d=# :save x# %}{{ x#.y }}", ""),
        run("calls of one URL", "", "{% connected_content https://a.b/c :save x %}{{ x.y }}", ""),
        run(
            "calls of SessionM",
            WALLET,
            "{% connected_content {{endpoint_connect}}/offers/api/2.0/offers/get_user_offers :method post :body {\"user_id\":\"{{${user_id}}}\"} :content_type application/json :save w# %}{{ w#.payload.available_points }}",
            "",
        ),
        run(
            "a long URL",
            "{% connected_content https://a.b/c?",
            "&a#={{${first_name}}}",
            " :save x %}",
        ),
        run(
            "a long body",
            "{% connected_content https://a.b/c :method post :body {\"a\":1",
            ",\"a#\":\"{{${first_name}}}\"",
            "} :save x %}",
        ),
        run(
            "a long body with spaces",
            "{% connected_content https://a.b/c :method post :body {\"a\": 1",
            ", \"a#\": \"b\"",
            "} :save x %}",
        ),
        run(
            "long headers",
            "{% connected_content https://a.b/c :headers {\"A\": \"b\"",
            ", \"A#\": \"b\"",
            "} :save x %}",
        ),
        run("options", "{% connected_content https://a.b/c", " :opt# a", " :save x %}"),
        run("content blocks", "", "{{content_blocks.${greeting}}}", ""),
        run(
            "content blocks that call",
            "",
            "{{content_blocks.${marlowick_wallet}}}{{ wallet.payload.available_points }}",
            "",
        ),
        run("content blocks that are not there", "", "{{content_blocks.${no_such#}}}", ""),
        run("promotions", "", "{% promotion('list#') %}", ""),
        run("catalogs", "", "{% catalog_items games # %}{{ items[0].title }}", ""),
        run("message extras", "", "{% message_extras :key k# :value v %}", ""),
        run("translations", "", "{% translation a# %}Hi{% endtranslation %}", ""),
        run(
            "comments that allow",
            "",
            "{% comment %} meniscus: allow unknown-field — # {% endcomment %}\n",
            "",
        ),
        run(
            "comments that allow what is there",
            WALLET,
            "{% # meniscus: allow unknown-field %}\n{{ wallet.payload.nope# }}\n",
            "",
        ),
        run(
            "comments that allow blocks",
            WALLET,
            "{% # meniscus: allow-block unknown-field %}{{ wallet.payload.nope# }}\n",
            "",
        ),
        run("comments that allow what is no rule", "", "{% # meniscus: allow nope# %}\n", ""),
        run(
            "one comment that allows much",
            "{% comment %} meniscus: allow",
            " unknown-field",
            " {% endcomment %}",
        ),
        run("links", "", "<a href=\"https://a.b/?c={{${first_name}}}\">x</a>", ""),
        run("values in a row", "https://a.b/?c=", "{{${first_name}}}", ""),
        run("a body of JSON", "{\"a\": 1", ", \"a#\": \"{{ custom_attribute.${b} }}\"", "}"),
        run("HTML", "<html><head></head><body>", "<p class=\"a\">{{ n }}</p>", "</body></html>"),
        run("HTML comments with Liquid", "", "<!-- {{ n }} -->", ""),
        run("lone names", "", "{{first_name}}", ""),
        run("dates", "", "{{ 'now' | date: '%d.%m.%Y' }}", ""),
        run("filters that are not known", "", "{{ n | shout# }}", ""),
        run("filters in a row", "{{ 'a'", " | append: 'b'", " }}"),
        run("texts as JSON", "", "{% assign x# = '{\"a\":1}' | json_parse %}{{ x#.b }}", ""),
        run("splits", "", "{% assign x = 'a,b' | split: ',' %}{{ x[#] }}", ""),
        run(
            "indexes that are computed",
            WALLET,
            "{% assign i = # %}{{ wallet.payload.user_offers[i].name }}",
            "",
        ),
        run(
            "comparisons of kinds",
            WALLET,
            "{% if wallet.payload.available_points == '#' %}x{% endif %}",
            "",
        ),
    ];
    for (name, depth, open, unit, close) in [
        (
            "variables in a hundred conditions",
            95,
            "{% if n %}",
            "{% assign x# = 1 %}",
            "{% endif %}",
        ),
        (
            "variables in two loops",
            2,
            "{% for i in (1..3) %}",
            "{% assign x# = i %}",
            "{% endfor %}",
        ),
        (
            "variables in four loops",
            4,
            "{% for i in (1..3) %}",
            "{% assign x# = i %}",
            "{% endfor %}",
        ),
        (
            "variables in many loops",
            40,
            "{% for i in (1..3) %}",
            "{% assign x# = i %}",
            "{% endfor %}",
        ),
        (
            "reads in a hundred loops",
            95,
            "{% for i in wallet.payload.user_offers %}",
            "{{ i.nmae }}",
            "{% endfor %}",
        ),
        ("captures in captures", 95, "{% capture x %}", "{{ x }}a", "{% endcapture %}"),
    ] {
        runs.push((name, Box::new(nested(depth, open, unit, close))));
    }
    runs
}

#[test]
fn time_grows_with_the_text() {
    let asked = std::env::var("LINEAR_TIME_RUN").unwrap_or_default();
    let runs = runs();
    let runs = runs.par_iter().filter(|(name, _)| name.contains(&*asked));
    let works = [("lint", time as fn(&str) -> Duration), ("contract", contract_time)];
    let problems = runs.flat_map_iter(|(name, make)| {
        works.iter().filter_map(move |(work, time)| {
            grows_linearly(&format!("{work}: {name}"), UNITS, make, time).err()
        })
    });
    let problems = problems.collect::<Vec<_>>();
    assert!(problems.is_empty(), "more than linear:\n{}", problems.join("\n"));
}

/// A megabyte of what a large message is made of takes seconds at most, even unoptimized.
#[test]
fn a_megabyte_is_linted_in_seconds() {
    let mut text = WALLET.to_owned();
    let mut number = 0;
    while text.len() < 1 << 20 {
        number += 1;
        text.push_str(&format!(
            "{{% assign x{n} = custom_attribute.${{a{n}}} | default: 'x' %}}\
             {{% if wallet.status == 'ok' and x{n} != blank %}}\
             {{% for offer in wallet.payload.user_offers %}}{{% if offer.name == x{n} %}}\
             {{% assign y{n} = offer %}}{{{{ offer.expiration_date | date: '%d.%m.' }}}}{{% endif %}}{{% endfor %}}\
             {{% elsif x{n} contains 'b' %}}{{{{ y{n}.name }}}}{{% else %}}{{{{ nothing.{n} }}}}{{% endif %}}\n",
            n = number % 10_000
        ));
    }
    let taken = time(&text);
    println!("{} bytes in {taken:?}", text.len());
    assert!(taken.as_secs() < 60, "{taken:?}");
}

/// Nothing overflows the stack of a thread of 2 MiB.
#[test]
fn nothing_needs_a_deep_stack() {
    for (_, make) in runs() {
        time(&make(101));
    }
}

/// Ten of the next, eight times over: a hundred million inclusions, of which most are left out.
#[test]
fn content_blocks_that_multiply_come_to_an_end() {
    let mut files = Files::default();
    for level in 1..9 {
        let next = format!("{{{{content_blocks.${{b{}}}}}}}", level + 1);
        files.put(format!("content_blocks/b{level}.liquid"), next.repeat(10));
    }
    files.put("content_blocks/b9.liquid", "x");
    files.put_message(&[("body.liquid", "{{content_blocks.${b1}}}")]);
    let started = std::time::Instant::now();
    let linted = files.lint().expect("a workspace");
    assert!(!linted.diagnostics.is_empty());
    assert!(started.elapsed().as_secs() < 120, "{:?}", started.elapsed());
}
