use std::sync::{Arc, OnceLock};

use indexmap::IndexMap;

use super::digest::{digest, line_digests};
use crate::http::Response;
use crate::project::Workspace;
use crate::recording::{Recording, Replay};
use crate::text::Source;

/// Recordings that may answer, by name. Files are read on demand: of thousands, few answer.
#[derive(Debug, Default)]
pub struct PlannedRecordings {
    workspace: Option<Arc<Workspace>>,
    replay: Replay,
    read: IndexMap<String, (usize, OnceLock<PlannedRecording>)>,
}

/// A recording, for headers and causes.
#[derive(Clone, Debug)]
pub struct PlannedRecording {
    /// Its digest for headers.
    pub(super) digest: String,
    /// The file with its body.
    pub source: Arc<Source>,
}

impl PlannedRecordings {
    pub(super) fn new(workspace: &Arc<Workspace>, recordings: &Replay) -> PlannedRecordings {
        let places = recordings.iter().enumerate();
        let read = places
            .map(|(place, recording)| (recording.name().to_owned(), (place, OnceLock::new())));
        PlannedRecordings {
            workspace: Some(Arc::clone(workspace)),
            replay: recordings.clone(),
            read: read.collect(),
        }
    }

    #[must_use]
    pub fn get(&self, name: &str) -> Option<&PlannedRecording> {
        let (place, read) = self.read.get(name)?;
        let (workspace, recording) = (self.workspace.as_ref()?, self.replay.get(*place)?);
        Some(read.get_or_init(|| PlannedRecording::read(workspace, recording)))
    }
}

impl PlannedRecording {
    fn read(workspace: &Workspace, recording: &Recording) -> PlannedRecording {
        let origin = recording.origin();
        let (file, shown) = match &origin.body {
            Some(body) => (&body.file, &body.path),
            None => (&origin.file, &origin.path),
        };
        // A binary body has no lines.
        let text = workspace.files.read_to_string(file).unwrap_or_default();
        let digest = response_digest(recording.response(), &text);
        let shown = workspace.shown(&workspace.root.join(shown));
        PlannedRecording { digest, source: Arc::new(Source::new(shown, text)) }
    }
}

/// Returns digests of everything in a response that a render can see, and of the lines of its file.
fn response_digest(response: &Response, file: &str) -> String {
    let Response { status, headers, body, delay_ms, fault, parsed: _ } = response;
    let mut bytes = format!("{status} {delay_ms} {fault:?} {headers:?}\n").into_bytes();
    bytes.extend_from_slice(body);
    format!("{} {}", digest(&bytes), line_digests(file)).trim_end().to_owned()
}
