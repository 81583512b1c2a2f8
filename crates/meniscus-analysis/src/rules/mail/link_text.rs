use super::{Found, check_mail};
use crate::rules::reading::markup::{Content, Html};
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};
use crate::text::Span;

rule! {
    /// A link in an email without text, or with text that doesn't say where it leads.
    ///
    /// ## What it does
    ///
    /// Reports a link without text, and a link whose text is "click here" or similar. A link
    /// around an image needs the image's `alt`. Links with Liquid in them are left alone.
    ///
    /// ## Why it matters
    ///
    /// Screen readers list links by their text. "Click here" doesn't say where a link leads, and a
    /// link without text is read as its address.
    ///
    /// ## Example
    ///
    /// ```toml message
    /// channel = "email"
    /// ```
    ///
    /// ```html bad
    /// To see your offers, <a href="https://larkspur.example/wallet">click here</a>.
    /// ```
    ///
    /// ```html bad
    /// <a href="https://larkspur.example"><img src="https://img.larkspur.example/logo.png" alt=""></a>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```html good
    /// <a href="https://larkspur.example/wallet">See your offers</a>
    /// <a href="https://larkspur.example"><img src="https://img.larkspur.example/logo.png" alt="Larkspur"></a>
    /// ```
    ///
    /// ## Source
    ///
    /// WCAG 2.2, success criteria 2.4.4 and 4.1.2.
    name: "link-text", level: Info, check: Check::Message(check),
}

/// Texts that don't say where a link leads.
const EMPTY: [&str; 7] =
    ["click here", "click", "here", "tap here", "press here", "this link", "link"];

/// A link, with what is inside.
#[derive(Debug, Default)]
struct Link {
    text: String,
    /// Whether something inside may have a name that isn't known here.
    is_open: bool,
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    check_mail(subject, findings, look);
}

fn look(html: &Html<'_>) -> Vec<Found> {
    // For each element, the link that it is or is in; parents come before their children.
    let mut around: Vec<Option<usize>> = Vec::with_capacity(html.elements.len());
    let mut links = Vec::new();
    links.resize_with(html.elements.len(), Link::default);
    for (at, element) in html.elements.iter().enumerate() {
        let outer = element.parent.and_then(|parent| around.get(parent).copied().flatten());
        let own = if element.name == "a" { Some(at) } else { outer };
        // The text of a link around another one is that of both.
        if let Some(outer) = outer.filter(|_| own != outer).and_then(|outer| links.get_mut(outer)) {
            outer.is_open = true;
        }
        around.push(own);
        let Some(link) = own.and_then(|own| links.get_mut(own)) else { continue };
        let names = ["aria-label", "aria-labelledby", "title"];
        link.is_open |= element.is_dynamic
            || element.name.contains(':')
            || names.iter().any(|name| element.attribute(name).is_some());
        match (&*element.name, element.attribute("alt").map(|alt| alt.value)) {
            // A picture without `alt` is a finding of its own.
            ("img" | "area" | "input" | "svg" | "video", None | Some(None)) => link.is_open = true,
            ("img" | "area" | "input", Some(Some(alt))) => link.text.push_str(alt),
            _ => {}
        }
    }
    for (parent, content) in &html.contents {
        let own = parent.and_then(|parent| around.get(parent).copied().flatten());
        let Some(link) = own.and_then(|own| links.get_mut(own)) else { continue };
        match content {
            Content::Text(text) => link.text.push_str(text),
            Content::Liquid => link.is_open = true,
        }
    }
    let found = html.elements.iter().zip(&links).filter_map(|(element, link)| {
        let is_link = element.name == "a" && element.attribute("href").is_some();
        let is_sure = element.is_closed && element.is_certain && !link.is_open;
        (is_link && is_sure).then(|| said(element.span, &link.text)).flatten()
    });
    found.collect()
}

fn said(span: Span, text: &str) -> Option<Found> {
    let text = text.replace("&nbsp;", " ").replace("&zwnj;", "").replace("&#8203;", "");
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let help = "write where the link leads, such as `See your offers`";
    let plain = text.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    let (message, help) = match () {
        () if text.is_empty() => ("this link has no text".to_owned(), help),
        () if EMPTY.contains(&&*plain) => {
            (format!("the link text `{plain}` doesn't say where the link leads"), help)
        }
        () => return None,
    };
    Some(Found { span, message, help: help.to_owned() })
}
