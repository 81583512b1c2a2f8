use super::{Found, check_mail};
use crate::rules::reading::markup::Html;
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};

rule! {
    /// Layout tables in an email without `role="presentation"`.
    ///
    /// ## What it does
    ///
    /// Reports a table that is used for layout and doesn't say so. A table counts as layout if it
    /// contains another table, and has no header cells or caption. Each file is reported once, at
    /// its first such table.
    ///
    /// ## Why it matters
    ///
    /// A screen reader announces each table with its rows and columns, unless it has
    /// `role="presentation"`.
    ///
    /// ## Example
    ///
    /// ```toml message
    /// channel = "email"
    /// ```
    ///
    /// ```html bad
    /// <table width="100%"><tr><td>
    /// <table width="600"><tr><td>The week begins.</td></tr></table>
    /// </td></tr></table>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```html good
    /// <table role="presentation" width="100%"><tr><td>
    /// <table width="600"><tr><th>Bread</th><th>Price</th></tr><tr><td>Rye</td><td>$5</td></tr></table>
    /// </td></tr></table>
    /// ```
    ///
    /// ## Source
    ///
    /// WAI-ARIA 1.2, the role `presentation`; WCAG 2.2, success criterion 1.3.1.
    name: "layout-table-role", level: Info, check: Check::Message(check),
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    check_mail(subject, findings, look);
}

fn look(html: &Html<'_>) -> Vec<Found> {
    // For each element, the table around it; parents come before their children.
    let mut around: Vec<Option<usize>> = Vec::with_capacity(html.elements.len());
    let mut has_table = vec![false; html.elements.len()];
    let mut has_data = vec![false; html.elements.len()];
    for element in &html.elements {
        let own = element.parent.and_then(|parent| match &*html.elements.get(parent)?.name {
            "table" => Some(parent),
            _ => around.get(parent).copied().flatten(),
        });
        around.push(own);
        let Some(own) = own else { continue };
        match &*element.name {
            // Which table it is in may depend on the recipient.
            "table" if element.is_certain => has_table[own] = true,
            "th" | "caption" | "thead" => has_data[own] = true,
            _ => {}
        }
    }
    let silent = html.elements.iter().enumerate().filter(|(at, element)| {
        let attributes = ["role", "summary", "aria-label", "aria-hidden"];
        has_table[*at]
            && !has_data[*at]
            && !element.is_dynamic
            && attributes.iter().all(|name| element.attribute(name).is_none())
    });
    let spans = silent.map(|(_, table)| table.span).collect::<Vec<_>>();
    let Some(first) = spans.first() else { return Vec::new() };
    let message = match spans.len() {
        1 => "this layout table has no `role=\"presentation\"`".to_owned(),
        many => format!("{many} layout tables have no `role=\"presentation\"`"),
    };
    let help = "add `role=\"presentation\"` to each table without data".to_owned();
    vec![Found { span: *first, message, help }]
}
