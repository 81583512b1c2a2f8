//! The message about an unanswered request: the request, similar recordings, and what to do.

use std::cmp::Reverse;
use std::fmt;
use std::sync::Arc;

use super::matcher::{Condition, Seen};
use super::stub::Recording;
use super::suggestion::Suggestion;
use crate::http::request::Request;
use crate::http::{RecordingOrigin, masked_by};

/// Most similar recordings that are shown.
const SHOWN: usize = 3;

/// A request without a response. Contains no secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unanswered {
    /// The problem, on one line.
    pub problem: String,
    /// What to do, if not adding a recording.
    pub help: Option<String>,
    /// The request as printed by [`Request::to_http`].
    pub request: String,
    /// The most similar recordings, at most 3.
    pub nearest: Vec<NearMiss>,
    /// A recording file that would answer the request.
    pub suggestion: Option<Box<Suggestion>>,
}

/// A recording that doesn't match a request, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NearMiss {
    pub recording: Arc<RecordingOrigin>,
    /// How many of its conditions are met.
    pub held: usize,
    /// The unmet conditions, as sentences.
    pub failed: Vec<String>,
}

impl Unanswered {
    /// Makes an error that isn't about recordings, such as a live host that may not be called.
    #[must_use]
    pub fn new(request: &Request, problem: impl Into<String>) -> Self {
        Self {
            problem: problem.into(),
            help: None,
            request: request.to_http(),
            nearest: Vec::new(),
            suggestion: None,
        }
    }

    /// Adds an action to take.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    pub(super) fn by_recordings(seen: &Seen<'_>, recordings: &[Arc<Recording>]) -> Self {
        let request = seen.request;
        let among = match recordings.len() {
            0 => "there are no recordings that could answer".to_owned(),
            1 => "the only recording doesn't match".to_owned(),
            many => format!("none of the {many} recordings matches"),
        };
        let first_line = request.to_http();
        let first_line = first_line.lines().next().unwrap_or_default();
        Self {
            help: None,
            problem: format!("{among} `{first_line}`"),
            request: request.to_http(),
            nearest: nearest(seen, recordings),
            suggestion: Some(Box::new(Suggestion::for_request(request))),
        }
    }
}

/// Ranks recordings: first by the same URL, then by the number of met and unmet conditions, then by
/// the similarity of paths.
///
/// The URL comes first because headers are often the same for every endpoint.
fn nearest(seen: &Seen<'_>, recordings: &[Arc<Recording>]) -> Vec<NearMiss> {
    let masked = seen.request.shown();
    let shown = Seen::new(&masked);
    let mut ranked: Vec<_> = recordings
        .iter()
        .map(|recording| {
            let held =
                recording.conditions().iter().filter(|condition| condition.holds(seen)).count();
            let url_held = recording
                .conditions()
                .iter()
                .all(|condition| !is_url(condition) || condition.holds(seen));
            let failed = recording.conditions().len() - held;
            let url = recording.request().url.unwrap_or_default();
            let path = url.split('?').next().unwrap_or_default();
            // In whole per mille, because floats have no total order.
            #[expect(clippy::cast_possible_truncation, reason = "from 0 to 1000")]
            let alike = (strsim::jaro_winkler(path, &seen.path) * 1000.0) as i32;
            ((Reverse(url_held), Reverse(held), failed, Reverse(alike)), recording)
        })
        .collect();
    // A stable sort keeps ties in path order.
    ranked.sort_by_key(|(rank, _)| *rank);
    let near = ranked.into_iter().take(SHOWN).map(|((_, Reverse(held), ..), recording)| NearMiss {
        recording: Arc::clone(recording.origin()),
        held,
        failed: recording
            .conditions()
            .iter()
            .filter_map(|condition| {
                let failure = condition.failure(seen)?;
                // Masked, the condition may be met by chance.
                let failure = condition.failure(&shown).unwrap_or(failure);
                // The recording may contain the secret, too.
                Some(masked_by(&failure, &seen.request.secrets).into_owned())
            })
            .collect(),
    });
    near.collect()
}

fn is_url(condition: &Condition) -> bool {
    matches!(condition, Condition::Url(_))
}

impl Unanswered {
    /// Returns details after the problem: the request, similar recordings, and the file to create
    /// below the recordings folder, with its contents.
    #[must_use]
    pub fn details(&self, recordings: &str) -> String {
        let mut text = self.help.as_ref().map_or(String::new(), |help| format!("{help}\n\n"));
        text.push_str("the request:");
        for line in self.request.lines() {
            text.push('\n');
            text.push_str(format!("  {line}").trim_end());
        }
        text.push_str(&self.near_misses());
        if let Some(suggestion) = &self.suggestion {
            text.push_str(&format!(
                "\n\ncreate `{recordings}/{}`, and put the response in its `jsonBody`:",
                suggestion.path
            ));
            for line in suggestion.contents.lines() {
                text.push_str(&format!("\n  {line}"));
            }
        }
        text
    }

    fn near_misses(&self) -> String {
        let mut text = String::new();
        if !self.nearest.is_empty() {
            text.push_str("\n\nthe most similar recordings:");
        }
        for near in &self.nearest {
            let NearMiss { recording, held, failed } = near;
            let all = held + failed.len();
            let path = recording.path.display();
            text.push_str(&format!(
                "\n  `{}` in {path} meets {held} of {all} conditions",
                recording.name
            ));
            for sentence in failed {
                text.push_str(&format!("\n    {sentence}"));
            }
        }
        text
    }
}

impl fmt::Display for Unanswered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n\nthe request:", self.problem)?;
        for line in self.request.lines() {
            write!(f, "\n{}", format!("  {line}").trim_end())?;
        }
        f.write_str(&self.near_misses())?;
        if let Some(help) = &self.help {
            write!(f, "\n\nhelp: {help}")?;
        }
        if let Some(suggestion) = &self.suggestion {
            write!(f, "\n\nhelp: create `{}` in the recordings folder", suggestion.path)?;
        }
        Ok(())
    }
}

impl std::error::Error for Unanswered {}
