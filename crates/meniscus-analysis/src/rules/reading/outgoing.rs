//! What goes out: the URLs, headers and bodies of calls, and those of a webhook.

use std::ops::Range;
use std::rc::Rc;

use super::flat::{Flat, HOLE};
use super::holed_json;
use crate::analyze::{Call, Model, Site};
use crate::project::Channel;
use crate::rules::subject::{PartModel, Subject};
use crate::text::Span;

/// A header with a part of its text known.
#[derive(Debug)]
pub(in crate::rules) struct Header<'m, 'a> {
    /// Its name.
    pub name: String,
    /// The text that it stands in: all headers of a call, or one of a webhook.
    pub flat: Rc<Flat<'m, 'a>>,
    /// Its value in that text.
    pub value: Range<usize>,
}

/// What kind of body a request says it has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::rules) enum ContentType {
    /// Nothing is said.
    Unsaid,
    /// It is computed.
    Unknown,
    /// The words, in lower case.
    Said(String),
}

impl ContentType {
    /// Whether it is said to be JSON.
    pub fn is_json(&self) -> bool {
        matches!(self, ContentType::Said(words) if words.contains("json"))
    }

    /// Whether it is, or may well be, JSON.
    pub fn may_be_json(&self) -> bool {
        !matches!(self, ContentType::Said(words) if !words.contains("json"))
    }
}

/// The URLs, with those of a webhook.
pub(in crate::rules) fn urls<'m, 'a>(
    subject: &'m Subject<'a>,
) -> impl Iterator<Item = Flat<'m, 'a>> {
    let of_calls = calls(subject).map(|(model, call)| url_of(model, call));
    of_calls.chain(webhook_part(subject, |name| name == "url"))
}

/// The bodies, with that of a webhook.
pub(in crate::rules) fn bodies<'m, 'a>(
    subject: &'m Subject<'a>,
) -> impl Iterator<Item = Flat<'m, 'a>> {
    let of_calls = calls(subject).filter_map(|(model, call)| body_of(model, call));
    of_calls.chain(webhook_part(subject, |name| name == "body"))
}

/// The headers, with those of a webhook.
pub(in crate::rules) fn headers<'m, 'a>(
    subject: &'m Subject<'a>,
) -> impl Iterator<Item = Header<'m, 'a>> {
    let of_calls = calls(subject).flat_map(|(model, call)| headers_of(model, call));
    of_calls.chain(webhook_headers(subject))
}

/// The calls of all parts.
pub(in crate::rules) fn calls<'m, 'a>(
    subject: &'m Subject<'a>,
) -> impl Iterator<Item = (&'m Model<'a>, &'m Call<'a>)> {
    subject.parts.iter().flat_map(|part| part.model.calls.iter().map(|call| (&part.model, call)))
}

/// The URL of a call.
pub(in crate::rules) fn url_of<'m, 'a>(model: &'m Model<'a>, call: &'m Call<'a>) -> Flat<'m, 'a> {
    Flat::new(&call.url, model, Some(call), call.at.at(call.url_span))
}

/// The body of a call, where it has one.
pub(in crate::rules) fn body_of<'m, 'a>(
    model: &'m Model<'a>,
    call: &'m Call<'a>,
) -> Option<Flat<'m, 'a>> {
    option_of(model, call, "body")
}

/// The value of an option.
pub(in crate::rules) fn option_of<'m, 'a>(
    model: &'m Model<'a>,
    call: &'m Call<'a>,
    name: &str,
) -> Option<Flat<'m, 'a>> {
    let option = call.option(name)?;
    let value = option.value.as_ref()?;
    let at = call.at.at(option.value_span.unwrap_or(option.span));
    Some(Flat::new(value, model, Some(call), at))
}

/// The headers of a call, as far as they can be read.
pub(in crate::rules) fn headers_of<'m, 'a>(
    model: &'m Model<'a>,
    call: &'m Call<'a>,
) -> Vec<Header<'m, 'a>> {
    let Some(flat) = option_of(model, call, "headers") else { return Vec::new() };
    let flat = Rc::new(flat);
    let members = holed_json::read(&flat.text).members.into_iter();
    let members = members.filter(|member| member.depth == 1);
    let headers = members.map(|member| {
        let name = flat.text[member.key].to_owned();
        Header { name, flat: Rc::clone(&flat), value: member.value }
    });
    headers.collect()
}

