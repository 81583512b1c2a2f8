use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ops::Range;

use aho_corasick::automaton::Automaton;
use aho_corasick::nfa::contiguous::NFA;
use aho_corasick::{Anchored, MatchKind};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

use super::canonical::{Canonical, Folding, MAX_LAYERS};
use super::encoded::{Encoded, within_base64};

use crate::http::request::in_url;
use crate::http::secret::REDACTED;
use crate::live::credential::{SHORTEST_SECRET, Secret};

/// Size of secrets that are also searched for in hexadecimal and Base64, in bytes.
const MAX_ENCODED: usize = 256 << 10;

/// A replacement.
#[derive(Debug)]
struct With {
    text: String,
    /// Whether spaces are written as in a form.
    is_form: bool,
}

/// A match of a searched string.
struct Match<'r> {
    range: Range<usize>,
    with: &'r With,
}

/// Strings searched for in any form, and their replacements.
#[derive(Debug)]
pub(super) struct Replacer {
    automaton: Option<NFA>,
    /// The replacement of each.
    with: Vec<With>,
    /// Whether only whole words match.
    words: bool,
    folding: Folding,
}

impl Replacer {
    /// Searches for secrets: in any case, split by white space, and in hexadecimal and Base64. If
    /// there are so many that this would exhaust memory, the last are only searched for literally.
    pub(super) fn of_secrets<'s>(secrets: impl Iterator<Item = &'s str>) -> Self {
        let wanted = secrets.filter(|secret| secret.len() >= SHORTEST_SECRET);
        let mut left = MAX_ENCODED;
        let needles = wanted.flat_map(|secret| {
            let mut forms = vec![secret.as_bytes().to_vec()];
            if secret.contains(char::is_whitespace) {
                // As a form writes it.
                forms.push(secret.split_whitespace().collect::<Vec<_>>().join("+").into_bytes());
            }
            if let Some(rest) = left.checked_sub(secret.len()) {
                left = rest;
                forms.extend(encoded(secret).into_iter().map(String::into_bytes));
            }
            forms.into_iter().map(|form| (form, With { text: REDACTED.to_owned(), is_form: false }))
        });
        Self::new(needles, false, Folding { case: true, space: true })
    }

    /// Searches for words in any case.
    pub(super) fn of_words(pairs: impl Iterator<Item = (String, String)>) -> Self {
        let needles = pairs.flat_map(|(real, invented)| spaced(&real, &invented));
        Self::new(needles, true, Folding { case: true, space: false })
    }

    /// Searches for words in their own case or in capitals: `Rose`, `ROSE`, but not `rose`.
    pub(super) fn of_names(pairs: impl Iterator<Item = (String, String)>) -> Self {
        let needles = pairs.flat_map(|(real, invented)| {
            let mut forms = spaced(&real, &invented);
            forms.extend(spaced(&real.to_uppercase(), &invented));
            forms
        });
        Self::new(needles, true, Folding { case: false, space: false })
    }

    fn new(pairs: impl Iterator<Item = (Vec<u8>, With)>, words: bool, folding: Folding) -> Self {
        let (mut needles, mut with) = (Vec::new(), Vec::new());
        let mut seen = BTreeSet::new();
        for (needle, replacement) in pairs {
            let needle = Canonical::of(&needle, folding).bytes;
            if !needle.is_empty() && seen.insert(needle.clone()) {
                needles.push(needle);
                with.push(replacement);
            }
        }
        let mut builder = NFA::builder();
        builder.match_kind(MatchKind::Standard);
        let automaton = if needles.is_empty() { None } else { builder.build(&needles).ok() };
        Self { automaton, with, words, folding }
    }

    /// Returns all matches through any layers of escapes; they may overlap.
    fn matches<'r>(&'r self, text: &[u8]) -> Vec<Match<'r>> {
        let mut matches = Vec::new();
        let Some(automaton) = &self.automaton else { return matches };
        let mut canonical = Canonical::of(text, self.folding);
        for _ in 0..MAX_LAYERS {
            for (range, pattern) in self.found_in(automaton, &canonical.bytes) {
                let with = self.with.get(pattern);
                matches.extend(with.map(|with| Match { range: canonical.range(range), with }));
            }
            match canonical.inner(self.folding) {
                Some(inner) => canonical = inner,
                None => break,
            }
        }
        matches
    }

    /// Returns matches in a canonical text, with the index of the needle. Overlapping secrets are
    /// merged: all of them are removed, and there may be as many as characters.
    fn found_in(&self, automaton: &NFA, text: &[u8]) -> Vec<(Range<usize>, usize)> {
        let mut found: Vec<(Range<usize>, usize)> = Vec::new();
        let Ok(mut state) = automaton.start_state(Anchored::No) else { return found };
        for (at, &byte) in text.iter().enumerate() {
            state = automaton.next_state(Anchored::No, state, byte);
            let end = at + 1;
            if !automaton.is_match(state) || (self.words && !may_end_word(text, end)) {
                continue;
            }
            // The longest match that ends here comes first.
            for index in 0..automaton.match_len(state) {
                let pattern = automaton.match_pattern(state, index);
                let mut start = end - automaton.pattern_len(pattern);
                if self.words {
                    if is_word(text, start, end) {
                        found.push((start..end, pattern.as_usize()));
                    }
                    continue;
                }
                while let Some((last, _)) = found.pop_if(|(last, _)| last.end > start) {
                    start = start.min(last.start);
                }
                found.push((start..end, pattern.as_usize()));
                break;
            }
        }
        found
    }
}

