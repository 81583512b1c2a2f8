use std::fmt;
use std::sync::Arc;

use serde_json::Value;

use super::samples::sample;
use crate::diagnostic::{Diagnostic, Severity};
use crate::files::Files;
use crate::http::Response;
use crate::recording::Recording;
use crate::shape::{Inference, Kinds, Openness, Sample, SampleKind, SamplePlace, Shape};
use crate::text::{DataPath, Source, Span, Step, locate_json, locate_json_key};

/// A difference between a recording and the host's current response.
#[derive(Clone, Debug)]
pub struct Drift {
    pub kind: DriftKind,
    /// What was found, and what the recording has.
    pub message: String,
    /// The recorded value it is about.
    pub place: Option<SamplePlace>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DriftKind {
    Status,
    /// The body is no longer JSON, or newly is.
    Form,
    Gone,
    Kind,
    /// A field is missing in some objects.
    SometimesMissing,
    /// A field is newly `null`.
    Null,
    New,
}

impl DriftKind {
    /// Returns the code it is reported under.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Status => "drift-status",
            Self::Form => "drift-form",
            Self::Gone => "drift-field-gone",
            Self::Kind => "drift-kind",
            Self::SometimesMissing => "drift-sometimes-missing",
            Self::Null => "drift-null",
            Self::New => "drift-new-field",
        }
    }

    /// Returns its severity: removed fields break templates, new fields don't.
    #[must_use]
    pub fn severity(self) -> Severity {
        match self {
            Self::Status | Self::Form | Self::Gone | Self::Kind => Severity::Error,
            Self::SometimesMissing | Self::Null => Severity::Warning,
            Self::New => Severity::Info,
        }
    }
}

impl fmt::Display for Drift {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

/// Returns how a response differs from a recording in status and in the shape of its body; values
/// don't matter.
///
/// In the order of the recording's fields; new fields come last.
#[must_use]
pub fn drift(recording: &Recording, now: &Response) -> Vec<Drift> {
    let old = recording.response();
    let mut found = Vec::new();
    if old.status != now.status {
        let message =
            format!("the status is now {}, but {} in the recording", now.status, old.status);
        found.push(Drift { kind: DriftKind::Status, message, place: None });
    }
    let body = serde_json::from_slice::<Value>(&now.body).ok();
    match (recording.json_body(), body) {
        (Some(old), Some(new)) => {
            let old = shape(Arc::new(sample(recording)), &old);
            let new = shape(Arc::new(now_sample()), &new);
            compare(&old, &new, None, "", &mut found);
        }
        (Some(_), None) => {
            let message = "the body is no longer JSON".to_owned();
            let place =
                Some(SamplePlace { sample: Arc::new(sample(recording)), trail: DataPath::new() });
            found.push(Drift { kind: DriftKind::Form, message, place });
        }
        (None, Some(_)) if !old.body.is_empty() => {
            let message = "the body is now JSON, but not in the recording".to_owned();
            found.push(Drift { kind: DriftKind::Form, message, place: None });
        }
        (None, _) => {}
    }
    found
}

/// Returns the differences as diagnostics at the lines of the recording's file.
#[must_use]
pub fn diagnose(files: &dyn Files, recording: &Recording, drifts: &[Drift]) -> Vec<Diagnostic> {
    let mut file = File::of(files, recording);
    let diagnostics = drifts.iter().map(|drift| {
        let (source, span) = file.locate(drift.place.as_ref(), drift.kind == DriftKind::Status);
        let diagnostic = Diagnostic::new(
            drift.kind.code(),
            drift.kind.severity(),
            &source,
            span,
            drift.message.clone(),
        );
        diagnostic
            .help("record it again with `meniscus record`, and check the templates that read it")
    });
    diagnostics.collect()
}

/// Returns a diagnostic of the recording as a whole, at its `request`.
#[must_use]
pub fn about(
    files: &dyn Files,
    recording: &Recording,
    code: &'static str,
    severity: Severity,
    message: String,
) -> Diagnostic {
    let origin = recording.origin();
    let text = files.read_to_string(&origin.file).unwrap_or_default();
    let source = Arc::new(Source::new(shown(&origin.path), text));
    let mut steps =
        origin.index.map_or_else(Vec::new, |index| vec![Step::Key("mappings"), Step::Index(index)]);
    steps.push(Step::Key("request"));
    let span = span(locate_json_key(source.text(), &steps));
    Diagnostic::new(code, severity, &source, span, message)
}

/// The sources that places refer to: the recording, and its body if that is a separate file.
struct File<'r> {
    recording: &'r Recording,
    source: Arc<Source>,
    body: Option<Arc<Source>>,
}

impl<'r> File<'r> {
    fn of(files: &dyn Files, recording: &'r Recording) -> Self {
        let read = |path: &std::path::Path, name: String| {
            Arc::new(Source::new(name, files.read_to_string(path).unwrap_or_default()))
        };
        let origin = recording.origin();
        let source = read(&origin.file, shown(&origin.path));
        let body = origin.body.as_ref().map(|body| read(&body.file, shown(&body.path)));
        Self { recording, source, body }
    }

