use std::collections::HashMap;
use std::path::PathBuf;

use super::contract::places;
use crate::contract::Node;
use crate::endpoint::STATUS_FIELD;
use crate::http::secret::is_secret_field;
use crate::shape::{Field, Kinds, List, Openness, SamplePlace, Scalar, Shape, Values};
use crate::text::{line_of, locate_json};
use crate::value::{View, to_json};

/// Most columns for names, kinds, and values before the next column moves.
const WIDEST: [usize; 3] = [36, 28, 34];
/// Most values shown for a field.
const MAX_VALUES: usize = 3;
/// Most characters shown of a string.
const MAX_CHARACTERS: usize = 20;

/// Appends a shape as a tree: a line for each field with its kind, values, and how often it was
/// seen.
pub fn draw_shape(shape: &Shape, out: &mut String) {
    draw(shape, "(the response)", None, out);
}

/// Appends the shape of a variable, with the places where messages read each field.
pub fn draw_read_shape(shape: &Shape, read: Option<&Node>, out: &mut String) {
    draw(shape, "(the value)", read, out);
}

fn draw(shape: &Shape, whole: &str, read: Option<&Node>, out: &mut String) {
    let mut table = Table::default();
    if shape.object.is_none() {
        let values = values("", shape);
        table.rows.push([whole.to_owned(), kind_words(shape, false), values, String::new()]);
    }
    table.inside(shape, read, 0);
    table.draw(out);
}

/// Rows of name, kind, values, and evidence.
#[derive(Default)]
struct Table {
    rows: Vec<[String; 4]>,
    texts: HashMap<PathBuf, Option<String>>,
}

impl Table {
    /// Adds rows for the contents of a value.
    fn inside(&mut self, shape: &Shape, read: Option<&Node>, depth: usize) {
        if let Some(object) = &shape.object {
            for (name, field) in &object.fields {
                let read = read.and_then(|read| read.fields.get(name));
                self.field(name, field, read, depth, object.samples > 0);
            }
            if object.openness == Openness::Free {
                let name = format!("{}…", "  ".repeat(depth));
                let evidence = "custom names".to_owned();
                self.rows.push([name, "anything".to_owned(), String::new(), evidence]);
            }
        }
        if let Some(list) = &shape.list {
            self.inside(&list.item, read.and_then(|read| read.item.as_deref()), depth);
        }
    }

    fn field(
        &mut self,
        name: &str,
        field: &Field,
        read: Option<&Node>,
        depth: usize,
        sampled: bool,
    ) {
        let mut evidence = if name == STATUS_FIELD {
            "added by Braze".to_owned()
        } else {
            self.evidence(field, sampled)
        };
        if let Some(read) = read.filter(|read| !read.uses.is_empty()) {
            let gap = if evidence.is_empty() { "" } else { " · " };
            evidence.push_str(&format!("{gap}read at {}", places(&read.uses)));
        }
        let row = [
            format!("{}{name}", "  ".repeat(depth)),
            kind_words(&field.shape, field.seen.null > 0 || field.seen.nullable),
            values(name, &field.shape),
            evidence,
        ];
        self.rows.push(row);
        self.inside(&field.shape, read, depth + 1);
    }

    /// Says how often a field was seen, and where it was missing.
    fn evidence(&mut self, field: &Field, sampled: bool) -> String {
        let seen = &field.seen;
        if seen.present == 0 {
            let text = match (seen.documented, sampled) {
                (true, true) => "documented, never seen",
                (true, false) => "documented",
                (false, _) => "",
            };
            return text.to_owned();
        }
        let mut parts = Vec::new();
        if seen.present < seen.of {
            parts.push(format!("in {} of {}", seen.present, seen.of));
        }
        if seen.null > 0 {
            parts.push(format!("null in {} of {}", seen.null, seen.of));
        }
        if parts.is_empty() {
            return format!("{} of {}", seen.present, seen.of);
        }
        let place = seen.null_at.as_ref().or(seen.absent_at.as_ref());
        parts.extend(place.map(|place| self.place(place)));
        parts.join(", ")
    }

    /// Returns file and line, if the file can be read.
    fn place(&mut self, place: &SamplePlace) -> String {
        let sample = &place.sample;
        let text = self.texts.entry(sample.file.clone());
        let text = text.or_insert_with(|| std::fs::read_to_string(&sample.file).ok());
        let range = text.as_ref().and_then(|text| {
            // A body stored as a string has no locations inside it.
            let steps = place.steps();
            let found = (sample.base.len()..=steps.len()).rev();
            let range = found.map(|end| &steps[..end]).find_map(|steps| locate_json(text, steps));
            range.map(|range| line_of(text, range.start))
        });
        match range {
            Some(line) => format!("{}:{line}", sample.shown),
            None => sample.shown.clone(),
        }
    }

