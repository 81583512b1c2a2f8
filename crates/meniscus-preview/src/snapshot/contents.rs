use super::document::Snapshot;
use super::marks::{END, decode, end_of};

/// A snapshot's text, taken apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contents<'s> {
    /// The output, with the characters that a file would lose.
    pub output: String,
    /// Why the message isn't sent: the kind's name, and the reason.
    pub abort: Option<(&'s str, String)>,
    /// Everything after the output: why it isn't sent, the calls, and the extras.
    pub rest: &'s str,
}

/// How the section begins that says why a message isn't sent.
const NOT_SENT: &str = "── not sent: ";

/// How a section's title ends.
const TITLE_END: &str = " ──";

impl Snapshot {
    /// Takes the text apart.
    #[must_use]
    pub fn contents(&self) -> Contents<'_> {
        let Some(end) = end_of(&self.text) else {
            return Contents { output: decode(&self.text), ..Contents::default() };
        };
        let rest = &self.text[end + END.len_utf8()..];
        let rest = rest.strip_prefix('\n').unwrap_or(rest);
        Contents { output: decode(&self.text[..end]), abort: abort(rest), rest }
    }
}

impl Contents<'_> {
    /// Returns the calls and extras: the rest without why the message isn't sent.
    pub(super) fn calls(&self) -> &str {
        let end = self.abort.as_ref().and_then(|_| end_of(self.rest));
        let rest = end.map_or(self.rest, |end| &self.rest[end + END.len_utf8()..]);
        rest.strip_prefix('\n').unwrap_or(rest)
    }
}

fn abort(rest: &str) -> Option<(&str, String)> {
    let (kind, reason) = rest.strip_prefix(NOT_SENT)?.split_once(TITLE_END)?;
    let reason = reason.strip_prefix('\n')?;
    let reason = &reason[..end_of(reason).unwrap_or(reason.len())];
    let lines = reason.split('\n').map(|line| line.strip_prefix("  ").unwrap_or(line));
    Some((kind, decode(&lines.collect::<Vec<_>>().join("\n"))))
}

/// Returns the section at a place in the rest, and the line in it; `None` before the first.
///
/// `call 1` and not its whole title, which names the recording.
pub(super) fn section_at(rest: &str, at: usize) -> Option<(&str, usize)> {
    let before = &rest[..at];
    let line = before.rfind('\n').map_or(0, |at| at + 1);
    let start = match rest[line..].starts_with("── ") {
        true => line,
        false => {
            before.rfind("\n── ").map(|at| at + 1).or(before.starts_with("── ").then_some(0))?
        }
    };
    let title = rest[start..].trim_start_matches("── ");
    let name = &title[..title.find([':', '\n']).unwrap_or(title.len())];
    Some((name, rest[start..at.max(start)].matches('\n').count()))
}

#[cfg(test)]
mod tests {
    use super::section_at;
    use crate::snapshot::Snapshot;

    #[test]
    fn a_text_is_taken_apart() {
        let text = "␛␃ a␍\n␃\n── not sent: liquid_abort_message ──\n  no\n\n  wallet␃\n── call 1: x ──\n  GET y␃";
        let snapshot = Snapshot { header: None, text: text.to_owned() };
        let contents = snapshot.contents();
        assert_eq!(contents.output, "␃ a\r\n");
        assert_eq!(contents.abort, Some(("liquid_abort_message", "no\n\nwallet".to_owned())));
        assert_eq!(contents.calls(), "── call 1: x ──\n  GET y␃");
        let at = |word: &str| contents.rest.find(word).and_then(|at| section_at(contents.rest, at));
        assert_eq!(at("wallet"), Some(("not sent", 3)));
        assert_eq!(at("x ──"), Some(("call 1", 0)));
        assert_eq!(at("GET"), Some(("call 1", 1)));
    }

    /// insta writes texts without an end mark.
    #[test]
    fn a_text_without_an_end_is_all_output() {
        let snapshot = Snapshot { header: None, text: "a\nb".to_owned() };
        let contents = snapshot.contents();
        assert_eq!((&*contents.output, contents.abort, contents.rest), ("a\nb", None, ""));
    }
}
