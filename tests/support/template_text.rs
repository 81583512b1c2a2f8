//! Strategies for texts that look like templates, sound and broken.

use proptest::prelude::*;
use proptest::sample::select;

use meniscus::dialect::BRAZE;
use meniscus::syntax::Grammar;

/// Pieces of which templates are made, ends and beginnings apart from each other.
const PIECES: &[&str] = &[
    "{{",
    "}}",
    "{%",
    "%}",
    "{{-",
    "-}}",
    "{%-",
    "-%}",
    "${",
    "}",
    "{",
    "%",
    "$",
    "{{${",
    "}}}",
    "|",
    ":",
    ",",
    ".",
    "..",
    "(",
    ")",
    "[",
    "]",
    "=",
    "==",
    "!=",
    "<>",
    "<=",
    ">",
    "?",
    "-",
    "#",
    "'",
    "\"",
    "‘",
    "’",
    "“",
    "”",
    "<!--",
    "-->",
    "<!--[if mso]>",
    "<![endif]-->",
    "<script",
    "\n",
    " ",
    "  ",
    "\t",
    "\r\n",
    "\0",
    "é",
    "日本",
    "🎈",
    "\u{a0}",
    "\u{301}",
    "&",
    "&amp;",
    "<br>",
    "and",
    "or",
    "contains",
    "in",
    "reversed",
    "limit",
    "offset",
    "cols",
    "continue",
    "end",
    "else",
    "elsif",
    "when",
    "nil",
    "true",
    "false",
    "blank",
    "empty",
    "1",
    "0",
    "-1",
    "1.5",
    "99999999999999999999",
    "(1..3)",
    "(a..b)",
    "[0]",
    "['name']",
    ".size",
    ".first",
    "a",
    "a.b.c",
    "items",
    "list",
    "n",
    "s",
    "t",
    "f",
    "big",
    "url",
    "forloop.index",
    "${first_name}",
    "custom_attribute.${zip code}",
    "{{custom_attribute.${n}}}",
    "api_trigger_properties.${a}",
    "content_blocks.${hello}",
    "content_blocks.${deep}",
    "https://example.com/text",
    "games",
    "best",
    "{\"A\": \"{{n}}\"}",
    "'%Y-%m-%d'",
    "'{{s}}'",
    "'a,b'",
    ": ",
    " | ",
    " = ",
];

/// Options of tags.
const OPTIONS: &[&str] = &[
    "method",
    "headers",
    "body",
    "content_type",
    "save",
    "basic_auth",
    "cache_max_age",
    "no_cache",
    "retry",
    "rerender",
    "key",
    "value",
    "sav",
];

/// Whole tags and outputs.
const WHOLE: &[&str] = &[
    "{% if n %}",
    "{% elsif a == b %}",
    "{% else %}",
    "{% endif %}",
    "{% unless n > 3 %}",
    "{% endunless %}",
    "{% for i in items %}",
    "{% for i in (1..n) reversed limit: 2 %}",
    "{% endfor %}",
    "{% tablerow i in list cols: 2 %}",
    "{% endtablerow %}",
    "{% case n %}",
    "{% when 1, 17 %}",
    "{% endcase %}",
    "{% capture x %}",
    "{% endcapture %}",
    "{% raw %}",
    "{% endraw %}",
    "{% comment %}",
    "{% endcomment %}",
    "{% doc %}",
    "{% enddoc %}",
    "{% break %}",
    "{% continue %}",
    "{% assign x = s | split: ' ' %}",
    "{% assign list = list | concat: list %}",
    "{% assign s = s | append: s %}",
    "{% increment n %}",
    "{% cycle 'a', 'b' %}",
    "{% # note %}",
    "{% liquid\n assign y = 1\n if y\n echo y | plus: 1\n endif\n%}",
    "{% ifchanged %}",
    "{% endifchanged %}",
    "{% connected_content https://example.com/list :save x %}",
    "{% connected_content https://example.com/text :rerender %}",
    "{% connected_content {{url}} :method post :headers {\"A\": \"{{s}}\"} :body a={{n}}&b=2 :content_type application/json :save x %}",
    "{% catalog_items games 1 {{n}} :rerender %}",
    "{% catalog_selection_items games best %}",
    "{% promotion('list') %}",
    "{% random 10 %}",
    "{% abort_message('x') %}",
    "{% message_extras :key a :value b %}",
    "{% translation greeting %}",
    "{% landing_page_url page %}",
    "{{ s | upcase }}",
    "{{ list | sort | join: ', ' }}",
    "{{ items | map: 'name' }}",
    "{{ 'now' | date: '%s %-d %^B' }}",
    "{{ n | divided_by: {{f}} }}",
    "{{ content_blocks.${hello} }}",
    "{{${first_name} | default: 'you'}}",
];

fn names(names: Vec<&'static str>) -> BoxedStrategy<String> {
    select(names).prop_map(str::to_owned).boxed()
}

fn piece() -> impl Strategy<Value = String> {
    let ends = BRAZE.tag_names().into_iter().map(|name| format!("{{% end{name} %}}"));
    prop_oneof![
        12 => select(PIECES).prop_map(str::to_owned),
        2 => names(BRAZE.tag_names()),
        2 => names(BRAZE.filter_names()),
        1 => names(BRAZE.family_names()),
        1 => select(OPTIONS).prop_map(|name| format!(" :{name} ")),
        1 => select(ends.collect::<Vec<_>>()),
    ]
}

/// The inside of an output or a tag: mostly in its right order.
fn inside() -> impl Strategy<Value = String> {
    let filter = (names(BRAZE.filter_names()), proptest::collection::vec(piece(), 0..3)).prop_map(
        |(name, arguments)| match &arguments[..] {
            [] => format!(" | {name}"),
            many => format!(" | {name}: {}", many.join(", ")),
        },
    );
    (proptest::collection::vec(piece(), 0..5), proptest::collection::vec(filter, 0..3))
        .prop_map(|(value, filters)| format!("{} {}", value.concat(), filters.concat()))
}

/// An output or a tag with something inside.
pub fn markup() -> impl Strategy<Value = String> {
    let tag =
        (names(BRAZE.tag_names()), inside(), any::<bool>()).prop_map(|(name, said, close)| {
            let end = if close { format!("{{{{n}}}}{{% end{name} %}}") } else { String::new() };
            format!("{{% {name} {said} %}}{end}")
        });
    prop_oneof![tag, inside().prop_map(|said| format!("{{{{ {said} }}}}"))]
}

/// A template: whole tags, outputs, and pieces that are not where they belong.
pub fn template() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        3 => select(WHOLE).prop_map(str::to_owned),
        3 => piece(),
        2 => markup(),
    ];
    proptest::collection::vec(part, 0..12).prop_map(|parts| parts.concat())
}
