//! Ruby's `Time.parse`: completes the elements found by `Date._parse` to a time.

use super::civil::{SECONDS_PER_DAY, days_from_date, days_in_month};
use super::date_parse::{Elements, MAX_TEXT, date_parse};
use super::{Time, Zone};

/// The largest distance of a year from 0 whose seconds are within `MAX_SECONDS`.
const MAX_YEAR: i64 = 190_000_000_000;

/// Zone names known to Ruby's `Time.zone_offset`, with hours from UTC; single letters are military
/// zones.
const ZONES: [(&str, i64); 36] = [
    ("UTC", 0),
    ("Z", 0),
    ("UT", 0),
    ("GMT", 0),
    ("EST", -5),
    ("EDT", -4),
    ("CST", -6),
    ("CDT", -5),
    ("MST", -7),
    ("MDT", -6),
    ("PST", -8),
    ("PDT", -7),
    ("A", 1),
    ("B", 2),
    ("C", 3),
    ("D", 4),
    ("E", 5),
    ("F", 6),
    ("G", 7),
    ("H", 8),
    ("I", 9),
    ("K", 10),
    ("L", 11),
    ("M", 12),
    ("N", -1),
    ("O", -2),
    ("P", -3),
    ("Q", -4),
    ("R", -5),
    ("S", -6),
    ("T", -7),
    ("U", -8),
    ("V", -9),
    ("W", -10),
    ("X", -11),
    ("Y", -12),
];

/// Parses a time; see [`Time::parse`].
pub(super) fn parse(text: &str, now: &Time) -> Option<Time> {
    // Lowercase may be shorter, as for "K" (the Kelvin sign, three bytes), but not by more.
    if text.len() > 3 * MAX_TEXT {
        return None;
    }
    iso(text.as_bytes()).or_else(|| complete(&date_parse(&text.to_lowercase())?, now))
}

/// Parses times as APIs write them, `2026-03-31`, `2026-03-31T23:59:59`, or with a `Z`: a fast path
/// with the same result as the general one; `None` for anything else.
fn iso(text: &[u8]) -> Option<Time> {
    let number = |from: usize, to: usize| {
        text.get(from..to)?.iter().try_fold(0, |number, byte| {
            byte.is_ascii_digit().then(|| number * 10 + i64::from(byte - b'0'))
        })
    };
    let is = |at: usize, marks: &[u8]| text.get(at).is_some_and(|byte| marks.contains(byte));
    let zone = match text.len() {
        10 | 19 => Zone::LOCAL,
        20 if is(19, b"Zz") => Zone::Utc,
        _ => return None,
    };
    let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
    let is_date = is(4, b"-") && is(7, b"-") && year >= 1000;
    if !is_date || day < 1 || day > days_in_month(year, month)? {
        return None;
    }
    let mut seconds = days_from_date(year, month, day) * SECONDS_PER_DAY;
    if text.len() > 10 {
        let (hour, minute, second) = (number(11, 13)?, number(14, 16)?, number(17, 19)?);
        let is_time = is(10, b"Tt ") && is(13, b":") && is(16, b":");
        if !is_time || hour > 23 || minute > 59 || second > 59 {
            return None;
        }
        seconds += (hour * 60 + minute) * 60 + second;
    }
    Time::new(seconds, 0, zone)
}

/// A date and time of day that may not exist.
#[derive(Clone, Copy, Debug)]
struct Reading {
    year: i64,
    month: i64,
    day: i64,
    hour: i64,
    minute: i64,
    second: i64,
}

/// Completes `elements` to a time, given the current time.
fn complete(elements: &Elements, now: &Time) -> Option<Time> {
    let offset = elements.zone.as_deref().and_then(zone_offset);
    match elements.day_of_year {
        Some(day_of_year) => complete_day_of_year(elements, day_of_year, offset, now),
        None => complete_date(elements, offset, now),
    }
}

