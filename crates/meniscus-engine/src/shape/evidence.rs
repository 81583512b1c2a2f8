use std::path::PathBuf;
use std::sync::Arc;

use crate::text::Step;

/// A file that shapes were read from.
#[derive(Debug, PartialEq, Eq)]
pub struct Sample {
    /// Its name, as people know it: a recording's, a scenario's, a schema's.
    pub name: String,
    /// What it is.
    pub kind: SampleKind,
    /// The file as it is shown; empty for what the program carries itself.
    pub shown: String,
    /// The file to open for the line of a value.
    pub file: PathBuf,
    /// The steps in the file that lead to the value: `response`, `jsonBody`.
    pub base: Vec<Trail>,
}

/// The kinds of samples.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SampleKind {
    /// A recorded response.
    Recording,
    /// A recipient.
    Scenario,
    /// A schema: what is documented.
    Schema,
}

impl SampleKind {
    /// The word for `count` of them: `recording`, `recordings`.
    #[must_use]
    pub fn word(self, count: usize) -> &'static str {
        match (self, count) {
            (SampleKind::Recording, 1) => "recording",
            (SampleKind::Recording, _) => "recordings",
            (SampleKind::Scenario, 1) => "scenario",
            (SampleKind::Scenario, _) => "scenarios",
            (SampleKind::Schema, 1) => "schema",
            (SampleKind::Schema, _) => "schemas",
        }
    }
}

/// A step from a value into it, owned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trail {
    /// A member of an object.
    Key(Arc<str>),
    /// An item of a list.
    Index(usize),
}

/// A value in a sample.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file.
    pub sample: Arc<Sample>,
    /// The steps from the sample's value to this one.
    pub trail: Vec<Trail>,
}

impl Place {
    /// All steps from the file's root, as [`crate::text::locate_json`] takes them.
    #[must_use]
    pub fn steps(&self) -> Vec<Step<'_>> {
        let all = self.sample.base.iter().chain(&self.trail);
        all.map(|step| match step {
            Trail::Key(key) => Step::Key(key),
            Trail::Index(index) => Step::Index(*index),
        })
        .collect()
    }

    /// The place as Liquid writes it, from the sample's value: `payload.user_offers[0].name`.
    #[must_use]
    pub fn path(&self) -> String {
        let mut text = String::new();
        for step in &self.trail {
            match step {
                Trail::Key(key) if text.is_empty() => text.push_str(key),
                Trail::Key(key) => {
                    text.push('.');
                    text.push_str(key);
                }
                Trail::Index(index) => text.push_str(&format!("[{index}]")),
            }
        }
        text
    }
}

/// Why a value may be missing, by evidence.
#[derive(Clone, Debug)]
pub enum Missing {
    /// A field that some of the objects lack, or have as `null`.
    Field {
        /// Its name.
        name: Arc<str>,
        /// How often it was seen.
        seen: super::Seen,
    },
    /// An item of a list that may be empty.
    Item {
        /// A place where the list is empty, if one was seen.
        empty_at: Option<Place>,
    },
}
