/// A question that one render answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Probe {
    /// From 1; a number is never used again for another question.
    pub number: u16,
    /// What it asks, in a sentence.
    pub about: &'static str,
    /// The page of the spec that depends on it, below `tests/spec`.
    pub spec: &'static str,
    /// The text between the marks.
    pub text: &'static str,
}

const fn probe(number: u16, spec: &'static str, about: &'static str, text: &'static str) -> Probe {
    Probe { number, about, spec, text }
}

/// All probes, by number. None reads anything of the recipient but the language.
pub const PROBES: &[Probe] = &[
    probe(
        1,
        "html_comments.md",
        "HTML comments are removed before Liquid runs",
        "a<!-- {{ 'ran' }} -->b",
    ),
    probe(
        2,
        "html_comments.md",
        "Conditional comments for Outlook are removed too",
        "a<!--[if mso]>m<![endif]-->b",
    ),
    probe(3, "families/profile.md", "`${language}` outside braces is text", "${language}"),
    probe(
        4,
        "outputs.md",
        "A list prints its items without separators",
        "{% assign x = '1,2' | split: ',' %}{{ x }}",
    ),
    probe(
        5,
        "outputs.md",
        "An object prints like `inspect` in older versions of Ruby",
        "{% assign x = '{\"id\":7,\"n\":null}' | json_parse %}{{ x }}",
    ),
    probe(6, "outputs.md", "An unknown filter passes its value through", "{{ 'rye' | nofilter }}"),
    probe(
        7,
        "operators.md",
        "`true or false and false` is true: operators group from the right",
        "{% if true or false and false %}yes{% else %}no{% endif %}",
    ),
    probe(
        8,
        "operators.md",
        "`false and false or true` is false",
        "{% if false and false or true %}yes{% else %}no{% endif %}",
    ),
    probe(
        9,
        "filters/default.md",
        "`default` keeps a string of spaces",
        "[{{ '  ' | default: 'd' }}]",
    ),
    probe(
        10,
        "filters/default.md",
        "`default` replaces an empty string but keeps 0",
        "{{ '' | default: 'd' }}{{ 0 | default: 'd' }}",
    ),
    probe(
        11,
        "filters/number_with_delimiter.md",
        "`number_with_delimiter` of a fraction",
        "{{ 1234567.891 | number_with_delimiter }}",
    ),
    probe(
        12,
        "filters/number_with_delimiter.md",
        "`number_with_delimiter` of a negative number",
        "{{ -1234567 | number_with_delimiter }}",
    ),
    probe(
        13,
        "filters/number_with_delimiter.md",
        "`number_with_delimiter` of a string",
        "{{ '1234567' | number_with_delimiter }}|{{ 'abcdefg' | number_with_delimiter }}",
    ),
    probe(
        14,
        "filters/money.md",
        "`money` rounds to two places",
        "{{ 0.005 | money }}|{{ 17.999 | money }}",
    ),
    probe(15, "filters/money.md", "`money` of a negative number", "{{ -5 | money }}"),
    probe(16, "filters/money.md", "`money` of what isn't a number", "{{ 'abc' | money }}"),
    probe(
        17,
        "filters/json_escape.md",
        "`json_escape` of every kind of character",
        "{% capture x %}a\"b\\c/d<e>f&g'h\n{% endcapture %}{{ x | json_escape }}",
    ),
    probe(
        18,
        "filters/as_json_string.md",
        "`as_json_string` writes objects without spaces",
        "{% assign x = '{\"a\": [1, \"b\"], \"c\": null}' | json_parse %}{{ x | as_json_string }}",
    ),
    probe(
        19,
        "filters/as_json_string.md",
        "`as_json_string` of single values",
        "{{ 'x' | as_json_string }}|{{ 7 | as_json_string }}|{{ true | as_json_string }}",
    ),
    probe(
        20,
        "filters/url_escape.md",
        "`url_escape` keeps the characters of RFC 2396",
        "{{ \"a b&c=d/e?f~g!h*i'j(k)l,m;n:o@p+q$r#s%t\" | url_escape }}",
    ),
    probe(
        21,
        "filters/url_param_escape.md",
        "`url_param_escape` keeps the characters of RFC 3986",
        "{{ \"a b&c=d/e?f~g!h*i'j(k)l,m;n:o@p+q$r#s%t\" | url_param_escape }}",
    ),
    probe(
        22,
        "filters/hmac_sha256.md",
        "`hmac_sha256` writes hexadecimal digits",
        "{{ 'text' | hmac_sha256: 'key' }}",
    ),
    probe(
        23,
        "filters/hmac_sha512.md",
        "`hmac_sha512` writes hexadecimal digits",
        "{{ 'text' | hmac_sha512: 'key' }}",
    ),
    probe(
        24,
        "filters/property_accessor.md",
        "`property_accessor` of a missing key renders as blank",
        "{% assign x = '{\"a\":1}' | json_parse %}[{{ x | property_accessor: 'b' }}]",
    ),
    probe(
        25,
        "filters/date.md",
        "`date` passes through what isn't a date",
        "{{ 'soon' | date: '%Y' }}",
    ),
    probe(
        26,
        "filters/date.md",
        "`date` keeps the zone of a time",
        "{{ '2026-03-01T23:30:00+09:00' | date: '%Y-%m-%d %H:%M %z' }}",
    ),
    probe(
        27,
        "filters/date.md",
        "`date` knows all formats of Ruby's `strftime`",
        "{{ '2026-03-01T09:05:07Z' | date: '%a %A %b %B %-d %e %j %U %u %y %I %l %P %p %s %% %^b %010Y %F %T %D' }}",
    ),
    probe(
        28,
        "filters/time_zone.md",
        "`time_zone` keeps a time whose zone is unknown",
        "{{ '2026-03-01T09:00:00Z' | time_zone: 'Nowhere/None' | date: '%H:%M' }}",
    ),
    probe(
        29,
        "filters/time_zone.md",
        "`time_zone` accepts IANA names",
        "{{ '2026-07-01T09:00:00Z' | time_zone: 'Asia/Manila' | date: '%H:%M %z' }}",
    ),
    probe(
        30,
        "filters/replace_last.md",
        "`replace_last` exists",
        "{{ 'a-a' | replace_last: 'a', 'b' }}",
    ),
    probe(31, "filters/remove_last.md", "`remove_last` exists", "{{ 'a-a' | remove_last: 'a' }}"),
    probe(
        32,
        "filters/escape_once.md",
        "`escape_once` exists",
        "{{ '1 &lt; 2 & 3' | escape_once }}",
    ),
    probe(33, "filters/url_decode.md", "`url_decode` exists", "{{ 'a%20b+c' | url_decode }}"),
    probe(34, "filters/base64_decode.md", "`base64_decode` exists", "{{ 'cnll' | base64_decode }}"),
    probe(
        35,
        "filters/base64_url_safe_encode.md",
        "`base64_url_safe_encode` exists",
        "{{ 'a?>b' | base64_url_safe_encode }}",
    ),
    probe(
        36,
        "filters/base64_url_safe_decode.md",
        "`base64_url_safe_decode` exists",
        "{{ 'YT8-Yg==' | base64_url_safe_decode }}",
    ),
    probe(
        37,
        "filters/find.md",
        "`find` exists (Liquid 5.6)",
        "{% assign x = '[{\"a\":1},{\"a\":2}]' | json_parse %}{% assign y = x | find: 'a', 2 %}{{ y.a }}",
    ),
    probe(
        38,
        "filters/has.md",
        "`has` exists (Liquid 5.6)",
        "{% assign x = '[{\"a\":1},{\"a\":2}]' | json_parse %}{{ x | has: 'a', 2 }}",
    ),
    probe(
        39,
        "filters/reject.md",
        "`reject` exists (Liquid 5.6)",
        "{% assign x = '[{\"a\":1},{\"a\":2}]' | json_parse %}{{ x | reject: 'a', 2 | map: 'a' | join: ',' }}",
    ),
    probe(
        40,
        "filters/sum.md",
        "`sum` exists (Liquid 5.5)",
        "{% assign x = '[1,2,3]' | json_parse %}{{ x | sum }}",
    ),
    probe(
        41,
        "lax.md",
        "Sums of fractions are exact, and whole fractions keep a zero",
        "{{ 0.1 | plus: 0.2 }}|{{ 10 | divided_by: 4.0 }}|{{ 1.0 }}|{{ 100.0 | times: 1.1 }}",
    ),
    probe(42, "lax.md", "Integers have no limit", "{{ 9223372036854775807 | plus: 1 }}"),
    probe(
        43,
        "lax.md",
        "`round` rounds halves away from zero",
        "{{ 2.5 | round }}|{{ -2.5 | round }}|{{ 1.005 | round: 2 }}",
    ),
    probe(44, "lax.md", "`first` of a string renders as blank", "[{{ 'abc' | first }}]"),
    probe(
        45,
        "lax.md",
        "A string never equals a number",
        "{% if '1' == 1 %}yes{% else %}no{% endif %}",
    ),
    probe(
        46,
        "lax.md",
        "0 and an empty string are true",
        "{% if 0 %}yes{% else %}no{% endif %}{% if '' %}yes{% else %}no{% endif %}",
    ),
    probe(
        47,
        "lax.md",
        "0 isn't blank, but a string of spaces is",
        "{% if 0 == blank %}yes{% else %}no{% endif %}{% assign x = '  ' %}{% if x == blank %}yes{% else %}no{% endif %}",
    ),
    probe(
        48,
        "lax.md",
        "`contains` looks for a number in a string",
        "{% if 'a1' contains 1 %}yes{% else %}no{% endif %}",
    ),
    probe(
        49,
        "lax.md",
        "`slice` and `truncate` count characters",
        "{{ 'äöüßé' | slice: 1, 3 }}|{{ 'äöüßéñç' | truncate: 5 }}",
    ),
    probe(
        50,
        "lax.md",
        "Integer division rounds down",
        "{{ 7 | divided_by: 2 }}|{{ -7 | divided_by: 2 }}|{{ -7 | modulo: 3 }}",
    ),
    probe(51, "lax.md", "Text after the value of an output is ignored", "{{ 'a' 'b' }}"),
    probe(52, "lax.md", "A range prints its ends", "{{ (1..3) }}"),
    probe(
        53,
        "lax.md",
        "`split` drops empty items at the end",
        "{% assign x = '' | split: ',' %}{{ x.size }}|{% assign x = ',a,' | split: ',' %}{{ x.size }}",
    ),
];

