//! Strategies for templates that say something: whole tags in their right order, with names that
//! the workspace of the corpus knows, and some that it does not.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

const PATHS: &[&str] = &[
    "wallet",
    "wallet.status",
    "wallet.payload",
    "wallet.payload.available_points",
    "wallet.payload.avail_points",
    "wallet.payload.user_offers",
    "wallet.payload.user_offers[0].name",
    "wallet.payload.user_offers.first.expiration_date",
    "wallet.payload.user_offers.size",
    "wallet.__http_status_code__",
    "wallet['payload']['user_offers'][i]",
    "offer",
    "offer.name",
    "offer.nmae",
    "offer.media[0].uri",
    "n",
    "i",
    "s",
    "list",
    "list[0]",
    "list.first.name",
    "flag",
    "nothing",
    "${first_name}",
    "${frist_name}",
    "${user_id}",
    "custom_attribute.${tier}",
    "custom_attribute.${tickets}",
    "custom_attribute.${plan}.price",
    "{{custom_attribute.${snacks}}}",
    "api_trigger_properties.${offer_title}",
    "api_trigger_properties.${campaign_custom_data}.steps[0].title",
    "campaign.${name}",
    "canvas.${name}",
    "targeted_device.${platform}",
    "forloop.index",
    "forloop.frist",
    "endpoint_connect",
    "'gold'",
    "''",
    "\"a b\"",
    "0",
    "3",
    "2.5",
    "-1",
    "true",
    "false",
    "nil",
    "blank",
    "(1..3)",
];

const FILTERS: &[&str] = &[
    "upcase",
    "size",
    "first",
    "last",
    "default: 'x'",
    "default: offer.name",
    "plus: 1",
    "plus: '1'",
    "divided_by: 0",
    "divided_by: 3",
    "map: 'name'",
    "map: 'nmae'",
    "where: 'is_redeemable', true",
    "sort: 'name'",
    "join: ', '",
    "split: ','",
    "date: '%d.%m.%Y'",
    "date: '%s'",
    "url_encode",
    "url_param_escape",
    "json_parse",
    "json_escape",
    "strip_html",
    "money",
    "number_with_delimiter",
    "truncate: 10",
    "append: s",
    "slice: 0, 2",
    "upcas",
    "base64",
    "t",
];

const OPERATORS: &[&str] = &["==", "!=", "<", ">", "<=", ">=", "contains", "="];

const CALLS: &[&str] = &[
    "{% connected_content {{endpoint_connect}}/offers/api/2.0/offers/get_user_offers :method post :body {\"user_id\":\"{{${user_id}}}\"} :content_type application/json :save wallet %}",
    "{% connected_content {{endpoint_connect}}/offers/api/2.0/offers/get_user_offers :method put :body {\"user_id\": \"x\"} :headers {\"A\": b} :cache_max_age 10 :save wallet %}",
    "{% connected_content http://a.b:81/c?d={{${first_name}}}?e={f} :cash :save list %}",
    "{% connected_content {{url}} :save list :retry :body {{s}} %}",
    "{% connected_content {{endpoint_brand}}/v1/now-showing :save list %}",
    "{% capture url %}{{endpoint_brand}}/v1/weather?city={{${city}}}{% endcapture %}",
];

const BLOCKS: &[&str] = &[
    "{{content_blocks.${greeting}}}",
    "{{content_blocks.${marlowick_wallet}}}",
    "{{content_blocks.${circle_of_blocks}}}",
    "{{content_blocks.${signature_card}}}",
    "{{content_blocks.${no_such}}}",
];

