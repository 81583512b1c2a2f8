use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use serde_json::Value as Json;

use crate::shape::{Sample, SampleKind, SchemaError, Shape, read_schema};

/// The files beside a schema, by name.
pub type Documents = Arc<dyn Fn(&str) -> Option<Json> + Send + Sync>;

/// A JSON Schema, read once it is asked for.
pub struct Schema {
    sample: Arc<Sample>,
    /// The file and the place in it: `wallet.schema.json#/$defs/offer`.
    reference: String,
    documents: Documents,
    shape: OnceLock<Result<Arc<Shape>, SchemaError>>,
}

impl Schema {
    /// The schema of a reference; `shown` and `file` are empty for what the program carries.
    pub(super) fn new(
        reference: &str,
        shown: String,
        file: PathBuf,
        documents: Documents,
    ) -> Schema {
        let name = reference.split('#').next().unwrap_or_default().to_owned();
        let sample = Sample { name, kind: SampleKind::Schema, shown, file, base: Vec::new() };
        Schema {
            sample: Arc::new(sample),
            reference: reference.to_owned(),
            documents,
            shape: OnceLock::new(),
        }
    }

    /// What it says, or why it cannot be read.
    pub(super) fn read(&self) -> Result<&Arc<Shape>, &SchemaError> {
        let read = || {
            let start = serde_json::json!({ "$ref": self.reference });
            read_schema(&self.sample, &start, &*self.documents)
        };
        self.shape.get_or_init(read).as_ref()
    }

    /// What it says.
    #[must_use]
    pub fn shape(&self) -> Arc<Shape> {
        // Schemas of a workspace are read while packs are loaded, and refused there; that those
        // which the program carries can be read, a test holds.
        self.read().map_or_else(|_| Arc::new(Shape::any()), Arc::clone)
    }

    /// The file and the place in it.
    #[must_use]
    pub fn reference(&self) -> &str {
        &self.reference
    }

    /// The files beside it, by name.
    #[must_use]
    pub fn documents(&self) -> &Documents {
        &self.documents
    }

    /// The file, as it is shown; its name for what the program carries.
    #[must_use]
    pub fn shown(&self) -> &str {
        if self.sample.shown.is_empty() { &self.sample.name } else { &self.sample.shown }
    }
}

impl fmt::Debug for Schema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Schema({})", self.reference)
    }
}
