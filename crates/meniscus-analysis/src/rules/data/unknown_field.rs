use std::cell::LazyCell;
use std::collections::HashSet;
use std::sync::Arc;

use crate::analyze::{FaultKind, FilterUse, Model, Read, ReadRoot, Usage};
use crate::diagnostic::{Fix, Safety, Severity};
use crate::rules::reading::evidence::{known_names, samples_of};
use crate::rules::reading::filters::facts_of;
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};
use crate::shape::{Kinds, Object, Openness};
use crate::syntax::ast::{ExprKind, Segment};
use crate::text::{Source, Span, nearest};
use crate::value::{Value, View};

rule! {
    /// A field that no response has.
    ///
    /// ## What it does
    ///
    /// Reports a field that neither the recordings nor the schema of an endpoint contain. Objects
    /// whose keys the client defines are ignored.
    ///
    /// ## Why it matters
    ///
    /// A path that leads nowhere renders as blank: the customer sees a gap where the value should
    /// be, and nobody else notices.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {% connected_content https://h.ent-sessionm.com/offers/api/2.0/offers/get_user_offers :method post :body {"user_id":"{{${user_id}}}"} :content_type application/json :save wallet %}
    /// {% if wallet.status == 'ok' %}{{ wallet.payload.availble_points }}{% endif %}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// {% connected_content https://h.ent-sessionm.com/offers/api/2.0/offers/get_user_offers :method post :body {"user_id":"{{${user_id}}}"} :content_type application/json :save wallet %}
    /// {% if wallet.status == 'ok' %}{{ wallet.payload.available_points }}{% endif %}
    /// ```
    ///
    /// ## Fix safety
    ///
    /// The fix is unsafe: the most similar field may not be the one that was meant.
    ///
    /// ## Source
    ///
    /// Shopify Liquid 5: a missing field renders as blank. SessionM: Fields (reference, sections 4
    /// to 6).
    name: "unknown-field", level: Error, check: Check::Message(check),
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for model in subject.models() {
        let successes = LazyCell::new(|| compared_with_200(model));
        for read in &model.reads {
            if matches!(read.root, ReadRoot::Attribute { .. })
                && read.fault.as_ref().is_some_and(|fault| fault.step.is_none())
            {
                continue;
            }
            if !status(model, read, &successes, findings) {
                report(model, read, findings);
            }
        }
        for used in &model.filters {
            property(model, used, findings);
        }
    }
}

/// Reports a filter for a property that no item of its list has.
fn property(model: &Model<'_>, used: &FilterUse<'_>, findings: &mut Findings<'_>) {
    let name = used.at.source.slice(used.call.name);
    let (Some(argument), Some(shape)) = (used.call.arguments.first(), used.arguments.first())
    else {
        return;
    };
    let Some(View::Str(property)) = shape.as_constant().map(Value::view) else { return };
    if !facts_of(name).by_property || property.contains('.') {
        return;
    }
    let item = used.input.list.as_ref().map(|list| &list.item);
    let item = item.filter(|item| item.kinds.without(Kinds::NIL) == Kinds::OBJECT);
    let Some(object) = item.and_then(|item| item.object.as_ref()) else { return };
    if object.fields.contains_key(property) || object.openness == Openness::Free {
        return;
    }
    let near = nearest(property, known_names(object));
    if near.is_none() && object.openness == Openness::Open {
        return;
    }
    let at = used.at.at(argument.value.span);
    let message = format!("the items have no field `{property}` ({})", samples_of(object));
    let report = findings.report(model, at, message);
    let report = match near {
        Some(near) => report.help(format!("did you mean `{near}`?")),
        None => {
            let names = known_names(object).take(12).collect::<Vec<_>>().join("`, `");
            report.help(format!("use one of `{names}`"))
        }
    };
    if let Some(place) =
        near.and_then(|near| object.fields.get(near)).and_then(|field| field.shape.place.as_deref())
    {
        report.evidence(place, "seen here");
    }
}

/// What Braze adds to a response that is saved.
const STATUS: &str = "__http_status_code__";

/// Returns the ASCII letters of a name in lowercase.
fn letters_of(name: &str) -> String {
    let letters = name.chars().filter(char::is_ascii_alphabetic);
    letters.map(|c| c.to_ascii_lowercase()).collect()
}

/// Returns the name of the status that Braze adds, if a name is meant for it: `http_status_code`.
fn status_of(name: &str, object: &Object) -> Option<&'static str> {
    let plain = letters_of(name);
    let is_meant = matches!(
        &*plain,
        "httpstatuscode" | "httpstatus" | "statuscode" | "httpcode" | "httpresponsecode"
    );
    (is_meant && object.fields.contains_key(STATUS)).then_some(STATUS)
}

/// What is compared with the status of success.
type Successes = HashSet<(*const Source, Span)>;

fn compared_with_200(model: &Model<'_>) -> Successes {
    let all = model.comparisons.iter().filter(|one| matches!(one.right.kind, ExprKind::Int(200)));
    all.map(|one| (Arc::as_ptr(one.at.source), one.left.span)).collect()
}

