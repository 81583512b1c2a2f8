//! Date formats recognized by `Date._parse`.

use super::date_parse::{Elements, Pattern, is_sign, number};
use super::scan::Cursor;

const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// Eras between a month and a year; those with a "b" count backward.
const ERAS: [&str; 8] = ["ce", "c.e.", "bce", "b.c.e.", "ad", "a.d.", "bc", "b.c."];

const ORDINAL_SUFFIXES: [&str; 4] = ["st", "nd", "rd", "th"];

/// The initials of Japanese eras, and the year before each starts.
const JAPANESE_ERAS: [(char, i64); 5] =
    [('m', 1867), ('t', 1911), ('s', 1925), ('h', 1988), ('r', 2018)];

/// Date formats; the first match wins.
pub(super) const DATES: [Pattern; 17] = [
    day_month_year,
    month_day_year,
    iso_date,
    japanese_date,
    day_month_name_year,
    month_name_day_year,
    slashed_date,
    dotted_date,
    iso_week,
    iso_weekday,
    month_day_after_dashes,
    compact_month_day_after_dashes,
    ordinal_date,
    day_of_year,
    quoted_year,
    month_name,
    ordinal_day,
];

/// "14 March 2016", "14th mar 2016", "'16 mar", "3 feb 44 bc" without its era.
fn day_month_year(start: Cursor<'_>) -> Option<(Cursor<'_>, Elements)> {
    let day = start.optional('\'').number()?;
    let filler = day.run(|c| c != '-' && c != ' ' && !c.is_ascii_digit());
    let length = filler.position() - day.position();
    // The filler is as long as possible while a month follows.
    let (month, after) = month(filler.spaces())
        .or_else(|| (0..=length).find_map(|back| month(filler.back(back))))?;
    let after = after.run(is_name_rest);
    let (era, year) = match era_and(after, |at| {
        let year = at.optional('\'').optional('-').number()?;
        let suffixed = year.any_of(&ORDINAL_SUFFIXES).and_then(|(_, end)| end.boundary());
        Some(suffixed.unwrap_or(year))
    }) {
        Some(found) => found,
        None => return Some((after, date(None, Some(month), Some(start.to(day))))),
    };
    let (from, end) = year;
    let mut elements = date(Some(from.to(end)), Some(month), Some(start.to(day)));
    elements.before_christ = era;
    Some((end, elements))
}

/// "March 14, 2016", "mar 14", "march 14th '16", "mar 2016".
fn month_day_year(start: Cursor<'_>) -> Option<(Cursor<'_>, Elements)> {
    let (month, after) = month(start.boundary()?)?;
    let from = after.run(is_name_rest).spaces();
    let to = from.optional('\'').number()?;
    let day = Some(from.to(to));
    let after = to.run(is_name_rest);
    let found = era_and(after.spaces().optional(','), |at| signed_number(at));
    let Some((era, (from, end))) = found else {
        return Some((after, date(None, Some(month), day)));
    };
    let mut elements = date(Some(from.to(end)), Some(month), day);
    elements.before_christ = era;
    Some((end, elements))
}

/// Whether a character continues a word: anything except a dash, a quote, a space, or a digit.
fn is_name_rest(c: char) -> bool {
    !matches!(c, '-' | '\'' | ' ') && !c.is_ascii_digit()
}

/// Parses an optional era and a year: whether the era counts backward, and both ends of the year.
fn era_and<'t>(
    start: Cursor<'t>,
    year: impl Fn(Cursor<'t>) -> Option<Cursor<'t>>,
) -> Option<(bool, (Cursor<'t>, Cursor<'t>))> {
    let start = start.spaces();
    let year = |at: Cursor<'t>| {
        let from = at.spaces();
        Some((from, year(from)?))
    };
    let with_era = ERAS.iter().find_map(|era| {
        let found = year(start.word(era)?)?;
        Some((era.starts_with('b'), found))
    });
    with_era.or_else(|| Some((false, year(start)?)))
}

/// "2016-02-16", "16-2-'16", "-2016-02-16".
fn iso_date(start: Cursor<'_>) -> Option<(Cursor<'_>, Elements)> {
    let quoted = start.optional('\'');
    let year = quoted.one(is_sign).unwrap_or(quoted).number()?;
    let from_month = year.char('-')?;
    let month = from_month.number()?;
    let from_day = month.char('-')?;
    let day = signed_number(from_day)?;
    Some((day, date(Some(start.to(year)), Some(from_month.to(month)), Some(from_day.to(day)))))
}

