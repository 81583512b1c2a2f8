use std::time::{Duration, SystemTime};

use serde_json::Value;

use crate::http::Response;
use crate::live::Attempt;
use crate::live::credential::Secret;
use crate::live::redact::Masker;

/// The longest code that is kept unchanged.
const LONGEST_CODE: usize = 64;
/// Most characters of a message that are kept.
const LONGEST_MESSAGE: usize = 200;

/// The result of an attempt for its customer.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// The customer has the tags.
    Sent,
    /// The customer doesn't have the tags, and another attempt wouldn't help.
    Refused(Failure),
    /// The credential is rejected, or the host is wrong: every customer would fail.
    Closed(Failure),
    /// The host did nothing, but may later.
    Later(Failure, Option<Duration>),
    /// The host may or may not have done it.
    Unclear(Failure, Option<Duration>),
}

/// A failure, summarized.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Failure {
    /// SessionM's error code in lowercase, `http_503`, or one of [`Attempt::Failed`].
    pub(super) code: String,
    /// The message, without secrets.
    pub(super) message: Option<String>,
}

/// Codes that apply to every customer (reference 3.1).
const CLOSED: [&str; 4] = ["invalid_auth_token", "invalid_api_key", "https_only", "access_denied"];

/// Interprets an attempt. A code that repeats the customer's id isn't kept.
pub(super) fn judge(attempt: Attempt, customer: &str, secrets: &[Secret]) -> Verdict {
    match attempt {
        Attempt::Answered(response) => judge_response(&response, customer, secrets),
        Attempt::Failed { sent, code, reason } => {
            let failure = Failure { code: code.to_owned(), message: Some(reason) };
            if sent { Verdict::Unclear(failure, None) } else { Verdict::Later(failure, None) }
        }
    }
}

fn judge_response(response: &Response, customer: &str, secrets: &[Secret]) -> Verdict {
    let status = response.status;
    let body = serde_json::from_slice::<Value>(&response.body).ok().filter(Value::is_object);
    let after = retry_after(response);
    let of_body = body.as_ref().and_then(|body| failure_of(body, customer, secrets));
    let by_status = || Failure { code: format!("http_{status}"), message: None };
    // A code in the body is more specific than the status, except for transient statuses, which
    // describe the host.
    let failure = |of_body: Option<Failure>| of_body.unwrap_or_else(by_status);
    match status {
        200..=299 => match (&body, of_body) {
            (_, Some(failure)) if CLOSED.contains(&&*failure.code) => Verdict::Closed(failure),
            (_, Some(failure)) if failure.code == "internal_server_error" => {
                Verdict::Unclear(failure, after)
            }
            (_, Some(failure)) => Verdict::Refused(failure),
            (Some(_), None) => Verdict::Sent,
            (None, None) if status == 204 => Verdict::Sent,
            (None, None) => {
                let message = "the response isn't a JSON object".to_owned();
                let code = "unreadable_answer".to_owned();
                Verdict::Unclear(Failure { code, message: Some(message) }, after)
            }
        },
        300..=399 | 401 | 403 | 407 => Verdict::Closed(failure(of_body)),
        // The host didn't accept the request.
        408 | 425 | 429 => Verdict::Later(by_status(), after),
        // It says when to retry, so it did nothing.
        503 if after.is_some() => Verdict::Later(by_status(), after),
        500.. => Verdict::Unclear(failure(of_body), after),
        _ => match failure(of_body) {
            known if CLOSED.contains(&&*known.code) => Verdict::Closed(known),
            other => Verdict::Refused(other),
        },
    }
}

/// Returns the failure in a body, ignoring case; `None` if its status is `ok`, or it has none.
fn failure_of(body: &Value, customer: &str, secrets: &[Secret]) -> Option<Failure> {
    let status = body.get("status").and_then(Value::as_str);
    let errors = body.get("errors").filter(|errors| !is_initial_value(errors));
    let ok = status.is_none_or(|status| status.eq_ignore_ascii_case("ok"));
    if ok && (status.is_some() || errors.is_none()) {
        return None;
    }
    let errors = match errors {
        Some(Value::Array(all)) => all.first(),
        other => other,
    };
    let text = |name: &str| errors.and_then(|errors| errors.get(name)).and_then(Value::as_str);
    let masker = Masker::new(secrets);
    let clean = |text: &str| masker.text(text).into_owned();
    let code = text("code").map(|code| code_of(&clean(code), customer));
    let message = text("message").map(clean).map(|message| {
        let visible = message.chars().map(|c| if c.is_control() { ' ' } else { c });
        visible.take(LONGEST_MESSAGE).collect::<String>()
    });
    let code = code.unwrap_or_else(|| "error_without_code".to_owned());
    Some(Failure { code, message: message.filter(|message| !message.trim().is_empty()) })
}

fn is_initial_value(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Object(fields) => fields.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::String(text) => text.is_empty(),
        _ => false,
    }
}