/// Reports a misspelled status of a response, which Braze adds to every saved object: without it, a
/// check of the call never fails, or always does. Returns whether it did.
fn status(
    model: &Model<'_>,
    read: &Read<'_>,
    successes: &LazyCell<Successes, impl FnOnce() -> Successes>,
    findings: &mut Findings<'_>,
) -> bool {
    let is_saved = matches!(read.root, ReadRoot::Variable { .. }) && read.call.is_some();
    let fields = read.path.segments.iter().enumerate().filter_map(|(index, segment)| {
        let Segment::Field(span) = segment else { return None };
        Some((index, *span, read.at.source.slice(*span)))
    });
    // A field that responses have isn't meant for the call.
    let is_for_call = || {
        read.fault.is_none()
            && !read.shape.kinds.within(Kinds::NUMBER)
            && successes.contains(&(Arc::as_ptr(read.at.source), read.at.span))
    };
    let is_meant = |name: &str| {
        let plain = letters_of(name);
        matches!(&*plain, "httpstatus" | "httpstatuscode" | "statuscode")
            && (name.starts_with('_') || is_for_call())
    };
    let wrong = fields
        .filter(|_| is_saved)
        .find(|(index, _, name)| if *name == STATUS { *index > 0 } else { is_meant(name) });
    let Some((index, span, name)) = wrong else { return false };
    let path = read.at.text();
    let length = (span.start - read.at.span.start) as usize;
    let root = path.split(['.', '[']).next().unwrap_or(path);
    let (message, edit) = if index > 0 && name == STATUS {
        let before = path[..length].trim_end_matches('.');
        let message = format!("`{STATUS}` belongs to `{root}`, and not to `{before}`");
        (message, Span { end: span.end, ..read.at.span })
    } else {
        (format!("`{root}` has no field `{name}`"), span)
    };
    let replacement = if edit == span { STATUS.to_owned() } else { format!("{root}.{STATUS}") };
    let title = format!("replace it with `{replacement}`");
    findings
        .report(model, read.at.at(span), message)
        .label("always blank")
        .help(format!("use `{root}.{STATUS}`"))
        .fix(Fix::replace(title, Safety::Unsafe, edit, replacement));
    true
}

/// Fields of loops in other template languages, with Liquid's.
const OF_LOOPS: [(&str, &str); 8] = [
    ("counter", "index"),
    ("counter0", "index0"),
    ("iteration", "index"),
    ("revcounter", "rindex"),
    ("revindex", "rindex"),
    ("count", "length"),
    ("size", "length"),
    ("total", "length"),
];

/// Whether a read is of a loop's own object.
fn is_of_loop(read: &Read<'_>) -> bool {
    let ReadRoot::Variable { name, definition: None, .. } = read.root else { return false };
    matches!(name, "forloop" | "tablerowloop")
}

fn report(model: &Model<'_>, read: &Read<'_>, findings: &mut Findings<'_>) {
    let Some(fault) = &read.fault else { return };
    if !matches!(fault.kind, FaultKind::UnknownField) {
        return;
    }
    let Some(object) = &fault.owner.object else { return };
    let is_of_loop = is_of_loop(read);
    let of_loops = || OF_LOOPS.iter().find(|(theirs, _)| is_of_loop && *theirs == &*fault.name);
    let near = status_of(&fault.name, object)
        .or_else(|| of_loops().map(|(_, ours)| *ours))
        .or_else(|| nearest(&fault.name, known_names(object)));
    // A test for a field that was never seen may be for an unrecorded response.
    // What Braze adds says nothing of the rest.
    let named = object.fields.iter().filter(|(name, _)| !name.starts_with("__"));
    let documented = named.into_iter().any(|(_, field)| field.seen.documented);
    let is_optional = read.usage == Usage::Tested || read.defaulted || read.reach.asked;
    let careful = !documented && is_optional;
    let open = object.openness == Openness::Open;
    if near.is_none() && (careful || open) {
        return;
    }
    let at = read.at.at(fault.span);
    let seen = if is_of_loop { "not in Liquid".to_owned() } else { samples_of(object) };
    let mut report = findings
        .report(
            model,
            at,
            format!("`{}` has no field `{}` ({seen})", read.before(fault.span), fault.name),
        )
        .label("renders as blank");
    if let Some(near) = near {
        report = report.help(format!("did you mean `{near}`?"));
        if read.path.segments.iter().any(|segment| segment.span() == fault.span)
            && at.text() == &*fault.name
        {
            let title = format!("replace `{}` with `{near}`", fault.name);
            report = report.fix(Fix::replace(title, Safety::Unsafe, fault.span, near));
        }
    } else {
        let names = known_names(object).take(12).collect::<Vec<_>>().join("`, `");
        report = report.help(match names.is_empty() {
            true => "record a response that has fields here".to_owned(),
            false => format!("use one of `{names}`"),
        });
    }
    if let Some(call) = read.call.and_then(|call| model.calls.get(call)) {
        report = report.related(call.at.at(call.target_span.unwrap_or(call.at.span)), "saved here");
    }
    if let Some(place) =
        near.and_then(|near| object.fields.get(near)).and_then(|field| field.shape.place.as_deref())
    {
        let near = near.unwrap_or_default();
        report = report.evidence(place, format!("`{near}` seen here"));
    }
    if open || careful {
        report.at_most(Severity::Warning);
    }
}