/// "h28.02.16": a Japanese era, the year in it, month, and day.
fn japanese_date(start: Cursor<'_>) -> Option<(Cursor<'_>, Elements)> {
    let initial = start.boundary()?.peek()?;
    let (_, before) = JAPANESE_ERAS.iter().find(|(letter, _)| *letter == initial)?;
    let from_year = start.char(initial)?;
    let year = from_year.number()?;
    let from_month = year.char('.')?;
    let month = from_month.number()?;
    let from_day = month.char('.')?;
    let day = from_day.number()?;
    let elements = Elements {
        year: Some(number(&from_year.to(year)) + before),
        month: Some(number(&from_month.to(month))),
        day: Some(number(&from_day.to(day))),
        ..Elements::default()
    };
    Some((day, elements))
}

/// "16-feb-2016".
fn day_month_name_year(start: Cursor<'_>) -> Option<(Cursor<'_>, Elements)> {
    let day = signed_number(start)?;
    let (month, after) = month(day.char('-')?)?;
    let from_year = after.run(is_not_separator).char('-')?;
    let year = signed_number(from_year)?;
    Some((year, date(Some(from_year.to(year)), Some(month), Some(start.to(day)))))
}

/// "feb-16-2016", "feb-16".
fn month_name_day_year(start: Cursor<'_>) -> Option<(Cursor<'_>, Elements)> {
    let (month, after) = month(start.boundary()?)?;
    let from_day = after.run(is_not_separator).char('-')?;
    let day = signed_number(from_day)?;
    let year = day.char('-').and_then(|from| Some((from, signed_number(from)?)));
    let end = year.map_or(day, |(_, end)| end);
    let year = year.map(|(from, end)| from.to(end));
    Some((end, date(year, Some(month), Some(from_day.to(day)))))
}

fn is_not_separator(c: char) -> bool {
    !matches!(c, '-' | '/' | '.')
}

/// "2016/02/16", "2/16".
fn slashed_date(start: Cursor<'_>) -> Option<(Cursor<'_>, Elements)> {
    let year = signed_number(start)?;
    let from_month = year.char('/')?.spaces();
    let month = from_month.optional('\'').number()?;
    let day = month.one(|c| !c.is_ascii_digit()).and_then(|separator| {
        let from = separator.spaces();
        Some((from, signed_number(from)?))
    });
    let end = day.map_or(month, |(_, end)| end);
    let day = day.map(|(from, end)| from.to(end));
    Some((end, date(Some(start.to(year)), Some(from_month.to(month)), day)))
}

fn dotted_date(start: Cursor<'_>) -> Option<(Cursor<'_>, Elements)> {
    let year = signed_number(start)?;
    let from_month = year.char('.')?.spaces();
    let month = from_month.optional('\'').number()?;
    let from_day = month.char('.')?.spaces();
    let day = signed_number(from_day)?;
    Some((day, date(Some(start.to(year)), Some(from_month.to(month)), Some(from_day.to(day)))))
}

/// "2016-w07-2", "w07": Ruby's `Time.parse` ignores weeks, but parses them as a date.
fn iso_week(start: Cursor<'_>) -> Option<(Cursor<'_>, Elements)> {
    let start = start.boundary()?;
    let years = [start.digits(2..=2), start.digits(4..=4), Some(start)];
    let end = years.into_iter().flatten().find_map(|year| {
        let week = year.optional('-').char('w')?.digits(2..=2)?;
        let day = week.optional('-').digits(1..=1);
        day.and_then(Cursor::boundary).or_else(|| week.boundary())
    })?;
    Some((end, Elements::default()))
}

/// "-w-2", a day of the week.
fn iso_weekday(start: Cursor<'_>) -> Option<(Cursor<'_>, Elements)> {
    let end = start.word("-w-")?.digits(1..=1)?.boundary()?;
    Some((end, Elements::default()))
}

/// "--02-16", "---16".
fn month_day_after_dashes(start: Cursor<'_>) -> Option<(Cursor<'_>, Elements)> {
    let from_month = start.word("--")?;
    let month = from_month.digits(2..=2);
    let from_day = month.unwrap_or(from_month).char('-')?;
    let day = from_day.digits(2..=2)?.boundary()?;
    let elements = Elements {
        month: month.map(|month| number(&from_month.to(month))),
        day: Some(number(&from_day.to(day))),
        ..Elements::default()
    };
    Some((day, elements))
}

/// "--0216", "--02".
fn compact_month_day_after_dashes(start: Cursor<'_>) -> Option<(Cursor<'_>, Elements)> {
    let from = start.word("--")?;
    let month = from.digits(2..=2)?;
    let day = month.digits(2..=2).and_then(Cursor::boundary);
    let elements = Elements {
        month: Some(number(&from.to(month))),
        day: day.map(|day| number(&month.to(day))),
        ..Elements::default()
    };
    Some((day.or_else(|| month.boundary())?, elements))
}