/// Replaces everything that any of these finds; `None` without matches.
///
/// Among overlapping matches the first wins, and the longest that starts there: a user name that is
/// a credential doesn't tear apart an address that starts with it. Nothing of a secret is left
/// either way.
pub(super) fn replaced(replacers: &[&Replacer], text: &[u8]) -> Option<Vec<u8>> {
    let mut matches = replacers.iter().flat_map(|one| one.matches(text)).collect::<Vec<_>>();
    matches.sort_by_key(|found| (found.range.start, std::cmp::Reverse(found.range.end)));
    let mut out = Vec::new();
    let mut copied = 0;
    let mut last_is_secret = false;
    for Match { range, with } in matches {
        let is_secret = with.text == REDACTED;
        if range.start < copied {
            if is_secret || last_is_secret {
                copied = copied.max(range.end);
            }
            continue;
        }
        out.extend_from_slice(text.get(copied..range.start).unwrap_or_default());
        let real = text.get(range.clone()).unwrap_or_default();
        out.extend_from_slice(written_as(real, with).as_bytes());
        copied = range.end;
        last_is_secret = is_secret;
    }
    if copied == 0 {
        return None;
    }
    out.extend_from_slice(text.get(copied..).unwrap_or_default());
    Some(out)
}

/// Replaces everything in a string.
pub(super) fn replaced_text(replacers: &[&Replacer], text: &str) -> Option<String> {
    // Needles are whole characters, so matches start and end at character boundaries.
    let bytes = replaced(replacers, text.as_bytes())?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

/// Masks secrets in texts, however they are written: escaped, in Base64, in hexadecimal, in another
/// case, or split by white space.
pub struct Masker {
    replacer: Replacer,
    secrets: Vec<Secret>,
}

/// Marks where a report shortens a text.
const CUT: char = '…';

impl Masker {
    #[must_use]
    pub fn new(secrets: &[Secret]) -> Masker {
        let replacer = Replacer::of_secrets(secrets.iter().map(Secret::expose));
        Masker { replacer, secrets: secrets.to_vec() }
    }

    /// Masks secrets, including an incomplete one where the text is shortened.
    #[must_use]
    pub fn text<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let whole = self.whole(text);
        if !whole.contains(CUT) {
            return whole;
        }
        let pieces = whole.split(CUT).collect::<Vec<_>>();
        let last = pieces.len() - 1;
        let safe = pieces.iter().enumerate().map(|(at, piece)| {
            let piece = if at < last { self.without_start(piece) } else { (*piece).to_owned() };
            if at > 0 { self.without_end(piece) } else { piece }
        });
        Cow::Owned(safe.collect::<Vec<_>>().join(&CUT.to_string()))
    }

    fn whole<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let safe = replaced_text(&[&self.replacer], text).map_or(Cow::Borrowed(text), Cow::Owned);
        // Escapes inside Base64 are encoded differently.
        let inner = |encoded: &Encoded| match self.whole(&encoded.content) {
            Cow::Borrowed(_) => None,
            Cow::Owned(inner) => Some(encoded.with(&inner)),
        };
        match within_base64(&safe, &inner) {
            Cow::Borrowed(_) => safe,
            Cow::Owned(text) => Cow::Owned(text),
        }
    }

    /// Removes the start of a secret at the end of a piece.
    fn without_start(&self, piece: &str) -> String {
        let starts = self.secrets.iter().filter_map(|secret| {
            let secret = secret.expose();
            let ends = secret.char_indices().map(|(at, _)| at).filter(|at| *at >= SHORTEST_SECRET);
            ends.rev().find(|at| piece.ends_with(&secret[..*at]))
        });
        match starts.max() {
            Some(length) => format!("{}{REDACTED}", &piece[..piece.len() - length]),
            None => piece.to_owned(),
        }
    }

    /// Removes the end of a secret at the start of a piece.
    fn without_end(&self, piece: String) -> String {
        let ends = self.secrets.iter().filter_map(|secret| {
            let secret = secret.expose();
            let starts = secret.char_indices().map(|(at, _)| at);
            let mut long = starts.filter(|at| secret.len() - at >= SHORTEST_SECRET);
            long.find(|at| piece.starts_with(&secret[*at..])).map(|at| secret.len() - at)
        });
        match ends.max() {
            Some(length) => format!("{REDACTED}{}", &piece[length..]),
            None => piece,
        }
    }

    /// Masks secrets in bytes.
    pub(crate) fn bytes(&self, bytes: Vec<u8>) -> Vec<u8> {
        match String::from_utf8(bytes) {
            Ok(text) => self.whole(&text).into_owned().into_bytes(),
            Err(error) => {
                let bytes = error.into_bytes();
                replaced(&[&self.replacer], &bytes).unwrap_or(bytes)
            }
        }
    }
}

