//! What is sent: the URLs, headers, and bodies of calls, and those of a webhook.

use std::ops::Range;
use std::rc::Rc;

use super::flat::{Flat, INTERPOLATION};
use super::partial_json;
use crate::analyze::{Call, Model, Site};
use crate::project::Channel;
use crate::rules::subject::{PartModel, Subject};
use crate::text::Span;

/// A header with a partly known value.
#[derive(Debug)]
pub(in crate::rules) struct Header<'m, 'a> {
    pub name: String,
    /// The string it is part of: all headers of a call, or one of a webhook.
    pub flat: Rc<Flat<'m, 'a>>,
    pub value: Range<usize>,
}

/// The declared content type of a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::rules) enum ContentType {
    /// Not declared.
    Unsaid,
    /// Computed.
    Unknown,
    /// Declared, in lowercase.
    Said(String),
}

impl ContentType {
    /// Whether it is declared as JSON.
    pub fn is_json(&self) -> bool {
        matches!(self, ContentType::Said(words) if words.contains("json"))
    }

    /// Whether it is, or may be, JSON.
    pub fn may_be_json(&self) -> bool {
        !matches!(self, ContentType::Said(words) if !words.contains("json"))
    }
}

/// Returns the URLs, including a webhook's.
pub(in crate::rules) fn urls<'m, 'a>(
    subject: &'m Subject<'a>,
) -> impl Iterator<Item = Flat<'m, 'a>> {
    let of_calls = calls(subject).map(|(model, call)| url_of(model, call));
    of_calls.chain(webhook_part(subject, |name| name == "url"))
}

/// Returns the bodies, including a webhook's.
pub(in crate::rules) fn bodies<'m, 'a>(
    subject: &'m Subject<'a>,
) -> impl Iterator<Item = Flat<'m, 'a>> {
    let of_calls = calls(subject).filter_map(|(model, call)| body_of(model, call));
    of_calls.chain(webhook_part(subject, |name| name == "body"))
}

/// Returns the headers, including a webhook's.
pub(in crate::rules) fn headers<'m, 'a>(
    subject: &'m Subject<'a>,
) -> impl Iterator<Item = Header<'m, 'a>> {
    let of_calls = calls(subject).flat_map(|(model, call)| headers_of(model, call));
    of_calls.chain(webhook_headers(subject))
}

/// Returns the calls of all parts.
pub(in crate::rules) fn calls<'m, 'a>(
    subject: &'m Subject<'a>,
) -> impl Iterator<Item = (&'m Model<'a>, &'m Call<'a>)> {
    subject.parts.iter().flat_map(|part| part.model.calls.iter().map(|call| (&part.model, call)))
}

pub(in crate::rules) fn url_of<'m, 'a>(model: &'m Model<'a>, call: &'m Call<'a>) -> Flat<'m, 'a> {
    Flat::new(&call.url, model, Some(call), call.at.at(call.url_span))
}

/// Returns the body of a call, if any.
pub(in crate::rules) fn body_of<'m, 'a>(
    model: &'m Model<'a>,
    call: &'m Call<'a>,
) -> Option<Flat<'m, 'a>> {
    option_of(model, call, "body")
}

/// Returns the value of an option.
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

/// Returns the headers of a call, as far as they can be parsed.
pub(in crate::rules) fn headers_of<'m, 'a>(
    model: &'m Model<'a>,
    call: &'m Call<'a>,
) -> Vec<Header<'m, 'a>> {
    let Some(flat) = option_of(model, call, "headers") else { return Vec::new() };
    let flat = Rc::new(flat);
    let members = partial_json::read(&flat.text).members.into_iter();
    let members = members.filter(|member| member.depth == 1);
    let headers = members.map(|member| {
        let name = flat.text[member.key].to_owned();
        Header { name, flat: Rc::clone(&flat), value: member.value }
    });
    headers.collect()
}

/// Returns the content type that a call declares.
pub(in crate::rules) fn content_type_of(model: &Model<'_>, call: &Call<'_>) -> ContentType {
    if let Some(said) = option_of(model, call, "content_type") {
        return said_in(&said.text);
    }
    let Some(flat) = option_of(model, call, "headers") else { return ContentType::Unsaid };
    let headers = headers_of(model, call);
    match headers.iter().find(|header| header.name.eq_ignore_ascii_case("content-type")) {
        Some(header) => said_in(&header.flat.text[header.value.clone()]),
        // A header with a computed name, or headers that can't be parsed.
        None if flat.text.to_ascii_lowercase().contains("content-type") => ContentType::Unknown,
        None => match partial_json::read(&flat.text) {
            json if json.fault.is_some() || json.unknown_from.is_some() => ContentType::Unknown,
            json if !json.bare_interpolations.is_empty() => ContentType::Unknown,
            _ => ContentType::Unsaid,
        },
    }
}

/// Returns the content type declared by the call or webhook of a body.
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
    if text.contains(INTERPOLATION) {
        return ContentType::Unknown;
    }
    ContentType::Said(text.trim().to_ascii_lowercase())
}

/// Whether a body is written as JSON.
pub(in crate::rules) fn looks_like_json(text: &str) -> bool {
    text.trim_start().starts_with(['{', '['])
}

/// Returns the span of an option's name with its colon.
pub(in crate::rules) fn option_name<'a>(call: &Call<'a>, name: &str) -> Option<Site<'a>> {
    let option = call.option(name)?;
    let span = Span { start: option.span.start, end: option.name_span.end };
    Some(call.at.at(span))
}

/// Returns the span of `connected_content` in a call.
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
