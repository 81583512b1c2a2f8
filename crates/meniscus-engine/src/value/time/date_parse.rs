//! The heuristics of Ruby's `Date._parse`.
//!
//! A text is searched for one pattern after another. A match is cut out, so that later patterns
//! don't read it again: first a weekday and a time of day, then the first date format that matches
//! anywhere, finally an era and a bare number. Each pattern is a function that is tried at every
//! position from left to right. Texts are at most 128 bytes long, so the work is bounded.

use super::date_forms;
use super::digits::digits_alone;
use super::scan::Cursor;

/// The longest text that Ruby parses, in bytes.
pub(super) const MAX_TEXT: usize = 128;

/// Limits numbers too large for any date; far from the ends of 64 bits, so that sums are safe, and
/// outside the range of every element.
const LARGE: i64 = 100_000_000_000_000_000;

const WEEKDAYS: [&str; 7] = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

/// Unchecked elements of a time in a text: a month may be 99.
#[derive(Clone, Debug, Default)]
pub(super) struct Elements {
    pub year: Option<i64>,
    pub day_of_year: Option<i64>,
    pub month: Option<i64>,
    pub day: Option<i64>,
    pub hour: Option<i64>,
    pub minute: Option<i64>,
    pub second: Option<i64>,
    pub nanoseconds: Option<u32>,
    /// The zone's name or offset as written.
    pub zone: Option<String>,
    /// The year counts backward from 1 BC.
    pub before_christ: bool,
    /// The year is meant literally, even with two digits.
    pub whole_year: bool,
}

impl Elements {
    /// Adds the elements in `found`.
    fn merge(&mut self, found: Elements) {
        self.year = found.year.or(self.year);
        self.day_of_year = found.day_of_year.or(self.day_of_year);
        self.month = found.month.or(self.month);
        self.day = found.day.or(self.day);
        self.hour = found.hour.or(self.hour);
        self.minute = found.minute.or(self.minute);
        self.second = found.second.or(self.second);
        self.nanoseconds = found.nanoseconds.or(self.nanoseconds);
        self.zone = found.zone.or(self.zone.take());
        self.before_christ |= found.before_christ;
        self.whole_year |= found.whole_year;
    }
}

