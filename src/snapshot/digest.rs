use sha2::{Digest, Sha256};

/// Bytes of a digest that are kept: enough to tell a change, short enough to stand in a header.
const KEPT: usize = 4;

/// Lines of a text that get digests of their own; of more, only the whole is known.
const MOST_LINES: usize = 1_000;

/// The characters of a line's digest, 6 bits each.
const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// The first 32 bits of a SHA-256, in hexadecimal: tells that something changed, not against
/// somebody who wants two texts to look the same.
#[must_use]
pub fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().take(KEPT).map(|byte| format!("{byte:02x}")).collect()
}

/// A digest of each line, two characters each, without anything between them; empty where there
/// are more than 1,000 lines.
///
/// One change in 4,096 leaves its line's digest as it was: the line is then not named, though the
/// digest of the whole tells that there was a change.
#[must_use]
pub fn line_digests(text: &str) -> String {
    if text.split_inclusive('\n').count() > MOST_LINES {
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
