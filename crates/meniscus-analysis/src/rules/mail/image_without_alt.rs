use super::{Found, check_mail};
use crate::rules::reading::markup::{Element, Html};
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};

rule! {
    /// An image in an email without alternative text.
    ///
    /// ## What it does
    ///
    /// Reports an `<img>` without `alt`. An image that is only decoration needs `alt=""`. Tracking
    /// pixels are left alone, and so is an image with Liquid between its attributes.
    ///
    /// ## Why it matters
    ///
    /// Many email clients load no images until the reader asks for them. For an image without
    /// `alt`, screen readers read the file name.
    ///
    /// ## Example
    ///
    /// ```toml message
    /// channel = "email"
    /// ```
    ///
    /// ```html bad
    /// <img src="https://img.larkspur.example/rye.png" width="600">
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```html good
    /// <img src="https://img.larkspur.example/rye.png" width="600" alt="Two loaves of rye">
    /// <img src="https://img.larkspur.example/line.png" alt="">
    /// ```
    ///
    /// ## Source
    ///
    /// WCAG 2.2, success criterion 1.1.1; the HTML standard, section 4.8.4.4.
    name: "image-without-alt", level: Warn, check: Check::Message(check),
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    check_mail(subject, findings, look);
}

fn look(html: &Html<'_>) -> Vec<Found> {
    let images = html.elements.iter().filter(|element| element.name == "img");
    let silent = images.filter(|image| !image.is_dynamic && !has_text(image) && !is_pixel(image));
    let found = silent.map(|image| Found {
        span: image.span,
        message: "this image has no `alt`".to_owned(),
        help: "add `alt` with what it shows, or `alt=\"\"` if it's only decoration".to_owned(),
    });
    found.collect()
}

/// Whether an image has alternative text, or is hidden from screen readers.
fn has_text(image: &Element<'_>) -> bool {
    let named = ["alt", "aria-label", "aria-labelledby", "aria-hidden", "role"];
    named.iter().any(|name| image.attribute(name).is_some())
}

/// Whether an image isn't meant to be seen.
fn is_pixel(image: &Element<'_>) -> bool {
    let is_tiny = |name| {
        let value = image.value(name).map(|value| value.trim().trim_end_matches("px"));
        matches!(value, Some("0" | "1"))
    };
    let style = image.attribute("style").map(|style| style.value.unwrap_or("display:none"));
    let style = style.unwrap_or_default().to_ascii_lowercase().replace(' ', "");
    is_tiny("width") || is_tiny("height") || style.contains("display:none")
}
