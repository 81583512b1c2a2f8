use crate::analyze::{Model, Read, ReadRoot, Site};
use crate::diagnostic::{Fix, Safety};
use crate::rules::reading::filters::facts_of;
use crate::rules::reading::origin::{TracedValue, origin};
use crate::rules::reading::outgoing::urls;
use crate::rules::reading::url::Url;
use crate::rules::reading::values::leaf;
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};
use crate::shape::Kinds;
use crate::syntax::ast::{ExprKind, Pipeline, Segment};
use crate::text::Span;
use crate::value::View;

rule! {
    /// Customer data in a URL without escaping.
    ///
    /// ## What it does
    ///
    /// Reports customer data in the URL of a call, a webhook, or a link that isn't escaped. IDs,
    /// numbers, and attributes whose known values are all plain words are ignored.
    ///
    /// ## Why it matters
    ///
    /// A space ends the URL, `&` starts another parameter, and `+` arrives as a space. For
    /// customers with such a name or address, the call fails or requests something else.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {% if ${city} == blank %}{% abort_message('no city') %}{% endif %}
    /// {% connected_content https://api.larkspur.example/shops?city={{${city}}} :save shop %}
    /// {{ shop.name | default: 'Our shop' }}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// {% if ${city} == blank %}{% abort_message('no city') %}{% endif %}
    /// {% connected_content https://api.larkspur.example/shops?city={{${city} | url_param_escape}} :save shop %}
    /// {{ shop.name | default: 'Our shop' }}
    /// ```
    ///
    /// ## Fix safety
    ///
    /// The fix is unsafe: it adds `url_param_escape`, which escapes a value a second time if it is
    /// stored escaped.
    ///
    /// ## Source
    ///
    /// Braze: Shape of the tag (reference, sections 2.1.1 and 7.2).
    name: "unescaped-url-value", level: Warn, check: Check::Message(check),
}

/// Filters used to escape by hand, or whose output needs no escaping.
const BY_HAND: [&str; 4] = ["date", "replace", "remove", "size"];

/// Profile attributes that people type in, or that contain reserved characters.
const TYPED: [&str; 4] = ["first_name", "last_name", "email_address", "city"];

/// Bytes of a URL that are searched; servers don't accept longer ones.
const LONGEST: usize = 8_000;

/// Families with custom fields.
const NAMED: [&str; 5] = [
    "custom_attribute",
    "event_properties",
    "api_trigger_properties",
    "context",
    "canvas_entry_properties",
];

/// Parts of names that suggest free text.
const TEXTS: [&str; 12] = [
    "name", "mail", "city", "town", "street", "address", "title", "zip", "post", "search",
    "company", "text",
];

/// Last words of names whose values contain no spaces.
const WORDS: [&str; 14] = [
    "id", "code", "number", "hash", "key", "language", "locale", "country", "currency", "count",
    "date", "slug", "token", "sku",
];

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for flat in urls(subject) {
        // If braces are unclosed, the text after them isn't a query.
        if flat.text.contains("{{") {
            continue;
        }
        let Url { query, path, .. } = Url::of(&flat.text, flat.trimmed());
        for (at, interpolation) in flat.interpolations() {
            let Some(pipeline) = interpolation.pipeline else { continue };
            let is_in_query = query.as_ref().is_some_and(|query| query.contains(&at));
            let is_text =
                || path.contains(&at) && is_named_as_text(flat.model, interpolation.at, pipeline);
            if is_in_query || is_text() {
                report(subject, flat.model, interpolation.at, pipeline, findings);
            }
        }
    }
    for model in subject.models() {
        for output in &model.outputs {
            if output.output.is_some() && is_in_query(output.at) {
                report(subject, model, output.at, output.pipeline, findings);
            }
        }
    }
}

fn report(
    subject: &Subject<'_>,
    model: &Model<'_>,
    at: Site<'_>,
    pipeline: &Pipeline,
    findings: &mut Findings<'_>,
) {
    let Some(name) = risk(subject, model, at, pipeline) else { return };
    let mut shown = &pipeline.subject;
    while let ExprKind::Nested(inner) = &shown.kind {
        shown = &inner.subject;
    }
    let message = format!("`{name}` isn't escaped in the URL");
    let report = findings
        .report(model, at.at(shown.span), message)
        .label("a space, `&`, or `+` in it changes the request")
        .help("add `| url_param_escape`");
    // A bare `${name}` in a URL can't have a filter.
    let behind = &at.source.text()[pipeline.span.end as usize..];
    if behind.trim_start().starts_with("}}") {
        let end = Span::empty(pipeline.span.end as usize);
        let title = "add `| url_param_escape`";
        report.fix(Fix::replace(title, Safety::Unsafe, end, " | url_param_escape"));
    }
}