const SINGLE: &[&str] = &[
    "text ",
    "Grüße, 日本 🎈 & <b>more</b>\n",
    "\n",
    "<!-- {{ n }} -->",
    "\"{{ s }}\"",
    "{% break %}",
    "{% continue %}",
    "{% abort_message('no') %}",
    "{% abort_message %}",
    "{% increment n %}",
    "{% raw %}{{ x }}{% endraw %}",
    "{% comment %} meniscus: allow unknown-field — it comes {% endcomment %}\n",
    "{% comment %} meniscus: allow-block unknown-feild, cache-age {% endcomment %}",
    "{% # meniscus: allow-file missing-default %}",
    "{% message_extras :key a :value b %}",
    "{% catalog_items games 1 {{n}} %}{{ items[0].title }}",
    "{% promotion('list') %}",
    "{% translation greeting %}Hi{% endtranslation %}",
    "{{ x",
    "{% if %}",
    "{% endfor %}",
    "{{ ‘a’ }}",
    "{{{ n }}}",
    "{{first_name}}",
    "{{ ${list[0]} }}",
    "{{ a.b-c-1 }} {{ 1a }}",
];

/// Mistakes that lint has fixes for.
const SLIPS: &[&str] = &[
    "{{ s | remove 'a', 'X' }}",
    "{{ 5 | plus 3, 4 }}",
    "{{ s | slice 1, 2 }}",
    "{{ nope | default 'friend' }}",
    "a {%",
    "{{ s | slice: 1e5 }}",
    "{{ s | append: 'a' 'b' }}",
    "{{ s | upcase: 1 }}",
    "{{ s | replace 'a' }}",
    "{% if n = 3 %}a{% endif %}",
    "{% if n => 3 %}a{% endif %}",
    "{% if n && s || flag %}a{% endif %}",
    "{% if (n == 3) %}a{% endif %}",
    "{% if !flag %}a{% endif %}",
    "{% if n == '3' %}a{% endif %}",
    "{% if n > '3' %}a{% endif %}",
    "{% if s includes 'a' %}a{% endif %}",
    "{% if list | size > 0 %}a{% endif %}",
    "{% assign n == 3 %}{{ n }}",
    "{% assign n 3 %}{{ n }}",
    "{% assign list = s | split ',' %}{{ list }}",
    "{% for i in list | sort %}{{ i }}{% endfor %}",
    "{% for i in list.size %}{{ i }}{% endfor %}",
    "{% else if n %}",
    "{% if n %}a{% else if s %}b{% endif %}",
    "{% if n %}a{% elseif s %}b{% endif %}",
    "{% case n %}{% when 1 2 %}a{% endcase %}",
    "{{ custom_attribute.$(tier) }}{{ custom_attribute.{tier} }}",
    "{{ list.0 }}{{ list[‘0’] }}",
    "{{ n | date: %Y }}",
    "{{ n | plus: 1 | }}",
    "{{ n |}}{{ | upcase }}",
    "{{ wallet.2026 }}{{ wallet[payload] }}",
    "{{${first_name} | default 'you'}}",
    "{{${first_name} | defualt: 'you'}}",
    "{{ n }",
    "{% if n }",
    "{{ 'a }}",
    "{% endif %}",
];

fn one(of: &'static [&'static str]) -> impl Strategy<Value = String> {
    select(of).prop_map(str::to_owned)
}

fn pipeline() -> impl Strategy<Value = String> {
    (one(PATHS), vec(one(FILTERS), 0..3)).prop_map(|(path, filters)| {
        filters.iter().fold(path, |text, filter| format!("{text} | {filter}"))
    })
}

fn comparison() -> impl Strategy<Value = String> {
    prop_oneof![
        1 => one(PATHS),
        3 => (one(PATHS), one(OPERATORS), one(PATHS)).prop_map(|(a, o, b)| format!("{a} {o} {b}")),
    ]
}

fn condition() -> impl Strategy<Value = String> {
    (comparison(), vec((select(&["and", "or", "&&"][..]), comparison()), 0..3)).prop_map(
        |(first, rest)| {
            rest.iter().fold(first, |text, (word, next)| format!("{text} {word} {next}"))
        },
    )
}

