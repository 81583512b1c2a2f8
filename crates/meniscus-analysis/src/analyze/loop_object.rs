//! The shapes of `forloop` and `tablerowloop`.

use std::sync::{Arc, LazyLock};

use crate::render::{FOR_FIELDS, LOOP_FIELDS, TABLE_FIELDS};
use crate::shape::{Field, Kinds, Object, Openness, Seen, Shape};

/// Returns the shape of a loop's own object, by its name.
pub(super) fn loop_object(name: &str) -> Option<Arc<Shape>> {
    static FOR: LazyLock<Arc<Shape>> = LazyLock::new(|| of_fields(FOR_FIELDS));
    static TABLE: LazyLock<Arc<Shape>> = LazyLock::new(|| of_fields(TABLE_FIELDS));
    match name {
        "forloop" => Some(Arc::clone(&FOR)),
        "tablerowloop" => Some(Arc::clone(&TABLE)),
        _ => None,
    }
}

/// Returns the shape of a loop with these fields beside those of every loop.
fn of_fields(further: &[(&str, Kinds)]) -> Arc<Shape> {
    let fields = LOOP_FIELDS.iter().chain(further).map(|(name, kinds)| {
        let seen = Seen { documented: true, ..Seen::default() };
        (Arc::from(*name), Field { shape: Arc::new(Shape::of_kinds(*kinds)), seen })
    });
    let object =
        Object { fields: fields.collect(), openness: Openness::Closed, ..Object::default() };
    Arc::new(Shape { kinds: Kinds::OBJECT, object: Some(Arc::new(object)), ..Shape::default() })
}
