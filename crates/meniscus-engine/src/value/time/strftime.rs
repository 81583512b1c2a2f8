//! Ruby's `Time#strftime`.

use std::error::Error;
use std::fmt;

use super::Time;
use super::civil::Civil;

/// Weekdays, from Sunday.
pub const WEEKDAYS: [&str; 7] =
    ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

pub const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// The widest field of a directive; Ruby treats wider ones as plain text.
const MAX_WIDTH: u64 = i32::MAX as u64;

/// Why [`Time::strftime`] fails.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StrftimeError {
    /// The format ends inside a directive; Ruby's `ArgumentError`, displayed with Ruby's message
    /// "invalid format: %".
    InvalidFormat(String),
    /// The result would be longer than this limit in bytes.
    ///
    /// Ruby has its own limit for wide fields and raises `Errno::ERANGE`.
    TooLong(usize),
}

impl fmt::Display for StrftimeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StrftimeError::InvalidFormat(format) => write!(f, "invalid format: {format}"),
            StrftimeError::TooLong(limit) => {
                write!(f, "the formatted time is longer than {limit} bytes")
            }
        }
    }
}

impl Error for StrftimeError {}

/// Formats a time; see [`Time::strftime`].
pub(super) fn strftime(time: &Time, format: &str, max_len: usize) -> Result<String, StrftimeError> {
    let mut formatter =
        Formatter { time, civil: time.civil(), output: String::new(), limit: max_len };
    formatter.format(format)?;
    Ok(formatter.output)
}

/// The options between a directive's `%` and letter.
#[derive(Clone, Copy, Default)]
struct Options {
    /// `-`: don't pad numbers and names.
    unpadded: bool,
    /// `^`: uppercase.
    upper: bool,
    /// `#`: the other case, which depends on the directive.
    swap_case: bool,
    /// `_` or `0`: padding that overrides the directive's default.
    padding: Option<Padding>,
    /// Width of the field; 0 for the directive's default.
    width: usize,
    /// Number of colons before a `z`.
    colons: usize,
}

/// What fills a field.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Padding {
    Space,
    Zero,
}

impl Padding {
    fn char(self) -> char {
        match self {
            Padding::Space => ' ',
            Padding::Zero => '0',
        }
    }
}

/// The case of a string to write.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Case {
    Upper,
    Lower,
    AsIs,
}

/// A step in a format.
enum FormatPiece<'f> {
    /// Text to copy: plain, or an unknown directive.
    Text(&'f str),
    /// A directive by its letter.
    Directive(char, Options),
}

/// A time being formatted.
struct Formatter<'t> {
    time: &'t Time,
    civil: Civil,
    output: String,
    limit: usize,
}

