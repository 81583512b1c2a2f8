//! Time grows with the text, not with its square: hostile runs of every kind are parsed and
//! rendered at a size and at eight times that size. Only the ratio of the two counts, so neither
//! the machine nor what else it does decides; linear growth gives 8, quadratic growth 64.

use crate::world;
use std::sync::Arc;
use std::time::Duration;

use meniscus::dialect::BRAZE;
use meniscus::render::{Limits, OnError, World, render};
use meniscus::syntax::parse;
use meniscus::text::Source;

use crate::growth::{busy_time, grows_linearly};

fn wide_world() -> World {
    let mut world = world::world();
    world.settings.on_error = OnError::Print;
    world.limits = Limits { list_items: 10_000_000, output_bytes: 1 << 28, ..Limits::default() };
    world
}

fn time(text: &str, world: &World) -> Duration {
    let source = Arc::new(Source::new("run", text));
    busy_time(|| {
        let mut template = parse(&source, &BRAZE, world.settings.parse);
        template.refused = false;
        drop(render(&template, world, false));
    })
}

/// A text as often as asked.
type Run = (&'static str, Box<dyn Fn(usize) -> String>);

fn runs() -> Vec<Run> {
    fn run(
        name: &'static str,
        before: &'static str,
        unit: &'static str,
        after: &'static str,
    ) -> Run {
        (name, Box::new(move |count| format!("{before}{}{after}", unit.repeat(count))))
    }
    let mut runs = vec![
        run("spaces in text", "a", " ", "b"),
        run("spaces before white space control", "a", " ", "{{- 1 -}}"),
        run("spaces in a tag", "{% assign x = ", " ", "1 %}"),
        run("spaces in a tag's name", "{%", " ", "assign x = 1 %}"),
        run("spaces in an output", "{{ a", " ", "| upcase }}"),
        run("spaces in an unclosed output", "{{ a", " ", ""),
        run("spaces in a lax condition", "{% if a ", " ", "&& b %}{% endif %}"),
        run("unclosed outputs", "", "{{", ""),
        run("unclosed outputs, one a line", "", "{{\n", ""),
        run("unclosed outputs, one a line, then a tag", "", "{{\n", "{% if a %}{% endif %}"),
        run("unclosed outputs with words", "", "{{ a ", ""),
        run("unclosed outputs with one end", "", "{{ a ", "}}"),
        run("unclosed outputs, then a tag", "", "{{ a ", "{% if a %}{% endif %}"),
        run("outputs that run into tags", "", "{{ a {% if b %}{% endif %}", ""),
        run("half-closed outputs", "", "{{ a {{ b }}\n", ""),
        run("half-closed outputs, then a tag", "", "{{ a {{ b }}\n", "{% if a %}{% endif %}"),
        run("lone closing braces", "", "}}", ""),
        run("single braces", "{{", "{ ", ""),
        run("brackets", "{{ ", "[", " }}"),
        run("brackets behind a name", "{{ a", "[", " }}"),
        run("closed empty brackets", "{{ a", "[]", " }}"),
        run("parentheses", "{{ ", "(", " }}"),
        run("parentheses in a condition", "{% if ", "(", " %}{% endif %}"),
        run("ranges in a condition", "{% if ", "(1..", " %}{% endif %}"),
        run("attributes that never end", "{{ ", "${", " }}"),
        run("attributes that never end, without braces", "", "{{${", ""),
        run("attributes that never end, one a line", "", "{{${\n", ""),
        run("dollars", "{{ ", "$", " }}"),
        run("unclosed blocks", "", "{% if ", ""),
        run("unclosed blocks with conditions", "", "{% if a %}", ""),
        run("closed blocks", "", "{% if n %}{% endif %}", ""),
        run("stray ends", "", "{% endif %}", ""),
        run("ends of the wrong block", "{% for i in a %}", "{% endif %}", ""),
        run("ends of an outer block", "", "{% if n %}{% for i in a %}{% endif %}", ""),
        run("branches", "{% if blank %}", "{% elsif a %}", "{% endif %}"),
        run("alternatives", "{% case n %}{% when 1", ", 2", " %}{% endcase %}"),
        run("single quotes", "{{ ", "'", " }}"),
        run("both quotes", "{{ ", "'\" ", " }}"),
        run("unclosed quotes in outputs", "", "{{ ' ", ""),
        run("unclosed quotes in closed outputs", "", "{{ ' }}", ""),
        run("quotes in a condition", "{% if ", "' \" ", " %}{% endif %}"),
        run("a long text", "{{ '", "a", "' }}"),
        run("tags with one end", "", "{% x ", "%}"),
        run("tags without an end", "", "{% x ", ""),
        run("tags without an end, one a line", "", "{% x \n", ""),
        run("inline comments without an end", "", "{% # ", ""),
        run("raw without an end", "", "{% raw %}", ""),
        run("raw with ends that do not close", "{% raw %}", "{% endraw ", ""),
        run("comments without an end", "", "{% comment %}", ""),
        run("comments with many outputs", "{% comment %}", "{{", "{% endcomment %}"),
        run("comments with closed outputs", "{% comment %}", "{{ a }}", "{% endcomment %}"),
        run("comments with unclosed tags", "{% comment %}", "{% a ", "{% endcomment %}"),
        run("comments with raw", "{% comment %}", "{% raw %}", "{% endcomment %}"),
        run("HTML comments without an end", "", "<!--", ""),
        run("HTML comments", "", "<!-- a -->", ""),
        run("HTML comments before an output", "", "<!---->", "{{ n }}"),
        run("HTML comments before white space control", "", "<!-- a --> {{- n }}", ""),
        run("HTML comments of conditions", "", "<!--[if a]>", ""),
        run("lines of liquid", "{% liquid\n", "assign x = 1\n", "%}"),
        run("open lines of liquid", "{% liquid\n", "if a\n", "%}"),
        run("one long line", "", "a long line of words and <b>tags</b> and more; ", ""),
        run("many lines", "", "a line\n", ""),
        run("ampersands through escape_once", "{{ '", "&", "' | escape_once }}"),
        run("half entities through escape_once", "{{ '", "&amp", "' | escape_once }}"),
        run("scripts through strip_html", "{{ '", "<script", "' | strip_html }}"),
        run("comments through strip_html", "{{ '", "<!--", "' | strip_html }}"),
        run("tags through strip_html", "{{ '", "<", "' | strip_html }}"),
        run("words through truncatewords", "{{ '", "a ", "' | truncatewords: 3 }}"),
        run(
            "characters through split",
            "{{ '",
            "é",
            "' | split: '' | sort | uniq | reverse | join }}",
        ),
        run("replacements", "{{ '", "ab", "' | replace: 'a', 'b' | remove: 'b' }}"),
        run("a long number", "{{ ", "9", " | plus: 1 }}"),
        run("a long decimal", "{{ 1.", "9", " | plus: 1 }}"),
        run("a long number in a text", "{{ '", "9", "' | plus: 1 | date: '%s' }}"),
        run("fields", "{{ a", ".a", " }}"),
        run("fields of an assigned variable", "{% assign a", ".a", " = 1 %}"),
        run("dots", "{{ a", ".", " }}"),
        run("indexes", "{{ a", "[0]", " }}"),
        run("filters", "{{ s", "|upcase", " }}"),
        run("unknown filters", "{{ s", "|shout", " }}"),
        run("filters in a lax pipeline", "{{ s &", "|upcase", " }}"),
        run("arguments", "{{ s | join: 1", ", a: 2", " }}"),
        run("arguments in a lax pipeline", "{{ s & | join: 1", ", a: 2", " }}"),
        run("colons", "{{ s | join", ":", " }}"),
        run("pipes", "{{ s ", "|", " }}"),
        run("commas", "{{ s ", ",", " }}"),
        run("comparisons", "{% if a", " and a", " %}{% endif %}"),
        run("comparisons in a lax condition", "{% if a && ", " and a", " %}{% endif %}"),
        run("equals signs", "{% assign ", "=", " %}"),
        run("equals signs apart", "{% assign ", " =", " %}"),
        run("attributes of a lax loop", "{% for i in a && ", " limit:1", " %}{% endfor %}"),
        run("words of a lax loop", "{% for i in a && ", " limit", " %}{% endfor %}"),
        run("values of a cycle", "{% cycle 1", ", 2", " %}"),
        run("values of a lax cycle", "{% cycle & 1", ", 2", " %}"),
        run("options", "{% connected_content https://a.b/none ", ":save x ", "%}"),
        run(
            "options with unclosed braces",
            "{% connected_content https://a.b/none ",
            ":body { ",
            "%}",
        ),
        run(
            "options with closed braces",
            "{% connected_content https://a.b/none ",
            ":body {} ",
            "%}",
        ),
        run("options with quotes", "{% connected_content https://a.b/none ", ":body {\" ", "%}"),
        run(
            "options with unclosed outputs",
            "{% connected_content https://a.b/none ",
            ":body {{ ",
            "%}",
        ),
        run("options with outputs", "{% connected_content https://a.b/none ", ":body {{n}} ", "%}"),
        run("outputs in a body", "{% connected_content https://a.b/none :body ", "{{n}}", "%}"),
        run("attributes in a body", "{% connected_content https://a.b/none :body ", "a.${n}", "%}"),
        run(
            "unclosed attributes in a body",
            "{% connected_content https://a.b/none :body {{ ",
            "${",
            "%}",
        ),
        run(
            "unclosed attributes in outputs of a body",
            "{% connected_content https://a.b/none :body ",
            "{{ ${ ",
            "} %}",
        ),
        run("braces in a body", "{% connected_content https://a.b/none :body ", "{", "%}"),
        run("words of a catalog", "{% catalog_items games ", "1 ", "%}"),
        run("calls", "", "{% connected_content https://a.b/none %}", ""),
        run(
            "content blocks in one output",
            "{{ content_blocks.${deep}",
            " | append: content_blocks.${deep}",
            " }}",
        ),
        run("outputs", "", "{{ n }}", ""),
        run("unknown tags", "", "{% foo %}", ""),
        run("unknown families", "", "{{ foo.${a} }}", ""),
        run("white space control", "", " {{- n -}} ", ""),
        run("ifchanged", "", "{% ifchanged %}a{% endifchanged %}", ""),
        run("multi-byte text", "", "日本", ""),
        run("multi-byte text in an output", "{{ ", "日本", " }}"),
    ];
    let deep = |open: &'static str, middle: &'static str, close: &'static str| {
        move |count: usize| format!("{}{middle}{}", open.repeat(count), close.repeat(count))
    };
    runs.push(("closed outputs in each other", Box::new(deep("{{", "a", "}}"))));
    runs.push(("closed outputs in a condition", Box::new(deep("{% if {{", "a", "}} %}"))));
    runs.push(("closed attributes in each other", Box::new(deep("{{${", "a", "}}}"))));
    runs.push(("closed blocks in each other", Box::new(deep("{% if n %}", "a", "{% endif %}"))));
    runs.push((
        "closed comments in each other",
        Box::new(deep("{% comment %}", "a", "{% endcomment %}")),
    ));
    let inside = |before: &'static str,
                  open: &'static str,
                  close: &'static str,
                  after: &'static str| {
        move |count: usize| format!("{before}{}1{}{after}", open.repeat(count), close.repeat(count))
    };
    runs.push(("closed brackets in each other", Box::new(inside("{{ a", "[a", "]", " }}"))));
    runs.push(("closed brackets of a lax path", Box::new(inside("{{ &a", "[a", "]", " }}"))));
    runs.push(("ranges in each other", Box::new(inside("{{ ", "(1..", ")", " }}"))));
    runs.push(("lax ranges in each other", Box::new(inside("{{ ", "(&..", ")", " }}"))));
    runs.push((
        "closed outputs in options",
        Box::new(inside("{% connected_content ", "{{", "}}", " %}")),
    ));
    runs
}

#[test]
fn time_grows_with_the_text() {
    let world = wide_world();
    let asked = std::env::var("LINEAR_TIME_RUN").unwrap_or_default();
    let problems = runs()
        .iter()
        .filter(|(name, _)| name.contains(&*asked))
        .filter_map(|(name, make)| {
            grows_linearly(name, 500, make, &|text| time(text, &world)).err()
        })
        .collect::<Vec<_>>();
    assert!(problems.is_empty(), "more than linear:\n{}", problems.join("\n"));
}

/// Nothing overflows the stack of a thread of 2 MiB, the least that threads have by default.
#[test]
fn nothing_needs_a_deep_stack() {
    let thread = std::thread::Builder::new().stack_size(2 << 20).spawn(|| {
        let world = wide_world();
        for (_, make) in runs() {
            for count in [99, 100, 101, 4_000] {
                time(&make(count), &world);
            }
        }
    });
    thread.expect("a thread").join().expect("no overflow");
}
