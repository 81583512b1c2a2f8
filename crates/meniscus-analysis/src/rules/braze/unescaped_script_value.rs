use std::collections::HashMap;
use std::sync::Arc;

use crate::analyze::{Model, OriginRoot, ReadRoot, Site};
use crate::diagnostic::Severity;
use crate::rules::braze::missing_json_escape::{WRITTEN, is_id};
use crate::rules::reading::filters::is_safe_in_quotes;
use crate::rules::reading::html_place::{HtmlPlace, Met, Scan};
use crate::rules::reading::origin::origin;
use crate::rules::reading::templates::templates;
use crate::rules::reading::values::leaf;
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};
use crate::shape::Kinds;
use crate::syntax::ast::{ExprKind, Output};

rule! {
    /// A value in a string of a script without `json_escape`.
    ///
    /// ## What it does
    ///
    /// Reports a value printed inside a string in a script, or in an event handler such as
    /// `onclick`, without `json_escape`. IDs and numbers are left alone.
    ///
    /// ## Why it matters
    ///
    /// A quote or line break in the value ends the string. For a customer named O'Brien, the script
    /// of the in-app message breaks, and its buttons do nothing.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// <script>var city = '{{custom_attribute.${city_name} | default: ''}}'; show(city);</script>
    /// ```
    ///
    /// ```liquid bad
    /// <button onclick="greet('{{${first_name} | default: 'you'}}')">Hello</button>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// <script>var city = "{{custom_attribute.${city_name} | default: '' | json_escape}}"; show(city);</script>
    /// ```
    ///
    /// ## Source
    ///
    /// Braze: JSON and structure (reference, section 3.6).
    name: "unescaped-script-value", level: Warn, check: Check::Message(check),
}

/// Parts of names that suggest free text.
const TEXTS: [&str; 16] = [
    "name",
    "title",
    "text",
    "message",
    "city",
    "town",
    "street",
    "address",
    "company",
    "note",
    "comment",
    "label",
    "description",
    "mail",
    "headline",
    "product",
];

/// Profile attributes that people type in.
const TYPED: [&str; 4] = ["first_name", "last_name", "city", "email_address"];

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for template in templates(subject) {
        let text = template.source.text();
        let is_html = ["<script", "<SCRIPT", " on"].iter().any(|mark| text.contains(mark));
        if !is_html {
            continue;
        }
        let mut found: Vec<(&Output, bool)> = Vec::new();
        Scan::new(&template.source).nodes(&template.nodes, &mut |met| {
            if let Met::Output(output, place) = met {
                match place {
                    HtmlPlace::Script(Some(_)) => found.push((output, false)),
                    HtmlPlace::Value(value) if value.string.is_some() => found.push((output, true)),
                    _ => {}
                }
            }
        });
        for model in subject.models().filter(|_| !found.is_empty()) {
            let own = model.outputs.iter();
            let own = own.filter(|used| Arc::ptr_eq(used.at.source, &template.source));
            let own = own.map(|used| (used.at.span.start, used.at)).collect::<HashMap<_, _>>();
            for (output, in_handler) in &found {
                if let Some(at) = own.get(&output.span.start) {
                    look(subject, model, *at, output, *in_handler, findings);
                }
            }
        }
    }
}

fn look<'a>(
    subject: &Subject<'_>,
    model: &Model<'a>,
    at: Site<'a>,
    output: &'a Output,
    in_handler: bool,
    findings: &mut Findings<'_>,
) {
    let origin = origin(model, at, &output.pipeline);
    if origin.has_filter(is_safe_in_quotes) {
        return;
    }
    let ExprKind::Path(path) = &origin.subject.kind else { return };
    let Some(read) = origin.read else { return };
    let name = leaf(path, origin.at.source);
    let kinds = read.shape.kinds.without(Kinds::NIL);
    let is_harmless = kinds != Kinds::NONE
        && !read.shape.kinds.is_any()
        && kinds.within(Kinds::NUMBER | Kinds::BOOL);
    if is_id(name) || is_harmless {
        return;
    }
    let is_typed = TEXTS.iter().any(|part| name.to_ascii_lowercase().contains(part));
    let root = read.origin.as_ref().map(|origin| &origin.root);
    let severity = match (read.root, subject.family_of(&read.root), root) {
        (ReadRoot::Attribute { name, .. }, Some(""), _) if TYPED.contains(&name) => {
            Severity::Warning
        }
        (_, Some(""), _) => return,
        (_, Some(family), _) if !WRITTEN.contains(&family) => return,
        (ReadRoot::Computed, ..)
        | (ReadRoot::Variable { .. }, _, Some(OriginRoot::Variable(_))) => {
            return;
        }
        // Values from other systems and events may be anything; names suggest free text.
        _ if is_typed => Severity::Warning,
        _ => Severity::Info,
    };
    let shown = origin.at.text();
    let message = format!("`{shown}` is printed inside a script string without `json_escape`");
    let help = if in_handler {
        "add `| json_escape`; in an attribute, also `| escape`"
    } else {
        "add `| json_escape`"
    };
    findings
        .report(model, at, message)
        .label("a quote in the value ends the string")
        .help(help)
        .at_most(severity);
}
