use crate::analyze::{DefinitionKind, Model, Read, ReadRoot, Usage};
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};
use crate::syntax::ast::{ExprKind, Markup, Segment};
use crate::text::Span;

rule! {
    /// A catalog item read without a check that it exists.
    ///
    /// ## What it does
    ///
    /// Reports an item such as `items[0]` that is read without a check. A check of `items.size`,
    /// `items`, or the item is enough, and so is a loop.
    ///
    /// ## Why it matters
    ///
    /// If the catalog lacks the ID, or nothing matches the selection, `items` is empty. The message
    /// then has blanks instead of a title, price, and image.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {% catalog_items films F12 %}
    /// Tonight: {{ items[0].title }}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// {% catalog_items films F12 %}
    /// {% if items.size == 0 %}{% abort_message('no film') %}{% endif %}
    /// Tonight: {{ items[0].title }}
    /// ```
    ///
    /// ## Source
    ///
    /// Braze: Catalogs (reference, section 2.4).
    name: "unchecked-catalog", level: Warn, check: Check::Message(check),
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for model in subject.models() {
        let mut said = Vec::new();
        for read in &model.reads {
            let Some((definition, end)) = item(model, read) else { continue };
            // Report each tag's result once.
            if said.contains(&definition) || is_checked(model, read) {
                continue;
            }
            said.push(definition);
            let at = read.at.at(Span { start: read.at.span.start, end });
            let mut report = findings
                .report(model, at, format!("`{}` may be missing: `items` can be empty", at.text()))
                .label("nothing checks that it exists")
                .help("add `{% if items.size == 0 %}{% abort_message('no item') %}{% endif %}` before it");
            if let Some(definition) = model.definitions.get(definition) {
                report = report.related(definition.at, "`items` is set here");
            }
            let _ = report;
        }
    }
}

/// Returns the catalog tag of an item, and where the path to the item ends.
fn item(model: &Model<'_>, read: &Read<'_>) -> Option<(usize, u32)> {
    let ReadRoot::Variable { name: "items", definition: Some(definition), .. } = read.root else {
        return None;
    };
    let tag = model.definitions.get(definition)?;
    if tag.kind != DefinitionKind::Fixed {
        return None;
    }
    match read.path.segments.first()? {
        Segment::Index { expr, span } if matches!(expr.kind, ExprKind::Int(_)) => {
            Some((definition, span.end))
        }
        Segment::Field(span) if matches!(read.at.source.slice(*span), "first" | "last") => {
            Some((definition, span.end))
        }
        _ => None,
    }
}

fn is_checked(model: &Model<'_>, read: &Read<'_>) -> bool {
    if read.guarded || read.defaulted || read.loops > 0 || read.usage == Usage::Tested {
        return true;
    }
    if read.usage != Usage::Assigned {
        return false;
    }
    // `{% assign film = items[0] %}{% if film %}`: check the variable instead.
    let assign = model.tags.iter().find_map(|tag| match &tag.tag.markup {
        Markup::Assign { target, value } if value.span.touches(read.at.span.start as usize) => {
            Some(tag.at.source.slice(*target))
        }
        _ => None,
    });
    let Some(variable) = assign else { return true };
    let mut reads = model.reads_of(variable);
    reads.all(|other| other.guarded || other.defaulted || other.usage == Usage::Tested)
}
