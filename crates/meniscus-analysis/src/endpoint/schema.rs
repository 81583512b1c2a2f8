use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use serde_json::Value as Json;

use crate::shape::{Sample, SampleKind, SchemaError, Shape, read_schema};
use crate::text::DataPath;

/// Files next to a schema, by name.
pub type Documents = Arc<dyn Fn(&str) -> Option<Json> + Send + Sync>;

pub struct Schema {
    sample: Arc<Sample>,
    /// The file and a pointer into it: `wallet.schema.json#/$defs/offer`.
    reference: String,
    documents: Documents,
    shape: OnceLock<Result<Arc<Shape>, SchemaError>>,
}

impl Schema {
    /// Refers to a schema; `shown` and `file` are empty for built-in ones.
    pub(super) fn new(
        reference: &str,
        shown: String,
        file: PathBuf,
        documents: Documents,
    ) -> Schema {
        let name = reference.split('#').next().unwrap_or_default().to_owned();
        let sample = Sample { name, kind: SampleKind::Schema, shown, file, base: DataPath::new() };
        Schema {
            sample: Arc::new(sample),
            reference: reference.to_owned(),
            documents,
            shape: OnceLock::new(),
        }
    }

    /// Returns its shape, or why it can't be read.
    pub(super) fn read(&self) -> Result<&Arc<Shape>, &SchemaError> {
        let read = || {
            let start = serde_json::json!({ "$ref": self.reference });
            read_schema(&self.sample, &start, &*self.documents)
        };
        self.shape.get_or_init(read).as_ref()
    }

    #[must_use]
    pub fn shape(&self) -> Arc<Shape> {
        // A workspace's schemas are validated when packs are loaded; a test validates the built-in
        // ones.
        self.read().map_or_else(|_| Arc::new(Shape::any()), Arc::clone)
    }

    #[must_use]
    pub fn reference(&self) -> &str {
        &self.reference
    }

    #[must_use]
    pub fn documents(&self) -> &Documents {
        &self.documents
    }

    /// Returns the file as shown; for a built-in schema, its name.
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
