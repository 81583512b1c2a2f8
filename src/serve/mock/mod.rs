//! Serves recordings over HTTP on this machine, as WireMock serves its stub mappings.
//!
//! [`Replay`] alone decides which recording answers, so that a call gets the same response here, in
//! a render, and in a test. Delays are real, and faults happen on the connection. Every request is
//! kept, with the reason if nothing matched, for tests ([`MockServer::requests`]) and for people
//! (`/__admin/requests`).

mod admin;
mod answer;
mod exchange;
mod failure;
mod journal;
mod wire;

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::thread::JoinHandle;
use std::time::Duration;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::get;
use tokio::sync::watch;

pub use exchange::{Exchange, Outcome};
pub use failure::Failure;

use super::ListenError;
use super::listen::{listen, wait_for_stop};
use crate::recording::Replay;
use journal::Journal;
use wire::{Switch, Wires};

/// Called with each exchange as soon as it is decided.
pub type Log = Arc<dyn Fn(&Exchange) + Send + Sync>;

/// How the mock serves.
#[derive(Clone)]
pub struct Options {
    /// The port on 127.0.0.1; 0 for any free one, which is the default.
    pub port: u16,
    /// Delay of each response in addition to its recording's own; none by default.
    pub delay: Duration,
    /// The share of requests that fail deliberately, from 0 (the default) to 1.
    pub fail_rate: f64,
    /// The seed for choosing them; the same seed fails the same requests, counted from the start.
    pub seed: u64,
    /// Size limit of request bodies in bytes; 8 MiB by default. Larger ones get 413.
    pub largest_body: usize,
    /// How many of the newest requests are kept; 10,000 by default, and at most 64 MiB.
    pub kept_requests: usize,
    /// The recordings folder as named in a 404; `recordings` by default.
    pub folder: String,
    /// Strings masked in the log and on the admin pages; none by default.
    pub secrets: Vec<String>,
    /// Called with each exchange; nothing by default.
    pub log: Option<Log>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            port: 0,
            delay: Duration::ZERO,
            fail_rate: 0.0,
            seed: 0,
            largest_body: 8 << 20,
            kept_requests: 10_000,
            folder: "recordings".to_owned(),
            secrets: Vec::new(),
            log: None,
        }
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("port", &self.port)
            .field("delay", &self.delay)
            .field("fail_rate", &self.fail_rate)
            .field("seed", &self.seed)
            .field("largest_body", &self.largest_body)
            .field("kept_requests", &self.kept_requests)
            .field("folder", &self.folder)
            .finish_non_exhaustive()
    }
}

/// A mock that serves until it is dropped.
#[derive(Debug)]
pub struct MockServer {
    shared: Arc<Shared>,
    stop: watch::Sender<bool>,
    thread: Option<JoinHandle<()>>,
}

/// State shared by request handlers.
struct Shared {
    address: SocketAddr,
    options: Options,
    recordings: RwLock<Arc<Replay>>,
    journal: Mutex<Journal>,
}

impl Shared {
    fn recordings(&self) -> Arc<Replay> {
        Arc::clone(&self.recordings.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn journal(&self) -> MutexGuard<'_, Journal> {
        self.journal.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Requests contain what doesn't belong in logs.
        f.debug_struct("Shared")
            .field("address", &self.address)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

/// Starts to serve the recordings on 127.0.0.1 in a separate thread; requests are answered when it
/// returns.
///
/// # Errors
///
/// If the port is taken or refused, or the system provides no thread.
pub fn start(recordings: Replay, options: Options) -> Result<MockServer, ListenError> {
    let listening = listen(options.port)?;
    let shared = Arc::new(Shared {
        address: listening.address,
        journal: Mutex::new(Journal::new(options.kept_requests)),
        recordings: RwLock::new(Arc::new(recordings)),
        options,
    });
    let (stop, stopped) = watch::channel(false);
    let app = router(Arc::clone(&shared));
    let thread = std::thread::Builder::new()
        .name("mock".to_owned())
        .spawn(move || listening.serve(stopped, |listener, stop| serve(listener, app, stop)))?;
    Ok(MockServer { shared, stop, thread: Some(thread) })
}

fn router(shared: Arc<Shared>) -> Router {
    Router::new()
        .route("/__admin/requests", get(admin::requests).delete(admin::forget))
        .route("/__admin/requests/unmatched", get(admin::unmatched))
        .route("/__admin/mappings", get(admin::mappings))
        .route("/__admin", get(admin::list))
        .route("/__admin/{*rest}", get(admin::unknown))
        .route_layer(from_fn_with_state(Arc::clone(&shared), admin::guard))
        .fallback(answer::answer)
        .with_state(shared)
}

async fn serve(
    listener: tokio::net::TcpListener,
    app: Router,
    mut stop: watch::Receiver<bool>,
) -> io::Result<()> {
    let service = app.into_make_service_with_connect_info::<Switch>();
    let served = axum::serve(Wires(listener), service);
    served.with_graceful_shutdown(async move { wait_for_stop(&mut stop).await }).await
}

impl MockServer {
    /// Returns the address, always on 127.0.0.1.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.shared.address
    }

    /// Returns the URL without a trailing slash: `http://127.0.0.1:40123`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.shared.address)
    }

    /// Returns the received requests, oldest first, as far as they are kept
    /// ([`Options::kept_requests`]).
    #[must_use]
    pub fn requests(&self) -> Vec<Arc<Exchange>> {
        self.shared.journal().all()
    }

    /// Clears the received requests; their numbers continue.
    pub fn forget_requests(&self) {
        self.shared.journal().clear();
    }

    /// Serves other recordings from the next request on.
    pub fn replace(&self, recordings: Replay) {
        *self.shared.recordings.write().unwrap_or_else(PoisonError::into_inner) =
            Arc::new(recordings);
    }

    /// Stops: no more connections, half a second for requests in progress, then the end.
    pub fn stop(self) {
        drop(self);
    }
}

impl Drop for MockServer {
    fn drop(&mut self) {
        let _ = self.stop.send(true);
        if let Some(thread) = self.thread.take() {
            // A panic was already reported on stderr.
            let _ = thread.join();
        }
    }
}
