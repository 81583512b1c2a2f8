use crate::analyze::{Model, ReadRoot, Site};
use crate::diagnostic::{Fix, Safety};
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};
use crate::syntax::ast::Segment;
use crate::text::Span;

rule! {
    /// An index inside `${ }`.
    ///
    /// ## What it does
    ///
    /// Reports an index such as `[0]` or `['key']` inside `${ }`.
    ///
    /// ## Why it matters
    ///
    /// Everything between the braces is the name, including brackets. Braze looks for an attribute
    /// called `cart[0]`.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {% if custom_attribute.${cart[0]} == 'A' %}A{% endif %}
    /// ```
    ///
    /// ## Use instead
    ///
    /// Write the index after the closing brace.
    ///
    /// ```liquid good
    /// {% if custom_attribute.${cart}[0] == 'A' %}A{% endif %}
    /// ```
    ///
    /// ## Fix safety
    ///
    /// The fix is unsafe: it moves the index after the brace, so Braze reads a different attribute.
    ///
    /// ## Source
    ///
    /// Braze: fields and indexes after `${…}` (reference, sections 1.2 and 7.1).
    name: "index-inside-dollar", level: Warn, check: Check::Message(check),
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for model in subject.models() {
        for read in &model.reads {
            if let ReadRoot::Attribute { span, .. } = read.root {
                report(model, read.at.at(span), findings);
            }
            for segment in &read.path.segments {
                if let Segment::Attribute { name, .. } = segment {
                    report(model, read.at.at(*name), findings);
                }
            }
        }
    }
}

fn report(model: &Model<'_>, at: Site<'_>, findings: &mut Findings<'_>) {
    let name = at.text();
    let Some((own, index)) = name.split_once('[') else { return };
    // `list[0]` and `object['key']`; other names with brackets may be real.
    let Some(index) = index.strip_suffix(']').filter(|index| !own.is_empty() && !index.is_empty())
    else {
        return;
    };
    let key = index.trim();
    let quoted = key.len() > 1 && key.starts_with(['\'', '"']) && key.ends_with(['\'', '"']);
    if !quoted && !key.bytes().all(|byte| byte.is_ascii_digit()) {
        return;
    }
    let inside = Span { start: at.span.start + own.len() as u32, end: at.span.end };
    let before = at.source.text()[..at.span.start as usize].trim_end_matches(['$', '{']);
    let is_family = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.');
    let family = &before[before.trim_end_matches(is_family).len()..];
    let shown = format!("{family}${{{}}}[{key}]", own.trim());
    let report = findings.report(
        model,
        at.at(inside),
        format!("the index `[{key}]` belongs after `${{ }}`, not inside it"),
    );
    let report = report.label("read as part of the name").help(format!("write `{shown}`"));
    // Up to the brace, which may have white space before it.
    let rest = &at.source.text()[at.span.end as usize..];
    let Some(brace) = rest.find('}').filter(|&brace| rest[..brace].trim().is_empty()) else {
        return;
    };
    let replaced = Span::new(inside.start as usize, at.span.end as usize + brace + 1);
    let title = format!("write `{shown}`");
    report.fix(Fix::replace(title, Safety::Unsafe, replaced, format!("}}[{key}]")));
}
