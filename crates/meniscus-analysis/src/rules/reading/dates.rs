//! Results of the `date` filter: which formats give numbers, and the possible values of their
//! parts.

use crate::analyze::Site;
use crate::syntax::ast::{ExprKind, FilterCall};
use crate::value::time::{MONTHS, WEEKDAYS};

/// Returns the format of a `date` filter, if it is a literal.
pub(in crate::rules) fn format_of<'a>(call: &'a FilterCall, at: Site<'a>) -> Option<&'a str> {
    if at.source.slice(call.name) != "date" {
        return None;
    }
    match call.arguments.first()?.value.kind {
        ExprKind::Str(span) => Some(at.source.slice(span)),
        _ => None,
    }
}

/// A directive of a format: `%-d`.
#[derive(Clone, Copy, Debug)]
pub(in crate::rules) struct Directive<'f> {
    flags: &'f str,
    pub letter: char,
    /// The text up to the next directive.
    pub text: &'f str,
}

/// Finds the first directive of a text: its start, its flags, and its letter.
fn first(text: &str) -> Option<(usize, &str, char)> {
    let start = text.find('%')?;
    let behind = &text[start + 1..];
    let is_flag = |c: char| "-_0^#:".contains(c) || c.is_ascii_digit();
    let letter = behind.trim_start_matches(is_flag);
    Some((start, &behind[..behind.len() - letter.len()], letter.chars().next()?))
}

/// Splits a format into the text before its first directive, and its directives.
fn pieces(format: &str) -> (&str, Vec<Directive<'_>>) {
    let mut found = first(format);
    let (before, mut rest) = format.split_at(found.map_or(format.len(), |(start, ..)| start));
    let mut directives = Vec::new();
    while let Some((_, flags, letter)) = found {
        let behind = &rest['%'.len_utf8() + flags.len() + letter.len_utf8()..];
        found = first(behind);
        let (text, next) = behind.split_at(found.map_or(behind.len(), |(start, ..)| start));
        directives.push(Directive { flags, letter, text });
        rest = next;
    }
    (before, directives)
}

/// Returns the directives of a format.
pub(in crate::rules) fn directives(format: &str) -> Vec<Directive<'_>> {
    pieces(format).1
}

/// Returns the letters of a format's directives.
pub(in crate::rules) fn letters(format: &str) -> Vec<char> {
    directives(format).into_iter().map(|one| one.letter).collect()
}

/// Whether a format gives a single number: seconds, a year, a day of the month.
pub(in crate::rules) fn is_number(format: &str) -> bool {
    let (before, directives) = pieces(format);
    let is_numeric = |one: &Directive<'_>| {
        "sYCymdejHkIlMSLNuwUVWGg".contains(one.letter) && one.text.trim().is_empty()
    };
    before.trim().is_empty() && !directives.is_empty() && directives.iter().all(is_numeric)
}

