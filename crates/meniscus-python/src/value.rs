use meniscus_engine::value::{Time, Value, parse_json};
use pyo3::exceptions::{PyRecursionError, PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDate, PyDateTime, PyDict, PyFloat, PyInt, PyList, PyString, PyTuple};

use meniscus_engine::value::Object;

/// The deepest nesting of dictionaries and lists.
const DEEPEST: usize = 200;

/// Converts a Python value: `None`, `bool`, `int`, `float`, `str`, `Decimal`, `datetime`, `date`,
/// `list`, `tuple`, and `dict` with strings as keys.
///
/// # Errors
/// `TypeError` for another type, `ValueError` for a number that isn't finite, `RecursionError` for
/// what is nested too deeply.
pub(crate) fn to_value(value: &Bound<'_, PyAny>) -> PyResult<Value> {
    convert(value, 0)
}

/// Converts a dictionary.
///
/// # Errors
/// As [`to_value`].
pub(crate) fn to_object(dict: &Bound<'_, PyDict>) -> PyResult<Object> {
    object(dict, 0)
}

fn convert(value: &Bound<'_, PyAny>, depth: usize) -> PyResult<Value> {
    if depth > DEEPEST {
        let message = format!("values are nested deeper than {DEEPEST} levels");
        return Err(PyRecursionError::new_err(message));
    }
    if value.is_none() {
        return Ok(Value::Nil);
    }
    if let Ok(text) = value.cast::<PyString>() {
        return Ok(Value::from(text.to_cow()?.as_ref()));
    }
    // A bool is an int in Python.
    if let Ok(flag) = value.cast::<PyBool>() {
        return Ok(Value::Bool(flag.is_true()));
    }
    if let Ok(number) = value.cast::<PyInt>() {
        return match number.extract::<i64>() {
            Ok(small) => Ok(Value::Int(small)),
            Err(_) => digits(value),
        };
    }
    if let Ok(number) = value.cast::<PyFloat>() {
        return finite(number.value());
    }
    if let Ok(dict) = value.cast::<PyDict>() {
        return Ok(Value::from(object(dict, depth)?));
    }
    if let Ok(items) = value.cast::<PyList>() {
        return list(items.iter(), depth);
    }
    if let Ok(items) = value.cast::<PyTuple>() {
        return list(items.iter(), depth);
    }
    if let Ok(time) = value.cast::<PyDateTime>() {
        return datetime(time);
    }
    if let Ok(date) = value.cast::<PyDate>() {
        return Ok(Value::from(date.str()?.to_cow()?.as_ref()));
    }
    if is_decimal(value)? {
        return digits(value);
    }
    let message = format!("can't convert a value of the type `{}`", value.get_type().name()?);
    Err(PyTypeError::new_err(message))
}

fn finite(number: f64) -> PyResult<Value> {
    match number.is_finite() {
        true => Ok(Value::Float(number)),
        false => Err(PyValueError::new_err(format!("JSON can't express the number {number}"))),
    }
}

fn list<'py>(items: impl Iterator<Item = Bound<'py, PyAny>>, depth: usize) -> PyResult<Value> {
    let items = items.map(|item| convert(&item, depth + 1)).collect::<PyResult<Vec<_>>>()?;
    Ok(Value::array(items))
}

fn object(dict: &Bound<'_, PyDict>, depth: usize) -> PyResult<Object> {
    let mut object = Object::with_capacity(dict.len());
    for (key, value) in dict.iter() {
        let Ok(key) = key.cast::<PyString>() else {
            let message = format!("keys can't have the type `{}`", key.get_type().name()?);
            return Err(PyTypeError::new_err(message));
        };
        object.insert(key.to_cow()?.as_ref(), convert(&value, depth + 1)?);
    }
    Ok(object)
}

/// Converts a time. One without a time zone is in UTC.
fn datetime(value: &Bound<'_, PyDateTime>) -> PyResult<Value> {
    let text = value.str()?;
    let text = text.to_cow()?;
    let parsed = Time::parse(&text, &Time::default());
    let time = parsed
        .ok_or_else(|| PyValueError::new_err(format!("the time `{text}` is out of range")))?;
    let offset = time_offset(value)?;
    let time = if offset == 0.0 { time.into_utc() } else { time };
    Ok(Value::Time(std::sync::Arc::new(time)))
}

/// Returns the offset from UTC in seconds.
fn time_offset(time: &Bound<'_, PyDateTime>) -> PyResult<f64> {
    let offset = time.call_method0("utcoffset")?;
    match offset.is_none() {
        true => Ok(0.0),
        false => offset.call_method0("total_seconds")?.extract(),
    }
}

fn is_decimal(value: &Bound<'_, PyAny>) -> PyResult<bool> {
    let py = value.py();
    value.is_instance(&py.import("decimal")?.getattr("Decimal")?)
}

/// Converts a number by its digits, as JSON of the same digits would be.
fn digits(value: &Bound<'_, PyAny>) -> PyResult<Value> {
    let text = value.str()?;
    let text = text.to_cow()?;
    parse_json(&text)
        .map_err(|_| PyValueError::new_err(format!("JSON can't express the number {text}")))
}
