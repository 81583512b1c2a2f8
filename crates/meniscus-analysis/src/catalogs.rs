//! The catalogs that every recipient has, and what is known of their items.

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use indexmap::IndexMap;

use crate::shape::{Inference, Object as Fields, Openness, Sample, SampleKind, Shape};
use crate::text::DataPath;
use crate::value::{Object, Value, View, to_json};

/// Catalogs by name.
#[derive(Clone, Debug, Default)]
pub struct Catalogs {
    all: Arc<IndexMap<String, Catalog>>,
    values: Arc<Object>,
}

/// What is known of a catalog beside its value.
#[derive(Clone, Debug)]
struct Catalog {
    /// Its file, as shown.
    shown: String,
    /// Where the items are in it.
    base: DataPath,
    /// The joint shape of the items, once it was asked for.
    item: OnceLock<Arc<Shape>>,
}

impl Catalogs {
    /// Adds a catalog: an object with `items`. `shown` is its file, `base` where the items are in it.
    pub fn add(&mut self, name: String, value: Value, shown: String, base: DataPath) {
        Arc::make_mut(&mut self.values).insert(name.as_str(), value);
        Arc::make_mut(&mut self.all).insert(name, Catalog { shown, base, item: OnceLock::new() });
    }

    /// Returns the catalogs as a scenario would have them: by name, each with `items`.
    #[must_use]
    pub fn values(&self) -> &Arc<Object> {
        &self.values
    }

    /// Whether there is a catalog of this name.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.all.contains_key(name)
    }

    /// Returns the shape of an item; `None` if there is no such catalog, or nothing in it.
    #[must_use]
    pub fn item(&self, name: &str) -> Option<&Arc<Shape>> {
        let catalog = self.all.get(name)?;
        let shape = catalog.item.get_or_init(|| {
            let value = self.values.get(name).map(Value::view);
            value.map_or_else(Arc::default, |value| catalog.shape(name, value))
        });
        shape.object.is_some().then_some(shape)
    }
}

impl Catalog {
    fn shape(&self, name: &str, value: View<'_>) -> Arc<Shape> {
        let View::Object(catalog) = value else { return Arc::default() };
        let Some(items) = catalog.get("items") else { return Arc::default() };
        let sample = Arc::new(Sample {
            name: name.to_owned(),
            kind: SampleKind::Catalog,
            file: PathBuf::from(&self.shown),
            shown: self.shown.clone(),
            base: self.base.clone(),
        });
        let mut inference = Inference::default();
        inference.add(&sample, &to_json(items.view()));
        let shape = inference.finish();
        let Some(list) = &shape.list else { return Arc::default() };
        let Some(object) = &list.item.object else { return Arc::clone(&list.item) };
        // Every item has the fields of its catalog, which may be null.
        let object = Fields { openness: Openness::Observed, ..(**object).clone() };
        Arc::new(Shape { object: Some(Arc::new(object)), ..(*list.item).clone() })
    }
}
