//! Ruby's `Time`, as far as a Liquid template can see it.
//!
//! Liquid's `date` filter is Ruby's `Time.parse` and `Time#strftime`, and templates depend on how
//! these treat input that no standard describes. This module reimplements them: the heuristics of
//! `Date._parse` in `date_parse`, `date_forms`, and `digits`, their completion to a time in
//! `parse`, and the directives in `strftime`. The tables in `tests/data/ruby/`, printed by Ruby
//! 3.1.2 with `TZ=UTC`, are the proof; `tests/it/ruby_times.rs` checks them all.

mod civil;
mod date_forms;
mod date_parse;
mod digits;
mod parse;
mod scan;
mod strftime;

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use civil::{Civil, DAYS_PER_CYCLE, SECONDS_PER_DAY};
pub use strftime::{MONTHS, StrftimeError, WEEKDAYS};

/// The largest distance from 1970 in seconds, about 190 billion years.
///
/// Ruby has no limit; this one keeps all calendar arithmetic within 64 bits.
const MAX_SECONDS: i64 = 6_000_000_000_000_000_000;

/// A time with nanoseconds, and the offset from UTC at which it is shown.
///
/// Times compare as in Ruby: 10:00 +0000 equals 11:00 +0100.
///
/// Ruby distinguishes three kinds of time, which print differently, and so does this type:
///
/// | kind | `to_s` ends in | `%Z` | made by |
/// |---|---|---|---|
/// | UTC | `UTC` | `UTC` | [`Time::parse`] of text that says `Z`, `UTC` or `-00:00`; [`Time::into_utc`] |
/// | in a zone | `+0000` | `CST` | [`Time::from_epoch_seconds`], [`Time::in_zone`] |
/// | at an offset | `+0100` | empty | [`Time::parse`] of text with an offset, [`Time::at_offset_seconds`] |
#[derive(Clone, Debug)]
pub struct Time {
    /// Whole seconds since 1970-01-01 00:00:00 UTC, rounded down; within `MAX_SECONDS`.
    seconds: i64,
    /// Nanoseconds past `seconds`, below 10^9.
    nanoseconds: u32,
    /// How the time is shown.
    zone: Zone,
}

/// The clock that shows a time.
#[derive(Clone, Debug)]
enum Zone {
    /// UTC proper: `to_s` ends in `UTC`, and `%-z` is `-0000`.
    Utc,
    /// A zone with its abbreviation and offset at this time.
    Named { offset: i32, abbreviation: Cow<'static, str> },
    /// An offset without a zone.
    Offset(i32),
}

impl Zone {
    /// Ruby's local zone with `TZ=UTC`, which a template engine uses.
    const LOCAL: Zone = Zone::Named { offset: 0, abbreviation: Cow::Borrowed("UTC") };
}

/// The first second of 1970, in UTC.
impl Default for Time {
    fn default() -> Time {
        Time::from_timestamp(Timestamp::UNIX_EPOCH)
    }
}

impl Time {
    /// Returns the time `seconds` after 1970-01-01 00:00:00 UTC, like Ruby's `Time.at` with
    /// `TZ=UTC`.
    ///
    /// Its abbreviation is "UTC", but its `to_s` ends in `+0000`, because Ruby considers it local.
    /// `None` past about 190 billion years from 1970, where Ruby continues.
    pub fn from_epoch_seconds(seconds: i64) -> Option<Time> {
        Time::new(seconds, 0, Zone::LOCAL)
    }

    /// Converts a timestamp, shown like [`Time::from_epoch_seconds`].
    pub fn from_timestamp(timestamp: Timestamp) -> Time {
        let nanoseconds = timestamp.subsec_nanosecond();
        // jiff rounds toward zero, Ruby down: a fraction before 1970 borrows a second.
        let borrow = i32::from(nanoseconds < 0);
        Time {
            seconds: timestamp.as_second() - i64::from(borrow),
            nanoseconds: (nanoseconds + borrow * 1_000_000_000).unsigned_abs(),
            zone: Zone::LOCAL,
        }
    }

    /// Parses a time like Ruby's `Time.parse(text.downcase)` with `TZ=UTC` (Liquid's `date` filter
    /// downcases first); `None` if Ruby raises `ArgumentError`.
    ///
    /// `now` provides the elements larger than the first given one, so "10:00" is today at ten;
    /// smaller ones start at their minimum. The offset in the text is kept; an unknown zone name is
    /// ignored. No input panics or is slow: more than 128 bytes are rejected unparsed, as in Ruby.
    ///
    /// Differences from Ruby: fractions of a second are truncated to nanoseconds; years over about
    /// 190 billion from 1970 are rejected; and so are days of twenty digits, for which Ruby raises
    /// `RangeError` instead of `ArgumentError`. The proof is `tests/data/ruby/time_parse.json`,
    /// printed by Ruby 3.1.2.
    pub fn parse(text: &str, now: &Time) -> Option<Time> {
        parse::parse(text, now)
    }