/// A format: returns the position after a match, and its elements.
pub(super) type Pattern = for<'t> fn(Cursor<'t>) -> Option<(Cursor<'t>, Elements)>;

/// Parses a lowercase text; `None` if it is too long.
pub(super) fn date_parse(text: &str) -> Option<Elements> {
    if text.len() > MAX_TEXT {
        return None;
    }
    let mut text = clean(text);
    let mut elements = Elements::default();
    elements.merge(cut(&mut text, weekday).unwrap_or_default());
    elements.merge(cut(&mut text, time_of_day).unwrap_or_default());
    let date = date_forms::DATES.iter().find_map(|pattern| cut(&mut text, *pattern));
    elements.merge(date.or_else(|| cut(&mut text, digits_alone)).unwrap_or_default());
    elements.merge(cut(&mut text, before_christ).unwrap_or_default());
    bare_number(&text, &mut elements);

    let before_christ = elements.before_christ;
    let whole_year = elements.whole_year;
    elements.year = elements.year.map(|year| if before_christ { 1 - year } else { year });
    elements.year = elements.year.map(|year| match year {
        0..69 if !whole_year => year + 2000,
        69..100 if !whole_year => year + 1900,
        _ => year,
    });
    Some(elements)
}

/// Returns the characters of `text`, with each run of meaningless ones replaced by a space.
fn clean(text: &str) -> Vec<char> {
    let mut cleaned: Vec<char> = Vec::with_capacity(text.len());
    for c in text.chars() {
        match c {
            // Ruby's patterns ignore case by Unicode's rules, in which these equal "s" and "st".
            'ſ' => cleaned.push('s'),
            'ﬅ' | 'ﬆ' => cleaned.extend(['s', 't']),
            '-' | '+' | '\'' | ',' | '.' | '/' | ':' | '@' | '[' | ']' => cleaned.push(c),
            _ if c.is_alphanumeric() && !is_fancy_number(c) => cleaned.push(c),
            _ if cleaned.last() == Some(&' ') => {}
            _ => cleaned.push(' '),
        }
    }
    cleaned
}

/// Unicode ranges of numbers that aren't digits, such as "²" and "½": the first number of each
/// range, then the first character after it.
///
/// Category No in Unicode 13, as in Ruby 3.1. Rust considers them alphanumeric, Ruby doesn't.
const FANCY_NUMBERS: [u32; 142] = [
    0x00B2, 0x00B4, 0x00B9, 0x00BA, 0x00BC, 0x00BF, 0x09F4, 0x09FA, 0x0B72, 0x0B78, 0x0BF0, 0x0BF3,
    0x0C78, 0x0C7F, 0x0D58, 0x0D5F, 0x0D70, 0x0D79, 0x0F2A, 0x0F34, 0x1369, 0x137D, 0x17F0, 0x17FA,
    0x19DA, 0x19DB, 0x2070, 0x2071, 0x2074, 0x207A, 0x2080, 0x208A, 0x2150, 0x2160, 0x2189, 0x218A,
    0x2460, 0x249C, 0x24EA, 0x2500, 0x2776, 0x2794, 0x2CFD, 0x2CFE, 0x3192, 0x3196, 0x3220, 0x322A,
    0x3248, 0x3250, 0x3251, 0x3260, 0x3280, 0x328A, 0x32B1, 0x32C0, 0xA830, 0xA836, 0x10107,
    0x10134, 0x10175, 0x10179, 0x1018A, 0x1018C, 0x102E1, 0x102FC, 0x10320, 0x10324, 0x10858,
    0x10860, 0x10879, 0x10880, 0x108A7, 0x108B0, 0x108FB, 0x10900, 0x10916, 0x1091C, 0x109BC,
    0x109BE, 0x109C0, 0x109D0, 0x109D2, 0x10A00, 0x10A40, 0x10A49, 0x10A7D, 0x10A7F, 0x10A9D,
    0x10AA0, 0x10AEB, 0x10AF0, 0x10B58, 0x10B60, 0x10B78, 0x10B80, 0x10BA9, 0x10BB0, 0x10CFA,
    0x10D00, 0x10E60, 0x10E7F, 0x10F1D, 0x10F27, 0x10F51, 0x10F55, 0x10FC5, 0x10FCC, 0x11052,
    0x11066, 0x111E1, 0x111F5, 0x1173A, 0x1173C, 0x118EA, 0x118F3, 0x11C5A, 0x11C6D, 0x11FC0,
    0x11FD5, 0x16B5B, 0x16B62, 0x16E80, 0x16E97, 0x1D2E0, 0x1D2F4, 0x1D360, 0x1D379, 0x1E8C7,
    0x1E8D0, 0x1EC71, 0x1ECAC, 0x1ECAD, 0x1ECB0, 0x1ECB1, 0x1ECB5, 0x1ED01, 0x1ED2E, 0x1ED2F,
    0x1ED3E, 0x1F100, 0x1F10D,
];

/// Whether a character is a number but not a digit.
fn is_fancy_number(c: char) -> bool {
    // Inside a range, an odd number of bounds has been passed.
    c > '\u{7f}' && FANCY_NUMBERS.partition_point(|&bound| bound <= u32::from(c)) % 2 == 1
}

/// Searches `text` for `pattern`, and replaces a match by a space.
fn cut(text: &mut Vec<char>, pattern: Pattern) -> Option<Elements> {
    let (start, end, elements) = Cursor::new(text, 0).everywhere().find_map(|start| {
        let (end, elements) = pattern(start)?;
        Some((start.position(), end.position(), elements))
    })?;
    text.splice(start..end, [' ']);
    Some(elements)
}

/// Matches "Tuesday" or "tue,", which has no effect.
fn weekday(start: Cursor<'_>) -> Option<(Cursor<'_>, Elements)> {
    let (_, end) = start.boundary()?.any_of(&WEEKDAYS)?;
    let end = end.run(|c| !matches!(c, '-' | '/' | ' ') && !c.is_ascii_digit());
    Some((end, Elements::default()))
}

/// "10:00", "10:00:00.5 pm", "10h 30m", "10 p.m.", each with an optional zone.
fn time_of_day(start: Cursor<'_>) -> Option<(Cursor<'_>, Elements)> {
    let hour = start.number()?;
    let after_hour = hour.spaces();
    let clock = if let Some(colon) = after_hour.char(':') {
        let minute = colon.spaces().number()?;
        Some(second_with_fraction(minute).unwrap_or(minute))
    } else {
        after_hour.char('h').map(minute_and_second_with_units)
    };
    let end = match clock {
        Some(clock) => meridian(clock).map_or(clock, |(_, end)| end),
        // A lone hour is only a time with "am" or "pm".
        None => meridian(hour)?.1,
    };
    let mut elements = clock_elements(start.ending_at(end));
    let Some(zone_end) = zone(end.spaces()) else {
        return Some((end, elements));
    };
    elements.zone = Some(end.spaces().to(zone_end));
    Some((zone_end, elements))
}

/// ":05" or ":05.25" after a minute.
fn second_with_fraction(minute: Cursor<'_>) -> Option<Cursor<'_>> {
    let second = minute.spaces().char(':')?.spaces().number()?;
    Some(match second.one(|c| matches!(c, ',' | '.')) {
        Some(point) => point.run(|c| c.is_ascii_digit()),
        None => second,
    })
}

fn minute_and_second_with_units(unit: Cursor<'_>) -> Cursor<'_> {
    let Some(minute) = unit.spaces().number() else {
        return unit;
    };
    let minute = minute.optional('m');
    let second = minute.spaces().number();
    second.map_or(minute, |second| second.optional('s'))
}

/// Parses "am" or "p.m." after spaces; returns whether it is the afternoon.
fn meridian(start: Cursor<'_>) -> Option<(bool, Cursor<'_>)> {
    let letter = start.spaces();
    let after = letter.one(|c| matches!(c, 'a' | 'p'))?;
    let plain = after.char('m').and_then(Cursor::boundary);
    let end = plain.or_else(|| after.word(".m."))?;
    Some((letter.peek() == Some('p'), end))
}

/// Returns hour, minute, and second of a match of [`time_of_day`].
fn clock_elements(clock: Cursor<'_>) -> Elements {
    let mut elements = Elements::default();
    let Some(hour) = clock.number() else {
        return elements;
    };
    let mut at = hour.optional('h');
    let mut hour = number(&clock.to(hour));
    if let Some((minute, after)) = next_clock_number(at) {
        elements.minute = Some(minute);
        at = after.optional('m');
        if let Some((second, after)) = next_clock_number(at) {
            elements.second = Some(second);
            at = after;
            if let Some(point) = at.one(|c| matches!(c, ',' | '.'))
                && let Some(fraction) = point.number()
            {
                elements.nanoseconds = Some(nanoseconds(&point.to(fraction)));
                at = fraction;
            }
            at = at.optional('s');
        }
    }
    if let Some((afternoon, _)) = meridian(at) {
        hour = hour % 12 + if afternoon { 12 } else { 0 };
    }
    elements.hour = Some(hour);
    elements
}

/// Parses a number after an optional colon.
fn next_clock_number(at: Cursor<'_>) -> Option<(i64, Cursor<'_>)> {
    let digits = at.spaces().optional(':').spaces();
    let after = digits.number()?;
    Some((number(&digits.to(after)), after))
}

/// An offset such as "+05:30" or "utc-3", a name such as "pacific standard time", or "est dst".
fn zone(start: Cursor<'_>) -> Option<Cursor<'_>> {
    offset(start).or_else(|| long_zone_name(start)).or_else(|| {
        let name = start.run(char::is_alphabetic);
        if name.position() == start.position() {
            return None;
        }
        name.word(" dst").and_then(Cursor::boundary).or_else(|| name.boundary())
    })
}

/// Parses a sign and up to three numbers, possibly after "gmt" or "utc".
fn offset(start: Cursor<'_>) -> Option<Cursor<'_>> {
    let sign = ["gmt", "utc", "ut", ""].iter().find_map(|name| start.word(name)?.one(is_sign))?;
    let hours = sign.number()?;
    let Some(minutes) = hours.one(|c| matches!(c, ',' | '.' | ':')).and_then(Cursor::number) else {
        return Some(hours);
    };
    Some(minutes.char(':').and_then(Cursor::number).unwrap_or(minutes))
}

/// Parses words, then "standard time" or "daylight time".
fn long_zone_name(start: Cursor<'_>) -> Option<Cursor<'_>> {
    let words = start.run(|c| c.is_alphabetic() || matches!(c, '.' | ' '));
    let length = words.position() - start.position();
    (0..length).find_map(|back| {
        let (_, end) = words.back(back).any_of(&["standard time", "daylight time"])?;
        end.boundary()
    })
}

/// "bc", "b.c.e.": the year counts backward.
fn before_christ(start: Cursor<'_>) -> Option<(Cursor<'_>, Elements)> {
    let start = start.boundary()?;
    let word = |word| start.word(word).and_then(Cursor::boundary);
    // Matching the first two letters of "b.c.e." is enough.
    let end = word("bc").or_else(|| word("bce")).or_else(|| start.word("b.c."))?;
    Some((end, Elements { before_christ: true, ..Elements::default() }))
}

/// Takes a remaining number of one or two digits as the day if there is an hour, and as the hour if
/// there is a day.
fn bare_number(text: &[char], elements: &mut Elements) {
    let start = Cursor::new(text, 0).spaces();
    let Some(end) = start.digits(1..=2) else {
        return;
    };
    if end.spaces().peek().is_some() {
        return;
    }
    let value = number(&start.to(end));
    if elements.hour.is_some() && elements.day.is_none() {
        elements.day = (1..=31).contains(&value).then_some(value);
    }
    if elements.day.is_some() && elements.hour.is_none() {
        elements.hour = (0..=24).contains(&value).then_some(value);
    }
}

/// Whether a character is a plus or minus.
pub(super) fn is_sign(c: char) -> bool {
    matches!(c, '+' | '-')
}

/// Parses an optional sign and `digits`, limited to [`LARGE`].
pub(super) fn number(digits: &str) -> i64 {
    let value = digits
        .bytes()
        .filter(u8::is_ascii_digit)
        .fold(0, |value: i64, digit| (value * 10 + i64::from(digit - b'0')).min(LARGE));
    if digits.starts_with('-') { -value } else { value }
}

/// Parses `digits` after a decimal point, truncated to nanoseconds.
pub(super) fn nanoseconds(digits: &str) -> u32 {
    let digits = digits.bytes().chain(std::iter::repeat(b'0')).take(9);
    digits.fold(0, |value, digit| value * 10 + u32::from(digit - b'0'))
}
