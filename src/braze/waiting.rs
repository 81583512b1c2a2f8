use std::time::Duration;

use crate::http::Response;

/// When Braze accepts requests again, by a response's headers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Waiting {
    /// `Retry-After`, which Braze doesn't document.
    after: Option<Duration>,
    /// `X-RateLimit-Reset`, in seconds since 1970.
    reset: Option<jiff::Timestamp>,
}

impl Waiting {
    /// Reads the headers, whatever their case.
    pub(crate) fn of(response: &Response) -> Waiting {
        let number = |name: &str| {
            let value = response.header(name)?;
            value.trim().parse::<u32>().ok()
        };
        let date = || {
            let value = response.header("Retry-After")?;
            let when = httpdate::parse_http_date(value.trim()).ok()?;
            jiff::Timestamp::try_from(when).ok()
        };
        let reset = number("X-RateLimit-Reset");
        let reset = reset.and_then(|at| jiff::Timestamp::from_second(i64::from(at)).ok());
        Waiting {
            after: number("Retry-After").map(|seconds| Duration::from_secs(u64::from(seconds))),
            reset: reset.or_else(date),
        }
    }

    /// Returns how long to wait from `now` on; nothing if Braze doesn't say.
    pub(crate) fn from(self, now: jiff::Timestamp) -> Option<Duration> {
        // Clocks differ: one second more.
        let until = |reset: jiff::Timestamp| {
            let left = reset.duration_since(now);
            Duration::try_from(left).unwrap_or_default() + Duration::from_secs(1)
        };
        self.after.or_else(|| self.reset.map(until))
    }

    /// Says when to try again.
    pub(crate) fn words(self) -> String {
        match (self.after, self.reset) {
            (Some(after), _) => format!("send it again in {} s", after.as_secs()),
            (None, Some(reset)) => {
                format!("send it again after {}", reset.strftime("%Y-%m-%dT%H:%M:%SZ"))
            }
            (None, None) => "send it again later".to_owned(),
        }
    }
}
