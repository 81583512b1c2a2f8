use num_bigint::BigInt;
use unicode_properties::{GeneralCategory, UnicodeGeneralCategory as _};

use super::{Value, View};

/// Appends what Liquid prints for a value: nothing for `nil`, a list's items without a separator,
/// otherwise Ruby's `to_s`.
pub fn print(view: View<'_>, out: &mut String) {
    match view {
        View::Array(items) => join(items, "", out),
        other => to_s(other, out),
    }
}

/// Appends Ruby's `Array#join`: nested lists use the same separator.
pub(super) fn join(items: &[Value], separator: &str, out: &mut String) {
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            out.push_str(separator);
        }
        match item.view() {
            View::Array(inner) => join(inner, separator, out),
            other => to_s(other, out),
        }
    }
}

/// Appends Ruby's `to_s`.
pub(super) fn to_s(view: View<'_>, out: &mut String) {
    match view {
        View::Nil => {}
        View::Bool(true) => out.push_str("true"),
        View::Bool(false) => out.push_str("false"),
        View::Int(i) => push_int(i, out),
        View::Big(big) => push_big(big, out),
        View::Float(f) => push_float(f, out),
        View::Str(text) => out.push_str(text),
        View::Array(_) | View::Object(_) => inspect(view, out),
        View::Range(first, last) => {
            push_int(first, out);
            out.push_str("..");
            push_int(last, out);
        }
        View::Time(time) => push_display(&**time, out),
        View::Drop(drop) => out.push_str(drop.class_name()),
    }
}

/// Appends Ruby's `inspect`, the form of values inside printed lists and objects.
///
/// Objects print as in Ruby up to 3.3, `{"a"=>1}`; which Ruby version Braze runs is `unverified`.
pub fn inspect(view: View<'_>, out: &mut String) {
    match view {
        View::Nil => out.push_str("nil"),
        View::Str(text) => inspect_text(text, out),
        View::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push_str(", ");
                }
                inspect(item.view(), out);
            }
            out.push(']');
        }
        View::Object(object) => {
            out.push('{');
            for (index, (key, value)) in object.iter().enumerate() {
                if index > 0 {
                    out.push_str(", ");
                }
                inspect_text(key, out);
                out.push_str("=>");
                inspect(value.view(), out);
            }
            out.push('}');
        }
        other => to_s(other, out),
    }
}

fn inspect_text(text: &str, out: &mut String) {
    use std::fmt::Write;

    out.push('"');
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{7}' => out.push_str("\\a"),
            '\u{8}' => out.push_str("\\b"),
            '\u{b}' => out.push_str("\\v"),
            '\u{c}' => out.push_str("\\f"),
            '\u{1b}' => out.push_str("\\e"),
            '#' if matches!(chars.peek(), Some('{' | '$' | '@')) => out.push_str("\\#"),
            c if is_printable(c) => out.push(c),
            // Writing to a `String` can't fail.
            c if (c as u32) <= 0xffff => drop(write!(out, "\\u{:04X}", c as u32)),
            c => drop(write!(out, "\\u{{{:X}}}", c as u32)),
        }
    }
    out.push('"');
}

/// Whether Ruby's `inspect` shows a character unescaped: all except controls, line and paragraph
/// separators, and unassigned ones. Spaces and invisible joiners are shown.
fn is_printable(c: char) -> bool {
    if c.is_ascii() {
        return !c.is_ascii_control();
    }
    !matches!(
        c.general_category(),
        GeneralCategory::Control
            | GeneralCategory::Unassigned
            | GeneralCategory::LineSeparator
            | GeneralCategory::ParagraphSeparator
    )
}

fn push_int(value: i64, out: &mut String) {
    out.push_str(itoa::Buffer::new().format(value));
}

fn push_big(value: &BigInt, out: &mut String) {
    out.push_str(&value.to_str_radix(10));
}

/// Appends a float as Ruby prints it: the shortest digits that parse back, always with a fraction,
/// with an exponent from 1e16 up (integers from 1e15) and below 1e-4 (`1.0e+20`, `1.0e-05`).
fn push_float(value: f64, out: &mut String) {
    if value.is_nan() {
        out.push_str("NaN");
        return;
    }
    if value.is_infinite() {
        out.push_str(if value < 0.0 { "-Infinity" } else { "Infinity" });
        return;
    }
    // The limits are floats, so that comparing agrees with the printed exponent. Integers need
    // their zeros written, and Ruby writes fewer of them.
    let most = if value.fract() == 0.0 { 1e15 } else { 1e16 };
    if value == 0.0 || (1e-4..most).contains(&value.abs()) {
        // Without an exponent at these sizes, and with the fraction of a whole number.
        out.push_str(zmij::Buffer::new().format_finite(value));
        return;
    }
    let scientific = format!("{value:e}");
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    out.push_str(mantissa);
    if !mantissa.contains('.') {
        out.push_str(".0");
    }
    out.push('e');
    out.push(if exponent < 0 { '-' } else { '+' });
    out.push_str(&format!("{:02}", exponent.abs()));
}

fn push_display(value: impl std::fmt::Display, out: &mut String) {
    use std::fmt::Write;
    // Writing to a `String` can't fail.
    let _ = write!(out, "{value}");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn float(value: f64) -> String {
        let mut out = String::new();
        push_float(value, &mut out);
        out
    }

    #[test]
    fn floats_print_as_ruby_does() {
        for (value, printed) in [
            (0.0, "0.0"),
            (-0.0, "-0.0"),
            (1.5, "1.5"),
            (100.0, "100.0"),
            (1e14, "100000000000000.0"),
            (1e15, "1.0e+15"),
            (1000000000000000.5, "1000000000000000.5"),
            (1e16, "1.0e+16"),
            (1e20, "1.0e+20"),
            (1.25e-5, "1.25e-05"),
            (0.0001, "0.0001"),
            (9.999999999999999e-5, "9.999999999999999e-05"),
            (9999999999999998.0, "9.999999999999998e+15"),
            (-12.95, "-12.95"),
            (1e100, "1.0e+100"),
            (1e-7, "1.0e-07"),
        ] {
            assert_eq!(float(value), printed);
        }
    }

    #[test]
    fn integers_print_at_both_ends() {
        let mut out = String::new();
        push_int(i64::MIN, &mut out);
        push_int(0, &mut out);
        push_int(i64::MAX, &mut out);
        assert_eq!(out, "-922337203685477580809223372036854775807");
    }
}