/// Completes a day given by its number in the year.
///
/// Ruby tries the date that the number would give with months of 31 days, and corrects the
/// difference; it compares dates on the result's clock, which matters with offsets.
fn complete_day_of_year(
    elements: &Elements,
    day_of_year: i64,
    offset: Option<i64>,
    now: &Time,
) -> Option<Time> {
    if !(1..=366).contains(&day_of_year) {
        return None;
    }
    let mut month = (day_of_year - 1) / 31 + 1;
    let mut day = (day_of_year - 1) % 31 + 1;
    let with = |month, day| Elements {
        day_of_year: None,
        month: Some(month),
        day: Some(day),
        ..elements.clone()
    };
    let time = complete_date(&with(month, day), offset, now)?;
    let distance = day_of_year - time.civil().day_of_year;
    if distance == 0 {
        return Some(time);
    }
    day += distance;
    let length = days_in_month(elements.year.unwrap_or_else(|| now.year()), month)?;
    if day > 28 && day > length {
        month += 1;
        if month > 12 {
            return None;
        }
        day -= length;
    }
    complete_date(&with(month, day), offset, now)
}

/// Completes a day given by month and day, or the day of `now`.
fn complete_date(elements: &Elements, offset: Option<i64>, now: &Time) -> Option<Time> {
    let offset = offset.map(i32::try_from).transpose().ok()?;
    // Missing elements come from the clock in the text's zone.
    let now = match offset {
        Some(offset) if offset != now.offset_seconds() => now.at_offset_seconds(offset)?,
        Some(_) => now.clone(),
        None => now.at_offset_seconds(0)?,
    };
    let (reading, nanoseconds) = fill_in(elements, &now)?;
    let Some(offset) = offset else {
        return Time::new(reading.seconds()?, nanoseconds, Zone::LOCAL);
    };
    let seconds = reading.move_to_utc(i64::from(offset)).seconds()?;
    let zone = match &elements.zone {
        Some(zone) if is_utc(zone) => Zone::Utc,
        _ if offset == 0 => Zone::LOCAL,
        _ => Zone::Offset(offset),
    };
    Time::new(seconds, nanoseconds, zone)
}

/// Fills in elements: those above the first given one from `now`, those below with their minimum;
/// `None` if none is given.
fn fill_in(elements: &Elements, now: &Time) -> Option<(Reading, u32)> {
    let clock = now.civil();
    let given = [
        (elements.year, clock.year, 1970),
        (elements.month, clock.month, 1),
        (elements.day, clock.day, 1),
        (elements.hour, clock.hour, 0),
        (elements.minute, clock.minute, 0),
        (elements.second, clock.second, 0),
    ];
    if given.iter().all(|(value, ..)| value.is_none()) && elements.nanoseconds.is_none() {
        return None;
    }
    let first = given.iter().position(|(value, ..)| value.is_some()).unwrap_or(given.len());
    let mut values = [0; 6];
    for (index, ((value, current, least), slot)) in given.into_iter().zip(&mut values).enumerate() {
        *slot = value.unwrap_or(if index < first { current } else { least });
    }
    let [year, month, day, hour, minute, second] = values;
    let reading = Reading { year, month, day, hour, minute, second };
    Some((reading, elements.nanoseconds.unwrap_or(0)))
}

impl Reading {
    /// Converts a reading at `offset` to UTC.
    ///
    /// Follows Ruby step by step, because it runs before the elements are validated and brings some
    /// into range: minute 75 is valid at an offset of half an hour, and invalid without one.
    fn move_to_utc(self, offset: i64) -> Reading {
        let Reading { mut year, mut month, mut day, mut hour, mut minute, mut second } = self;
        let direction = offset.signum();
        let mut rest = offset.abs();
        for (part, base) in [(&mut second, 60), (&mut minute, 60), (&mut hour, 24)] {
            let step = rest % base;
            rest /= base;
            if step != 0 {
                *part -= direction * step;
                rest -= direction * part.div_euclid(base);
                *part = part.rem_euclid(base);
            }
        }
        // Ruby's table of month lengths is an array, in which index -1 is December.
        let length = |year, month| {
            if month == 0 { Some(31) } else { days_in_month(year, month) }
        };
        if rest != 0 && direction < 0 {
            day += rest;
            if length(year, month).is_some_and(|length| length < day) {
                month += 1;
                if month > 12 {
                    (year, month) = (year + 1, 1);
                }
                day = 1;
            }
        } else if rest != 0 {
            day -= rest;
            if day < 1 {
                month -= 1;
                if month < 1 {
                    (year, month) = (year - 1, 12);
                }
                // An invalid month is rejected below, whatever the day.
                day = length(year, month).unwrap_or(1);
            }
        }
        Reading { year, month, day, hour, minute, second }
    }