/// "2016-045": a year and a day in it, unless a comma or point before it makes it a fraction.
fn ordinal_date(start: Cursor<'_>) -> Option<(Cursor<'_>, Elements)> {
    let read = |at: Cursor<'_>| {
        let dash = [2, 4].into_iter().find_map(|n| at.digits(n..=n)?.char('-'))?;
        Some((dash.position(), dash.digits(3..=3)?.boundary()?.position()))
    };
    let (dash, end) = read(start.boundary()?)?;
    let (from_day, end) = (start.moved_to(dash), start.moved_to(end));
    let fraction = |at: Cursor<'_>| read(at.one(|c| matches!(c, ',' | '.'))?);
    if start.everywhere().any(|at| fraction(at).is_some()) {
        return None;
    }
    let elements = Elements {
        year: Some(number(&start.to(from_day.back(1)))),
        day_of_year: Some(number(&from_day.to(end))),
        ..Elements::default()
    };
    Some((end, elements))
}

/// "-045" without a digit before any such dash.
fn day_of_year(start: Cursor<'_>) -> Option<(Cursor<'_>, Elements)> {
    let from = start.boundary()?.char('-')?;
    let end = from.digits(3..=3)?.boundary()?;
    let after_digit = |at: Cursor<'_>| -> Option<usize> {
        Some(at.digits(1..=1)?.char('-')?.digits(3..=3)?.boundary()?.position())
    };
    if start.everywhere().any(|at| after_digit(at).is_some()) {
        return None;
    }
    let day_of_year = Some(number(&from.to(end)));
    Some((end, Elements { day_of_year, ..Elements::default() }))
}

fn quoted_year(start: Cursor<'_>) -> Option<(Cursor<'_>, Elements)> {
    let from = start.char('\'')?;
    let end = from.number()?.boundary()?;
    Some((end, Elements { year: Some(number(&from.to(end))), ..Elements::default() }))
}

fn month_name(start: Cursor<'_>) -> Option<(Cursor<'_>, Elements)> {
    let (month, after) = month(start.boundary()?)?;
    let month = Some(number(&month));
    Some((after.run(|c| c != ' '), Elements { month, ..Elements::default() }))
}

fn ordinal_day(start: Cursor<'_>) -> Option<(Cursor<'_>, Elements)> {
    let day = start.number()?;
    let (_, end) = day.any_of(&ORDINAL_SUFFIXES)?;
    let elements = Elements { day: Some(number(&start.to(day))), ..Elements::default() };
    Some((end.boundary()?, elements))
}

/// Parses a month name, at least its first three letters; returns its number as digits.
fn month(start: Cursor<'_>) -> Option<(String, Cursor<'_>)> {
    let (index, after) = start.any_of(&MONTHS)?;
    Some(((index + 1).to_string(), after))
}

/// Parses digits, possibly after a quote and a minus.
fn signed_number(start: Cursor<'_>) -> Option<Cursor<'_>> {
    start.optional('\'').optional('-').number()
}

/// Makes a date from three numbers in uncertain order: a number after a quote, or with more than
/// two characters, is the year.
fn date(year: Option<String>, month: Option<String>, day: Option<String>) -> Elements {
    let (mut year, mut month, mut day) = match (year, month, day) {
        // Two numbers are a month and a day.
        (Some(first), Some(second), None) => (None, Some(first), Some(second)),
        three => three,
    };
    let is_year = |part: &Option<String>| {
        part.as_ref().is_some_and(|part| part.starts_with('\'') || part.len() > 2)
    };
    if year.is_none() && is_year(&day) {
        year = day.take();
    }
    if let Some(text) = &year {
        let start = text.find(|c: char| is_sign(c) || c.is_ascii_digit()).unwrap_or(0);
        let rest = &text[start..];
        let sign = usize::from(rest.starts_with(is_sign));
        let digits = rest[sign..].bytes().take_while(u8::is_ascii_digit).count();
        // With a suffix as in "16th", it is the day after all.
        if sign + digits < rest.len() {
            let first = rest[..sign + digits].to_owned();
            year = day.replace(first);
        }
    }
    if is_year(&month) {
        // US order: month, day, year in place of year, month, day.
        (year, month, day) = (month, day, year);
    }
    if is_year(&day) {
        (year, day) = (day, year);
    }
    let unquoted = |part: Option<String>| part.map(|part| part.trim_start_matches('\'').to_owned());
    let unsigned =
        |part: Option<String>| part.map(|part| number(part.trim_start_matches(['\'', '-', '+'])));
    let year = unquoted(year);
    Elements {
        whole_year: year.as_ref().is_some_and(|year| year.starts_with(is_sign) || year.len() > 2),
        year: year.as_deref().map(number),
        month: unsigned(month),
        day: unsigned(day),
        ..Elements::default()
    }
}
