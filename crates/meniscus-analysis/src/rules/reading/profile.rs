//! Attributes of the profile that are strings (reference, section 1.3).

/// Those that are words.
const WORDS: [&str; 8] = [
    "city",
    "country",
    "email_address",
    "first_name",
    "gender",
    "language",
    "last_name",
    "time_zone",
];

/// Those that may look like numbers.
const CODES: [&str; 5] =
    ["braze_id", "most_recent_app_version", "most_recent_locale", "phone_number", "user_id"];

/// Whether an attribute is a string.
pub(in crate::rules) fn is_string(attribute: &str) -> bool {
    is_word(attribute) || CODES.contains(&attribute)
}

/// Whether an attribute is a string that never looks like a number.
pub(in crate::rules) fn is_word(attribute: &str) -> bool {
    WORDS.contains(&attribute)
}
