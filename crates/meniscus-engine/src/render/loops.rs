use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::shape::Kinds;
use crate::value::{Drop, Value};

/// The fields that every loop has, with their kinds.
pub const LOOP_FIELDS: &[(&str, Kinds)] = &[
    ("index", Kinds::INT),
    ("index0", Kinds::INT),
    ("rindex", Kinds::INT),
    ("rindex0", Kinds::INT),
    ("first", Kinds::BOOL),
    ("last", Kinds::BOOL),
    ("length", Kinds::INT),
];

/// The further fields of `forloop`.
pub const FOR_FIELDS: &[(&str, Kinds)] = &[("name", Kinds::TEXT), ("parentloop", Kinds::ANY)];

/// The further fields of `tablerowloop`.
pub const TABLE_FIELDS: &[(&str, Kinds)] = &[
    ("col", Kinds::INT),
    ("col0", Kinds::INT),
    ("col_first", Kinds::BOOL),
    ("col_last", Kinds::BOOL),
    ("row", Kinds::INT),
];

/// `forloop`: live, as Ruby's drop is, so a copy kept in a variable goes on counting.
#[derive(Debug)]
pub struct ForLoop {
    name: String,
    length: usize,
    index: AtomicUsize,
    parent: Option<Arc<ForLoop>>,
}

impl ForLoop {
    /// The first turn of `length`.
    #[must_use]
    pub fn new(name: String, length: usize, parent: Option<Arc<ForLoop>>) -> ForLoop {
        ForLoop { name, length, index: AtomicUsize::new(0), parent }
    }

    /// Goes to the next turn.
    pub fn advance(&self) {
        self.index.fetch_add(1, Ordering::Relaxed);
    }
}

impl Drop for ForLoop {
    fn class_name(&self) -> &'static str {
        "Liquid::ForloopDrop"
    }

    fn field(&self, name: &str) -> Option<Value> {
        let index = self.index.load(Ordering::Relaxed);
        Some(match name {
            "parentloop" => match &self.parent {
                Some(parent) => Value::Drop(Arc::clone(parent) as Arc<dyn Drop>),
                None => Value::Nil,
            },
            "name" => Value::from(&*self.name),
            _ => return turn(name, index, self.length),
        })
    }
}

/// `tablerowloop`.
#[derive(Debug)]
pub struct TableLoop {
    length: usize,
    columns: i64,
    index: AtomicUsize,
    row: AtomicUsize,
    column: AtomicUsize,
}

impl TableLoop {
    /// The first cell of `length`, in rows of `columns`.
    #[must_use]
    pub fn new(length: usize, columns: i64) -> TableLoop {
        let start = || AtomicUsize::new(1);
        TableLoop { length, columns, index: AtomicUsize::new(0), row: start(), column: start() }
    }

    /// The column, from 1.
    #[must_use]
    pub fn column(&self) -> usize {
        self.column.load(Ordering::Relaxed)
    }

    /// The row, from 1.
    #[must_use]
    pub fn row(&self) -> usize {
        self.row.load(Ordering::Relaxed)
    }

    /// Whether the cell is the last of its row.
    #[must_use]
    pub(crate) fn is_row_end(&self) -> bool {
        i64::try_from(self.column()) == Ok(self.columns)
    }

    /// Whether the cell is the last of all.
    #[must_use]
    pub(crate) fn is_last(&self) -> bool {
        self.index.load(Ordering::Relaxed) + 1 == self.length
    }

    /// Goes to the next cell.
    pub fn advance(&self) {
        self.index.fetch_add(1, Ordering::Relaxed);
        if self.is_row_end() {
            self.column.store(1, Ordering::Relaxed);
            self.row.fetch_add(1, Ordering::Relaxed);
        } else {
            self.column.fetch_add(1, Ordering::Relaxed);
        }
    }
}

impl Drop for TableLoop {
    fn class_name(&self) -> &'static str {
        "Liquid::TablerowloopDrop"
    }

    fn field(&self, name: &str) -> Option<Value> {
        Some(match name {
            "col" => Value::from(self.column()),
            "col0" => Value::from(self.column() - 1),
            "row" => Value::from(self.row()),
            "col_first" => Value::Bool(self.column() == 1),
            "col_last" => Value::Bool(self.is_row_end()),
            _ => return turn(name, self.index.load(Ordering::Relaxed), self.length),
        })
    }
}

/// The fields that both loops have.
fn turn(name: &str, index: usize, length: usize) -> Option<Value> {
    Some(match name {
        "index" => Value::from(index + 1),
        "index0" => Value::from(index),
        "rindex" => Value::from(length.saturating_sub(index)),
        "rindex0" => Value::Int(length as i64 - index as i64 - 1),
        "first" => Value::Bool(index == 0),
        "last" => Value::Bool(index + 1 == length),
        "length" => Value::from(length),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{FOR_FIELDS, ForLoop, LOOP_FIELDS, TABLE_FIELDS, TableLoop};
    use crate::shape::Kinds;
    use crate::value::Drop;

    #[test]
    fn loops_have_the_fields_that_are_listed() {
        let outer = Arc::new(ForLoop::new("a in b".to_owned(), 2, None));
        let inner = ForLoop::new("c in d".to_owned(), 3, Some(outer));
        let table = TableLoop::new(4, 2);
        let loops: [(&dyn Drop, _); 2] = [(&inner, FOR_FIELDS), (&table, TABLE_FIELDS)];
        for (one, fields) in loops {
            for (name, kinds) in LOOP_FIELDS.iter().chain(fields) {
                let value = one.field(name).unwrap_or_else(|| panic!("no `{name}`"));
                let is_object = *kinds == Kinds::ANY;
                assert!(is_object || Kinds::of(value.view()).within(*kinds), "{name}");
            }
        }
    }
}
