use super::{Found, check_mail};
use crate::rules::reading::color::Color;
use crate::rules::reading::markup::{Content, Element, Html};
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};

rule! {
    /// Text in an email that is hard to tell from its background.
    ///
    /// ## What it does
    ///
    /// Reports text with a contrast below 4.5:1, or below 3:1 for large text. Both colors must be
    /// certain: set in `style`, `color`, or `bgcolor` on the element or one around it. Text is left
    /// alone if it's hidden, or if Liquid, images, or style sheets could change its colors.
    ///
    /// ## Why it matters
    ///
    /// People read email in sunlight, on old screens, and with poor eyesight.
    ///
    /// ## Example
    ///
    /// ```toml message
    /// channel = "email"
    /// ```
    ///
    /// ```html bad
    /// <div style="background: #ffffff"><p style="color: #b0b0b0; font-size: 14px">Until Sunday.</p></div>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```html good
    /// <div style="background: #ffffff"><p style="color: #595959; font-size: 14px">Until Sunday.</p></div>
    /// ```
    ///
    /// ## Source
    ///
    /// WCAG 2.2, success criterion 1.4.3.
    name: "low-contrast", level: Info, check: Check::Message(check),
}

/// The minimum contrast of text, and of large text.
const LEAST: (f64, f64) = (4.5, 3.0);

/// Most findings in a file: the same pair of colors tends to repeat.
const MAX_REPORTED: usize = 5;

/// The styles that an element has or inherits, if they are certain.
#[derive(Clone, Copy, Debug, Default)]
struct Look {
    color: Option<Color>,
    background: Option<Color>,
    /// The size in pixels.
    size: Option<f64>,
    is_hidden: bool,
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    let blocks = &subject.known.blocks;
    let included = subject.models().flat_map(|model| &model.inclusions);
    let mut included = included.filter_map(|inclusion| blocks.get(inclusion.name));
    // A style sheet in a content block is for the whole email.
    if included.any(|block| block.template.source.text().contains("<style")) {
        return;
    }
    let sheets = subject.parts.iter().filter(|part| part.part.name == "body");
    let sheets = sheets.map(|part| sheet_of(part.template.source.text()));
    let sheet = sheets.collect::<String>();
    if sheet.contains("!important") {
        return;
    }
    check_mail(subject, findings, |html| look(html, &sheet));
}

fn look(html: &Html<'_>, sheet: &str) -> Vec<Found> {
    let mut looks: Vec<Look> = Vec::with_capacity(html.elements.len());
    for element in &html.elements {
        let around = element.parent.and_then(|parent| looks.get(parent).copied());
        looks.push(look_of(element, around.unwrap_or_default(), sheet));
    }
    let mut found: Vec<Found> = Vec::new();
    let mut said: Vec<(Color, Color)> = Vec::new();
    for (parent, content) in &html.contents {
        let Content::Text(text) = content else { continue };
        let Some((element, look)) =
            parent.and_then(|at| Some((html.elements.get(at)?, looks.get(at)?)))
        else {
            continue;
        };
        let (Some(color), Some(background)) = (look.color, look.background) else { continue };
        if look.is_hidden || !is_read(text) || said.contains(&(color, background)) {
            continue;
        }
        // Bold text counts as large from 14 points on; without a size, text may be large.
        let is_small = look.size.is_some_and(|size| size < 18.5);
        let least = if is_small { LEAST.0 } else { LEAST.1 };
        let contrast = color.contrast(background);
        if contrast >= least {
            continue;
        }
        said.push((color, background));
        let message = format!(
            "text in `{color}` on `{background}` has a contrast of {contrast:.1}:1; the minimum is \
             {least}:1"
        );
        let help = "use a darker text or a lighter background, or the reverse";
        found.push(Found { span: element.span, message, help: help.to_owned() });
        if found.len() == MAX_REPORTED {
            break;
        }
    }
    found
}

