//! Tags and filters of other Liquids that people try, and what Braze has instead.

use crate::syntax::Foreign;

const TAGS: &[Foreign] = &[
    another("include", NO_FILES),
    another("render", NO_FILES),
    another("layout", "put the message in a content block; Braze has no layouts"),
    another("section", "use a content block, `{{content_blocks.${name}}}`; Braze has no sections"),
    another("cancel_message", "write `{% abort_message('reason') %}`").instead("abort_message"),
    another("while", "loop with `{% for i in (1..10) %}` and `{% break %}`; Liquid has no `while`"),
    another("set", "write `{% assign name = value %}`").instead("assign"),
    another("end", "write `end` with the name of the block, such as `{% endif %}`"),
    another("let", "write `{% assign name = value %}`").instead("assign"),
    another("foreach", "write `{% for item in list %}`").instead("for"),
    another("endforeach", "write `{% endfor %}`").instead("endfor"),
    another("endfi", "write `{% endif %}`").instead("endif"),
    another("fi", "write `{% endif %}`").instead("endif"),
    another("switch", "write `{% case value %}` with `{% when … %}`").instead("case"),
    another("elif", ELSIF).instead("elsif"),
    another("else_if", ELSIF).instead("elsif"),
    another("elseif", ELSIF).instead("elsif"),
];

const NO_FILES: &str =
    "use a content block, `{{content_blocks.${name}}}`; Braze has no template files";
const ELSIF: &str = "write `{% elsif condition %}`";

/// Reference 3.10 lists what is not supported; the names of the color and font filters are
/// Shopify's.
const FILTERS: &[Foreign] = &[
    refused("camelize", LISTED),
    refused("format_address", LISTED),
    refused("handleize", "use `downcase` and `replace`; Braze lists this filter as unsupported"),
    refused("highlight", LISTED),
    refused(
        "money_with_currency",
        "write the currency next to `money`; Braze lists this filter as unsupported",
    ),
    refused("money_without_currency", "use `money`; Braze lists this filter as unsupported")
        .instead("money"),
    refused("pluralize", "use `if`; Braze lists this filter as unsupported"),
    refused("brightness_difference", COLOURS),
    refused("color_brightness", COLOURS),
    refused("color_contrast", COLOURS),
    refused("color_darken", COLOURS),
    refused("color_desaturate", COLOURS),
    refused("color_difference", COLOURS),
    refused("color_extract", COLOURS),
    refused("color_lighten", COLOURS),
    refused("color_mix", COLOURS),
    refused("color_modify", COLOURS),
    refused("color_saturate", COLOURS),
    refused("color_to_hex", COLOURS),
    refused("color_to_hsl", COLOURS),
    refused("color_to_rgb", COLOURS),
    refused("hex_to_rgba", COLOURS),
    refused("font_face", FONTS),
    refused("font_modify", FONTS),
    refused("font_url", FONTS),
    meant("uppercase", "upcase", UPCASE),
    meant("upper", "upcase", UPCASE),
    meant("to_upper", "upcase", UPCASE),
    meant("lowercase", "downcase", DOWNCASE),
    meant("lower", "downcase", DOWNCASE),
    meant("to_lower", "downcase", DOWNCASE),
    another("title", TITLE),
    another("titlecase", TITLE),
    another("titleize", TITLE),
    meant("length", "size", SIZE),
    meant("count", "size", SIZE),
    meant("len", "size", SIZE),
    meant("trim", "strip", "use `strip`, Liquid's name for this filter"),
    meant("nl2br", "newline_to_br", "use `newline_to_br`, Liquid's name for this filter"),
    meant("striptags", "strip_html", "use `strip_html`, Liquid's name for this filter"),
    meant("urlencode", "url_encode", "use `url_encode`, Liquid's name for this filter"),
    meant("html_escape", "escape", "use `escape`, Liquid's name for this filter"),
    meant("base64", "base64_encode", "use `base64_encode`, or `base64_decode`"),
    meant("parse_json", "json_parse", "use `json_parse`, Braze's name for this filter"),
    meant("from_json", "json_parse", "use `json_parse`, Braze's name for this filter"),
    meant("substring", "slice", SLICE),
    meant("substr", "slice", SLICE),
    meant("truncatechars", "truncate", "use `truncate`, Liquid's name for this filter"),
    meant("ellipsis", "truncate", "use `truncate`, Liquid's name for this filter"),
    meant("strftime", "date", DATE),
    meant("date_format", "date", DATE),
    meant("format_date", "date", DATE),
    another("date_add", ADD_DAYS),
    another("add_days", ADD_DAYS),
    meant("number_format", "number_with_delimiter", DELIMITER),
    meant("format_number", "number_with_delimiter", DELIMITER),
    meant("currency", "money", MONEY),
    meant("format_currency", "money", MONEY),
    meant("add", "plus", "use `plus`, Liquid's name for this filter"),
    meant("subtract", "minus", "use `minus`, Liquid's name for this filter"),
    meant("multiply", "times", "use `times`, Liquid's name for this filter"),
    meant("divide", "divided_by", "use `divided_by`, Liquid's name for this filter"),
    meant("mod", "modulo", "use `modulo`, Liquid's name for this filter"),
    another("int", TO_NUMBER),
    another("to_i", TO_NUMBER),
    another("to_number", TO_NUMBER),
    another("to_s", TO_TEXT),
    another("string", TO_TEXT),
    another("contains", "write `{% if text contains 'word' %}`; `contains` is an operator"),
    another("json", JSON).instead("as_json_string"),
    another("to_json", JSON).instead("as_json_string"),
    another("tojson", JSON).instead("as_json_string"),
];

