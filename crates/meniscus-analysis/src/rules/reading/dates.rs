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

/// Splits a format into directives with their flags, and the text between them.
fn pieces(format: &str) -> (Vec<(&str, char)>, String) {
    let (mut directives, mut text) = (Vec::new(), String::new());
    let mut rest = format;
    while let Some(at) = rest.find('%') {
        text.push_str(&rest[..at]);
        let behind = &rest[at + 1..];
        let flags = behind.len()
            - behind.trim_start_matches(|c: char| "-_0^#:".contains(c) || c.is_ascii_digit()).len();
        let Some(letter) = behind[flags..].chars().next() else { break };
        directives.push((&behind[..flags], letter));
        rest = &behind[flags + letter.len_utf8()..];
    }
    text.push_str(rest);
    (directives, text)
}

/// Returns the letters of a format's directives, each with the text after it.
pub(in crate::rules) fn directives_with_text(format: &str) -> Vec<(char, &str)> {
    let mut found = Vec::new();
    let mut rest = format;
    while let Some(at) = rest.find('%') {
        let after = &rest[at + 1..];
        let after = after.trim_start_matches(|c: char| "-_0^#:".contains(c) || c.is_ascii_digit());
        let Some(letter) = after.chars().next() else { break };
        rest = &after[letter.len_utf8()..];
        found.push((letter, &rest[..rest.find('%').unwrap_or(rest.len())]));
    }
    found
}

/// Returns the letters of a format's directives.
pub(in crate::rules) fn directives(format: &str) -> Vec<char> {
    pieces(format).0.into_iter().map(|(_, letter)| letter).collect()
}

/// Whether a format gives a single number: seconds, a year, a day of the month.
pub(in crate::rules) fn is_number(format: &str) -> bool {
    let (directives, text) = pieces(format);
    let numeric = |letter: &char| "sYCymdejHkIlMSLNuwUVWGg".contains(*letter);
    text.trim().is_empty()
        && !directives.is_empty()
        && directives.iter().all(|(_, letter)| numeric(letter))
}

/// Whether a format with a single directive can give a string; `None` for other formats. `cased` is
/// how filters change its case.
pub(in crate::rules) fn can_give(format: &str, text: &str, cased: Cased) -> Option<bool> {
    let (directives, between) = pieces(format);
    let [(flags, letter)] = directives[..] else { return None };
    if !between.is_empty() || !matches!(flags, "" | "-" | "^") {
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
