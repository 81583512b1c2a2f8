use std::borrow::Cow;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{
    Float16Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type,
    UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef, GenericStringArray, OffsetSizeTrait, RecordBatch};
use arrow_cast::display::{ArrayFormatter, FormatOptions};
use arrow_schema::{DataType, Fields};
use meniscus_audience::{AnswerSource, Person, RawRow, RowAnswers, json_response};
use meniscus_engine::value::{Object, Time, Value, View, parse_json, to_json};

/// The most characters that are shown of a type.
const MOST_CHARS: usize = 100;

/// The deepest nesting of lists and structs.
const DEEPEST: usize = 128;

/// Which columns of a batch are what.
#[derive(Clone, Debug, Default)]
pub(crate) struct Roles {
    /// The column with the customer's id, where it isn't one of Braze's.
    pub key: Option<String>,
    /// The column with whole rows as JSON, which are all that counts then.
    pub row: Option<String>,
    /// Columns of responses. Those of one endpoint come first.
    pub answers: Vec<(String, Arc<AnswerSource>)>,
}

/// The rows of a batch.
pub(crate) struct Rows<'a> {
    roles: &'a Roles,
    row: Option<&'a ArrayRef>,
    /// What recipients have.
    columns: Vec<(Arc<str>, &'a ArrayRef)>,
    /// Responses with their status, if there is a column for it.
    answers: Vec<(&'a Arc<AnswerSource>, &'a ArrayRef, Option<&'a ArrayRef>)>,
}

impl<'a> Rows<'a> {
    /// Finds the columns.
    ///
    /// # Errors
    /// If one that is named isn't there, or has a type that nothing can be read from.
    pub fn of(batch: &'a RecordBatch, roles: &'a Roles) -> Result<Rows<'a>, String> {
        let named = |name: &str| {
            let names = || batch.schema_ref().fields().iter().map(|field| field.name().to_owned());
            batch.column_by_name(name).ok_or_else(|| {
                let names = names().map(|name| format!("`{name}`")).collect::<Vec<_>>();
                format!("there is no column `{name}`; the columns are {}", names.join(", "))
            })
        };
        let mut taken = Vec::new();
        let mut answers = Vec::new();
        for (name, source) in &roles.answers {
            let status = format!("{name}_status");
            answers.push((source, named(name)?, batch.column_by_name(&status)));
            taken.extend([name.clone(), status]);
        }
        let row = roles.row.as_deref().map(named).transpose()?;
        if let Some(key) = roles.key.as_deref().filter(|_| row.is_none()) {
            named(key)?;
        }
        let fields = batch.schema_ref().fields().iter().zip(batch.columns());
        let columns = fields.filter(|(field, _)| row.is_none() && !taken.contains(field.name()));
        let columns = columns.map(|(field, array)| (Arc::from(&**field.name()), array)).collect();
        let rows = Rows { roles, row, columns, answers };
        let all = rows.columns.iter().map(|(name, array)| (&**name, *array));
        let row = roles.row.as_deref().zip(rows.row);
        let bodies = roles.answers.iter().zip(&rows.answers);
        let bodies = bodies.map(|((name, _), (_, array, _))| (name.as_str(), *array));
        for (name, array) in all.chain(row).chain(bodies) {
            if !is_readable(array.data_type(), 0) {
                let kind = array.data_type().to_string();
                let kind = kind.chars().take(MOST_CHARS).collect::<String>();
                return Err(format!(
                    "the column `{name}` has the type {kind}, which can't be read"
                ));
            }
        }
        Ok(rows)
    }

    /// Reads a row.
    ///
    /// # Errors
    /// If it can't be used, and why.
    pub fn person(&self, row: usize) -> Result<Person, String> {
        let raw = match self.row {
            Some(array) => {
                let text = json_at(array, row).map_err(|why| format!("it {why}"))?;
                let text = text.ok_or("it is null")?;
                RawRow::Json(text.into_owned().into_bytes())
            }
            None => {
                let mut values = Object::with_capacity(self.columns.len());
                for (name, array) in &self.columns {
                    // A missing attribute isn't an attribute.
                    if !is_null(array, row) {
                        let value = value_at(array, row);
                        let value = value.map_err(|why| format!("its `{name}` {why}"))?;
                        values.insert(&**name, value);
                    }
                }
                RawRow::Columns(values)
            }
        };
        Person::of(&raw, self.roles.key.as_deref()).map(|(person, _)| person)
    }

    /// Returns what answers the calls of a row.
    ///
    /// # Errors
    /// If its response isn't text or an object.
    pub fn answers(&self, row: usize) -> Result<RowAnswers, String> {
        let mut answers = RowAnswers::default();
        for (source, bodies, statuses) in &self.answers {
            let body = json_at(bodies, row).map_err(|why| format!("its response {why}"))?;
            let status = match statuses.filter(|statuses| !is_null(statuses, row)) {
                None => 200,
                Some(statuses) => status_at(statuses, row)?,
            };
            let response = body.map(|body| json_response(status, body.as_bytes()));
            answers.add(source, response);
        }
        Ok(answers)
    }
}