const LISTED: &str = "remove it; Braze lists this filter as unsupported";
const COLOURS: &str = "write the color itself; Braze has no color filters";
const FONTS: &str = "write the font itself; Braze has no font filters";
const UPCASE: &str = "use `upcase`, Liquid's name for this filter";
const DOWNCASE: &str = "use `downcase`, Liquid's name for this filter";
const TITLE: &str =
    "use `capitalize`, which changes the first letter only; Liquid has no title case";
const SIZE: &str = "use `size`, Liquid's name for this filter";
const SLICE: &str = "use `slice: START, LENGTH`, which counts from 0";
const DATE: &str = "use `date: '%d.%m.%Y'` or another format";
const ADD_DAYS: &str = "turn the date into seconds with `date: '%s'`, add 86400 for each day with `plus`, then use `date`";
const DELIMITER: &str = "use `number_with_delimiter`, Braze's name for this filter";
const MONEY: &str = "use `money`, Braze's name for this filter";
const TO_NUMBER: &str = "use `plus: 0`, which turns a text into a number";
const TO_TEXT: &str = "use `append: ''`, which turns a value into a text";
const JSON: &str = "use `as_json_string`, Braze's name for this filter";

const fn another(name: &'static str, reason: &'static str) -> Foreign {
    Foreign { name, reason, instead: None, refused: false }
}

/// A name that another filter of ours has.
const fn meant(name: &'static str, ours: &'static str, reason: &'static str) -> Foreign {
    another(name, reason).instead(ours)
}

const fn refused(name: &'static str, reason: &'static str) -> Foreign {
    Foreign { refused: true, ..another(name, reason) }
}

impl Foreign {
    const fn instead(self, name: &'static str) -> Foreign {
        Foreign { instead: Some(name), ..self }
    }
}

/// What is known of a tag of that name.
pub(super) fn tag(name: &str) -> Option<Foreign> {
    TAGS.iter().find(|foreign| foreign.name == name).copied()
}

/// What is known of a filter of that name.
pub(super) fn filter(name: &str) -> Option<Foreign> {
    FILTERS.iter().find(|foreign| foreign.name == name).copied()
}
