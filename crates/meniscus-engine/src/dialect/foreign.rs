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
    another("json", JSON).instead("as_json_string"),
    another("to_json", JSON).instead("as_json_string"),
    another("tojson", JSON).instead("as_json_string"),
];

const LISTED: &str = "remove it; Braze lists this filter as unsupported";
const COLOURS: &str = "write the color itself; Braze has no color filters";
const FONTS: &str = "write the font itself; Braze has no font filters";
const JSON: &str = "use `as_json_string`, Braze's name for this filter";

const fn another(name: &'static str, reason: &'static str) -> Foreign {
    Foreign { name, reason, instead: None, refused: false }
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
