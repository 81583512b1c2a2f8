//! The preview's page beside a text: the client shows it in a panel and passes on what it asks.
//!
//! No port and no file is needed, so it works wherever the language server does.

use std::collections::BTreeMap;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use lsp_server::{ErrorCode, Notification};
use meniscus_preview::page::questions::{Answers, Question};
use serde::Deserialize;
use serde_json::{Value, json};

use super::open::Opened;
use super::requests::{Failure, read};
use super::uri::uri_of;
use crate::embedded::{Mode, page};
use crate::render::Cancel;
use crate::session::{Changes, Session};

/// The longest that an answer may take.
const LONGEST: Duration = Duration::from_secs(20);

/// What takes longer than this ends when the text it is about is no longer the newest.
const LONG: Duration = Duration::from_secs(1);

/// The status of an answer that was given up because the text changed: the page asks again.
const STALE: u16 = 409;

/// What the page asks of a workspace.
#[derive(Debug, Deserialize)]
pub(super) struct Asked {
    /// The folder of the workspace.
    pub workspace: gen_lsp_types::Uri,
    pub method: String,
    pub address: String,
    #[serde(default)]
    pub body: String,
}

impl Asked {
    /// Whether it is the message itself, which must not wait for what is said about it.
    pub fn is_message(&self) -> bool {
        self.address == "/api/render"
    }
}

/// What the client wants of the page itself.
#[derive(Debug, Deserialize)]
struct Wanted {
    nonce: String,
    language: String,
}

/// The page of a workspace: what it was told, and what is under way for it.
#[derive(Debug, Default)]
pub(super) struct Page {
    answers: Answers,
    /// Since when, by number.
    running: Mutex<BTreeMap<usize, (Instant, Cancel)>>,
}

impl Page {
    fn running(&self) -> MutexGuard<'_, BTreeMap<usize, (Instant, Cancel)>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends long work on a text that changed.
    pub fn interrupt(&self) {
        let running = self.running();
        let long = running.values().filter(|(since, _)| since.elapsed() > LONG);
        long.for_each(|(_, cancel)| cancel.cancel());
    }

    /// Answers a question as the preview's server would: a status, and JSON as a string.
    pub fn answer(&self, session: &Arc<Session>, asked: &Asked) -> Value {
        let question = Question::new(&asked.method, &asked.address, asked.body.as_bytes());
        let cancel = question.cancel.clone();
        let number = {
            let mut running = self.running();
            let number = running.last_key_value().map_or(0, |(last, _)| last + 1);
            running.insert(number, (Instant::now(), cancel.clone()));
            number
        };
        let (answer, is_late) =
            within(LONGEST, &cancel, || self.answers.to(session, None, &question));
        self.running().remove(&number);
        if cancel.is_cancelled() && !is_late {
            return json!([STALE, "null"]);
        }
        match answer {
            Ok(answer) => json!([200, answer]),
            Err(refusal) => json!([refusal.status(), refusal.into_body().to_string()]),
        }
    }
}

/// Returns what to tell a client that shows the preview's page: which files changed.
pub(super) fn changed(opened: &Opened, changes: &Changes) -> Option<Notification> {
    opened.page.as_ref()?;
    let params = json!({
        "workspace": uri_of(&opened.session.workspace.root),
        "generation": opened.session.generation,
        "paths": changes.paths,
        "kinds": changes.kinds.iter().map(|kind| kind.word()).collect::<Vec<_>>(),
    });
    Some(Notification { method: "meniscus/pageChanged".to_owned(), params })
}

/// Does some work and cancels it if it takes too long; returns whether it did.
fn within<T>(longest: Duration, cancel: &Cancel, work: impl FnOnce() -> T) -> (T, bool) {
    let (done, wait) = channel::<()>();
    let of_clock = cancel.clone();
    let clock = std::thread::Builder::new().name("page clock".to_owned()).spawn(move || {
        let is_late = matches!(wait.recv_timeout(longest), Err(RecvTimeoutError::Timeout));
        if is_late {
            of_clock.cancel();
        }
        is_late
    });
    let result = work();
    drop(done);
    // Without a thread there is no limit.
    let is_late = clock.is_ok_and(|clock| clock.join().unwrap_or(false));
    (result, is_late)
}

/// Returns the page itself, as one text.
///
/// # Errors
/// If the nonce or the language could be anything else in HTML.
pub(super) fn html(params: Value) -> Result<Value, Failure> {
    let Wanted { nonce, language } = read(params)?;
    let is_word = |text: &str| {
        !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    if nonce.len() < 16 || !is_word(&nonce) {
        return Err(wrong("`nonce` must have 16 or more letters and digits"));
    }
    if !is_word(&language) {
        return Err(wrong("`language` must be a language tag such as `en`"));
    }
    Ok(json!({ "html": page(Mode::Beside { nonce: &nonce, language: &language }) }))
}

fn wrong(message: &str) -> Failure {
    Failure { code: ErrorCode::InvalidParams, message: message.to_owned() }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::within;
    use crate::render::Cancel;

    #[test]
    fn work_that_takes_too_long_is_cancelled() {
        let cancel = Cancel::default();
        let (_, is_late) = within(Duration::from_millis(5), &cancel, || {
            while !cancel.is_cancelled() {
                std::thread::yield_now();
            }
        });
        assert!(is_late);
        let cancel = Cancel::default();
        let (result, is_late) = within(Duration::from_secs(60), &cancel, || 7);
        assert_eq!((result, is_late, cancel.is_cancelled()), (7, false, false));
    }
}
