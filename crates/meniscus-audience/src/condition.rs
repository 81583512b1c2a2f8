use std::str::FromStr;

use crate::error::AudienceError;
use crate::tally::Tally;

type Count = fn(&Tally) -> u64;

/// What is compared, with its name on the command line, and what it is a share of.
const WHATS: [(&str, Count, Count); 6] = [
    ("blanks", |tally| tally.with_blanks, |tally| tally.sent),
    ("aborted", |tally| tally.aborted(), |tally| tally.recipients()),
    (ERRORS, |tally| tally.errors() + tally.failed(), |tally| tally.rows),
    ("unanswered", |tally| tally.unanswered, |tally| tally.recipients()),
    ("oversize", |tally| tally.oversize, |tally| tally.sent),
    ("empty-links", |tally| tally.empty_links, |tally| tally.sent),
];

const ERRORS: &str = "errors";

/// A condition under which a check fails: `blanks > 0.1%`, `aborted > 1000`, `errors > 0`.
#[derive(Clone, Debug)]
pub struct Condition {
    text: String,
    name: &'static str,
    count: Count,
    of: Count,
    limit: f64,
    is_share: bool,
}

impl Condition {
    /// Whether it holds for an audience, which is then told apart from one that is fine.
    #[must_use]
    pub fn holds(&self, tally: &Tally) -> bool {
        let count = (self.count)(tally) as f64;
        match self.is_share {
            true => count * 100.0 > self.limit * self.of(tally).max(1) as f64,
            false => count > self.limit,
        }
    }

    /// Returns how many rows count for it.
    #[must_use]
    pub fn count(&self, tally: &Tally) -> u64 {
        (self.count)(tally)
    }

    /// Returns the number of rows that it is a share of.
    #[must_use]
    pub fn of(&self, tally: &Tally) -> u64 {
        (self.of)(tally)
    }

    /// Whether it is about rows that can't be used.
    #[must_use]
    pub fn is_of_errors(&self) -> bool {
        self.name == ERRORS
    }
}

impl std::fmt::Display for Condition {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)
    }
}

impl FromStr for Condition {
    type Err = AudienceError;

    fn from_str(text: &str) -> Result<Condition, AudienceError> {
        let names = WHATS.map(|(name, ..)| name).join(", ");
        let wrong = || {
            let message = format!("`{text}` isn't a valid condition");
            AudienceError::new(
                message,
                format!("write a condition such as `blanks > 0.1%`, with one of {names}"),
            )
        };
        let (what, limit) = text.split_once('>').ok_or_else(wrong)?;
        let known = WHATS.iter().find(|(name, ..)| *name == what.trim()).ok_or_else(wrong)?;
        let limit = limit.trim();
        let (number, is_share) = match limit.strip_suffix('%') {
            Some(number) => (number.trim(), true),
            None => (limit, false),
        };
        let limit = number.parse::<f64>().ok().filter(|limit| *limit >= 0.0 && limit.is_finite());
        let limit = limit.ok_or_else(wrong)?;
        let (name, count, of) = *known;
        Ok(Condition { text: text.trim().to_owned(), name, count, of, limit, is_share })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_and_numbers_are_compared() {
        let tally = Tally { rows: 20_000, sent: 10_000, with_blanks: 11, ..Tally::default() };
        for (text, holds) in [
            ("blanks > 0.1%", true),
            ("blanks>0.11 %", false),
            ("blanks > 10", true),
            ("blanks > 11", false),
            ("errors > 0", false),
        ] {
            assert_eq!(text.parse::<Condition>().unwrap().holds(&tally), holds, "{text}");
        }
        for text in ["blanks", "blank > 1", "blanks > x", "blanks > -1", "blanks > inf", ""] {
            text.parse::<Condition>().unwrap_err();
        }
    }
}
