//! Digits without separators, the last date format that `Date._parse` tries.

use super::date_parse::{Elements, is_sign, nanoseconds, number};
use super::scan::Cursor;

/// "20160216t100000z", "160216", "045", "1000.5": digits, then a time, a fraction, and a zone.
///
/// The meaning depends on the number of digits. Digits followed by a fraction end in seconds;
/// others start with the largest element.
pub(super) fn digits_alone(start: Cursor<'_>) -> Option<(Cursor<'_>, Elements)> {
    let unsigned = start.one(is_sign).unwrap_or(start);
    let end = unsigned.digits(2..=14)?;
    let digits = unsigned.to(end);
    let after = end.spaces().optional('t').spaces();
    let clock = after.digits(2..=6);
    let after_clock = clock.unwrap_or(after);
    let fraction = after_clock
        .one(|c| matches!(c, ',' | '.'))
        .map(|point| (point, point.run(|c| c.is_ascii_digit())));
    let mut end = fraction.map_or(after_clock, |(_, end)| end);

    let mut elements = if clock.is_none() && fraction.is_some() {
        from_the_end(&digits)
    } else {
        from_the_start(&digits)
    };
    if start.char('-').is_some() {
        elements.year = elements.year.map(|year| -year);
    }
    if let Some(clock) = clock {
        read_clock(&after.to(clock), fraction.is_some(), &mut elements);
    }
    elements.nanoseconds = fraction.map(|(point, end)| nanoseconds(&point.to(end)));
    if let Some((zone, after)) = zone(end.spaces()) {
        elements.zone = Some(zone);
        end = after;
    }
    Some((end, elements))
}

/// Parses a date that starts with its largest element, the year or month.
fn from_the_start(digits: &str) -> Elements {
    let part = |start: usize, length: usize| digits.get(start..start + length).map(number);
    let mut elements = Elements::default();
    match digits.len() {
        2 => elements.day = part(0, 2),
        3 => elements.day_of_year = part(0, 3),
        4 => {
            elements.month = part(0, 2);
            elements.day = part(2, 2);
        }
        5 => {
            elements.year = part(0, 2);
            elements.day_of_year = part(2, 3);
        }
        6 => {
            elements.year = part(0, 2);
            elements.month = part(2, 2);
            elements.day = part(4, 2);
        }
        7 => {
            elements.year = part(0, 4);
            elements.day_of_year = part(4, 3);
        }
        8 | 10 | 12 | 14 => {
            elements.year = part(0, 4);
            elements.month = part(4, 2);
            elements.day = part(6, 2);
            elements.hour = part(8, 2);
            elements.minute = part(10, 2);
            elements.second = part(12, 2);
            elements.whole_year = true;
        }
        _ => {}
    }
    elements
}

/// Parses a time that ends in seconds with a fraction.
fn from_the_end(digits: &str) -> Elements {
    let length = digits.len();
    let mut elements = Elements::default();
    // Ruby ignores 9, 11, and 13 digits.
    if length > 8 && length % 2 == 1 {
        return elements;
    }
    // The two digits that end `end` digits before the end; the first may be missing.
    let part = |end: usize| {
        let end = length.checked_sub(end).filter(|&end| end > 0)?;
        Some(number(&digits[end.saturating_sub(2)..end]))
    };
    elements.second = part(0);
    elements.minute = part(2);
    elements.hour = part(4);
    elements.day = part(6);
    elements.month = part(8);
    elements.year = part(10);
    if length == 14 {
        elements.year = Some(number(&digits[..4]));
        elements.whole_year = true;
    }
    elements
}

/// Parses two, four, or six digits of a time, which end in seconds if a fraction follows.
fn read_clock(digits: &str, ends_in_seconds: bool, elements: &mut Elements) {
    let part = |index: usize| digits.get(index * 2..index * 2 + 2).map(number);
    let count = digits.len() / 2;
    if digits.len() % 2 == 1 {
        return;
    }
    let first = if ends_in_seconds { 3 - count } else { 0 };
    for (index, slot) in
        [&mut elements.hour, &mut elements.minute, &mut elements.second].into_iter().enumerate()
    {
        let value = index.checked_sub(first).and_then(part);
        *slot = value.or(*slot);
    }
}

/// "z", "-0500", or in brackets an offset with a name: "[-5:est]".
fn zone(start: Cursor<'_>) -> Option<(String, Cursor<'_>)> {
    let zulu = start.char('z').and_then(Cursor::boundary);
    let offset = || start.one(is_sign)?.digits(1..=4)?.boundary();
    if let Some(end) = zulu.or_else(offset) {
        return Some((start.to(end), end));
    }
    let open = start.char('[')?;
    let close = open.one(is_sign).unwrap_or(open).number()?.run(|c| c != ']');
    let inside = open.to(close);
    let name = inside.split_once(':').map_or(inside.as_str(), |(_, name)| name);
    Some((name.to_owned(), close.char(']')?))
}