/// Whether a format with a single directive can give a string; `None` for other formats. `cased` is
/// how filters change its case.
pub(in crate::rules) fn can_give(format: &str, text: &str, cased: Cased) -> Option<bool> {
    let ("", directives) = pieces(format) else { return None };
    let [Directive { flags, letter, text: "" }] = directives[..] else { return None };
    if !matches!(flags, "" | "-" | "^") {
        return None;
    }
    let padded = |least: u32, most: u32| {
        let width = match (flags, letter) {
            ("-", _) => 1,
            (_, 'j') => 3,
            (_, 'Y') => 4,
            _ => 2,
        };
        let spaces = flags.is_empty() && matches!(letter, 'e' | 'k' | 'l');
        (least..=most).any(|number| match spaces {
            true => text == format!("{number:>2}"),
            false => text == format!("{number:0width$}"),
        })
    };
    let named = |names: &[&str], length: usize| {
        names.iter().any(|name| {
            let name = &name[..length.min(name.len())];
            let name = if flags == "^" { name.to_uppercase() } else { name.to_owned() };
            cased.of(&name) == text
        })
    };
    Some(match letter {
        'm' => padded(1, 12),
        'd' | 'e' => padded(1, 31),
        'H' | 'k' => padded(0, 23),
        'I' | 'l' => padded(1, 12),
        'M' | 'S' => padded(0, 60),
        'j' => padded(1, 366),
        'u' => matches!(text, "1" | "2" | "3" | "4" | "5" | "6" | "7"),
        'w' => matches!(text, "0" | "1" | "2" | "3" | "4" | "5" | "6"),
        'y' => padded(0, 99),
        'Y' => text.len() >= 4 && text.bytes().all(|byte| byte.is_ascii_digit()),
        'A' => named(&WEEKDAYS, usize::MAX),
        'a' => named(&WEEKDAYS, 3),
        'B' => named(&MONTHS, usize::MAX),
        'b' | 'h' => named(&MONTHS, 3),
        'p' => ["AM", "PM"].iter().any(|half| cased.of(half) == text),
        'P' => ["am", "pm"].iter().any(|half| cased.of(half) == text),
        _ => return None,
    })
}

/// How filters after `date` change the case.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::rules) enum Cased {
    /// Unchanged.
    #[default]
    AsTheyAre,
    /// Lowercase.
    Lower,
    /// Uppercase.
    Upper,
}

impl Cased {
    fn of(self, text: &str) -> String {
        match self {
            Cased::AsTheyAre => text.to_owned(),
            Cased::Lower => text.to_lowercase(),
            Cased::Upper => text.to_uppercase(),
        }
    }
}

/// Whether a string is a date as people and systems write it: `2026-05-01`, `05/01/2026`.
pub(in crate::rules) fn looks_like_date(text: &str) -> bool {
    let day = text.split(['T', ' ']).next().unwrap_or_default();
    let parts = day.split(['-', '/', '.']).collect::<Vec<_>>();
    parts.len() == 3
        && parts.iter().all(|part| {
            (1..=4).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
        })
        && parts.iter().any(|part| part.len() == 4)
}

#[cfg(test)]
mod tests {
    use super::{Cased, can_give, is_number, looks_like_date};

    #[test]
    fn formats_are_numbers_or_not() {
        for format in ["%s", "%Y", "%m", "%-d", "%Y%m%d", "%H", "%j"] {
            assert!(is_number(format), "{format}");
        }
        for format in ["%Y-%m-%d", "%B", "%d %B", "%H:%M", "", "%F"] {
            assert!(!is_number(format), "{format}");
        }
    }

    #[test]
    fn parts_of_dates_are_padded_and_have_capitals() {
        let plain = Cased::AsTheyAre;
        for (format, text, cased, wanted) in [
            ("%m", "1", plain, Some(false)),
            ("%m", "01", plain, Some(true)),
            ("%-m", "1", plain, Some(true)),
            ("%-m", "01", plain, Some(false)),
            ("%e", "5", plain, Some(false)),
            ("%e", " 5", plain, Some(true)),
            ("%e", "15", plain, Some(true)),
            ("%A", "monday", plain, Some(false)),
            ("%A", "monday", Cased::Lower, Some(true)),
            ("%a", "Mon", plain, Some(true)),
            ("%B", "Jan", plain, Some(false)),
            ("%Y-%m", "2026-1", plain, None),
            ("%Y", "26", plain, Some(false)),
        ] {
            assert_eq!(can_give(format, text, cased), wanted, "{format} {text}");
        }
    }

    #[test]
    fn dates_are_told_from_other_texts() {
        for text in ["2026-05-01", "2026-05-01T10:00:00Z", "05/01/2026", "1.5.2026"] {
            assert!(looks_like_date(text), "{text}");
        }
        for text in ["1.5", "2026", "10-20", "192.168.1.1", "x-y-2026"] {
            assert!(!looks_like_date(text), "{text}");
        }
    }
}