/// Whether a cell has no value: arrays of nothing and dictionaries say so in their own way.
fn is_null(array: &dyn Array, row: usize) -> bool {
    match array.data_type() {
        DataType::Null => true,
        DataType::Dictionary(..) if array.is_valid(row) => {
            let dictionary = array.as_any_dictionary();
            key_of(dictionary.keys(), row).is_none_or(|key| is_null(dictionary.values(), key))
        }
        _ => !array.is_valid(row),
    }
}

/// Returns the place of a dictionary's value.
fn key_of(keys: &dyn Array, row: usize) -> Option<usize> {
    match value_at(keys, row) {
        Ok(Value::Int(key)) => usize::try_from(key).ok(),
        _ => None,
    }
}

/// Returns an HTTP status, which other engines may have made a fraction or a string.
fn status_at(array: &dyn Array, row: usize) -> Result<u16, String> {
    let wrong = || "the status of its response isn't a whole number from 100 to 599".to_owned();
    let status = match value_at(array, row).map_err(|_| wrong())? {
        Value::Int(status) => u16::try_from(status).ok(),
        Value::Float(status) if status.fract() == 0.0 && (0.0..1e4).contains(&status) => {
            Some(status as u16)
        }
        other => match other.view() {
            View::Str(text) => text.trim().parse().ok(),
            _ => None,
        },
    };
    status.filter(|status| (100..=599).contains(status)).ok_or_else(wrong)
}

/// Whether values of a type can be read; `depth` is how deeply it is nested.
fn is_readable(kind: &DataType, depth: usize) -> bool {
    let inner = |kind: &DataType| depth < DEEPEST && is_readable(kind, depth + 1);
    match kind {
        DataType::Union(..) | DataType::RunEndEncoded(..) => false,
        // A VARIANT: what it says is in two columns of bytes.
        DataType::Struct(fields) if fields.len() == 2 && is_variant(fields) => false,
        DataType::Struct(fields) => fields.iter().all(|field| inner(field.data_type())),
        DataType::List(item)
        | DataType::LargeList(item)
        | DataType::FixedSizeList(item, _)
        | DataType::Map(item, _) => inner(item.data_type()),
        DataType::ListView(_) | DataType::LargeListView(_) => false,
        DataType::Dictionary(_, values) => inner(values),
        _ => true,
    }
}

fn is_variant(fields: &Fields) -> bool {
    let is_bytes = |name: &str| {
        let field = fields.iter().find(|field| field.name() == name);
        field.is_some_and(|field| {
            matches!(
                field.data_type(),
                DataType::Binary | DataType::LargeBinary | DataType::BinaryView
            )
        })
    };
    is_bytes("metadata") && is_bytes("value")
}

/// Returns the bytes of a string, which nobody has checked.
fn bytes_of<O: OffsetSizeTrait>(array: &GenericStringArray<O>, row: usize) -> &[u8] {
    let offsets = array.value_offsets();
    let (start, end) = (offsets[row].as_usize(), offsets[row + 1].as_usize());
    array.value_data().get(start..end).unwrap_or_default()
}

/// Returns the string of a cell; nothing if it isn't a string.
fn string_at<'a>(array: &'a dyn Array, row: usize) -> Result<Option<&'a str>, String> {
    // The bytes of a string column are whatever another program put there.
    let utf8 = |bytes: &'a [u8]| std::str::from_utf8(bytes).map_err(|_| "isn't UTF-8".to_owned());
    Ok(Some(match array.data_type() {
        DataType::Utf8 => utf8(bytes_of(array.as_string::<i32>(), row))?,
        DataType::LargeUtf8 => utf8(bytes_of(array.as_string::<i64>(), row))?,
        DataType::Utf8View => utf8(array.as_string_view().value(row).as_bytes())?,
        DataType::Dictionary(..) => {
            let dictionary = array.as_any_dictionary();
            return match key_of(dictionary.keys(), row) {
                Some(key) => string_at(dictionary.values().as_ref(), key),
                None => Ok(None),
            };
        }
        DataType::Binary => utf8(array.as_binary::<i32>().value(row))?,
        DataType::LargeBinary => utf8(array.as_binary::<i64>().value(row))?,
        DataType::BinaryView => utf8(array.as_binary_view().value(row))?,
        _ => return Ok(None),
    }))
}

/// Returns a cell as JSON: a string as it is, anything else as what it says.
fn json_at(array: &dyn Array, row: usize) -> Result<Option<Cow<'_, str>>, String> {
    if is_null(array, row) {
        return Ok(None);
    }
    Ok(Some(match string_at(array, row)? {
        Some(text) => Cow::Borrowed(text),
        None => Cow::Owned(to_json(value_at(array, row)?.view()).to_string()),
    }))
}