/// Returns a code in lowercase. It is written to files without personal data, so it must be a plain
/// identifier.
fn code_of(code: &str, customer: &str) -> String {
    let code = code.trim().to_ascii_lowercase();
    let is_name = !code.is_empty()
        && code.len() <= LONGEST_CODE
        && code.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte))
        && !code.contains(&customer.to_ascii_lowercase());
    if is_name { code } else { "unusual_code".to_owned() }
}

/// Returns the delay requested by a host: seconds, or a date relative to the host's own clock if
/// known.
pub(super) fn retry_after(response: &Response) -> Option<Duration> {
    let value = response.header("retry-after")?.trim();
    if let Ok(seconds) = value.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let until = httpdate::parse_http_date(value).ok()?;
    let now = response.header("date").and_then(|date| httpdate::parse_http_date(date.trim()).ok());
    let now = now.unwrap_or_else(SystemTime::now);
    Some(until.duration_since(now).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    fn of(status: u16, headers: &[(&str, &str)], body: &str) -> Verdict {
        let headers = headers.iter().map(|(name, value)| ((*name).into(), (*value).into()));
        let response = Response {
            status,
            headers: headers.collect(),
            body: body.as_bytes().to_vec(),
            ..Response::default()
        };
        judge(Attempt::Answered(Arc::new(response)), "cust-1", &[Secret::new("k3y-of-app")])
    }

    fn code(verdict: Verdict) -> (&'static str, String) {
        match verdict {
            Verdict::Sent => ("sent", String::new()),
            Verdict::Refused(failure) => ("refused", failure.code),
            Verdict::Closed(failure) => ("closed", failure.code),
            Verdict::Later(failure, _) => ("later", failure.code),
            Verdict::Unclear(failure, _) => ("unclear", failure.code),
        }
    }

    #[test]
    fn a_status_of_200_may_carry_an_error() {
        for good in [r#"{"status":"ok","tags":{}}"#, r#"{"status":"OK","errors":null}"#, "{}"] {
            assert_eq!(of(200, &[], good), Verdict::Sent, "{good}");
        }
        let error = r#"{"status":"error","errors":{"code":"USER_NOT_FOUND","message":"Not k3y-of-app\u001b[2J"}}"#;
        let Verdict::Refused(failure) = of(200, &[], error) else { panic!("{error}") };
        assert_eq!(failure.code, "user_not_found");
        assert_eq!(failure.message.as_deref(), Some("Not [redacted] [2J"));
        for (body, expected) in [
            (r#"{"status":"error"}"#, ("refused", "error_without_code")),
            (r#"{"status":"Error","errors":[{"code":"Validation"}]}"#, ("refused", "validation")),
            (r#"{"errors":{"code":"x"}}"#, ("refused", "x")),
            (
                r#"{"status":"error","errors":{"code":"invalid_api_key"}}"#,
                ("closed", "invalid_api_key"),
            ),
            (r#"{"status":"error","errors":{"code":"no CUST-1"}}"#, ("refused", "unusual_code")),
            (r#"{"status":"error","errors":{"code":"CUST-1"}}"#, ("refused", "unusual_code")),
            (r#"{"status":"error","errors":{"code":"k3y-of-app"}}"#, ("refused", "unusual_code")),
            (
                r#"{"status":"error","errors":{"code":"INTERNAL_SERVER_ERROR"}}"#,
                ("unclear", "internal_server_error"),
            ),
            ("<html>", ("unclear", "unreadable_answer")),
            ("", ("unclear", "unreadable_answer")),
            ("[]", ("unclear", "unreadable_answer")),
        ] {
            let (verdict, found) = code(of(200, &[], body));
            assert_eq!((verdict, &*found), expected, "{body}");
        }
        assert_eq!(of(204, &[], ""), Verdict::Sent);
    }

    #[test]
    fn statuses_tell_what_another_attempt_is_good_for() {
        for (status, headers, expected) in [
            (302, &[][..], ("closed", "http_302")),
            (401, &[], ("closed", "http_401")),
            (404, &[], ("refused", "http_404")),
            (408, &[], ("later", "http_408")),
            (429, &[], ("later", "http_429")),
            (500, &[], ("unclear", "http_500")),
            (503, &[], ("unclear", "http_503")),
            (503, &[("Retry-After", "3")], ("later", "http_503")),
        ] {
            let (verdict, found) = code(of(status, headers, ""));
            assert_eq!((verdict, &*found), expected, "{status}");
        }
    }

    #[test]
    fn waits_are_read_in_both_forms() {
        let date = "Wed, 21 Oct 2026 07:28:00 GMT";
        for (headers, expected) in [
            (&[("Retry-After", "7")][..], Some(7)),
            (&[("retry-after", "Wed, 21 Oct 2026 07:28:30 GMT"), ("Date", date)], Some(30)),
            (&[("Retry-After", "Wed, 21 Oct 2026 07:00:00 GMT"), ("Date", date)], Some(0)),
            (&[("Retry-After", "Wed, 21 Oct 2015 07:00:00 GMT")], Some(0)),
            (&[("Retry-After", "soon")], None),
            (&[], None),
        ] {
            let Verdict::Later(_, after) = of(429, headers, "") else { panic!("{headers:?}") };
            assert_eq!(after.map(|after| after.as_secs()), expected, "{headers:?}");
        }
    }
}
