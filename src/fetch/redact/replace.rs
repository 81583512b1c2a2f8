use std::collections::BTreeSet;

use aho_corasick::{AhoCorasick, AhoCorasickBuilder, MatchKind};

use crate::fetch::credential::Secret;
use crate::fetch::secret::REDACTED;

/// The shortest secret that is looked for in texts, in bytes: a shorter one would be found where it is none.
pub(super) const SHORTEST_SECRET: usize = 6;

/// Texts that are looked for, and what comes in their place.
#[derive(Debug)]
pub(super) struct Replacer {
    automaton: Option<AhoCorasick>,
    /// The replacement of each.
    with: Vec<String>,
    /// Whether only whole words count.
    words: bool,
}

impl Replacer {
    /// Looks for secrets, each character as it is.
    pub(super) fn of_secrets<'s>(secrets: impl Iterator<Item = &'s str>) -> Self {
        let wanted = secrets.filter(|secret| secret.len() >= SHORTEST_SECRET);
        Self::new(wanted.map(|secret| (secret.to_owned(), REDACTED.to_owned())), false)
    }

    /// Looks for words, in whatever case.
    pub(super) fn of_words(pairs: impl Iterator<Item = (String, String)>) -> Self {
        Self::new(pairs, true)
    }

    /// Looks for words in the case in which they are written: `Rose`, and not `rose`.
    pub(super) fn of_names(pairs: impl Iterator<Item = (String, String)>) -> Self {
        Self { words: true, ..Self::new(pairs, false) }
    }

    fn new(pairs: impl Iterator<Item = (String, String)>, words: bool) -> Self {
        let (mut needles, mut with) = (Vec::new(), Vec::new());
        let mut seen = BTreeSet::new();
        for (needle, replacement) in pairs {
            for form in [str::to_owned, in_json, in_url, in_form] {
                let written = form(&needle);
                if seen.insert(written.clone()) {
                    needles.push(written);
                    with.push(form(&replacement));
                }
            }
        }
        let mut builder = AhoCorasickBuilder::new();
        builder.match_kind(MatchKind::Standard).ascii_case_insensitive(words);
        let automaton = if needles.is_empty() { None } else { builder.build(&needles).ok() };
        Self { automaton, with, words }
    }

    /// Returns the text with everything replaced; `None` where nothing of it is found.
    ///
    /// Of matches that overlap the first wins, and the longest of those that begin there.
    pub(super) fn replaced(&self, text: &[u8]) -> Option<Vec<u8>> {
        let automaton = self.automaton.as_ref()?;
        let mut matches = automaton
            .find_overlapping_iter(text)
            .filter(|found| !self.words || is_word(text, found.start(), found.end()))
            .collect::<Vec<_>>();
        matches.sort_by_key(|found| (found.start(), std::cmp::Reverse(found.end())));
        let mut out = Vec::new();
        let mut copied = 0;
        for found in matches {
            if found.start() < copied || (found.start() == copied && copied > 0 && found.is_empty())
            {
                continue;
            }
            out.extend_from_slice(text.get(copied..found.start()).unwrap_or_default());
            let with =
                self.with.get(found.pattern().as_usize()).map(String::as_str).unwrap_or_default();
            let real = text.get(found.range()).unwrap_or_default();
            out.extend_from_slice(in_case_of(real, with).as_bytes());
            copied = found.end();
        }
        if copied == 0 {
            return None;
        }
        out.extend_from_slice(text.get(copied..).unwrap_or_default());
        Some(out)
    }

    /// The same for a text.
    pub(super) fn replaced_text(&self, text: &str) -> Option<String> {
        // Matches begin and end where characters do, for needles are whole characters.
        self.replaced(text.as_bytes()).map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
    }
}

/// Returns the bytes without the secrets, wherever they stand.
pub(crate) fn take_out(bytes: Vec<u8>, secrets: &[Secret]) -> Vec<u8> {
    if secrets.is_empty() {
        return bytes;
    }
    let replacer = Replacer::of_secrets(secrets.iter().map(Secret::expose));
    replacer.replaced(&bytes).unwrap_or(bytes)
}

/// Whether no letter or digit stands on either side.
fn is_word(text: &[u8], start: usize, end: usize) -> bool {
    let goes_on = |at: Option<usize>| {
        at.and_then(|at| text.get(at))
            .is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte >= 0x80)
    };
    !goes_on(start.checked_sub(1)) && !goes_on(Some(end))
}

/// A replacement in the case of what it stands for, where that is of one case.
fn in_case_of(real: &[u8], with: &str) -> String {
    if with == REDACTED {
        return with.to_owned();
    }
    let upper = real.iter().any(u8::is_ascii_uppercase);
    let lower = real.iter().any(u8::is_ascii_lowercase);
    match (upper, lower) {
        (true, false) => with.to_uppercase(),
        (false, true) => with.to_lowercase(),
        _ => with.to_owned(),
    }
}

/// A text as it stands in a JSON string.
fn in_json(text: &str) -> String {
    let quoted = serde_json::Value::from(text).to_string();
    quoted.get(1..quoted.len().saturating_sub(1)).unwrap_or_default().to_owned()
}

/// Returns the text as a URL holds it, all but letters, digits and `-._~` escaped.
pub(crate) fn in_url(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

/// A text as it stands in a form.
fn in_form(text: &str) -> String {
    in_url(text).replace("%20", "+")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_replaced_whole_and_in_their_case() {
        let pairs =
            [("Ada", "Nordan"), ("Ada Byron", "Nordan Tally"), ("ada@x.example", "q@example.com")];
        let pairs = pairs.map(|(real, with)| (real.to_owned(), with.to_owned()));
        let replacer = Replacer::of_words(pairs.into_iter());
        let replaced = |text: &str| replacer.replaced_text(text).unwrap_or_else(|| text.to_owned());
        assert_eq!(replaced("Dear Ada, ADA!"), "Dear Nordan, NORDAN!");
        assert_eq!(replaced("Ada Byron"), "Nordan Tally");
        assert_eq!(replaced("Ada Byrons"), "Nordan Byrons");
        assert_eq!(replaced("Adaptive Canada adaé"), "Adaptive Canada adaé");
        assert_eq!(replaced("?to=ada%40x.example&b=1"), "?to=q%40example.com&b=1");
        assert_eq!(replaced("none"), "none");
    }

    #[test]
    fn secrets_are_taken_out_wherever_they_stand() {
        let secrets = [Secret::new("s3cr3t/+key"), Secret::new("key")];
        let taken =
            |text: &str| String::from_utf8(take_out(text.as_bytes().to_vec(), &secrets)).unwrap();
        assert_eq!(taken("xs3cr3t/+keyx key"), "x[redacted]x key");
        assert_eq!(
            taken("a=s3cr3t%2F%2Bkey"),
            "a=[redacted]".replace('[', "%5B").replace(']', "%5D")
        );
        assert_eq!(take_out(vec![0xff, 0xfe], &secrets), [0xff, 0xfe]);
    }
}