/// Returns the origin of a value that may contain characters reserved in queries.
fn risk<'a>(
    subject: &Subject<'_>,
    model: &Model<'a>,
    at: Site<'a>,
    pipeline: &'a Pipeline,
) -> Option<&'a str> {
    let origin = origin(model, at, pipeline);
    let read = origin.read?;
    let ReadRoot::Attribute { name, .. } = read.root else { return None };
    let escapes = |name: &str| facts_of(name).is_safe_in_query() || BY_HAND.contains(&name);
    if origin.has_filter(escapes) {
        return None;
    }
    let risky = match subject.family_of(&read.root)? {
        "" => TYPED.contains(&name),
        family if NAMED.contains(&family) => may_hold_text(&origin, read, name),
        _ => false,
    };
    risky.then(|| origin.at.text())
}

fn may_hold_text(origin: &TracedValue<'_, '_>, read: &Read<'_>, name: &str) -> bool {
    let kinds = read.shape.kinds.without(Kinds::NIL);
    if kinds.within(Kinds::NUMBER | Kinds::BOOL) {
        return false;
    }
    let field = read.path.segments.iter().rev().find_map(|segment| match segment {
        Segment::Field(span) | Segment::Attribute { name: span, .. } => {
            Some(read.at.source.slice(*span))
        }
        Segment::Index { .. } => None,
    });
    let name = field.unwrap_or(name).to_ascii_lowercase();
    let is_typed = TEXTS.iter().any(|part| name.contains(part));
    let mut known = read.shape.examples().peekable();
    let has_known = known.peek().is_some();
    if known.any(|value| matches!(value, View::Str(text) if !is_plain(text))) {
        return true;
    }
    let stands_in = origin.filters.iter().flat_map(|(call, at)| {
        call.arguments.iter().map(move |argument| (&argument.value.kind, at))
    });
    let mut texts = stands_in.filter_map(|(kind, at)| match kind {
        ExprKind::Str(span) => Some(at.source.slice(*span)),
        _ => None,
    });
    let default_is_text = origin.goes_through(&["default"]) && texts.any(|text| !is_plain(text));
    default_is_text || is_typed || !(has_known || WORDS.iter().any(|end| name.ends_with(end)))
}

/// Whether a value's last field suggests free text. In a path, ids and keys are as common as in a
/// query, and harmless.
fn is_named_as_text<'a>(model: &Model<'a>, at: Site<'a>, pipeline: &'a Pipeline) -> bool {
    let origin = origin(model, at, pipeline);
    let ExprKind::Path(path) = &origin.subject.kind else { return false };
    let name = leaf(path, origin.at.source).to_ascii_lowercase();
    TEXTS.iter().any(|part| name.contains(part)) && !WORDS.iter().any(|end| name.ends_with(end))
}

/// Whether escaping leaves a string unchanged, as far as queries care.
fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~:/,@".contains(&byte))
}

/// Whether an output is in the query of a URL in text: the characters before it, back to a space,
/// quote, or bracket, start one.
fn is_in_query(at: Site<'_>) -> bool {
    let bytes = at.source.text().as_bytes();
    let start = at.span.start as usize;
    let before = start.checked_sub(1).and_then(|at| bytes.get(at));
    if before.is_none_or(|byte| !(byte.is_ascii_alphanumeric() || b"=-_.}".contains(byte))) {
        return false;
    }
    let least = start.saturating_sub(LONGEST);
    let (mut pos, mut asked, mut query) = (start, false, false);
    while pos > least {
        let front = &bytes[least..pos];
        let opening = match () {
            () if front.ends_with(b"}}") => Some(b'{'),
            () if front.ends_with(b"%}") => Some(b'%'),
            () => None,
        };
        let opens = |second: u8| {
            let mut braces = memchr::memrchr_iter(b'{', front);
            braces.find(|at| front.get(at + 1) == Some(&second))
        };
        if let Some(open) = opening.and_then(opens) {
            pos = least + open;
            continue;
        }
        match bytes[pos - 1] {
            b'?' => query = asked,
            b'=' => asked = true,
            b'&' if !asked => return false,
            byte if byte.is_ascii_whitespace() || b"\"'<>()`".contains(&byte) => break,
            _ => {}
        }
        pos -= 1;
    }
    let url = &bytes[pos..start];
    let begins = ["http://", "https://", "{{", "/", "?"];
    let begins = begins.iter().any(|begin| url.starts_with(begin.as_bytes()));
    query && begins
}
