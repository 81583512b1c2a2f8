use std::sync::Arc;

use indexmap::IndexSet;

use super::body::Body;
use super::node::{Node, Use};
use crate::analyze::{Call, Pieces, TextPart, Usage};
use crate::endpoint::Access;
use crate::http::secret::mask_url;
use crate::rules::Knowledge;
use crate::shape::Shape;

/// A call that messages make. Calls with the same method, URL, and body count once.
#[derive(Clone, Debug)]
pub struct CallRead {
    pub method: Option<String>,
    /// The URL, with `{{…}}` for interpolations.
    pub url: String,
    /// The endpoint it calls, if known.
    pub endpoint: Option<Arc<str>>,
    /// Whether the call changes anything, if known.
    pub access: Option<Access>,
    /// Names of options that have no field of their own here, as written.
    pub options: IndexSet<String>,
    pub body: Option<Body>,
    /// Variables that the response is saved to.
    pub targets: IndexSet<String>,
    pub uses: IndexSet<Use>,
    /// Shape of the response.
    pub shape: Arc<Shape>,
    /// What is read from the response.
    pub answer: Node,
}

const SHOWN_OPTIONS: [&str; 3] = ["method", "body", "save"];

/// Returns the index of a call, adding it if it is new.
pub(super) fn merge_call(calls: &mut Vec<CallRead>, known: &Knowledge, call: &Call<'_>) -> usize {
    let url = known.masked(&mask_url(&written(&call.url))).into_owned();
    let body = call.option("body").and_then(|option| option.value.as_ref());
    let body = body.map(|pieces| Body::of(pieces, |text| known.masked(text).into_owned()));
    let same =
        |other: &CallRead| other.url == url && other.method == call.method && other.body == body;
    let place = calls.iter().position(same).unwrap_or_else(|| {
        let endpoint = call.endpoint.as_deref().and_then(|name| known.endpoints.get(name));
        calls.push(CallRead {
            method: call.method.clone(),
            url,
            endpoint: call.endpoint.clone(),
            access: endpoint.map(|endpoint| endpoint.access),
            options: IndexSet::new(),
            body,
            targets: IndexSet::new(),
            uses: IndexSet::new(),
            shape: Arc::clone(&call.shape),
            answer: Node::default(),
        });
        calls.len() - 1
    });
    let read = &mut calls[place];
    for option in &call.options {
        if !SHOWN_OPTIONS.contains(&option.name) {
            read.options.insert(option.name.to_owned());
        }
    }
    read.targets.insert(call.target.to_owned());
    let (source, span) = (Arc::clone(call.at.source), call.at.span);
    read.uses.insert(Use { source, span, usage: Usage::Interpolated, guarded: false });
    place
}

/// Writes a string with `{{…}}` for interpolations.
pub(super) fn written(pieces: &Pieces<'_>) -> String {
    pieces
        .parts
        .iter()
        .map(|part| match part {
            TextPart::Text { text, .. } => text.to_string(),
            TextPart::Interpolation(interpolation) => interpolation_text(interpolation),
        })
        .collect()
}

/// Writes an interpolation on one line, as in the template.
pub(super) fn interpolation_text(interpolation: &crate::analyze::Interpolation<'_>) -> String {
    if interpolation.pipeline.is_none() {
        return "{{…}}".to_owned();
    }
    let text = interpolation.at.text().split_whitespace().collect::<Vec<_>>().join(" ");
    if text.starts_with("{{") { text } else { format!("{{{{{text}}}}}") }
}