    fn draw(&self, out: &mut String) {
        let width = |column: usize| {
            let widths = self.rows.iter().map(|row| row[column].chars().count());
            widths.filter(|width| *width <= WIDEST[column]).max().unwrap_or(0)
        };
        let widths = [width(0), width(1), width(2)];
        for row in &self.rows {
            let mut line = String::new();
            for (cell, width) in row.iter().zip(widths.into_iter().chain([0])) {
                line.push_str(cell);
                let missing = width.saturating_sub(cell.chars().count());
                line.push_str(&" ".repeat(missing + 2));
            }
            out.push_str(line.trim_end());
            out.push('\n');
        }
    }
}

pub(super) fn kind_words(shape: &Shape, nullable: bool) -> String {
    let kinds = shape.kinds.without(Kinds::NIL);
    if kinds.is_any() {
        return "anything".to_owned();
    }
    let mut words = Vec::new();
    for (kind, word) in [(Kinds::TEXT, "string"), (Kinds::BOOL, "boolean")] {
        if kinds.meets(kind) {
            words.push(word.to_owned());
        }
    }
    if kinds.meets(Kinds::NUMBER) {
        words.push(if kinds.has(Kinds::FLOAT) { "number" } else { "integer" }.to_owned());
    }
    if kinds.meets(Kinds::OBJECT) {
        words.push("object".to_owned());
    }
    if kinds.meets(Kinds::LIST) {
        words.push(shape.list.as_deref().map_or_else(|| "list".to_owned(), list_words));
    }
    match (words.is_empty(), nullable || shape.kinds.meets(Kinds::NIL)) {
        (true, true) => "null".to_owned(),
        (true, false) => "unknown".to_owned(),
        (false, true) => format!("{} or null", words.join(" or ")),
        (false, false) => words.join(" or "),
    }
}

/// Describes a list: the kind of its items, if those have no rows of their own, and their number.
fn list_words(list: &List) -> String {
    let kinds = list.item.kinds.without(Kinds::NIL);
    let items = [
        (Kinds::TEXT, "list of strings"),
        (Kinds::INT, "list of integers"),
        (Kinds::NUMBER, "list of numbers"),
        (Kinds::LIST, "list of lists"),
    ];
    let items = items.iter().find(|(kind, _)| kinds.within(*kind));
    let what = items.map_or("list", |(_, words)| words);
    match list.longest {
        Some(0) => "list, always empty".to_owned(),
        Some(1) if list.may_be_empty => format!("{what}, 0 or 1 item"),
        Some(most) if list.may_be_empty => format!("{what}, 0 to {most} items"),
        Some(1) => format!("{what} of 1 item"),
        Some(most) => format!("{what}, up to {most} items"),
        None => what.to_owned(),
    }
}

/// Returns the known values, unless the field is secret.
fn values(name: &str, shape: &Shape) -> String {
    let item = shape.list.as_ref().and_then(|list| list.item.scalar.as_deref());
    let Some(scalar) = shape.scalar.as_deref().or(item) else { return String::new() };
    if is_secret_field(name) {
        return "(not shown)".to_owned();
    }
    shown_values(scalar)
}

pub(super) fn shown_values(scalar: &Scalar) -> String {
    // One example is enough, but an enumeration is listed in full.
    let texts = scalar.values.iter().any(|value| matches!(value.view(), View::Str(_)));
    let most = match scalar.known {
        Values::Seen if texts && scalar.values.len() > MAX_VALUES => 1,
        Values::Seen => MAX_VALUES,
        Values::Exact | Values::Documented => usize::MAX,
    };
    let mut shown = scalar.values.iter().take(most).map(|value| value_text(value.view()));
    let mut text = shown.by_ref().collect::<Vec<_>>().join(", ");
    if scalar.values.len() > most {
        text.push_str(", …");
    }
    text
}

pub(super) fn value_text(value: View<'_>) -> String {
    match value {
        View::Str(text) if text.chars().count() > MAX_CHARACTERS => {
            let head = text.chars().take(MAX_CHARACTERS).collect::<String>();
            let quoted = serde_json::Value::from(head).to_string();
            format!("{}…\"", quoted.trim_end_matches('"'))
        }
        value => to_json(value).to_string(),
    }
}