/// Returns a cell's value.
///
/// # Errors
/// For numbers that JSON lacks and bytes that aren't UTF-8: words after "its `column`".
fn value_at(array: &dyn Array, row: usize) -> Result<Value, String> {
    if is_null(array, row) {
        return Ok(Value::Nil);
    }
    if let Some(text) = string_at(array, row)? {
        return Ok(Value::from(text));
    }
    macro_rules! number {
        ($kind:ty) => {
            Ok(Value::Int(i64::from(array.as_primitive::<$kind>().value(row))))
        };
    }
    match array.data_type() {
        DataType::Null => Ok(Value::Nil),
        DataType::Boolean => Ok(Value::Bool(array.as_boolean().value(row))),
        DataType::Int8 => number!(Int8Type),
        DataType::Int16 => number!(Int16Type),
        DataType::Int32 => number!(Int32Type),
        DataType::Int64 => number!(Int64Type),
        DataType::UInt8 => number!(UInt8Type),
        DataType::UInt16 => number!(UInt16Type),
        DataType::UInt32 => number!(UInt32Type),
        DataType::UInt64 => digits(&array.as_primitive::<UInt64Type>().value(row).to_string()),
        DataType::Float16 => finite(array.as_primitive::<Float16Type>().value(row).to_f64()),
        DataType::Float32 => finite(f64::from(array.as_primitive::<Float32Type>().value(row))),
        DataType::Float64 => finite(array.as_primitive::<Float64Type>().value(row)),
        DataType::Timestamp(..) => time_at(array, row),
        DataType::Struct(fields) => {
            let columns = array.as_struct().columns();
            let mut object = Object::with_capacity(fields.len());
            for (field, column) in fields.iter().zip(columns) {
                // Engines with a fixed schema write null for a field that a row doesn't have.
                if !is_null(column, row) {
                    object.insert(&**field.name(), value_at(column, row)?);
                }
            }
            Ok(Value::from(object))
        }
        DataType::Map(..) => {
            let entries = array.as_map().value(row);
            let (keys, values) = (entries.column(0), entries.column(1));
            let mut object = Object::with_capacity(entries.len());
            for entry in 0..entries.len() {
                let key = shown(keys, entry)?;
                object.insert(&*key, value_at(values, entry)?);
            }
            Ok(Value::from(object))
        }
        DataType::List(_) => items(&array.as_list::<i32>().value(row)),
        DataType::LargeList(_) => items(&array.as_list::<i64>().value(row)),
        DataType::FixedSizeList(..) => items(&array.as_fixed_size_list().value(row)),
        DataType::Dictionary(..) => {
            let dictionary = array.as_any_dictionary();
            match key_of(dictionary.keys(), row) {
                Some(key) => value_at(dictionary.values(), key),
                None => Ok(Value::Nil),
            }
        }
        DataType::Decimal32(..)
        | DataType::Decimal64(..)
        | DataType::Decimal128(..)
        | DataType::Decimal256(..) => digits(&shown(array, row)?),
        _ => Ok(Value::from(shown(array, row)?)),
    }
}

fn shown(array: &dyn Array, row: usize) -> Result<String, String> {
    if let Some(text) = string_at(array, row)? {
        return Ok(text.to_owned());
    }
    // By default, what can't be written is written as its error.
    let options = FormatOptions::new().with_display_error(false);
    let wrong = |_| "is out of range".to_owned();
    let formatter = ArrayFormatter::try_new(array, &options).map_err(wrong)?;
    let text = formatter.value(row).try_to_string().map_err(wrong)?;
    if text == "<invalid>" { Err("is out of range".to_owned()) } else { Ok(text) }
}

fn finite(number: f64) -> Result<Value, String> {
    match number.is_finite() {
        true => Ok(Value::Float(number)),
        false => Err(format!("is {number}, which JSON can't express")),
    }
}

fn digits(text: &str) -> Result<Value, String> {
    // A decimal of a negative scale writes 0 as `000`.
    let text = if text.bytes().all(|digit| digit == b'0') { "0" } else { text };
    parse_json(text).map_err(|_| format!("is {text}, which JSON can't express"))
}

/// Returns a time. One without a time zone is in UTC.
fn time_at(array: &dyn Array, row: usize) -> Result<Value, String> {
    let text = shown(array, row)?;
    let time = Time::parse(&text, &Time::default()).ok_or("is a time that is out of range")?;
    let has_zone = matches!(array.data_type(), DataType::Timestamp(_, Some(_)));
    Ok(Value::Time(Arc::new(if has_zone { time } else { time.into_utc() })))
}

fn items(array: &ArrayRef) -> Result<Value, String> {
    let items = (0..array.len()).map(|item| value_at(array, item));
    Ok(Value::array(items.collect::<Result<Vec<_>, _>>()?))
}
