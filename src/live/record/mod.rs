//! Recording: saving live responses as stub mappings.

mod entry;
mod hosts;
mod mapping;
mod new_recording;
mod write;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use crate::http::{Answer, Request};
use crate::recording::{Fetch, Unanswered};

pub use entry::{Entry, EntryOptions, EntryState, entries, is_worth_keeping, learn};
pub(crate) use entry::{changes_request, mapping_of, personal_part};
pub(crate) use hosts::distinguish_hosts;
pub use mapping::{Mapping, Metadata, mapping};
pub use new_recording::{NewRecording, exchange, free_key, recordings, replaced};
pub use write::{WriteError, append_line, replace_file, write_file};

/// Returns this machine's clock, as recordings have it.
#[must_use]
pub fn system_clock() -> String {
    jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// What was being rendered when a call was made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Context {
    pub message: String,
    pub part: String,
    pub scenario: String,
}

/// A call and its result.
#[derive(Clone, Debug)]
pub struct Exchange {
    /// The unredacted request as sent.
    pub request: Request,
    pub outcome: Result<Answer, Unanswered>,
    /// The first caller.
    pub context: Context,
}

/// A source that asks another once per distinct request, and keeps the responses.
pub struct Recorder {
    source: Arc<dyn Fetch>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    context: Context,
    exchanges: Vec<Exchange>,
    /// The index of each request's exchange.
    known: BTreeMap<String, usize>,
}

impl fmt::Debug for Recorder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Recorder")
    }
}

impl Recorder {
    /// Makes a recorder of the responses of `source`.
    #[must_use]
    pub fn new(source: Arc<dyn Fetch>) -> Self {
        Self { source, state: Mutex::default() }
    }

    /// Sets what is rendered from now on.
    pub fn set_context(&self, context: Context) {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).context = context;
    }

    /// Returns all calls so far, in order of first occurrence.
    #[must_use]
    pub fn exchanges(&self) -> Vec<Exchange> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).exchanges.clone()
    }
}

impl Fetch for Recorder {
    fn fetch(&self, request: &Request) -> Result<Answer, Unanswered> {
        let key = key(request);
        let (known, context) = {
            let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
            let known = state.known.get(&key).and_then(|place| state.exchanges.get(*place));
            (known.map(|exchange| exchange.outcome.clone()), state.context.clone())
        };
        if let Some(outcome) = known {
            return outcome;
        }
        let outcome = self.source.fetch(request);
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let place = state.exchanges.len();
        state.known.insert(key, place);
        state.exchanges.push(Exchange {
            request: request.clone(),
            outcome: outcome.clone(),
            context,
        });
        outcome
    }
}

/// Returns everything in a request that its response can depend on.
fn key(request: &Request) -> String {
    let mut key = format!("{} {}\n", request.method, request.url);
    for (name, value) in &request.headers {
        key.push_str(&format!("{}: {value}\n", name.to_ascii_lowercase()));
    }
    if let Some(credential) = &request.credential {
        key.push_str(&format!(":{} {}\n", credential.kind.option(), credential.name));
    }
    key.push('\n');
    key.push_str(request.body.as_deref().unwrap_or_default());
    key
}