    /// Converts to an IANA zone such as "America/Chicago", with the abbreviation at that time;
    /// `None` for an unknown name.
    ///
    /// Case is ignored. Years outside jiff's range use the offset of the same day in another
    /// 400-year calendar cycle.
    pub fn in_zone(&self, name: &str) -> Option<Time> {
        let zone = TimeZone::get(name).ok()?;
        let info = zone.to_offset_info(self.representative());
        let abbreviation = Cow::Owned(info.abbreviation().to_owned());
        let offset = info.offset().seconds();
        Some(Time { zone: Zone::Named { offset, abbreviation }, ..self.clone() })
    }

    /// Converts to an offset in seconds east of UTC, without an abbreviation; `None` for a day or
    /// more, where Ruby says "utc_offset out of range".
    pub fn at_offset_seconds(&self, offset: i32) -> Option<Time> {
        (i64::from(offset).abs() < SECONDS_PER_DAY)
            .then(|| Time { zone: Zone::Offset(offset), ..self.clone() })
    }

    /// Converts to UTC proper, like Ruby's `Time#utc`: `to_s` ends in "UTC".
    pub fn into_utc(self) -> Time {
        Time { zone: Zone::Utc, ..self }
    }

    /// Formats the time like Ruby's `Time#strftime`.
    ///
    /// # Errors
    ///
    /// [`StrftimeError::InvalidFormat`] if Ruby raises `ArgumentError`: the format ends inside a
    /// directive, such as a lone `%`. [`StrftimeError::TooLong`] if the result would be longer than
    /// `max_len` bytes; nothing larger is allocated, whatever the widths. The proof is
    /// `tests/data/ruby/strftime.json`, printed by Ruby 3.1.2.
    pub fn strftime(&self, format: &str, max_len: usize) -> Result<String, StrftimeError> {
        strftime::strftime(self, format, max_len)
    }

    /// Returns whole seconds since 1970-01-01 00:00:00 UTC, rounded down, like Ruby's `Time#to_i`.
    pub fn epoch_seconds(&self) -> i64 {
        self.seconds
    }

    /// Returns nanoseconds past [`Time::epoch_seconds`], below 10^9, like Ruby's `Time#nsec`.
    pub fn nanosecond(&self) -> u32 {
        self.nanoseconds
    }

    /// Converts to jiff's timestamp, limited to its range (the years -9999 to 9999).
    pub fn timestamp(&self) -> Timestamp {
        let limit = if self.seconds < 0 { Timestamp::MIN } else { Timestamp::MAX };
        // Below 10^9, so the conversion can't fail.
        let nanoseconds = i32::try_from(self.nanoseconds).unwrap_or_default();
        Timestamp::new(self.seconds, nanoseconds).unwrap_or(limit)
    }

    /// Returns the offset from UTC in seconds, positive to the east, like Ruby's `Time#utc_offset`.
    pub fn offset_seconds(&self) -> i32 {
        match self.zone {
            Zone::Utc => 0,
            Zone::Named { offset, .. } | Zone::Offset(offset) => offset,
        }
    }

    /// Returns the zone's abbreviation such as "UTC" or "CST", like Ruby's `Time#zone`; `None` for
    /// a bare offset.
    pub fn abbreviation(&self) -> Option<&str> {
        match &self.zone {
            Zone::Utc => Some("UTC"),
            Zone::Named { abbreviation, .. } => Some(abbreviation),
            Zone::Offset(_) => None,
        }
    }

    /// Whether this is UTC proper, like Ruby's `Time#utc?`: not for other times at offset 0.
    pub fn is_utc(&self) -> bool {
        matches!(self.zone, Zone::Utc)
    }

    /// Returns the year on this time's clock; 0 is 1 BC.
    pub fn year(&self) -> i64 {
        self.civil().year
    }

    /// Returns the date and time on this time's clock.
    fn civil(&self) -> Civil {
        // Within MAX_SECONDS and a day, so it can't overflow.
        Civil::from_seconds(self.seconds + i64::from(self.offset_seconds()))
    }

    /// Makes a time from its elements; `None` beyond `MAX_SECONDS`.
    fn new(seconds: i64, nanoseconds: u32, zone: Zone) -> Option<Time> {
        (-MAX_SECONDS..=MAX_SECONDS).contains(&seconds).then_some(Time {
            seconds,
            nanoseconds,
            zone,
        })
    }

    /// Returns this time, or the same one in another calendar cycle within jiff's range.
    ///
    /// Daylight saving rules repeat with the calendar, so the offset is the same.
    fn representative(&self) -> Timestamp {
        const CYCLE: i64 = DAYS_PER_CYCLE * SECONDS_PER_DAY;
        Timestamp::from_second(self.seconds).unwrap_or_else(|_| {
            let phase = self.seconds.rem_euclid(CYCLE);
            // A late cycle in jiff's range for the future, an early one for the past.
            let cycles = if self.seconds < 0 { -25 } else { 18 };
            Timestamp::from_second(cycles * CYCLE + phase).unwrap_or_default()
        })
    }

