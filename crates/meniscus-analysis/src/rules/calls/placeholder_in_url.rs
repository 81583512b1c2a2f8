use std::ops::Range;

use crate::rules::reading::outgoing::urls;
use crate::rules::reading::placeholder;
use crate::rules::reading::url::Url;
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};

rule! {
    /// A placeholder from documentation that is left in a URL.
    ///
    /// ## What it does
    ///
    /// Reports placeholders such as `{space_id}`, `YOUR-API-KEY`, and `<host>` in a URL. Single
    /// braces aren't Liquid.
    ///
    /// ## Why it matters
    ///
    /// Braze sends the placeholder as written, so the other system can't tell what is requested.
    /// The message gets no data.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {% connected_content https://api.larkspur.example/shops/{shop_id} :save shop %}
    /// {{ shop.name | default: 'Our shop' }}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// {% assign shop_id = 7 %}
    /// {% connected_content https://api.larkspur.example/shops/{{shop_id}} :save shop %}
    /// {{ shop.name | default: 'Our shop' }}
    /// ```
    ///
    /// ## Source
    ///
    /// Braze: Syntax and official samples (reference, sections 7.1 and 7.4).
    name: "placeholder-in-url", level: Warn, check: Check::Message(check),
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for flat in urls(subject) {
        let Some(range) = in_url(&flat.text, flat.trimmed()) else { continue };
        // Workspace variables are replaced before a template is deployed.
        let Some(at) = flat.written(range.clone()) else { continue };
        let found = &flat.text[range];
        let report = findings
            .report(flat.model, at, format!("the URL contains the placeholder `{found}`"))
            .label("sent as written");
        match found.strip_prefix('{').and_then(|found| found.strip_suffix('}')) {
            Some(name) => report
                .help(format!("use the actual value, or `{{{{{}}}}}` for a variable", name.trim())),
            None => report.help("use the actual value"),
        };
    }
}

fn in_url(text: &str, range: Range<usize>) -> Option<Range<usize>> {
    let url = &text[range.clone()];
    let shift = |found: Range<usize>| range.start + found.start..range.start + found.end;
    let braced = placeholder::braced(url).map(shift).filter(|found| {
        // In a query, braces are a placeholder if they are the whole value; `query={field}` is
        // GraphQL.
        let parts = Url::of(text, range.clone());
        parts.query.as_ref().is_none_or(|query| found.end <= query.start) || {
            let mut values = parts.parameters(text).into_iter();
            values.any(|(name, value)| value == *found && !text[name].eq_ignore_ascii_case("query"))
        }
    });
    braced
        .or_else(|| placeholder::find(url).map(shift))
        .or_else(|| placeholder::in_brackets(url).map(shift))
        .or_else(|| {
            let parameters = Url::of(text, range.clone()).parameters(text);
            let mut values = parameters.into_iter().map(|(_, value)| value);
            values.find(|value| placeholder::is_crossed(&text[value.clone()]))
        })
}
