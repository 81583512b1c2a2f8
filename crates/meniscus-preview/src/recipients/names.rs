//! Guesses a value's meaning from its name: `expiration_date`, `email`, `point_balance`.

use jiff::{SignedDuration, Timestamp};
use sha1::{Digest, Sha1};

use crate::value::Value;

/// The sorts of values that names distinguish.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sort {
    /// A credential: never a value that could be a real one.
    Secret,
    Email,
    Phone,
    Image,
    Url,
    Language,
    Locale,
    TimeZone,
    Country,
    Currency,
    City,
    FirstName,
    LastName,
    Gender,
    Birthday,
    Past,
    Future,
    Id,
    Truth,
    Count,
    Amount,
    Percent,
    Latitude,
    Longitude,
    Code,
    Version,
    State,
    /// Unknown.
    Words,
}

/// Splits a name into words: `offerTitle`, `offer_title`, and `offer title` are equal.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut before_lower = false;
    for c in name.chars() {
        if !c.is_alphanumeric() || (c.is_uppercase() && before_lower) {
            words.push(String::new());
        }
        before_lower = c.is_lowercase();
        if c.is_alphanumeric() {
            let last = words.len() - 1;
            words[last].extend(c.to_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Words that determine a sort anywhere in a name, most specific first.
const ANYWHERE: [(Sort, &[&str]); 16] = [
    (Sort::Email, &["email", "mail"]),
    (Sort::Phone, &["phone", "mobile", "msisdn"]),
    (Sort::Image, &["image", "logo", "icon", "picture", "photo", "thumbnail", "img", "banner"]),
    (Sort::Url, &["url", "uri", "link", "href", "deeplink", "website"]),
    (Sort::Language, &["language", "lang"]),
    (Sort::Locale, &["locale", "culture"]),
    (Sort::TimeZone, &["timezone", "tz"]),
    (Sort::Country, &["country"]),
    (Sort::Currency, &["currency"]),
    (Sort::Gender, &["gender"]),
    (Sort::Birthday, &["birth", "birthday", "birthdate", "dob"]),
    (Sort::Percent, &["percent", "percentage", "pct"]),
    (Sort::Latitude, &["latitude", "lat"]),
    (Sort::Longitude, &["longitude", "lon", "lng"]),
    (Sort::Version, &["version"]),
    (Sort::Code, &["code", "coupon", "voucher", "sku", "barcode"]),
];

/// Words that determine a sort at the end of a name.
const ENDING: [(Sort, &[&str]); 6] = [
    (Sort::Code, &["number", "reference"]),
    (Sort::Id, &["id", "ids", "guid", "uuid"]),
    (
        Sort::Amount,
        &["amount", "price", "total", "subtotal", "cost", "fee", "discount", "value", "paid"],
    ),
    (
        Sort::Count,
        &[
            "count", "points", "quantity", "qty", "balance", "age", "size", "score", "minutes",
            "hours", "days", "visits", "rank", "seats", "items", "orders", "bucket", "year",
        ],
    ),
    (Sort::State, &["status", "state"]),
    (Sort::City, &["city", "town"]),
];

const FIRST: [(Sort, &[&str]); 1] = [(
    Sort::Truth,
    &[
        "is", "opt", "has", "can", "should", "opted", "enabled", "wants", "allow", "allows",
        "accepts",
    ],
)];

const PAST: [&str; 16] = [
    "last",
    "created",
    "joined",
    "since",
    "acquired",
    "purchased",
    "visited",
    "redeemed",
    "updated",
    "start",
    "starts",
    "started",
    "from",
    "signup",
    "registered",
    "issued",
];
const TIMES: [&str; 16] = [
    "date",
    "time",
    "at",
    "on",
    "until",
    "expires",
    "expiration",
    "expiry",
    "deadline",
    "ends",
    "starts",
    "since",
    "day",
    "timestamp",
    "expire",
    "till",
];

/// Returns the sort that a name suggests.
pub(super) fn sort_of(name: &str) -> Sort {
    if crate::http::secret::is_secret_field(name) {
        return Sort::Secret;
    }
    let words = words(name);
    let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    let last = |list: &[&str]| words.last().is_some_and(|word| list.contains(&word.as_str()));
    let first = |list: &[&str]| words.first().is_some_and(|word| list.contains(&word.as_str()));
    match name {
        "first_name" => return Sort::FirstName,
        "last_name" => return Sort::LastName,
        "time_zone" => return Sort::TimeZone,
        _ => {}
    }
    if last(&["id", "guid", "uuid"]) {
        return Sort::Id;
    }
    if let Some((sort, _)) = FIRST.iter().find(|(_, list)| words.len() > 1 && first(list)) {
        return *sort;
    }
    if let Some((sort, _)) = ANYWHERE.iter().find(|(_, list)| has(list)) {
        return *sort;
    }
    if last(&TIMES) || has(&["date", "expires", "expiration", "expiry"]) {
        return if has(&PAST) { Sort::Past } else { Sort::Future };
    }
    ENDING.iter().find(|(_, list)| last(list)).map_or(Sort::Words, |(sort, _)| *sort)
}

/// Invents a value of a sort. `key_path` distinguishes it from other values, `index` from other items of
/// its list; times are relative to `now`.
pub(super) fn of_sort(
    sort: Sort,
    name: &str,
    key_path: &str,
    index: usize,
    now: Timestamp,
) -> Value {
    let number = i64::try_from(index).unwrap_or(0);
    let file = words(name).join("-");
    let counted = if index == 0 { String::new() } else { format!("-{}", index + 1) };
    let text = match sort {
        Sort::Secret => format!("EXAMPLE-{}", file.to_uppercase()),
        Sort::Email => format!("mara.lindqvist{counted}@example.com"),
        Sort::Phone => format!("+1555010{:04}", 100 + index % 9_000),
        Sort::Image => format!("https://img.example.com/{file}{counted}.png"),
        Sort::Url => format!("https://www.example.com/{file}{counted}"),
        Sort::Language => "en".to_owned(),
        Sort::Locale => if name.contains("locale") { "en_US" } else { "en-US" }.to_owned(),
        Sort::TimeZone => "America/Chicago".to_owned(),
        Sort::Country => "US".to_owned(),
        Sort::Currency => "USD".to_owned(),
        Sort::City => "Rosedale".to_owned(),
        Sort::FirstName => ["Mara", "Ilse", "Tomas"][index % 3].to_owned(),
        Sort::LastName => "Lindqvist".to_owned(),
        Sort::Gender => "F".to_owned(),
        Sort::Birthday => "1990-05-21".to_owned(),
        Sort::Past => day(now, -3 - number),
        Sort::Future => day(now, 30 + number),
        Sort::Id => uuid(&format!("{key_path}#{index}")),
        Sort::Truth => return Value::Bool(true),
        Sort::Count if name.contains("year") => day(now, 0)[..4].to_owned(),
        Sort::Count => {
            return Value::Int(if name.contains("point") || name.contains("balance") {
                1_250
            } else {
                3 + number
            });
        }
        Sort::Amount => return Value::Float(12.5 + index as f64),
        Sort::Percent => return Value::Int(15),
        Sort::Latitude => return Value::Float(41.878),
        Sort::Longitude => return Value::Float(-87.63),
        Sort::Code => format!("{}-{}", file.to_uppercase(), 7_200 + index),
        Sort::Version => "8.2.0".to_owned(),
        Sort::State => "active".to_owned(),
        Sort::Words => readable(name, index),
    };
    match text.parse::<i64>() {
        Ok(year) if sort == Sort::Count => Value::Int(year),
        _ => Value::from(text),
    }
}

/// Returns a time some days from the clock, as in JSON.
pub(super) fn day(now: Timestamp, days: i64) -> String {
    let day = SignedDuration::from_hours(24 * days.clamp(-3_000, 3_000));
    now.checked_add(day).unwrap_or(now).strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// Returns an id that is always the same for a path.
pub(super) fn uuid(key_path: &str) -> String {
    let digest = Sha1::digest(key_path.as_bytes());
    let hex = digest.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    format!("{}-{}-4{}-a{}-{}", &hex[..8], &hex[8..12], &hex[13..16], &hex[17..20], &hex[20..32])
}

/// Writes the name as words: `Offer title`, the second in a list `Offer title 2`.
fn readable(name: &str, index: usize) -> String {
    let text = words(name).join(" ");
    let mut chars = text.chars();
    let first = chars.next().map(|c| c.to_uppercase().collect::<String>()).unwrap_or_default();
    let counted = if index == 0 { String::new() } else { format!(" {}", index + 1) };
    let text = format!("{first}{}{counted}", chars.as_str());
    if text.is_empty() { "A text".to_owned() } else { text }
}

/// Converts a string to part of a file name.
#[must_use]
pub fn slug(text: &str) -> String {
    let mut slug = String::new();
    for c in text.chars() {
        match c {
            c if c.is_ascii_alphanumeric() => slug.push(c.to_ascii_lowercase()),
            _ if slug.is_empty() || slug.ends_with('_') => {}
            _ => slug.push('_'),
        }
    }
    let slug = slug.trim_end_matches('_').to_owned();
    if slug.is_empty() { "one".to_owned() } else { slug }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_sorts() {
        for (name, sort) in [
            ("expiration_date", Sort::Future),
            ("last_visit_date", Sort::Past),
            ("offerImageUrl", Sort::Image),
            ("email_address", Sort::Email),
            ("point_award_amount", Sort::Amount),
            ("is_vip", Sort::Truth),
            ("user_id", Sort::Id),
            ("access_token", Sort::Secret),
            ("favourite snack", Sort::Words),
            ("date_of_birth", Sort::Birthday),
            ("home_city", Sort::City),
        ] {
            assert_eq!(sort_of(name), sort, "{name}");
        }
        assert_eq!(uuid("a").len(), 36);
        assert_eq!(readable("offerTitle", 1), "Offer title 2");
    }
}