impl Formatter<'_> {
    fn format(&mut self, format: &str) -> Result<(), StrftimeError> {
        let mut rest = format;
        while !rest.is_empty() {
            let (piece, length) = match rest.find('%') {
                Some(0) => read_directive(rest)
                    .ok_or_else(|| StrftimeError::InvalidFormat(format.to_owned()))?,
                Some(text) => (FormatPiece::Text(&rest[..text]), text),
                None => (FormatPiece::Text(rest), rest.len()),
            };
            match piece {
                FormatPiece::Text(text) => self.push(text)?,
                FormatPiece::Directive(letter, options) => {
                    if !self.directive(letter, options)? {
                        self.push(&rest[..length])?;
                    }
                }
            }
            rest = &rest[length..];
        }
        Ok(())
    }

    /// Writes a directive; returns false if its letter is unknown.
    fn directive(&mut self, letter: char, options: Options) -> Result<bool, StrftimeError> {
        use Padding::{Space, Zero};
        let civil = self.civil;
        let hour_of_12 = (civil.hour + 11) % 12 + 1;
        match letter {
            'Y' => self.year(civil.year, options),
            'G' => self.year(civil.iso_week().0, options),
            'C' => self.number(civil.year.div_euclid(100), 2, Zero, options),
            'y' => self.number(civil.year.rem_euclid(100), 2, Zero, options),
            'g' => self.number(civil.iso_week().0.rem_euclid(100), 2, Zero, options),
            'm' => self.number(civil.month, 2, Zero, options),
            'd' => self.number(civil.day, 2, Zero, options),
            'e' => self.number(civil.day, 2, Space, options),
            'j' => self.number(civil.day_of_year, 3, Zero, options),
            'H' => self.number(civil.hour, 2, Zero, options),
            'k' => self.number(civil.hour, 2, Space, options),
            'I' => self.number(hour_of_12, 2, Zero, options),
            'l' => self.number(hour_of_12, 2, Space, options),
            'M' => self.number(civil.minute, 2, Zero, options),
            'S' => self.number(civil.second, 2, Zero, options),
            's' => self.number(self.time.seconds, 1, Zero, options),
            'U' => self.number(civil.week_starting_on(0), 2, Zero, options),
            'W' => self.number(civil.week_starting_on(1), 2, Zero, options),
            'V' => self.number(civil.iso_week().1, 2, Zero, options),
            'w' => self.number(civil.weekday, 1, Zero, options),
            'u' => self.number((civil.weekday + 6) % 7 + 1, 1, Zero, options),
            'L' => self.fraction(3, options),
            'N' => self.fraction(9, options),
            'A' => self.name(weekday_name(civil), options),
            'a' => self.name(&weekday_name(civil)[..3], options),
            'B' => self.name(month_name(civil), options),
            'b' | 'h' => self.name(&month_name(civil)[..3], options),
            'p' | 'P' => self.meridian(letter, options),
            'Z' => self.abbreviation(options),
            'z' => return self.offset(options),
            'n' => self.padded("\n", options),
            't' => self.padded("\t", options),
            '%' => self.padded("%", options),
            'c' => self.composite("%a %b %e %H:%M:%S %Y", options),
            'D' | 'x' => self.composite("%m/%d/%y", options),
            'F' => self.composite("%Y-%m-%d", options),
            'R' => self.composite("%H:%M", options),
            'r' => self.composite("%I:%M:%S %p", options),
            'T' | 'X' => self.composite("%H:%M:%S", options),
            'v' => self.composite("%e-%^b-%4Y", options),
            _ => return Ok(false),
        }?;
        Ok(true)
    }

    /// Writes a number in a field that is `width` wide by default.
    fn number(
        &mut self,
        value: i64,
        width: usize,
        padding: Padding,
        options: Options,
    ) -> Result<(), StrftimeError> {
        let width = match options {
            Options { unpadded: true, .. } => 1,
            Options { width: 0, .. } => width,
            Options { width, .. } => width,
        };
        let digits = value.unsigned_abs().to_string();
        let sign = if value < 0 { "-" } else { "" };
        let fill = width.saturating_sub(digits.len() + sign.len());
        match options.padding.unwrap_or(padding) {
            Padding::Space => {
                self.fill(' ', fill)?;
                self.push(sign)?;
            }
            Padding::Zero => {
                self.push(sign)?;
                self.fill('0', fill)?;
            }
        }
        self.push(&digits)
    }

    /// Writes a year: at least four digits, in addition to the sign.
    fn year(&mut self, year: i64, options: Options) -> Result<(), StrftimeError> {
        self.number(year, if year < 0 { 5 } else { 4 }, Padding::Zero, options)
    }

    /// Writes the first digits of the second's fraction; the width is their number.
    fn fraction(&mut self, digits: usize, options: Options) -> Result<(), StrftimeError> {
        let digits = if options.width == 0 { digits } else { options.width };
        let nanoseconds = format!("{:09}", self.time.nanoseconds);
        self.push(&nanoseconds[..digits.min(nanoseconds.len())])?;
        self.fill('0', digits.saturating_sub(nanoseconds.len()))
    }

    /// Writes the name of a day or month; `#` means uppercase.
    fn name(&mut self, name: &str, options: Options) -> Result<(), StrftimeError> {
        let upper = options.upper || options.swap_case;
        self.text(name, if upper { Case::Upper } else { Case::AsIs }, options)
    }

    /// Writes AM or PM (`%p`), or am or pm (`%P`); `#` swaps the case, `^` makes it uppercase.
    fn meridian(&mut self, letter: char, options: Options) -> Result<(), StrftimeError> {
        let lower = match letter {
            'p' => options.swap_case,
            _ => !options.swap_case && !options.upper,
        };
        let meridian = if self.civil.hour < 12 { "AM" } else { "PM" };
        self.text(meridian, if lower { Case::Lower } else { Case::AsIs }, options)
    }

    /// Writes the zone's abbreviation; `#` means lowercase.
    fn abbreviation(&mut self, options: Options) -> Result<(), StrftimeError> {
        let case = match options {
            Options { swap_case: true, .. } => Case::Lower,
            Options { upper: true, .. } => Case::Upper,
            _ => Case::AsIs,
        };
        match self.time.abbreviation() {
            // Ruby omits the field and its width.
            None | Some("") => Ok(()),
            Some(abbreviation) => self.text(abbreviation, case, options),
        }
    }

    /// Writes the offset from UTC; returns false with more colons than Ruby supports.
    ///
    /// The width counts the whole field, but only pads the hours.
    fn offset(&mut self, options: Options) -> Result<bool, StrftimeError> {
        let offset = self.time.offset_seconds();
        let seconds = offset.unsigned_abs();
        let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
        let tail = match options.colons {
            0 => format!("{minutes:02}"),
            1 => format!(":{minutes:02}"),
            2 => format!(":{minutes:02}:{seconds:02}"),
            // As short as possible without loss.
            3 if (minutes, seconds) == (0, 0) => String::new(),
            3 if seconds == 0 => format!(":{minutes:02}"),
            3 => format!(":{minutes:02}:{seconds:02}"),
            _ => return Ok(false),
        };
        // `-` turns UTC into RFC 3339's "the local offset is unknown".
        let negative = offset < 0 || self.time.is_utc() && options.unpadded;
        let sign = if negative { "-" } else { "+" };
        let width = options.width.saturating_sub(tail.len() + sign.len()).max(2);
        let hours = hours.to_string();
        let fill = width - hours.len();
        if options.padding == Some(Padding::Space) {
            self.fill(' ', fill)?;
            self.push(sign)?;
        } else {
            self.push(sign)?;
            self.fill('0', fill)?;
        }
        self.push(&hours)?;
        self.push(&tail)?;
        Ok(true)
    }

    /// Writes the result of `format`, for which `-` and `#` have no effect.
    fn composite(&mut self, format: &str, options: Options) -> Result<(), StrftimeError> {
        let text = strftime(self.time, format, self.limit)?;
        let case = if options.upper { Case::Upper } else { Case::AsIs };
        self.text(&text, case, Options { unpadded: false, ..options })
    }

    /// Writes a character without case.
    fn padded(&mut self, text: &str, options: Options) -> Result<(), StrftimeError> {
        self.text(text, Case::AsIs, options)
    }

    /// Writes `text` in `case`, right-aligned in its field.
    fn text(&mut self, text: &str, case: Case, options: Options) -> Result<(), StrftimeError> {
        if !options.unpadded {
            let padding = options.padding.unwrap_or(Padding::Space);
            self.fill(padding.char(), options.width.saturating_sub(text.len()))?;
        }
        match case {
            Case::Upper => self.push(&text.to_ascii_uppercase()),
            Case::Lower => self.push(&text.to_ascii_lowercase()),
            Case::AsIs => self.push(text),
        }
    }

    /// Appends `text`, within the limit.
    fn push(&mut self, text: &str) -> Result<(), StrftimeError> {
        self.reserve(text.len())?;
        self.output.push_str(text);
        Ok(())
    }

    /// Appends `padding`, `count` times, within the limit.
    fn fill(&mut self, padding: char, count: usize) -> Result<(), StrftimeError> {
        self.reserve(count)?;
        self.output.extend(std::iter::repeat_n(padding, count));
        Ok(())
    }

    /// Checks that `length` more bytes are within the limit, before they are allocated.
    fn reserve(&self, length: usize) -> Result<(), StrftimeError> {
        if length > self.limit.saturating_sub(self.output.len()) {
            return Err(StrftimeError::TooLong(self.limit));
        }
        Ok(())
    }
}