/// The host that probes of calls ask, until it is replaced by a real one.
pub const ECHO_URL: &str = "https://echo.example";

/// Probes that make calls, to a host that answers with [`super::ECHO`]. None reads anything of the
/// recipient.
pub const CALL_PROBES: &[Probe] = &[
    probe(
        54,
        "connected_content/save.md",
        "A failed call leaves the variable unchanged",
        "{% assign w = 'before' %}{% connected_content https://echo.example/missing :save w %}{{ w }}",
    ),
    probe(
        55,
        "connected_content/text_responses.md",
        "A response that isn't JSON is printed despite `:save`, and not saved",
        "{% connected_content https://echo.example/text :save t %}[{{ t }}]",
    ),
    probe(
        56,
        "connected_content/status.md",
        "A failed call has no status",
        "{% connected_content https://echo.example/missing :save s %}[{{ s.__http_status_code__ }}]",
    ),
    probe(
        57,
        "connected_content/content_type.md",
        "`:content_type` wins over a header",
        "{% connected_content https://echo.example/kind :method post :headers {\"Content-Type\": \"text/x-ours\"} :body {\"a\": 1} :content_type application/json %}",
    ),
    probe(
        58,
        "connected_content/content_type.md",
        "`:accept` sets the header",
        "{% connected_content https://echo.example/accept :accept text/x-ours %}",
    ),
    probe(
        59,
        "connected_content/rerender.md",
        "A response whose Liquid has an error is used as it is",
        "{% connected_content https://echo.example/liquid :rerender %}",
    ),
    probe(
        60,
        "connected_content/caching.md",
        "Cached POSTs with different bodies are different calls",
        "{% connected_content https://echo.example/cached :method post :body a=one :cache_max_age 300 %}{% connected_content https://echo.example/cached :method post :body a=two :cache_max_age 300 %}",
    ),
];

/// Pages of the spec with something unverified that no text in a composer settles, and why.
pub const NOT_PROBED: &[(&str, &str)] = &[
    ("README.md", "says what the word means"),
    ("connected_content/retry.md", "ends the whole message"),
    ("content_blocks.md", "needs content blocks in Braze"),
    ("families/api_trigger_properties.md", "needs a trigger"),
    ("families/canvas_entry_properties.md", "needs a Canvas"),
    ("families/context.md", "needs a Canvas"),
    ("families/custom_attribute.md", "needs an attribute that is an object"),
    ("families/event_properties.md", "needs an event"),
    ("filters/json_parse.md", "may end the whole message"),
    ("tags/abort_message.md", "ends the whole message"),
    ("tags/catalog_selection_items.md", "needs a catalog"),
    ("tags/form_field_name.md", "works only in preference centers"),
    ("tags/translation.md", "needs a locale in Braze"),
];
