//! The reports: their words in snapshots, their form read by a parser.

use std::sync::Arc;

use meniscus::coverage::{Coverage, Role};
use meniscus::dialect::BRAZE;
use meniscus::report::{Look, coverage as report};
use meniscus::syntax::parse;
use meniscus::text::Source;
use serde_json::json;

use super::{covered, lcov, world};

/// A template with something of everything, for the reports.
const TEMPLATE: &str = "\
{%- connected_content https://a.b/{{q}} :save wallet -%}
{%- if wallet.__http_status_code__ != 200 or wallet.points == blank -%}
  {% abort_message('no wallet') %}
{%- endif -%}
Dear {{${first_name} | default: 'customer'}},
{% for offer in wallet.offers %}
  {% if offer.price > 10 %}<b>{{offer.name}}</b>{% else %}{{offer.name | default: 'an offer'}}{% endif %}
{% endfor %}
{% # meniscus: uncovered — nobody has the tier yet %}
{% if tier == 'platinum' %}<i>For you alone</i>{% endif %}
{% if true %}Bye.{% else %}never{% endif %}
";

fn reported() -> Coverage {
    let mut coverage = covered(TEMPLATE, &[json!({}), json!({"q": "list"})]);
    let other = Arc::new(Source::new("templates/late.liquid", "Hi {{ a | default: 'you' }}\n"));
    let late = parse(&other, &BRAZE, world::world().settings.parse);
    coverage.insert(&late, Role::Part { message: "late".to_owned(), part: "body".to_owned() });
    let header = Arc::new(Source::new("templates/t/message.toml [headers] X", "{{ a }}"));
    let header = parse(&header, &BRAZE, world::world().settings.parse);
    coverage.insert(&header, Role::Part { message: "t".to_owned(), part: "header.X".to_owned() });
    coverage.insert(&world::world().blocks["wrong"].template, Role::Block("wrong".to_owned()));
    coverage
}

#[test]
fn the_text_says_what_no_scenario_reached() {
    let look = Look::plain(100);
    insta::assert_snapshot!(report::text(&reported(), look));
    let colored = report::text(&reported(), Look { color: true, ..Look::plain(100) });
    let colored = meniscus::report::for_terminal(&colored);
    assert!(colored.contains("\u{1b}["), "{colored}");
}

#[test]
fn the_tracefile_is_lcov() {
    let tracefile = report::lcov(&reported());
    insta::assert_snapshot!(tracefile);
    let files = lcov::read(&tracefile);
    // The header of a webhook is no file.
    let names = files.iter().map(|file| file.name.as_str()).collect::<Vec<_>>();
    assert_eq!(names, ["templates/t.liquid", "templates/late.liquid", "wrong"]);
    assert_eq!(
        files[0].branches.iter().filter(|(_, taken)| taken.is_some_and(|n| n > 0)).count(),
        10
    );
    // Of what is not rendered nothing was asked.
    assert!(files[1].branches.iter().all(|(_, taken)| taken.is_none()));
    assert_eq!(report::lcov(&Coverage::default()), "");
}

#[test]
fn the_page_is_whole_and_loads_nothing() {
    let page = report::html(&reported());
    if let Some(path) = std::env::var_os("COVERAGE_PAGE") {
        std::fs::write(path, &page).expect("written");
    }
    insta::assert_snapshot!(page.split_once("</style>").expect("a style").1);
    for outside in ["<script", "src=", "http://", "@import", "url("] {
        assert!(!page.replace(&text_of(&page), "").contains(outside), "{outside}");
    }
    balanced(&page);
}

/// What a reader sees of a page, as far as it stands in code.
fn text_of(page: &str) -> String {
    page.split_once("<header>").map_or_else(String::new, |(_, body)| body.to_owned())
}

/// Every element that is opened is closed, in order.
fn balanced(page: &str) {
    let mut open = Vec::new();
    let mut rest = page;
    while let Some((_, tag)) = rest.split_once('<') {
        let (tag, after) = tag.split_once('>').expect("an end of the tag");
        rest = after;
        let name = tag.split_whitespace().next().expect("a name").to_owned();
        match name.strip_prefix('/') {
            Some(name) => assert_eq!(open.pop().as_deref(), Some(name), "of {open:?}"),
            None if matches!(&*name, "!doctype" | "meta") => {}
            None => open.push(name),
        }
    }
    assert!(open.is_empty(), "{open:?} are open");
}

#[test]
fn what_a_template_says_cannot_break_the_page() {
    let text = "{% if a == '<script>alert(1)</script>' %}</td></table><img src=x onerror=alert(1)>{% endif %}`<b>`\u{7}\n";
    let page = report::html(&covered(text, &[json!({})]));
    let body = text_of(&page);
    assert!(!body.contains("<script>") && !body.contains("<img"), "{body}");
    assert!(!page.contains('\u{7}'));
    balanced(&page);
}

#[test]
fn secrets_of_templates_are_starred() {
    let text =
        "{% connected_content https://a.b/x?apikey=s3cr3tk3y :save w %}{{ a | default: 'x' }}\n";
    let coverage = covered(text, &[]);
    let look = Look::plain(100);
    let once = covered(text, &[json!({})]);
    for shown in [
        report::text(&coverage, look),
        report::text(&once, look),
        report::html(&coverage),
        report::html(&once),
        report::lcov(&once),
    ] {
        assert!(!shown.contains("s3cr3tk3y"), "{shown}");
    }
}

#[test]
fn marks_that_meet_are_drawn_once() {
    let text = "{% if a and {{b | default: c}} %}x{% endif %}{% for x in y %}{% endfor %}\n";
    let page = report::html(&covered(text, &[json!({})]));
    balanced(&page);
    let (_, body) = page.split_once("<tbody>\n<tr").expect("a text");
    let line = body.lines().find(|line| line.contains("class=\"source\"")).expect("a line");
    let plain = line.split(['<', '>']).skip(1).step_by(2);
    assert_eq!(
        plain.clone().filter(|tag| tag.starts_with("mark")).count(),
        plain.filter(|tag| *tag == "/mark").count()
    );
    // Without its marks the line is what it was.
    let mut shown = String::new();
    let mut is_tag = false;
    let (_, source) = line.split_once("class=\"source\">").expect("the text");
    for character in source.chars() {
        match character {
            '<' => is_tag = true,
            '>' => is_tag = false,
            other if !is_tag => shown.push(other),
            _ => {}
        }
    }
    assert_eq!(shown, text.trim_end());
}
