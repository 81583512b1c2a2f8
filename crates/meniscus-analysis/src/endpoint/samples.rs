use std::sync::Arc;

use indexmap::IndexMap;

use crate::recording::Recording;
use crate::shape::{
    Field, Inference, Kinds, Object, Sample, SampleKind, Scalar, Seen, Shape, Values,
};
use crate::text::{DataPath, Step};
use crate::value::Value;

/// The field that Braze adds to a response: its HTTP status.
pub const STATUS_FIELD: &str = "__http_status_code__";

/// What a recording says about a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ResponseKind {
    /// A successful JSON response.
    Json,
    /// A successful response other than JSON, which leaves the variable unset.
    Other,
    /// An error, or no response at all.
    Failing,
}

/// Returns what a recording says about a response, parsing its body on first use.
pub(super) fn response_kind(recording: &Recording) -> ResponseKind {
    let response = recording.response();
    if response.fault.is_some() || !(200..300).contains(&response.status) {
        ResponseKind::Failing
    } else if recording.is_json() {
        ResponseKind::Json
    } else {
        ResponseKind::Other
    }
}

/// Infers the shape of recorded responses.
pub(super) fn shape_of<'r>(recordings: impl Iterator<Item = &'r Recording>) -> Arc<Shape> {
    let mut inference = Inference::default();
    for recording in recordings {
        if let Some(json) = recording.json_body() {
            inference.add(&Arc::new(sample(recording)), &json);
        }
    }
    inference.finish()
}

pub(super) fn sample(recording: &Recording) -> Sample {
    let origin = recording.origin();
    let name = recording.name().to_owned();
    let kind = SampleKind::Recording;
    if let Some(body) = &origin.body {
        let shown = shown(&body.path);
        return Sample { name, kind, shown, file: body.file.clone(), base: DataPath::new() };
    }
    let mut base = DataPath::new();
    if let Some(index) = origin.index {
        base.extend([Step::key("mappings"), Step::Index(index)]);
    }
    base.extend([Step::key("response"), Step::key(recording.body_key())]);
    Sample { name, kind, shown: shown(&origin.path), file: origin.file.clone(), base }
}

fn shown(path: &std::path::Path) -> String {
    let parts = path.components().map(|part| part.as_os_str().to_string_lossy());
    parts.collect::<Vec<_>>().join("/")
}

/// Adds the status that Braze adds to every response that is an object.
pub(super) fn with_status(shape: Arc<Shape>) -> Arc<Shape> {
    let Some(object) = &shape.object else { return shape };
    let mut object = Object::clone(object);
    add_status(&mut object.fields);
    if let Some(variants) = &object.variants {
        let mut variants = (**variants).clone();
        for (_, case) in &mut variants.cases {
            *case = with_status(Arc::clone(case));
        }
        object.variants = Some(Arc::new(variants));
    }
    let mut shape = Arc::unwrap_or_clone(shape);
    shape.object = Some(Arc::new(object));
    Arc::new(shape)
}

fn add_status(fields: &mut IndexMap<Arc<str>, Field>) {
    let scalar = Scalar { values: vec![Value::from(200_i64)], known: Values::Seen };
    let shape = Shape { scalar: Some(Arc::new(scalar)), ..Shape::of_kinds(Kinds::INT) };
    // Braze always adds it, whatever was recorded.
    let seen = Seen { documented: true, ..Seen::default() };
    fields.insert(Arc::from(STATUS_FIELD), Field { shape: Arc::new(shape), seen });
}