/// What a call says of its body.
pub(in crate::rules) fn content_type_of(model: &Model<'_>, call: &Call<'_>) -> ContentType {
    if let Some(said) = option_of(model, call, "content_type") {
        return said_in(&said.text);
    }
    let Some(flat) = option_of(model, call, "headers") else { return ContentType::Unsaid };
    let headers = headers_of(model, call);
    match headers.iter().find(|header| header.name.eq_ignore_ascii_case("content-type")) {
        Some(header) => said_in(&header.flat.text[header.value.clone()]),
        // A header whose name is computed, or headers that cannot be read.
        None if flat.text.to_ascii_lowercase().contains("content-type") => ContentType::Unknown,
        None => match holed_json::read(&flat.text) {
            json if json.fault.is_some() || json.unknown_from.is_some() => ContentType::Unknown,
            json if !json.bare_holes.is_empty() => ContentType::Unknown,
            _ => ContentType::Unsaid,
        },
    }
}

/// What a body's headers say of it: those of its call, or of the webhook.
pub(in crate::rules) fn content_type(subject: &Subject<'_>, body: &Flat<'_, '_>) -> ContentType {
    match body.call {
        Some(call) => content_type_of(body.model, call),
        None => {
            let mut headers = webhook_headers(subject);
            let said = headers.find(|header| header.name.eq_ignore_ascii_case("content-type"));
            said.map_or(ContentType::Unsaid, |header| said_in(&header.flat.text))
        }
    }
}

fn said_in(text: &str) -> ContentType {
    if text.contains(HOLE) {
        return ContentType::Unknown;
    }
    ContentType::Said(text.trim().to_ascii_lowercase())
}

/// Whether a body is written as JSON.
pub(in crate::rules) fn looks_like_json(text: &str) -> bool {
    text.trim_start().starts_with(['{', '['])
}

/// The characters of an option's name, its colon included.
pub(in crate::rules) fn option_name<'a>(call: &Call<'a>, name: &str) -> Option<Site<'a>> {
    let option = call.option(name)?;
    let span = Span { start: option.span.start, end: option.name_span.end };
    Some(call.at.at(span))
}

/// The word `connected_content` of a call.
pub(in crate::rules) fn tag_name<'a>(call: &Call<'a>) -> Site<'a> {
    let text = call.at.text();
    let word = "connected_content";
    let start = call.at.span.start as usize + text.find(word).unwrap_or_default();
    let end = (start + word.len()).min(call.at.span.end as usize);
    call.at.at(Span::new(start, end))
}

fn webhook_headers<'m, 'a>(subject: &'m Subject<'a>) -> impl Iterator<Item = Header<'m, 'a>> {
    let parts = webhook_parts(subject);
    parts.filter_map(|part| {
        let name = part.part.name.strip_prefix("header.")?.to_owned();
        let flat = flat_of(part)?;
        let value = 0..flat.text.len();
        Some(Header { name, flat: Rc::new(flat), value })
    })
}

fn webhook_part<'m, 'a>(
    subject: &'m Subject<'a>,
    wanted: fn(&str) -> bool,
) -> impl Iterator<Item = Flat<'m, 'a>> {
    webhook_parts(subject).filter(move |part| wanted(&part.part.name)).filter_map(flat_of)
}

fn webhook_parts<'m, 'a>(subject: &'m Subject<'a>) -> impl Iterator<Item = &'m PartModel<'a>> {
    let is_webhook = subject.channel() == Some(Channel::Webhook);
    subject.parts.iter().filter(move |_| is_webhook)
}

fn flat_of<'m, 'a>(part: &'m PartModel<'a>) -> Option<Flat<'m, 'a>> {
    let source = &part.template.source;
    let text = source.text();
    let start = text.len() - text.trim_start().len();
    let span = Span::new(start, start + text.trim().len());
    let whole = Site { source, span, via: None };
    let pieces = part.model.printed.as_ref()?;
    Some(Flat::new(pieces, &part.model, None, whole))
}
