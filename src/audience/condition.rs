use std::str::FromStr;

use super::error::AudienceError;
use super::tally::Tally;

type Count = fn(&Tally) -> u64;

/// What is compared, with its name on the command line.
const WHATS: [(&str, Count); 6] = [
    ("blanks", |tally| tally.with_blanks),
    ("aborted", |tally| tally.aborted()),
    ("errors", |tally| tally.errors()),
    ("unanswered", |tally| tally.unanswered),
    ("oversize", |tally| tally.oversize),
    ("empty-links", |tally| tally.empty_links),
];

/// A condition under which a check fails: `blanks > 0.1%`, `aborted > 1000`, `errors > 0`.
#[derive(Clone, Debug)]
pub struct Condition {
    text: String,
    count: Count,
    limit: f64,
    is_share: bool,
}

impl Condition {
    /// Whether it holds for an audience, which is then told apart from one that is fine.
    #[must_use]
    pub fn holds(&self, tally: &Tally) -> bool {
        let count = (self.count)(tally) as f64;
        match self.is_share {
            true => count * 100.0 > self.limit * tally.rows.max(1) as f64,
            false => count > self.limit,
        }
    }

    /// Returns how many rows count for it.
    #[must_use]
    pub fn count(&self, tally: &Tally) -> u64 {
        (self.count)(tally)
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
        let names = WHATS.map(|(name, _)| name).join(", ");
        let wrong = || {
            let message = format!("found the condition `{text}`");
            AudienceError::new(message, format!("write `blanks > 0.1%`; it can be {names}"))
        };
        let (what, limit) = text.split_once('>').ok_or_else(wrong)?;
        let known = WHATS.iter().find(|(name, _)| *name == what.trim()).ok_or_else(wrong)?;
        let limit = limit.trim();
        let (number, is_share) = match limit.strip_suffix('%') {
            Some(number) => (number.trim(), true),
            None => (limit, false),
        };
        let limit = number.parse::<f64>().ok().filter(|limit| *limit >= 0.0 && limit.is_finite());
        let limit = limit.ok_or_else(wrong)?;
        Ok(Condition { text: text.trim().to_owned(), count: known.1, limit, is_share })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_and_numbers_are_compared() {
        let tally = Tally { rows: 10_000, with_blanks: 11, ..Tally::default() };
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
