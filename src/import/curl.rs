//! Output of `curl -i`: one response after another, each with its headers.

use super::document::ImportError;
use super::{Import, Imported, Input, Kind, Skipped, asked, curl_command};
use crate::http::Response;

/// Whether a text starts with a response's status line.
pub(super) fn is_head(text: &str) -> bool {
    status_line(text.trim_start().lines().next().unwrap_or_default()).is_some()
}

/// Parses the responses; intermediate ones are skipped.
pub(super) fn read(input: &Input<'_>) -> Result<Import, ImportError> {
    let mut import = Import { kind: Some(Kind::Curl), ..Import::default() };
    let rest = curl_command::without_notes(input.text).trim_start();
    if !is_head(rest) {
        let message =
            "the file has no status line such as `HTTP/1.1 200 OK`, which `curl -i` prints";
        let help = "run curl with `-i` to include the response headers";
        return Err(ImportError {
            place: Some((1, 1)),
            ..ImportError::of_file(input.shown, message, help)
        });
    }
    let request = asked(input, Kind::Curl)?;
    for (index, (response, reason)) in answers(rest).into_iter().enumerate() {
        let place = format!("response {}", index + 1);
        match reason {
            Some(reason) => import.skipped.push(Skipped { place, reason: reason.to_owned() }),
            None => {
                let origin = format!("curl {}, {place}", input.name());
                import.answers.push(Imported { request: request.clone(), response, origin });
            }
        }
    }
    Ok(import)
}

/// Returns the responses of a text that starts with one, each with the reason for skipping it, if
/// any.
pub(super) fn answers(mut rest: &str) -> Vec<(Response, Option<&'static str>)> {
    let mut all = Vec::new();
    while !rest.is_empty() {
        let (response, connected, after) = one(rest);
        all.push((response, connected));
        rest = after;
    }
    let last = all.len().saturating_sub(1);
    let judged = all.into_iter().enumerate().map(|(index, (response, connected))| {
        let followed = index < last;
        let reason = match response.status {
            100..=199 => Some("it only announces the response"),
            _ if connected => Some("it came from a proxy"),
            300..=399 if followed => Some("curl followed this redirect"),
            401 | 407 if followed => Some("curl repeated the request with a credential"),
            _ => None,
        };
        (response, reason)
    });
    judged.collect()
}

/// Parses `HTTP/1.1 200 OK` or `HTTP/2 200` into status and reason.
fn status_line(line: &str) -> Option<(u16, &str)> {
    let (version, rest) = line.strip_prefix("HTTP/")?.split_once(' ')?;
    if !matches!(version, "1.0" | "1.1" | "2" | "2.0" | "3") {
        return None;
    }
    let (code, phrase) = rest.trim_end().split_once(' ').unwrap_or((rest.trim_end(), ""));
    let status = code.parse().ok().filter(|status| (100..=599).contains(status))?;
    Some((status, phrase))
}

/// Returns the first response, whether it is a proxy's CONNECT response, and the remaining text.
fn one(text: &str) -> (Response, bool, &str) {
    let mut lines = text.split_inclusive('\n');
    let first = lines.next().unwrap_or_default();
    let (status, phrase) = status_line(first.trim_end()).unwrap_or((200, ""));
    let connected = phrase.eq_ignore_ascii_case("connection established");
    let mut at = first.len();
    let mut headers: Vec<(String, String)> = Vec::new();
    for line in lines {
        at += line.len();
        let line = line.trim_end_matches(['\r', '\n']);
        if line.is_empty() {
            break;
        }
        match line.split_once(':') {
            Some((name, value)) if !line.starts_with([' ', '\t']) => {
                headers.push((name.trim().to_owned(), value.trim().to_owned()));
            }
            // A folded line continues the previous header.
            _ => {
                if let Some((_, value)) = headers.last_mut() {
                    value.push(' ');
                    value.push_str(line.trim());
                }
            }
        }
    }
    let rest = text.get(at..).unwrap_or_default();
    let interim = (100..=199).contains(&status) || connected;
    let length = if interim { 0 } else { body_length(rest, &headers) };
    let (body, after) = rest.split_at(length);
    let response = Response {
        status,
        headers,
        body: body.trim_end_matches(['\r', '\n']).as_bytes().to_vec(),
        ..Response::default()
    };
    (response, connected, after.trim_start_matches(['\r', '\n']))
}

/// Returns a body's length: `Content-Length` if it fits, because `--compressed` prints more than
/// was sent; otherwise up to the next status line.
fn body_length(rest: &str, headers: &[(String, String)]) -> usize {
    let length = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("content-length"));
    let length = length.and_then(|(_, value)| value.parse::<usize>().ok());
    if let Some(length) = length
        && let Some(after) = rest.get(length..)
        && (after.trim().is_empty() || is_head(after))
    {
        return length;
    }
    let heads = rest.match_indices("HTTP/").map(|(at, _)| at);
    let mut heads = heads.filter(|at| is_head(rest.get(*at..).unwrap_or_default()));
    heads.next().unwrap_or(rest.len())
}