    /// Returns seconds since 1970-01-01 for this reading in UTC; `None` if Ruby's `Time.utc` finds
    /// an element out of range.
    ///
    /// Any month may have 31 days, which continue into the next; a day may end at 24:00:00, and a
    /// minute with second 60.
    fn seconds(self) -> Option<i64> {
        let in_range = self.year.abs() <= MAX_YEAR
            && (1..=12).contains(&self.month)
            && (1..=31).contains(&self.day)
            && (0..=24).contains(&self.hour)
            && (0..=59).contains(&self.minute)
            && (0..=60).contains(&self.second)
            && (self.hour < 24 || (self.minute, self.second) == (0, 0));
        in_range.then(|| {
            days_from_date(self.year, self.month, self.day) * SECONDS_PER_DAY
                + self.hour * 3600
                + self.minute * 60
                + self.second
        })
    }
}

/// Whether a name means UTC proper; Ruby considers "gmt" and "+00:00" local times at offset 0.
fn is_utc(zone: &str) -> bool {
    ["-00:00", "-0000", "-00", "utc", "z", "ut"].iter().any(|name| zone.eq_ignore_ascii_case(name))
}

/// Parses a zone to an offset in seconds: a name that Ruby knows, or a sign with two, four, or six
/// digits, with colons between all or none.
fn zone_offset(zone: &str) -> Option<i64> {
    let zone = zone.to_uppercase();
    if let Some((_, hours)) = ZONES.iter().find(|(name, _)| *name == zone) {
        return Some(hours * 3600);
    }
    let sign = match zone.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let digits = &zone[1..];
    let parts: Vec<&str> = if digits.contains(':') {
        digits.split(':').collect()
    } else {
        (0..digits.len().div_ceil(2))
            .map(|index| digits.get(index * 2..digits.len().min(index * 2 + 2)))
            .collect::<Option<_>>()?
    };
    let pair = |part: &&str| {
        let two_digits = part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
        two_digits.then(|| part.parse::<i64>().ok()).flatten()
    };
    let values: Vec<i64> = parts.iter().map(pair).collect::<Option<_>>()?;
    match values[..] {
        [hours] => Some(sign * hours * 3600),
        [hours, minutes] => Some(sign * (hours * 3600 + minutes * 60)),
        [hours, minutes, seconds] => Some(sign * (hours * 3600 + minutes * 60 + seconds)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_short_way_finds_what_the_long_way_finds() {
        let now = Time::from_epoch_seconds(1_763_888_400).expect("in range");
        let mut found = 0;
        for date in [
            "2026-03-31",
            "1999-12-01",
            "2024-02-29",
            "2023-02-29",
            "2026-13-01",
            "2026-00-10",
            "0999-01-01",
            "2026-1-001",
            "2026/03/31",
        ] {
            for time in [
                "",
                "T00:00:00",
                "T23:59:59Z",
                "t09:30:00z",
                " 12:00:00",
                "T24:00:00Z",
                "T12:60:00",
                "T12:00:60Z",
                "T12:00:00+0100",
                "Z",
                "T1:02:003Z",
                " 12:00:00 ",
            ] {
                let text = format!("{date}{time}");
                let long =
                    date_parse(&text.to_lowercase()).and_then(|elements| complete(&elements, &now));
                let long = format!("{long:?}");
                if let Some(short) = iso(text.as_bytes()) {
                    found += 1;
                    assert_eq!(format!("{:?}", Some(short)), long, "{text}");
                }
                assert_eq!(format!("{:?}", parse(&text, &now)), long, "{text}");
            }
        }
        assert_eq!(found, 15);
    }

    #[test]
    fn offsets_have_two_digits_a_part() {
        assert_eq!(zone_offset("+05:30"), Some(19_800));
        assert_eq!(zone_offset("-0530"), Some(-19_800));
        assert_eq!(zone_offset("+05:30:15"), Some(19_815));
        assert_eq!(zone_offset("+09"), Some(32_400));
        assert_eq!(zone_offset("est"), Some(-18_000));
        for zone in ["+9", "+530", "+5:30", "+05.5", "gmt+1", "", "+", "jst", "+é", "+0530:15"] {
            assert_eq!(zone_offset(zone), None, "{zone}");
        }
    }
}