fn leaf() -> impl Strategy<Value = String> {
    let name = select(&["offer", "list", "n", "s", "flag", "url", "nothing", "wallet"][..]);
    prop_oneof![
        4 => pipeline().prop_map(|text| format!("{{{{ {text} }}}}")),
        4 => (name, pipeline()).prop_map(|(name, text)| format!("{{% assign {name} = {text} %}}")),
        2 => one(CALLS),
        1 => one(BLOCKS),
        3 => one(SINGLE),
        3 => one(SLIPS),
        // A filter without its colon.
        2 => (one(PATHS), one(FILTERS)).prop_map(|(path, filter)| {
            format!("{{{{ {path} | {} }}}}", filter.replace(':', ""))
        }),
    ]
}

/// Tags around texts.
fn around(inner: BoxedStrategy<String>) -> impl Strategy<Value = String> {
    let body = vec(inner, 0..3).prop_map(|parts| parts.concat());
    let body = body.boxed();
    let branches = |word: &'static str| {
        let elsif = (condition(), body.clone());
        (condition(), body.clone(), vec(elsif, 0..3), proptest::option::of(body.clone())).prop_map(
            move |(first, main, others, last)| {
                let mut text = format!("{{% {word} {first} %}}{main}");
                for (test, body) in others {
                    text.push_str(&format!("{{% elsif {test} %}}{body}"));
                }
                if let Some(body) = last {
                    text.push_str(&format!("{{% else %}}{body}"));
                }
                format!("{text}{{% end{word} %}}")
            },
        )
    };
    let case = (one(PATHS), vec((vec(one(PATHS), 1..4), body.clone()), 0..3), body.clone());
    let case = case.prop_map(|(subject, whens, last)| {
        let whens =
            whens.iter().map(|(values, body)| format!("{{% when {} %}}{body}", values.join(", ")));
        let whens = whens.collect::<String>();
        format!("{{% case {subject} %}}{whens}{{% else %}}{last}{{% endcase %}}")
    });
    let item = select(&["offer", "i", "n", "list"][..]);
    let looped = (item, one(PATHS), body.clone(), proptest::option::of(body.clone()));
    let looped = looped.prop_map(|(item, list, body, other)| {
        let other = other.map_or(String::new(), |body| format!("{{% else %}}{body}"));
        format!("{{% for {item} in {list} %}}{body}{other}{{% endfor %}}")
    });
    let captured = (select(&["s", "url", "list"][..]), body.clone());
    let captured =
        captured.prop_map(|(name, body)| format!("{{% capture {name} %}}{body}{{% endcapture %}}"));
    prop_oneof![
        3 => branches("if"),
        1 => branches("unless"),
        1 => case,
        3 => looped,
        1 => captured,
        1 => body.prop_map(|body| format!("<a href=\"https://a.b/?q={body}\">")),
    ]
}

/// A template, up to `depth` tags in each other.
pub fn meaningful(depth: u32) -> impl Strategy<Value = String> {
    let node = leaf().boxed().prop_recursive(depth, 12, 3, around);
    vec(node, 0..5).prop_map(|parts| parts.concat())
}

/// A tag in itself, again and again, with something between.
pub fn deep() -> impl Strategy<Value = String> {
    let open = select(
        &[
            ("{% if offer.name %}", "{% endif %}"),
            ("{% for offer in wallet.payload.user_offers %}", "{% endfor %}"),
            ("{% for i in (1..3) %}{% assign n = n | plus: i %}", "{% endfor %}"),
            (
                "{% unless n == 3 %}{% assign s = n %}",
                "{% else %}{% assign s = i %}{% endunless %}",
            ),
            ("{% capture s %}{{ s }}", "{% endcapture %}"),
            ("{% case n %}{% when 1 %}", "{% else %}{{ n }}{% endcase %}"),
        ][..],
    );
    (vec(open, 1..110), vec(leaf(), 0..4)).prop_map(|(tags, inner)| {
        let mut text = tags.iter().map(|(open, _)| *open).collect::<String>();
        text.push_str(&inner.concat());
        text.extend(tags.iter().rev().map(|(_, close)| *close));
        text
    })
}