    /// Returns the comparable part of the time.
    fn instant(&self) -> (i64, u32) {
        (self.seconds, self.nanoseconds)
    }
}

impl PartialEq for Time {
    fn eq(&self, other: &Time) -> bool {
        self.instant() == other.instant()
    }
}

impl Eq for Time {}

impl PartialOrd for Time {
    fn partial_cmp(&self, other: &Time) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Time {
    fn cmp(&self, other: &Time) -> Ordering {
        self.instant().cmp(&other.instant())
    }
}

/// Writes Ruby's `Time#to_s`: "2016-02-06 15:04:05 +0100", or "UTC" instead of the offset.
impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let civil = self.civil();
        let sign = if civil.year < 0 { "-" } else { "" };
        write!(
            f,
            "{sign}{:04}-{:02}-{:02} {:02}:{:02}:{:02} ",
            civil.year.unsigned_abs(),
            civil.month,
            civil.day,
            civil.hour,
            civil.minute,
            civil.second,
        )?;
        if self.is_utc() {
            return f.write_str("UTC");
        }
        let offset = self.offset_seconds();
        let sign = if offset < 0 { '-' } else { '+' };
        let minutes = offset.unsigned_abs() / 60;
        write!(f, "{sign}{:02}{:02}", minutes / 60, minutes % 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Time {
        Time::from_epoch_seconds(seconds).expect("in range")
    }

    #[test]
    fn to_s_tells_the_three_kinds_of_time_apart() {
        let time = at(1_454_767_445);
        assert_eq!(time.to_string(), "2016-02-06 14:04:05 +0000");
        assert_eq!(time.clone().into_utc().to_string(), "2016-02-06 14:04:05 UTC");
        let berlin = time.in_zone("Europe/Berlin").expect("a zone");
        assert_eq!(berlin.to_string(), "2016-02-06 15:04:05 +0100");
        assert_eq!(berlin.abbreviation(), Some("CET"));
        let west = time.at_offset_seconds(-1800).expect("an offset");
        assert_eq!(west.to_string(), "2016-02-06 13:34:05 -0030");
        assert_eq!(west.abbreviation(), None);
        assert_eq!(west, berlin);
    }

    #[test]
    fn zones_know_summer_time_in_any_year() {
        let chicago = |seconds| at(seconds).in_zone("america/chicago").expect("a zone");
        assert_eq!(chicago(1_454_767_445).abbreviation(), Some("CST"));
        assert_eq!(chicago(1_466_767_445).abbreviation(), Some("CDT"));
        // January and July of the year 12345, printed by Ruby with TZ=America/Chicago.
        assert_eq!(chicago(327_404_592_000).abbreviation(), Some("CST"));
        assert_eq!(chicago(327_420_230_400).abbreviation(), Some("CDT"));
        assert!(at(0).in_zone("Nowhere/Land").is_none());
        assert!(at(0).at_offset_seconds(86_400).is_none());
    }

    #[test]
    fn instants_before_1970_count_downward() {
        let timestamp = Timestamp::new(-1, -500_000_000).expect("in range");
        let time = Time::from_timestamp(timestamp);
        assert_eq!((time.epoch_seconds(), time.nanosecond()), (-2, 500_000_000));
        assert_eq!(time.timestamp(), timestamp);
        assert_eq!(at(MAX_SECONDS).timestamp(), Timestamp::MAX);
        assert_eq!(at(-MAX_SECONDS).timestamp(), Timestamp::MIN);
        assert!(Time::from_epoch_seconds(i64::MIN).is_none());
    }

    #[test]
    fn no_text_panics() {
        // A linear congruential generator: the same strings in every run.
        let mut state = 1_u32;
        let mut next = |bound: usize| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            usize::try_from(state >> 8).unwrap_or(0) % bound
        };
        let alphabet: Vec<char> = "0123459-:/.,'+[]%#^_EYzTwhapmjbcd é²ﬆ🄀\0".chars().collect();
        for length in 0..4000 {
            let text: String = (0..length % 140).map(|_| alphabet[next(alphabet.len())]).collect();
            let _ = Time::parse(&text, &at(MAX_SECONDS));
            let _ = Time::parse(&format!("jan {text}"), &at(-MAX_SECONDS));
            for seconds in [0, MAX_SECONDS, -MAX_SECONDS] {
                let written = at(seconds).strftime(&text, 100);
                assert!(written.map_or(0, |written| written.len()) <= 100);
            }
        }
        assert!(Time::parse(&"1".repeat(10_000_000), &at(0)).is_none());
    }

    #[test]
    fn times_compare_by_instant() {
        assert!(at(1) < at(2));
        assert_eq!(at(7), at(7).at_offset_seconds(3600).expect("an offset"));
        fn shared<T: Send + Sync>() {}
        shared::<Time>();
    }
}