    fn locate(&mut self, place: Option<&SamplePlace>, of_status: bool) -> (Arc<Source>, Span) {
        if let Some(place) = place {
            let source = self.body.as_ref().unwrap_or(&self.source);
            let steps = place.steps();
            let text = source.text();
            // A field's name says more than its value, which may be long.
            let range = locate_json_key(text, &steps).or_else(|| locate_json(text, &steps));
            return (Arc::clone(source), span(range));
        }
        let index = self.recording.origin().index;
        let mut steps =
            index.map_or_else(Vec::new, |index| vec![Step::Key("mappings"), Step::Index(index)]);
        steps.push(Step::Key("response"));
        let whole = locate_json_key(self.source.text(), &steps);
        if of_status {
            steps.push(Step::Key("status"));
        }
        let range = locate_json(self.source.text(), &steps).filter(|_| of_status).or(whole);
        (Arc::clone(&self.source), span(range))
    }
}

fn span(range: Option<std::ops::Range<usize>>) -> Span {
    range.map_or(Span::empty(0), |range| Span::new(range.start, range.end))
}

fn shown(path: &std::path::Path) -> String {
    path.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}

fn now_sample() -> Sample {
    let name = "now".to_owned();
    Sample {
        name,
        kind: SampleKind::Recording,
        shown: String::new(),
        file: "now".into(),
        base: DataPath::new(),
    }
}

fn shape(sample: Arc<Sample>, value: &Value) -> Arc<Shape> {
    let mut inference = Inference::default();
    inference.add(&sample, value);
    inference.finish()
}

/// Merges kinds that templates don't distinguish: a number may have a fraction today and none
/// tomorrow.
fn plain(kinds: Kinds) -> Kinds {
    let kinds = kinds.without(Kinds::NIL);
    if kinds.meets(Kinds::NUMBER) { kinds | Kinds::NUMBER } else { kinds }
}

fn compare(
    old: &Shape,
    new: &Shape,
    place: Option<&SamplePlace>,
    path: &str,
    found: &mut Vec<Drift>,
) {
    let (had, has) = (plain(old.kinds), plain(new.kinds));
    // An empty list or a `null` says nothing about the values that belong there.
    if had == Kinds::NONE || has == Kinds::NONE || old.is_any() || new.is_any() {
        return;
    }
    let place = old.place.as_deref().or(place);
    let other = has.without(had);
    if other != Kinds::NONE {
        let path = if path.is_empty() { "the response".to_owned() } else { format!("`{path}`") };
        let message = format!("{path} is now {other}, but {had} in the recording");
        found.push(Drift { kind: DriftKind::Kind, message, place: place.cloned() });
    }
    if let (Some(old), Some(new)) = (&old.object, &new.object)
        && old.openness != Openness::Free
        && new.openness != Openness::Free
    {
        compare_fields(old, new, place, path, found);
    }
    if let (Some(old), Some(new)) = (&old.list, &new.list) {
        compare(&old.item, &new.item, place, &format!("{path}[]"), found);
    }
}

fn compare_fields(
    old: &crate::shape::Object,
    new: &crate::shape::Object,
    place: Option<&SamplePlace>,
    path: &str,
    found: &mut Vec<Drift>,
) {
    let inner =
        |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    for (name, field) in &old.fields {
        let path = inner(name);
        let here = field.shape.place.as_deref().or(field.seen.null_at.as_ref()).or(place);
        let mut say = |kind, message| found.push(Drift { kind, message, place: here.cloned() });
        let Some(now) = new.fields.get(name) else {
            say(DriftKind::Gone, format!("the response has no `{path}`, but the recording does"));
            continue;
        };
        if now.seen.present < now.seen.of && field.seen.present == field.seen.of {
            let (without, of) = (now.seen.of - now.seen.present, now.seen.of);
            say(
                DriftKind::SometimesMissing,
                format!(
                    "`{path}` is missing from {without} of {of} objects, but present in every \
                     one in the recording"
                ),
            );
        }
        if now.seen.null > 0 && field.seen.null == 0 {
            let (null, of) = (now.seen.null, now.seen.of);
            let kinds = plain(field.shape.kinds);
            let message = if of == 1 {
                format!("`{path}` is now `null`, but {kinds} in the recording")
            } else {
                format!(
                    "`{path}` is `null` in {null} of {of} objects, but {kinds} in every one in \
                     the recording"
                )
            };
            say(DriftKind::Null, message);
        }
        compare(&field.shape, &now.shape, here, &path, found);
    }
    for (name, field) in &new.fields {
        if !old.fields.contains_key(name) {
            let kinds = match plain(field.shape.kinds) {
                Kinds::NONE => "`null`".to_owned(),
                kinds => kinds.to_string(),
            };
            let message =
                format!("`{}` is new: {kinds} that the recording doesn't have", inner(name));
            found.push(Drift { kind: DriftKind::New, message, place: place.cloned() });
        }
    }
}