fn weekday_name(civil: Civil) -> &'static str {
    usize::try_from(civil.weekday).ok().and_then(|day| WEEKDAYS.get(day)).copied().unwrap_or("???")
}

fn month_name(civil: Civil) -> &'static str {
    usize::try_from(civil.month - 1)
        .ok()
        .and_then(|month| MONTHS.get(month))
        .copied()
        .unwrap_or("???")
}

/// Parses the directive at the start of `format`; returns its length in bytes, or `None` if the
/// format ends before the letter.
///
/// A malformed directive becomes plain text up to the invalid character, and parsing continues
/// after it: in `%E%`, the first two characters are text, and the last is a lone `%`.
fn read_directive(format: &str) -> Option<(FormatPiece<'_>, usize)> {
    let bytes = format.as_bytes();
    let mut options = Options::default();
    let mut at = 1;
    let text = |length: usize| Some((FormatPiece::Text(&format[..length]), length));
    loop {
        let byte = *bytes.get(at)?;
        match byte {
            b'-' | b'^' | b'#' | b'_' if options.width > 0 => return text(at + 1),
            b'-' => {
                options.unpadded = true;
                options.padding = None;
            }
            b'^' => options.upper = true,
            b'#' => options.swap_case = true,
            b'_' => options.padding = Some(Padding::Space),
            b'0'..=b'9' => {
                if byte == b'0' {
                    options.padding = Some(Padding::Zero);
                }
                let digits = bytes[at..].iter().take_while(|b| b.is_ascii_digit()).count();
                let width = &format[at..at + digits];
                // A number beyond 64 bits fails to parse, and is too wide anyway.
                match width.parse::<u64>().ok().filter(|&width| width <= MAX_WIDTH) {
                    Some(width) => options.width = usize::try_from(width).ok()?,
                    None => return text(at + digits),
                }
                at += digits - 1;
            }
            b':' => {
                let colons = bytes[at..].iter().take(4).take_while(|&&b| b == b':').count();
                // Four are skipped like flags; fewer belong to a `z` that follows.
                if colons < 4 && bytes.get(at + colons) != Some(&b'z') {
                    return text(at + 1);
                }
                options.colons = colons;
                at += colons - 1;
            }
            // POSIX modifiers: allowed before some letters, without effect.
            b'E' if !follows(bytes, at, b"cCxXyY") => return text(at + 1),
            b'O' if !follows(bytes, at, b"deHkIlmMSuUVwWy") => return text(at + 1),
            b'E' | b'O' => {}
            _ => break,
        }
        at += 1;
    }
    let letter = format[at..].chars().next()?;
    Some((FormatPiece::Directive(letter, options), at + letter.len_utf8()))
}

