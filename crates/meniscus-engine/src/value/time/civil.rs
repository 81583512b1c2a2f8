//! The proleptic Gregorian calendar, in 64 bits.
//!
//! `jiff` ends at the year 9999, and Liquid's `date` filter doesn't: a string of fourteen digits is
//! parsed as seconds since 1970 and lands in the year 640000. Ruby prints such a year, so we
//! compute calendars ourselves.

/// Seconds in a day; Ruby's clock, like Unix time, has no leap seconds.
pub(super) const SECONDS_PER_DAY: i64 = 86_400;

/// Days in four hundred years, after which the calendar, including weekdays, repeats.
pub(super) const DAYS_PER_CYCLE: i64 = 146_097;

/// Days from 0000-03-01, the start of the first era, to 1970-01-01.
const EPOCH_FROM_ERA: i64 = 719_468;

/// A date and time of day, as shown by a clock and calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Civil {
    /// The astronomical year: 0 is 1 BC.
    pub year: i64,
    /// The month, 1 to 12.
    pub month: i64,
    /// The day of the month, 1 to 31.
    pub day: i64,
    /// The hour, 0 to 23.
    pub hour: i64,
    /// The minute, 0 to 59.
    pub minute: i64,
    /// The second, 0 to 59.
    pub second: i64,
    /// The day of the week; Sunday is 0.
    pub weekday: i64,
    /// The day of the year, 1 to 366.
    pub day_of_year: i64,
}

impl Civil {
    /// Returns the date and time `seconds` after 1970-01-01 00:00:00 on the same clock.
    pub fn from_seconds(seconds: i64) -> Civil {
        let days = seconds.div_euclid(SECONDS_PER_DAY);
        let clock = seconds.rem_euclid(SECONDS_PER_DAY);
        let (year, month, day) = date_from_days(days);
        Civil {
            year,
            month,
            day,
            hour: clock / 3600,
            minute: clock / 60 % 60,
            second: clock % 60,
            // 1970-01-01 was a Thursday.
            weekday: (days + 4).rem_euclid(7),
            day_of_year: days - days_from_date(year, 1, 1) + 1,
        }
    }

    /// Returns the week of the year for weeks that start on `first`; days before are in week 0:
    /// `%U` (Sunday, 0) and `%W` (Monday, 1).
    pub fn week_starting_on(&self, first: i64) -> i64 {
        (self.day_of_year - 1 + 7 - (self.weekday - first).rem_euclid(7)) / 7
    }

    /// Returns the ISO 8601 year and week: weeks start on Monday, and week 1 contains the first
    /// Thursday.
    pub fn iso_week(&self) -> (i64, i64) {
        let days_since_monday = (self.weekday + 6) % 7;
        // A week belongs to the year of its Thursday.
        let thursday = self.day_of_year - 1 - days_since_monday + 3;
        let length = days_in_year(self.year);
        if thursday < 0 {
            let last = thursday + days_in_year(self.year - 1);
            (self.year - 1, last / 7 + 1)
        } else if thursday >= length {
            (self.year + 1, (thursday - length) / 7 + 1)
        } else {
            (self.year, thursday / 7 + 1)
        }
    }
}

/// Whether February of `year` has 29 days.
pub(super) fn is_leap(year: i64) -> bool {
    year.rem_euclid(4) == 0 && (year.rem_euclid(100) != 0 || year.rem_euclid(400) == 0)
}

/// Returns the length of `year` in days.
fn days_in_year(year: i64) -> i64 {
    if is_leap(year) { 366 } else { 365 }
}

/// Returns the length of a month in days; `None` if there is no such month.
pub(super) fn days_in_month(year: i64, month: i64) -> Option<i64> {
    match month {
        2 => Some(if is_leap(year) { 29 } else { 28 }),
        4 | 6 | 9 | 11 => Some(30),
        1..=12 => Some(31),
        _ => None,
    }
}

/// Returns the days from 1970-01-01 to a date; days past the end of a month continue into the next.
///
/// Years start in March here, so that the leap day comes last and needs no special case.
pub(super) fn days_from_date(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let cycle = year.div_euclid(400);
    let year_of_cycle = year.rem_euclid(400);
    let month_from_march = (month + 9) % 12;
    let day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
    let day_of_cycle = year_of_cycle * 365 + year_of_cycle / 4 - year_of_cycle / 100 + day_of_year;
    cycle * DAYS_PER_CYCLE + day_of_cycle - EPOCH_FROM_ERA
}

/// Returns the year, month, and day `days` after 1970-01-01.
fn date_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + EPOCH_FROM_ERA;
    let cycle = days.div_euclid(DAYS_PER_CYCLE);
    let day_of_cycle = days.rem_euclid(DAYS_PER_CYCLE);
    let year_of_cycle =
        (day_of_cycle - day_of_cycle / 1460 + day_of_cycle / 36_524 - day_of_cycle / 146_096) / 365;
    let day_of_year =
        day_of_cycle - (365 * year_of_cycle + year_of_cycle / 4 - year_of_cycle / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = year_of_cycle + cycle * 400 + i64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_days_are_inverse() {
        for days in (-800_000..800_000).step_by(17) {
            let (year, month, day) = date_from_days(days);
            assert_eq!(days_from_date(year, month, day), days);
            assert!(day <= days_in_month(year, month).expect("a month"));
        }
    }

    #[test]
    fn iso_weeks_at_the_turn_of_the_year() {
        let week = |year, month, day| {
            Civil::from_seconds(days_from_date(year, month, day) * SECONDS_PER_DAY).iso_week()
        };
        assert_eq!(week(2016, 1, 1), (2015, 53));
        assert_eq!(week(2018, 12, 31), (2019, 1));
        assert_eq!(week(2020, 12, 31), (2020, 53));
        assert_eq!(week(2021, 1, 3), (2020, 53));
        assert_eq!(week(2021, 1, 4), (2021, 1));
    }
}
