use std::fmt;

use csv::ByteRecord;

/// Length limit of ids in bytes; a longer one is text in the wrong column.
const LONGEST_ID: usize = 1000;

/// The location of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RowPlace {
    /// Its number among the rows of all files, from 0; unreadable rows count too.
    pub row: u32,
    /// The index of the file.
    pub file: u16,
    /// The line it starts on, from 1.
    pub line: u64,
}

/// Why a row has no customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    Empty,
    /// The id isn't UTF-8.
    NotUtf8,
    /// The number of fields differs from the header's, so any of them may be shifted.
    Fields {
        found: usize,
        /// The header's number of fields.
        expected: usize,
    },
    /// The id is too long.
    TooLong,
    /// The id contains a control character, such as a line break.
    Control,
    /// The id is `.` or `..`, which is a path segment in a URL rather than a name.
    Dots,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("the customer ID is empty"),
            Self::NotUtf8 => f.write_str("the ID isn't UTF-8"),
            Self::Fields { found, expected } => {
                let noun = if *found == 1 { "field" } else { "fields" };
                write!(f, "the row has {found} {noun}, but the first line has {expected}")
            }
            Self::TooLong => write!(f, "the ID is longer than {LONGEST_ID} bytes"),
            Self::Control => f.write_str("the ID contains a control character"),
            Self::Dots => f.write_str("the ID has only dots, which a URL can't contain"),
        }
    }
}

/// Returns the customer of a row, without surrounding white space.
pub(super) fn customer(record: &ByteRecord, column: usize, fields: usize) -> Result<&str, Problem> {
    if record.len() != fields {
        return Err(Problem::Fields { found: record.len(), expected: fields });
    }
    let id = std::str::from_utf8(record.get(column).unwrap_or_default());
    let id = id.map_err(|_| Problem::NotUtf8)?.trim();
    match id {
        "" => Err(Problem::Empty),
        "." | ".." => Err(Problem::Dots),
        id if id.len() > LONGEST_ID => Err(Problem::TooLong),
        id if id.contains(char::is_control) => Err(Problem::Control),
        id => Ok(id),
    }
}

/// Whether an id looks like SessionM's own (reference 2): a GUID.
pub(super) fn is_guid(id: &str) -> bool {
    id.len() == 36
        && id.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

/// Whether a spreadsheet would treat the id as a formula.
pub(super) fn is_formula(id: &str) -> bool {
    id.starts_with(['=', '+', '-', '@'])
}

/// Names of the customer column, without case, spaces, and punctuation. Braze's exports say
/// `user_id` for the API's `external_id`.
const KNOWN_COLUMNS: [&str; 6] =
    ["externalid", "userid", "externaluserid", "customerid", "customer", "sessionmid"];

/// Returns the columns that may be the customer's.
pub(super) fn known_columns(header: &ByteRecord) -> Vec<usize> {
    let plain = |name: &[u8]| -> String {
        let name = String::from_utf8_lossy(name);
        name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
    };
    let names = header.iter().enumerate();
    names
        .filter(|(_, name)| KNOWN_COLUMNS.contains(&&*plain(name)))
        .map(|(index, _)| index)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_names_its_customer_or_says_why_not() {
        let of = |fields: &[&[u8]]| {
            let record = ByteRecord::from(fields.to_vec());
            customer(&record, 1, 2).map(str::to_owned)
        };
        assert_eq!(of(&[b"x", b" ab-1 "]), Ok("ab-1".to_owned()));
        assert_eq!(of(&[b"x", b"  "]), Err(Problem::Empty));
        assert_eq!(of(&[b"x", b"a\xff"]), Err(Problem::NotUtf8));
        assert_eq!(of(&[b"x"]), Err(Problem::Fields { found: 1, expected: 2 }));
        assert_eq!(of(&[b"x", b".."]), Err(Problem::Dots));
        assert_eq!(of(&[b"x", b"a\nb"]), Err(Problem::Control));
        assert_eq!(of(&[b"x", &[b'a'; 1001]]), Err(Problem::TooLong));
    }

    #[test]
    fn columns_are_known_however_they_are_written() {
        let header = ByteRecord::from(vec!["Email", "External ID", "user_ID", "Braze ID"]);
        assert_eq!(known_columns(&header), [1, 2]);
    }

    #[test]
    fn forms_of_ids() {
        assert!(is_guid("5f0c2a1e-7b44-4d0a-9c1d-2e6f8a90b371"));
        assert!(!is_guid("5f0c2a1e-7b44-4d0a-9c1d-2e6f8a90b37g") && !is_guid("12345"));
        assert!(is_formula("=1+1") && is_formula("+81") && !is_formula("a=1"));
    }
}
