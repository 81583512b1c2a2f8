use crate::analyze::{DefinitionKind, Read, ReadRoot};
use crate::diagnostic::{Fix, Safety, Severity};
use crate::dialect::families::{FAMILIES, Family};
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};
use crate::syntax::ast::{ExprKind, Segment};
use crate::text::Span;

rule! {
    /// A Braze attribute written without `${ }`.
    ///
    /// ## What it does
    ///
    /// Reports Braze's attributes that are written as variables, unless the template sets a
    /// variable of that name. An object such as `event_properties` can also be read as a whole, so
    /// that is only reported as info.
    ///
    /// ## Why it matters
    ///
    /// To Liquid, `first_name` and `custom_attribute.plan` are variables, and they're never set.
    /// They render as blank, and a condition on them is never true.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {% if custom_attribute.plan == 'gold' %}A drink is on us.{% endif %}
    /// ```
    ///
    /// ```liquid bad
    /// Hi {{ first_name | default: 'there' }}
    /// ```
    ///
    /// ## Use instead
    ///
    /// Write attributes as `${first_name}` and `custom_attribute.${plan}`.
    ///
    /// ```liquid good
    /// {% if custom_attribute.${plan} == 'gold' %}A drink is on us.{% endif %}
    /// ```
    ///
    /// ```liquid good
    /// Hi {{${first_name} | default: 'there'}}
    /// ```
    ///
    /// ## Fix safety
    ///
    /// The fix is unsafe: Liquid then reads the attribute, which changes what is sent.
    ///
    /// ## Source
    ///
    /// Braze: the `${…}` form (reference, sections 1.1 and 7.1).
    name: "missing-dollar", level: Warn, check: Check::Message(check),
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for model in subject.models() {
        for read in &model.reads {
            let ReadRoot::Variable { name, span, definition: None, .. } = read.root else {
                continue;
            };
            let Some(family) = FAMILIES.iter().find(|family| is_of(family, name)) else { continue };
            let known = subject.known.variables.contains_key(name);
            if known || is_set(subject, name) || (family.name.is_empty() && subject.is_block) {
                continue;
            }
            let Some(written) = written(read, family, name, span) else { continue };
            let Written { at, replaced, text, shown } = written;
            let found = read.at.at(at).text();
            let message = format!("found `{found}`, expected `{shown}`");
            let title = format!("replace `{found}` with `{shown}`");
            let report = findings
                .report(model, read.at.at(at), message)
                .help(format!("write the attribute as `{shown}`"))
                .fix(Fix::replace(title, Safety::Unsafe, replaced, text));
            if family.bare {
                // The word alone is the whole object, whose fields may be read like this.
                report.at_most(Severity::Info);
            } else {
                report.label("this variable is never set");
            }
        }
    }
}

/// Whether a name is the family's, or a profile attribute's.
fn is_of(family: &Family, name: &str) -> bool {
    family.name == name || (family.name.is_empty() && family.fields.contains(&name))
}

fn is_set(subject: &Subject<'_>, name: &str) -> bool {
    subject
        .models()
        .any(|model| model.definitions_of(name).any(|one| one.kind != DefinitionKind::Item))
}

/// How an attribute should be written.
struct Written {
    /// The reported span.
    at: Span,
    replaced: Span,
    text: String,
    /// The whole attribute.
    shown: String,
}

fn written(read: &Read<'_>, family: &Family, name: &str, span: Span) -> Option<Written> {
    if family.name.is_empty() {
        let text = format!("${{{name}}}");
        return Some(Written { at: span, replaced: span, shown: text.clone(), text });
    }
    let text = |span: Span| read.at.at(span).text();
    let (field, end) = match read.path.segments.first()? {
        Segment::Field(field) => (text(*field), field.end),
        Segment::Index { span, expr } => match expr.kind {
            ExprKind::Str(inner) => (text(inner), span.end),
            _ => return None,
        },
        Segment::Attribute { .. } => return None,
    };
    if family.bare && matches!(field, "size" | "first" | "last") {
        return None;
    }
    Some(Written {
        at: Span { start: span.start, end },
        replaced: Span { start: span.end, end },
        text: format!(".${{{field}}}"),
        shown: format!("{name}.${{{field}}}"),
    })
}