/// Whether the byte after `at` is one of `letters`.
fn follows(bytes: &[u8], at: usize, letters: &[u8]) -> bool {
    bytes.get(at + 1).is_some_and(|byte| letters.contains(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn format(format: &str, max_len: usize) -> Result<String, StrftimeError> {
        Time::from_epoch_seconds(1_454_767_445).expect("in range").strftime(format, max_len)
    }

    #[test]
    fn the_limit_counts_bytes_of_the_result() {
        assert_eq!(format("%Y-%m", 7).as_deref(), Ok("2016-02"));
        assert_eq!(format("%Y-%m", 6), Err(StrftimeError::TooLong(6)));
        assert_eq!(format("", 0).as_deref(), Ok(""));
    }

    #[test]
    fn huge_widths_allocate_nothing() {
        for letter in ["Y", "A", "N", "z", "_z", "c", "%", "s", "Z"] {
            let result = format(&format!("%2147483647{letter}"), 1000);
            assert!(
                matches!(result, Err(StrftimeError::TooLong(1000))) || letter == "_z",
                "{letter}: {result:?}"
            );
        }
        assert_eq!(format("%_2147483647z", 9), Err(StrftimeError::TooLong(9)));
    }

    #[test]
    fn a_lone_percent_is_rubys_argument_error() {
        let error = format("%Y%", 100).expect_err("an error");
        assert_eq!(error.to_string(), "invalid format: %Y%");
    }
}