/// Returns a secret in hexadecimal and Base64, independent of what surrounds it.
fn encoded(secret: &str) -> Vec<String> {
    let mut forms = vec![secret.bytes().map(|byte| format!("{byte:02x}")).collect::<String>()];
    for offset in 0..3 {
        let mut bytes = vec![0; offset];
        bytes.extend_from_slice(secret.as_bytes());
        // Characters that also encode neighbors are left out.
        let first = [0, 2, 3][offset];
        let whole = bytes.len() * 8 / 6;
        for engine in [&STANDARD_NO_PAD, &URL_SAFE_NO_PAD] {
            let text = engine.encode(&bytes);
            let core = text.get(first..whole).unwrap_or_default();
            if core.len() >= SHORTEST_SECRET {
                forms.push(core.to_owned());
            }
        }
    }
    forms
}

/// Returns a string, also with a form's spaces, and the replacement.
fn spaced(real: &str, invented: &str) -> Vec<(Vec<u8>, With)> {
    let with = |is_form| With { text: invented.to_owned(), is_form };
    let mut forms = vec![(real.as_bytes().to_vec(), with(false))];
    if real.contains(' ') {
        forms.push((real.replace(' ', "+").into_bytes(), with(true)));
    }
    forms
}

/// Writes a replacement with the case and escapes of the original.
fn written_as(real: &[u8], with: &With) -> String {
    if with.text == REDACTED {
        return with.text.clone();
    }
    let text = in_case_of(real, &with.text);
    match () {
        () if real.contains(&b'%') => in_url(&text),
        () if with.is_form => in_form(&text),
        () if real.contains(&b'\\') => in_json(&text),
        () => text,
    }
}

