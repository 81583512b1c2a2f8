//! Checks `Time` against the tables that Ruby printed: `tests/data/ruby/strftime.json` and
//! `time_parse.json`, made by `times.rb` beside them.

use std::fs;
use std::path::Path;

use meniscus::value::time::{StrftimeError, Time};
use serde_json::Value;

/// The inputs of `time_parse.json` that `Time::parse` reads in another way than Ruby, with the
/// reason. The test fails for one that agrees after all.
const KNOWN_DIFFERENCES: [(&str, &str); 1] = [(
    "99999999999999999999-01-01 10:00am",
    "Ruby's years have no limit; those of `Time` end about 190 billion years from 1970",
)];

/// The cases of a table.
fn cases(name: &str) -> Vec<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/ruby").join(name);
    let text = fs::read_to_string(&path).expect("the table is there");
    let mut table: Value = serde_json::from_str(&text).expect("the table is JSON");
    assert_eq!(table["ruby"], "3.1.2");
    match table["cases"].take() {
        Value::Array(cases) => cases,
        other => panic!("{name}: not a list of cases: {other}"),
    }
}

/// A member of a case that is a whole number; one that is left out is 0.
fn integer(case: &Value, member: &str) -> i64 {
    match &case[member] {
        Value::Null => 0,
        value => value.as_i64().unwrap_or_else(|| panic!("{member} of {case}")),
    }
}

/// The time of a case of `strftime.json`.
fn moment(case: &Value) -> Time {
    let seconds = integer(case, "seconds");
    let nanoseconds = i32::try_from(integer(case, "nanoseconds")).expect("nanoseconds");
    let time = match jiff::Timestamp::new(seconds, nanoseconds) {
        Ok(timestamp) => Time::from_timestamp(timestamp),
        // Past the year 9999, where jiff ends and Ruby does not.
        Err(_) => Time::from_epoch_seconds(seconds).expect("in range"),
    };
    match case["offset"].as_str() {
        Some("UTC") => time.into_utc(),
        Some("local") => time,
        _ => {
            let offset = i32::try_from(integer(case, "offset")).expect("an offset");
            time.at_offset_seconds(offset).expect("an offset of less than a day")
        }
    }
}

#[test]
fn strftime_writes_what_ruby_writes() {
    let cases = cases("strftime.json");
    let mut wrong = Vec::new();
    for case in &cases {
        let format = case["format"].as_str().expect("a format");
        let (result, expected) = match moment(case).strftime(format, 10_000) {
            Ok(text) => (text, &case["result"]),
            Err(error @ StrftimeError::InvalidFormat(_)) => (error.to_string(), &case["error"]),
            Err(error) => panic!("{case}: {error}"),
        };
        if expected.as_str() != Some(&result) {
            wrong.push(format!("{case}\n    {result:?}"));
        }
    }
    println!("strftime: {} of {} cases agree with Ruby", cases.len() - wrong.len(), cases.len());
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// A time for the crate `strftime-ruby`.
struct Moment {
    time: Time,
    zone: String,
}

impl Moment {
    fn number<N: std::str::FromStr>(&self, format: &str) -> N {
        let text = self.time.strftime(format, 100).expect("short");
        text.parse().unwrap_or_else(|_| panic!("{format} gives {text}"))
    }
}

impl strftime::Time for Moment {
    fn year(&self) -> i32 {
        i32::try_from(self.time.year()).unwrap_or(i32::MAX)
    }
    fn month(&self) -> u8 {
        self.number("%-m")
    }
    fn day(&self) -> u8 {
        self.number("%-d")
    }
    fn hour(&self) -> u8 {
        self.number("%-H")
    }
    fn minute(&self) -> u8 {
        self.number("%-M")
    }
    fn second(&self) -> u8 {
        self.number("%-S")
    }
    fn nanoseconds(&self) -> u32 {
        self.number("%N")
    }
    fn day_of_week(&self) -> u8 {
        self.number("%w")
    }
    fn day_of_year(&self) -> u16 {
        self.number("%-j")
    }
    fn to_int(&self) -> i64 {
        self.number("%s")
    }
    fn is_utc(&self) -> bool {
        self.time.is_utc()
    }
    fn utc_offset(&self) -> i32 {
        self.time.offset_seconds()
    }
    fn time_zone(&self) -> &str {
        &self.zone
    }
}

/// Why `strftime` is our own: the crate `strftime-ruby` (Artichoke's) over the same table writes
/// `-01234` for Ruby's `-1234`, and doesn't know more than three colons. Once it agrees everywhere,
/// ours can go.
#[test]
fn the_crate_for_strftime_differs_from_ruby() {
    let cases = cases("strftime.json");
    let mut differing = Vec::new();
    for case in &cases {
        let format = case["format"].as_str().expect("a format");
        let time = moment(case);
        let zone = time.strftime("%Z", 100).expect("short");
        let theirs = strftime::bytes::strftime(&Moment { time, zone }, format.as_bytes());
        let theirs = theirs.map(|text| String::from_utf8_lossy(&text).into_owned());
        let agrees = match (&theirs, case["result"].as_str()) {
            (Ok(text), Some(wanted)) => text == wanted,
            (Err(_), None) => true,
            _ => false,
        };
        if !agrees {
            differing.push(format!("{case}\n    {theirs:?}"));
        }
    }
    println!("strftime-ruby: {} of {} cases differ from Ruby", differing.len(), cases.len());
    let of_offsets = |case: &String| case.contains("-01234");
    assert!(differing.iter().any(of_offsets), "the crate writes offsets as Ruby does: use it");
}

#[test]
fn parse_reads_what_ruby_reads() {
    let cases = cases("time_parse.json");
    let mut wrong = Vec::new();
    for case in &cases {
        let input = case["input"].as_str().expect("an input");
        let now = Time::from_epoch_seconds(integer(case, "now")).expect("in range");
        let time = Time::parse(input, &now);
        let written =
            time.as_ref().map(|time| time.strftime("%Y-%m-%d %H:%M:%S.%N %z", 100).expect("short"));
        let agrees = written.as_deref() == case["result"].as_str()
            && time.is_some_and(|time| time.is_utc()) == (case["utc"] == true);
        let known = KNOWN_DIFFERENCES.iter().any(|(other, _)| *other == input);
        if agrees == known {
            wrong.push(format!("{case}\n    {written:?}"));
        }
    }
    println!("parse: {} of {} cases agree with Ruby", cases.len() - wrong.len(), cases.len());
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}
