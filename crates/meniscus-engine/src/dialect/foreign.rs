//! Tags and filters of other Liquids that people try, and what Braze has instead.

use crate::syntax::Foreign;

const TAGS: &[Foreign] = &[
    another("include", NO_FILES),
    another("render", NO_FILES),
    another("layout", "Braze has no layouts: put the message in a content block"),
    another("section", "Braze has no sections: use a content block, `{{content_blocks.${name}}}`"),
    another("cancel_message", "write `{% abort_message('reason') %}`").instead("abort_message"),
    another("while", "Liquid has no `while`: loop with `{% for i in (1..10) %}` and `{% break %}`"),
    another("set", "write `{% assign name = value %}`").instead("assign"),
    another("elif", ELSIF).instead("elsif"),
    another("else_if", ELSIF).instead("elsif"),
    another("elseif", ELSIF).instead("elsif"),
];

const NO_FILES: &str =
    "Braze has no template files: use a content block, `{{content_blocks.${name}}}`";
const ELSIF: &str = "write `{% elsif condition %}`";

/// Reference 3.10 lists what is not supported; the names of the colour and font filters are
/// Shopify's.
const FILTERS: &[Foreign] = &[
    refused("camelize", LISTED),
    refused("format_address", LISTED),
    refused("handleize", "Braze lists it as not supported: use `downcase` and `replace`"),
    refused("highlight", LISTED),
    refused(
        "money_with_currency",
        "Braze lists it as not supported: write the currency beside `money`",
    ),
    refused("money_without_currency", "Braze lists it as not supported: use `money`")
        .instead("money"),
    refused("pluralize", "Braze lists it as not supported: use `if`"),
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

const LISTED: &str = "Braze lists it as not supported";
const COLOURS: &str = "Braze supports no colour filters: write the colour itself";
const FONTS: &str = "Braze supports no font filters: write the font itself";
const JSON: &str = "Braze's filter is `as_json_string`";

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
