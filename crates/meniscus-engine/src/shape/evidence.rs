use std::path::PathBuf;
use std::sync::Arc;

use crate::text::DataPath;

/// A file that shapes were inferred from.
#[derive(Debug, PartialEq, Eq)]
pub struct Sample {
    /// The name of a recording, scenario, or schema, as people know it.
    pub name: String,
    pub kind: SampleKind,
    /// The file as shown; empty for built-in data.
    pub shown: String,
    pub file: PathBuf,
    /// The steps in the file to the value: `response`, `jsonBody`.
    pub base: DataPath,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SampleKind {
    Recording,
    Scenario,
    /// A catalog that every recipient has.
    Catalog,
    /// A schema, which is documentation.
    Schema,
}

impl SampleKind {
    /// Returns the word for `count` of them: `recording`, `recordings`.
    #[must_use]
    pub fn word(self, count: usize) -> &'static str {
        match (self, count) {
            (SampleKind::Recording, 1) => "recording",
            (SampleKind::Recording, _) => "recordings",
            (SampleKind::Scenario, 1) => "scenario",
            (SampleKind::Scenario, _) => "scenarios",
            (SampleKind::Catalog, 1) => "catalog",
            (SampleKind::Catalog, _) => "catalogs",
            (SampleKind::Schema, 1) => "schema",
            (SampleKind::Schema, _) => "schemas",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SamplePlace {
    pub sample: Arc<Sample>,
    /// The steps from the sample's value to this one.
    pub trail: DataPath,
}

impl SamplePlace {
    /// Returns the path from the file's root, as for [`crate::text::locate_json`].
    #[must_use]
    pub fn steps(&self) -> DataPath {
        self.sample.base.iter().chain(self.trail.iter()).cloned().collect()
    }
}

/// The evidence that a value may be missing.
#[derive(Clone, Debug)]
pub enum Missing {
    /// A field that some objects lack or have as `null`.
    Field { name: Arc<str>, seen: super::Seen },
    /// An item of a list that may be empty.
    Item {
        /// A place where the list was empty.
        empty_at: Option<SamplePlace>,
    },
}
