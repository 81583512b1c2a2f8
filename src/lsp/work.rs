//! Work in other threads.

use std::panic::AssertUnwindSafe;
use std::sync::mpsc::{Sender, channel};

use lsp_server::ErrorCode;
use serde_json::Value;

use super::requests::Failure;

/// Work for another thread.
pub(super) type Job = Box<dyn FnOnce() + Send>;

/// Does some work; a panic, which is a mistake of this program, ends no more than the request.
pub(super) fn caught(work: impl FnOnce() -> Result<Value, Failure>) -> Result<Value, Failure> {
    std::panic::catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| {
        let message = "meniscus failed unexpectedly; please report it".to_owned();
        Err(Failure { code: ErrorCode::InternalError, message })
    })
}

/// Starts a thread that does one job after another, until nobody can send it more.
pub(super) fn worker(name: &str) -> std::io::Result<Sender<Job>> {
    let (sender, jobs) = channel::<Job>();
    let work = move || jobs.into_iter().for_each(|job| job());
    std::thread::Builder::new().name(name.to_owned()).spawn(work)?;
    Ok(sender)
}
