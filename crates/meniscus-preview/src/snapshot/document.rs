use std::borrow::Cow;
use std::path::Path;

use super::digest::digest;
use super::front_matter;
use super::header::Header;
use super::marks::{END, encode};
use super::secrets::Secrets;
use crate::files::{Files, reason_of, root_of};
use crate::http::masked;
use crate::http::secret::{REDACTED, is_secret_header};
use crate::render::{Call, CallResult, Outcome};

/// A case's result, as stored in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// Its origin; `None` if the file has no header of ours.
    pub header: Option<Header>,
    /// The compared text: the output with its end mark, why it isn't sent, the calls, and what it
    /// adds to the send event.
    pub text: String,
}

/// A snapshot that can't be read.
#[derive(Debug, thiserror::Error)]
#[error("can't read the snapshot `{file}`: {reason}")]
pub struct SnapshotError {
    /// The file, relative to the workspace.
    pub file: String,
    pub reason: String,
}

/// Bytes of an output that is kept whole.
const WHOLE: usize = 1 << 20;

/// Bytes kept at the start and end of a longer one.
const SHOWN: usize = 64 << 10;

/// Replaces the omitted middle of a long output: the picture of EOT.
const LEFT_OUT: char = '\u{2404}';

impl Snapshot {
    /// Returns the text of an outcome, without `secrets` and what looks like one. `part` is the
    /// part's name: the output of a header such as `header.Authorization` is secret.
    #[must_use]
    pub fn text_of(part: &str, outcome: &Outcome, secrets: &Secrets) -> String {
        let mut text = String::with_capacity(outcome.output.len() + 256);
        // Output before an abort is never sent.
        if outcome.abort.is_none() {
            text.push_str(&kept(&without_secret(part, &outcome.output, secrets)));
        }
        text.push(END);
        if let Some(abort) = &outcome.abort {
            section(&format!("not sent: {}", abort.kind.name()), &abort.reason, secrets, &mut text);
        }
        for (index, call) in outcome.calls.iter().enumerate() {
            let request = call.request.to_http();
            section(&title_of(index, call), &masked(&request), secrets, &mut text);
        }
        for (key, value) in &outcome.extras {
            section(&format!("message extra: {key}"), value, secrets, &mut text);
        }
        text
    }

    /// Returns the file, in insta's format.
    #[must_use]
    pub fn to_file(&self) -> String {
        let head = self.header.clone().unwrap_or_default().write();
        format!("{head}{}\n", self.text)
    }

    /// Parses a file, which insta or a system with CR LF line ends may have written.
    #[must_use]
    pub fn of_file(file: &str) -> Snapshot {
        let (header, body) = match front_matter::split(file) {
            Some((head, body)) => (Header::read(head), body),
            None => (None, file),
        };
        let text = body.trim_end().replace("\r\n", "\n");
        Snapshot { header, text }
    }

    /// Reads a file; `None` if it doesn't exist.
    ///
    /// # Errors
    /// If it exists but can't be read, or isn't UTF-8.
    pub fn load(
        files: &dyn Files,
        path: &Path,
        shown: &str,
    ) -> Result<Option<Snapshot>, SnapshotError> {
        let failed = |reason: String| SnapshotError { file: shown.to_owned(), reason };
        let fit = root_of(path, Path::new(shown));
        let fit = fit.map_or(Ok(()), |root| files.check_inside(root, path));
        match fit.and_then(|()| files.read_to_string(path)) {
            Ok(file) => Ok(Some(Snapshot::of_file(&file))),
            Err(error) => match error.kind() {
                std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory => Ok(None),
                _ => Err(failed(reason_of(&error))),
            },
        }
    }
}

/// Appends a title and an indented text, so that none of its lines looks like a title.
fn section(title: &str, text: &str, secrets: &Secrets, out: &mut String) {
    let title = secrets.hide(title).replace('\n', " ");
    out.push_str(&format!("\n── {} ──", encode(&title)));
    let hidden = secrets.hide(text);
    for line in encode(&hidden).split('\n') {
        out.push('\n');
        if !line.is_empty() {
            out.push_str("  ");
            out.push_str(line);
        }
    }
    out.push(END);
}

fn title_of(index: usize, call: &Call) -> String {
    let number = index + 1;
    let result = match &call.result {
        CallResult::Answered { recording, status, note, .. } => {
            let note = note.as_ref().filter(|note| **note != format!("status {status}"));
            let note = note.map_or(String::new(), |note| format!(" ({note})"));
            format!("`{recording}`, status {status}{note}")
        }
        CallResult::Cached { call } => format!("from the cache, as call {}", call + 1),
        CallResult::Unanswered(_) => "nobody answered".to_owned(),
        CallResult::Refused(reason) => format!("not made: {reason}"),
    };
    let fate = match &call.saved_as {
        Some(name) => format!(", saved as `{name}`"),
        None => String::new(),
    };
    format!("call {number}: {result}{fate}")
}

/// Whether a part is a header such as `header.Authorization`, whose value is secret.
pub(super) fn is_secret_header_part(part: &str) -> bool {
    part.strip_prefix("header.").is_some_and(is_secret_header)
}

/// Masks secrets in a part's output; for a secret header, everything except its scheme.
fn without_secret<'o>(part: &str, output: &'o str, secrets: &Secrets) -> Cow<'o, str> {
    if !is_secret_header_part(part) || output.trim().is_empty() {
        return secrets.hide(output);
    }
    let scheme = output.trim_start().split_once(' ').map(|(scheme, _)| scheme);
    let known = ["basic", "bearer", "digest", "token", "apikey"];
    match scheme.filter(|scheme| known.contains(&&*scheme.to_ascii_lowercase())) {
        Some(scheme) => Cow::Owned(format!("{scheme} {REDACTED}")),
        None => Cow::Borrowed(REDACTED),
    }
}

/// Returns an output as kept: whole, unless it is very long.
fn kept(output: &str) -> Cow<'_, str> {
    if output.len() <= WHOLE {
        return encode(output);
    }
    let start = output[..floor(output, SHOWN)].rfind('\n').map_or(0, |at| at + 1);
    let start = if start == 0 { floor(output, SHOWN) } else { start };
    let end = floor(output, output.len() - SHOWN);
    let end = output[end..].find('\n').map_or(end, |at| end + at + 1);
    let middle = &output[start..end];
    let note = format!("{LEFT_OUT} {} bytes, {}\n", middle.len(), digest(middle.as_bytes()));
    Cow::Owned(format!("{}{note}{}", encode(&output[..start]), encode(&output[end..])))
}

/// Returns the nearest character boundary at or before an offset.
fn floor(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}
