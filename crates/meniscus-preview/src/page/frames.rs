use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::value::RawValue;

use super::ask::Ask;

const KEPT_FRAMES: usize = 20_000;

/// Size limit of kept frames, in bytes.
const KEPT_BYTES: usize = 128 << 20;

/// Size limit of the texts in a kept render, in bytes.
const LARGEST_GOOD: usize = 1 << 20;

/// Renders kept in case the next one has a syntax error.
const KEPT_GOOD: usize = 64;

/// Makes an unguessable key; `None` if the system provides no randomness.
pub type NewKey = fn() -> Option<String>;

/// The latest messages shown in frames, each under an unguessable key.
#[derive(Debug)]
pub struct Frames {
    kept: Mutex<Kept>,
    new_key: NewKey,
}

#[derive(Debug, Default)]
struct Kept {
    frames: VecDeque<(String, Arc<str>)>,
    bytes: usize,
}

impl Frames {
    /// Keeps no frames yet.
    #[must_use]
    pub fn new(new_key: NewKey) -> Frames {
        Frames { kept: Mutex::default(), new_key }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps a frame and returns its key; `None` if the system provides no randomness.
    pub fn keep(&self, html: String) -> Option<String> {
        let key = (self.new_key)()?;
        let mut kept = self.kept();
        kept.bytes += html.len();
        kept.frames.push_back((key.clone(), Arc::from(html)));
        while kept.frames.len() > 1 && (kept.frames.len() > KEPT_FRAMES || kept.bytes > KEPT_BYTES)
        {
            if let Some((_, oldest)) = kept.frames.pop_front() {
                kept.bytes -= oldest.len();
            }
        }
        Some(key)
    }

    /// Returns the frame with a key.
    pub fn get(&self, key: &str) -> Option<Arc<str>> {
        let kept = self.kept();
        kept.frames.iter().rev().find(|(known, _)| known == key).map(|(_, html)| Arc::clone(html))
    }
}

/// The last renders without syntax errors, by message and scenario.
#[derive(Debug, Default)]
pub struct LastGood(Mutex<VecDeque<(String, String, Box<RawValue>)>>);

impl LastGood {
    /// Keeps a render.
    ///
    /// Not if it exceeds `LARGEST_GOOD` bytes: such a text isn't a draft of a message.
    pub fn keep(&self, ask: &Ask, shown: Box<RawValue>, bytes: usize) {
        if bytes > LARGEST_GOOD {
            return;
        }
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|(message, scenario, _)| *message != ask.message || *scenario != ask.scenario);
        kept.push_back((ask.message.clone(), ask.scenario.clone(), shown));
        if kept.len() > KEPT_GOOD {
            kept.pop_front();
        }
    }

    /// Returns the last render of a message for a scenario.
    pub fn get(&self, ask: &Ask) -> Option<Box<RawValue>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let found = kept
            .iter()
            .find(|(message, scenario, _)| *message == ask.message && *scenario == ask.scenario);
        found.map(|(.., shown)| shown.clone())
    }
}
