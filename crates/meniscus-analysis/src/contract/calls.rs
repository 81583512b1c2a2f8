use std::sync::Arc;

use indexmap::IndexSet;

use super::body::Body;
use super::node::{Node, Use};
use crate::analyze::{Call, Part, Pieces, Usage};
use crate::endpoint::Access;
use crate::http::secret::mask_url;
use crate::rules::Knowledge;
use crate::shape::Shape;

/// A call that messages make: the same method, URL and body count as one.
#[derive(Clone, Debug)]
pub struct CallRead {
    /// The method; none where it is computed.
    pub method: Option<String>,
    /// The URL, `{{…}}` where a value comes in.
    pub url: String,
    /// The endpoint that it asks, where one is known.
    pub endpoint: Option<Arc<str>>,
    /// Whether asking changes anything, where that is known.
    pub access: Option<Access>,
    /// The names of its options beside those that are told here, as they are written.
    pub options: IndexSet<String>,
    /// What it sends.
    pub body: Option<Body>,
    /// The variables that the answer is saved to.
    pub targets: IndexSet<String>,
    /// Where it stands.
    pub uses: IndexSet<Use>,
    /// What is known of the answer.
    pub shape: Arc<Shape>,
    /// What is read of the answer.
    pub answer: Node,
}

/// Options that are shown by themselves.
const TOLD: [&str; 3] = ["method", "body", "save"];

/// The place of a call among those that are known, where it is added if it is new.
pub(super) fn merge_call(calls: &mut Vec<CallRead>, known: &Knowledge, call: &Call<'_>) -> usize {
    let url = mask_url(&written(&call.url));
    let body = call.option("body").and_then(|option| option.value.as_ref()).map(Body::of);
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
        if !TOLD.contains(&option.name) {
            read.options.insert(option.name.to_owned());
        }
    }
    read.targets.insert(call.target.to_owned());
    let (source, span) = (Arc::clone(call.at.source), call.at.span);
    read.uses.insert(Use { source, span, usage: Usage::Interpolated, guarded: false });
    place
}

/// A text with `{{…}}` where a value comes in.
pub(super) fn written(pieces: &Pieces<'_>) -> String {
    pieces
        .parts
        .iter()
        .map(|part| match part {
            Part::Text { text, .. } => text.to_string(),
            Part::Hole(hole) => hole_text(hole),
        })
        .collect()
}

/// What stands for a value: as the template writes it, in one line.
pub(super) fn hole_text(hole: &crate::analyze::Hole<'_>) -> String {
    if hole.pipeline.is_none() {
        return "{{…}}".to_owned();
    }
    let text = hole.at.text().split_whitespace().collect::<Vec<_>>().join(" ");
    if text.starts_with("{{") { text } else { format!("{{{{{text}}}}}") }
}