/// Whether a word may end here: no letter or digit follows, except a time after a date.
fn may_end_word(text: &[u8], end: usize) -> bool {
    match text.get(end) {
        Some(b'T' | b't') => true,
        Some(byte) => !byte.is_ascii_alphanumeric() && *byte < 0x80,
        None => true,
    }
}

/// Whether no letter or digit is adjacent. A date ends where its time starts.
fn is_word(text: &[u8], start: usize, end: usize) -> bool {
    let goes_on = |at: Option<usize>| {
        at.and_then(|at| text.get(at))
            .is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte >= 0x80)
    };
    let is_date = end - start == 10
        && text[start..end].iter().enumerate().all(|(at, byte)| match at {
            4 | 7 => *byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    let is_time = matches!(text.get(end), Some(b'T' | b't'))
        && text.get(end + 1).is_some_and(u8::is_ascii_digit);
    !goes_on(start.checked_sub(1)) && (!goes_on(Some(end)) || (is_date && is_time))
}

/// Writes a replacement in the case of the original, if that is uniform.
fn in_case_of(real: &[u8], with: &str) -> String {
    let text = String::from_utf8_lossy(real);
    let upper = text.chars().any(char::is_uppercase);
    let lower = text.chars().any(char::is_lowercase);
    match (upper, lower) {
        (true, false) => with.to_uppercase(),
        (false, true) => with.to_lowercase(),
        _ => with.to_owned(),
    }
}

/// Escapes a string for JSON.
fn in_json(text: &str) -> String {
    let quoted = serde_json::Value::from(text).to_string();
    quoted.get(1..quoted.len().saturating_sub(1)).unwrap_or_default().to_owned()
}

/// Encodes a string for a form.
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
        let replaced =
            |text: &str| replaced_text(&[&replacer], text).unwrap_or_else(|| text.to_owned());
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
        let masker = Masker::new(&secrets);
        let taken = |text: &str| String::from_utf8(masker.bytes(text.as_bytes().to_vec())).unwrap();
        assert_eq!(taken("xs3cr3t/+keyx key"), "x[redacted]x key");
        assert_eq!(taken("a=s3cr3t%2F%2Bkey"), "a=[redacted]");
        assert_eq!(masker.bytes(vec![0xff, 0xfe]), [0xff, 0xfe]);
    }
    /// A host may echo a credential in another form.
    #[test]
    fn secrets_are_taken_out_in_every_form() {
        let secret = "Hunter/2+blåbær&<x>";
        let masker = Masker::new(&[Secret::new(secret)]);
        let html = "Hunter/2+bl&#229;b&#xE6;r&amp;&lt;x&gt;";
        let json = "Hunter\\/2+bl\\u00e5b\\u00E6r&\\u003cx\\u003e";
        let every = secret.bytes().map(|byte| format!("%{byte:02x}")).collect::<String>();
        let spaced = secret.chars().map(|c| format!("{c}\n ")).collect::<String>();
        let hex = secret.bytes().map(|byte| format!("{byte:02X}")).collect::<String>();
        let mut forms = vec![
            html.to_owned(),
            json.to_owned(),
            every.to_uppercase(),
            every,
            spaced,
            hex,
            secret.to_uppercase(),
            secret.replace("å", "a\u{30a}"),
        ];
        for before in ["", "u", "us", "user"] {
            for engine in [&STANDARD_NO_PAD, &URL_SAFE_NO_PAD] {
                forms.push(engine.encode(format!("{before}{secret}")));
                forms.push(engine.encode(format!("{before}{secret}:and more")));
            }
        }
        for form in forms {
            let taken = masker.text(&form);
            assert!(taken.contains(REDACTED), "{form}: {taken}");
            // At most the characters shared with a neighbor are left.
            assert!(taken.replace(REDACTED, "").len() <= 22, "{form}: {taken}");
        }
        assert_eq!(masker.text("Hunter 2 blåbær"), "Hunter 2 blåbær");
    }

    #[test]
    fn what_a_cut_leaves_of_a_secret_goes() {
        let masker = Masker::new(&[Secret::new("pl41nS3cretT0k3n")]);
        assert_eq!(masker.text("see /json/pl41nS3…"), "see /json/[redacted]…");
        assert_eq!(masker.text("…cretT0k3n/x … pl41"), "…[redacted]/x … pl41");
        assert_eq!(masker.text("a … b"), "a … b");
    }

    /// There may be as many matches as characters, but not as much memory.
    #[test]
    fn secrets_within_secrets_take_no_more_memory() {
        let secrets = (6..1200).map(|length| "a".repeat(length)).collect::<Vec<_>>();
        let replacer = Replacer::of_secrets(secrets.iter().map(String::as_str));
        let text = format!("{} b {}", "a".repeat(300_000), "a".repeat(5));
        assert_eq!(replacer.matches(text.as_bytes()).len(), 1);
        assert_eq!(replaced_text(&[&replacer], &text).expect("found"), "[redacted] b aaaaa");
    }

    /// What overlaps a secret is removed with it, and an address is longer than the user name it
    /// starts with.
    #[test]
    fn what_overlaps_is_replaced_as_a_whole() {
        let pairs =
            [("quentin.ash@x.example", "q@example.com"), ("+49 151 234567", "+98 265 659163")];
        let pairs = pairs.map(|(real, with)| (real.to_owned(), with.to_owned()));
        let words = Replacer::of_words(pairs.into_iter());
        let secrets = Replacer::of_secrets(["quentin", "of ash"].into_iter());
        let safe = |text: &str| replaced_text(&[&secrets, &words], text).expect("something");
        assert_eq!(safe("by quentin.ash@x.example"), "by q@example.com");
        assert_eq!(safe("by Quentin"), "by [redacted]");
        assert_eq!(safe("xofquentin.ash@x.example"), "xof[redacted].ash@x.example");
        assert_eq!(safe("call +49 151 234567"), "call +98 265 659163");
        assert_eq!(safe("n=+49+151+234567"), "n=%2B98+265+659163");
    }

    #[test]
    fn personal_data_is_replaced_in_every_form() {
        let pairs = [("Zoë Åhs", "Nora Tally"), ("1988-04-03", "1971-11-20")];
        let pairs = pairs.map(|(real, with)| (real.to_owned(), with.to_owned()));
        for replacer in
            [Replacer::of_words(pairs.clone().into_iter()), Replacer::of_names(pairs.into_iter())]
        {
            let replaced =
                |text: &str| replaced_text(&[&replacer], text).unwrap_or_else(|| text.to_owned());
            assert_eq!(replaced("ZOË ÅHS"), "NORA TALLY");
            assert_eq!(replaced("Zoe\u{308} A\u{30a}hs!"), "Nora Tally!");
            assert_eq!(replaced("Zo\\u00eb \\u00c5hs"), "Nora Tally");
            assert_eq!(replaced("Zo&euml; &#197;hs"), "Nora Tally");
            assert_eq!(replaced("to=Zo%C3%AB+%c3%85hs&x"), "to=Nora%20Tally&x");
            assert_eq!(replaced("1988-04-03T00:00:00Z"), "1971-11-20T00:00:00Z");
            assert_eq!(replaced("1988-04-03Txt 11988-04-03"), "1988-04-03Txt 11988-04-03");
        }
    }
}
