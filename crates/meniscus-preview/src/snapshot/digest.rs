use sha2::{Digest, Sha256};

/// Bytes of a digest that are kept: enough to detect changes, short enough for a header.
const KEPT: usize = 4;

/// Lines that get their own digests; with more, only the whole does.
const MAX_LINES: usize = 1_000;

/// The characters of a line's digest, 6 bits each.
const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Returns the first 32 bits of a SHA-256, in hexadecimal: detects changes, but not deliberate
/// collisions.
#[must_use]
pub fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().take(KEPT).map(|byte| format!("{byte:02x}")).collect()
}

/// Returns 96 bits of a SHA-256, in hexadecimal: equal ones stand for equal contents.
#[must_use]
pub(super) fn identity(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().take(12).map(|byte| format!("{byte:02x}")).collect()
}

/// Returns a digest of each line, two characters each, without separators; empty for more than
/// 1,000 lines.
///
/// One change in 4,096 leaves its line's digest the same: the line is then not named, although the
/// whole digest shows the change.
#[must_use]
pub fn line_digests(text: &str) -> String {
    if text.split_inclusive('\n').count() > MAX_LINES {
        return String::new();
    }
    let mut digests = String::new();
    for line in text.split_inclusive('\n') {
        let hash = Sha256::digest(line.as_bytes());
        for byte in hash.iter().take(2) {
            digests.push(char::from(ALPHABET[usize::from(byte & 63)]));
        }
    }
    digests
}
