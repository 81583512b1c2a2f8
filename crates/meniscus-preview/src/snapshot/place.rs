use percent_encoding::percent_encode_byte;

use super::digest::digest;

/// The extension of a snapshot.
pub const SNAP: &str = "snap";

/// The extension of an unaccepted snapshot, as in insta.
pub const PENDING: &str = "snap.new";

/// Length limit of file names without extension in bytes; file systems allow 255.
const MAX_BYTES: usize = 200;

/// Returns the file of a part for a scenario, below the snapshots folder, with `/`:
/// `offer_wallet/body/anna.snap`.
///
/// Characters that some file systems reject are written as `%` and their bytes in hexadecimal, so
/// that no two names share a file; a name that is too long is cut and ends with a digest.
#[must_use]
pub fn file_of(message: &str, part: &str, scenario: &str) -> String {
    let message = message.split('/').map(entry_of).collect::<Vec<_>>().join("/");
    format!("{message}/{}/{}.{SNAP}", entry_of(part), entry_of(scenario))
}

/// Returns the file for names that differ only in case, which many systems don't distinguish.
pub(super) fn file_beside(file: &str) -> String {
    let stem = file.strip_suffix(SNAP).unwrap_or(file).trim_end_matches('.');
    format!("{stem}~{}.{SNAP}", digest(stem.as_bytes()))
}

/// Converts a name to a file or folder name.
fn entry_of(name: &str) -> String {
    let mut entry = String::with_capacity(name.len());
    let last = name.chars().count().saturating_sub(1);
    let reserved = is_device(name);
    for (index, c) in name.chars().enumerate() {
        let refused = c.is_control()
            || "<>:\"/\\|?*%~".contains(c)
            // Windows strips these from the end of a name; a leading dot hides a file.
            || (index == last && matches!(c, '.' | ' '))
            || (index == 0 && (matches!(c, '.' | ' ') || reserved));
        if refused {
            let mut bytes = [0; 4];
            entry.extend(c.encode_utf8(&mut bytes).bytes().map(percent_encode_byte));
        } else {
            entry.push(c);
        }
    }
    if entry.is_empty() {
        return "%".to_owned();
    }
    if entry.len() > MAX_BYTES {
        let mut end = MAX_BYTES;
        while !entry.is_char_boundary(end) {
            end -= 1;
        }
        entry.truncate(end);
        entry.push_str(&format!("~{}", digest(name.as_bytes())));
    }
    entry
}

/// Whether Windows has a device with this name, with any extension.
fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().to_ascii_lowercase();
    let numbered = |prefix| {
        stem.strip_prefix(prefix).is_some_and(|rest| matches!(rest.as_bytes(), [b'0'..=b'9']))
    };
    matches!(&*stem, "con" | "prn" | "aux" | "nul") || numbered("com") || numbered("lpt")
}

#[cfg(test)]
mod tests {
    use super::{file_beside, file_of};

    #[test]
    fn names_become_files_that_every_system_takes() {
        assert_eq!(file_of("offer_wallet", "body", "anna"), "offer_wallet/body/anna.snap");
        assert_eq!(
            file_of("spring/offer", "header.Authorization", "José"),
            "spring/offer/header.Authorization/José.snap"
        );
        assert_eq!(file_of("a:b", "x?", ".."), "a%3Ab/x%3F/%2E%2E.snap");
        assert_eq!(file_of("aux", "Con.x", "a. "), "%61ux/%43on.x/a.%20.snap");
        assert_eq!(file_of("", "100%", "a~b"), "%/100%25/a%7Eb.snap");
        let long = file_of("m", "p", &"é".repeat(300));
        assert!(long.len() < 230, "{long}");
        assert_ne!(long, file_of("m", "p", &"é".repeat(301)));
        assert!(file_beside("m/p/Anna.snap").starts_with("m/p/Anna~"));
    }
}