/// Returns the styles of an element inside another.
fn look_of(element: &Element<'_>, around: Look, sheet: &str) -> Look {
    let mut look = around;
    if element.is_dynamic || !element.is_certain {
        return Look { is_hidden: around.is_hidden, ..Look::default() };
    }
    // Some clients reset styles in a table; links and buttons have their own colors.
    if matches!(&*element.name, "table" | "a" | "button" | "input" | "mark") || !sheet.is_empty() {
        look.color = None;
    }
    let has_own_size = matches!(&*element.name, "table" | "h1" | "h2" | "h3" | "h4" | "big");
    if has_own_size || !sheet.is_empty() {
        look.size = None;
    }
    let has_class = element.attribute("class").is_some() || element.attribute("id").is_some();
    if has_class && !sheet.is_empty() || sheet.contains("background") || element.name == "mark" {
        look.background = None;
    }
    let is_unknown = |name: &str| element.attribute(name).is_some_and(|own| own.value.is_none());
    if is_unknown("style") {
        return Look { is_hidden: true, ..Look::default() };
    }
    for (attribute, place) in [("color", &mut look.color), ("bgcolor", &mut look.background)] {
        if element.attribute(attribute).is_some() {
            *place = element.value(attribute).and_then(Color::of);
        }
    }
    if element.attribute("background").is_some() {
        look.background = None;
    }
    if element.attribute("size").is_some() {
        look.size = None;
    }
    for declaration in element.value("style").unwrap_or_default().split(';') {
        if let Some((name, value)) = declaration.split_once(':') {
            declare(&mut look, &name.trim().to_ascii_lowercase(), value);
        }
    }
    look
}

/// Applies a declaration of a `style`.
fn declare(look: &mut Look, name: &str, value: &str) {
    let value = value.trim().to_ascii_lowercase();
    let value = value.trim_end_matches("!important").trim();
    match name {
        "color" => look.color = Color::of(value),
        "background" | "background-color" => look.background = Color::of(value),
        // An image or a gradient covers the color.
        "background-image" if value != "none" => look.background = None,
        "opacity" | "filter" | "mix-blend-mode" | "text-shadow" => look.is_hidden |= value != "1",
        "display" | "visibility" => look.is_hidden |= matches!(value, "none" | "hidden"),
        "mso-hide" => look.is_hidden |= value == "all",
        "max-height" | "height" | "line-height" | "width" | "max-width" => {
            look.is_hidden |= pixels(value).is_some_and(|size| size <= 1.0);
        }
        "position" => look.is_hidden |= matches!(value, "absolute" | "fixed"),
        "font-size" => look.size = pixels(value),
        "font" => look.size = value.split_whitespace().find_map(pixels),
        _ => {}
    }
    look.is_hidden |= look.size.is_some_and(|size| size <= 2.0);
}

/// Reads a length in pixels: `14px`, `14px/20px`, `12pt`, `0`.
fn pixels(value: &str) -> Option<f64> {
    let value = value.split('/').next().unwrap_or_default();
    if value == "0" {
        return Some(0.0);
    }
    let points = |points: &str| points.parse::<f64>().ok().map(|points| points * 4.0 / 3.0);
    let size = value.strip_suffix("px").and_then(|size| size.parse().ok());
    size.or_else(|| value.strip_suffix("pt").and_then(points))
}

/// Whether a text has a letter or a digit outside of entities.
fn is_read(text: &str) -> bool {
    let mut pieces = text.split('&');
    let first = pieces.next().unwrap_or_default();
    let has_letter = |text: &str| text.chars().any(char::is_alphanumeric);
    has_letter(first)
        || pieces.any(|piece| has_letter(piece.split_once(';').map_or(piece, |(_, rest)| rest)))
}

/// Returns the style sheets of a text, without media queries.
fn sheet_of(text: &str) -> String {
    let mut sheet = String::new();
    for piece in text.split("<style").skip(1) {
        let piece = piece.split("</style").next().unwrap_or_default();
        let mut rest = piece.split_once('>').map_or("", |(_, rest)| rest);
        while let Some(start) = rest.find("@media") {
            sheet.push_str(&rest[..start]);
            rest = after_block(&rest[start..]);
        }
        sheet.push_str(rest);
    }
    sheet.trim().to_ascii_lowercase()
}

/// Returns what comes after a block in braces.
fn after_block(text: &str) -> &str {
    let mut depth = 0_usize;
    for (at, c) in text.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth <= 1 => return &text[at + 1..],
            '}' => depth -= 1,
            _ => {}
        }
    }
    ""
}
