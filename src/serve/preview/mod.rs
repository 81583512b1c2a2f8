//! A local page that shows messages as recipients see them, while they are being edited.
//!
//! The workspace is read once; changed files are read again, and the page is notified. A render
//! uses the current session, with temporary changes on top, and touches no file. `guard` controls
//! access.

mod accepting;
mod assets;
mod authoring;
mod counting;
mod events;
mod export;
mod files;
mod guard;
mod interactive;
mod response;
mod routes;
mod script;
mod watching;

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::thread::JoinHandle;
use std::time::Duration;

use axum::Router;
use axum::serve::ListenerExt;
use meniscus_preview::page::frames::{Frames, LastGood};
use meniscus_preview::page::search::FieldReads;
use thiserror::Error;
use tokio::sync::watch;

use super::ListenError;
use super::listen::{listen, wait_for_stop};
use crate::project::{ProjectError, Workspace, normal};
use crate::session::Changes;
use crate::session::Session;
use authoring::Journal;
use counting::Counts;
use events::Events;
use files::OwnSaves;

pub use export::{ExportError, Exported, Progress, export};
pub use interactive::{ENGINE, engine, export_interactive};

/// What to serve, and where.
#[derive(Clone, Debug)]
pub struct Options {
    /// What to show: the workspace's folder, one below it, or one message.
    pub path: PathBuf,
    /// The port on 127.0.0.1; 0 for any free one.
    pub port: u16,
    /// Timeout for rendering a message; six times as long for all recipients.
    pub longest_render: Duration,
}

/// The default of [`Options::longest_render`].
pub const LONGEST_RENDER: Duration = Duration::from_secs(10);

/// Why the preview can't be served.
#[derive(Debug, Error)]
pub enum PreviewError {
    /// The port is taken or refused, or the system provides no thread or timer.
    #[error(transparent)]
    Listen(#[from] ListenError),
    /// The workspace can't be read at all.
    #[error(transparent)]
    Project(#[from] ProjectError),
    /// Files can't be watched.
    #[error("can't watch files on this system: {0}")]
    Watch(#[from] notify::Error),
    /// The system provides no randomness for a token.
    #[error("can't create a key for the page: {0}")]
    Randomness(getrandom::Error),
}

impl PreviewError {
    /// Returns what to do about it.
    #[must_use]
    pub fn help(&self) -> String {
        match self {
            Self::Listen(error) => error.help().to_owned(),
            Self::Project(error) => error.help().unwrap_or("fix the file").to_owned(),
            Self::Watch(_) => {
                "check that the workspace's folders are readable, then try again".to_owned()
            }
            Self::Randomness(_) => "close some programs, then try again".to_owned(),
        }
    }
}

/// A preview that serves until it is dropped.
#[derive(Debug)]
pub struct PreviewServer {
    shared: Arc<Shared>,
    stop: watch::Sender<bool>,
    thread: Option<JoinHandle<()>>,
    checks_files: bool,
}

/// State shared by request handlers.
struct Shared {
    address: SocketAddr,
    token: String,
    scope: PathBuf,
    session: RwLock<Arc<Session>>,
    /// Held while reading again: two readings must not overtake each other.
    reading: Mutex<()>,
    /// Held while checking and writing a file, so that the second of two conflicting saves is
    /// rejected.
    saving: Mutex<()>,
    /// Changes that can be undone.
    journal: Mutex<Journal>,
    frames: Frames,
    own_saves: OwnSaves,
    last_good: LastGood,
    counts: Counts,
    field_reads: FieldReads,
    events: Events,
    stopped: watch::Receiver<bool>,
    longest_render: Duration,
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The token must stay secret.
        f.debug_struct("Shared").field("address", &self.address).finish_non_exhaustive()
    }
}

impl Shared {
    /// Returns the current session.
    fn session(&self) -> Arc<Session> {
        Arc::clone(&self.session.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Reads changed files again, and notifies the pages.
    fn read_again(&self, changes: &Changes) {
        let reading = self.reading.lock().unwrap_or_else(PoisonError::into_inner);
        let session = Arc::new(self.session().again(changes));
        let generation = session.generation;
        *self.session.write().unwrap_or_else(PoisonError::into_inner) = session;
        drop(reading);
        self.events.changed(generation, changes);
        self.counts.want();
    }
}

/// Reads a workspace and starts to serve its preview on 127.0.0.1 in a separate thread; requests
/// are answered when it returns.
///
/// # Errors
/// If the workspace can't be read, the port is taken or refused, or the system provides no thread.
pub fn start(workspace: Workspace, options: &Options) -> Result<PreviewServer, PreviewError> {
    let listening = listen(options.port)?;
    let scope = normal(&options.path);
    // Changes during reading are read again.
    let watched = watching::watch(&workspace, &scope)?;
    let session = Session::read(workspace, vec![scope.clone()]);
    session.require_config()?;
    let (stop, stopped) = watch::channel(false);
    let (counts, wanted) = Counts::new();
    let shared = Arc::new(Shared {
        address: listening.address,
        token: guard::unguessable().map_err(PreviewError::Randomness)?,
        scope,
        session: RwLock::new(Arc::new(session)),
        reading: Mutex::default(),
        saving: Mutex::default(),
        journal: Mutex::default(),
        frames: Frames::new(|| guard::unguessable().ok()),
        own_saves: OwnSaves::default(),
        last_good: LastGood::default(),
        counts,
        field_reads: FieldReads::default(),
        events: Events::new(),
        stopped: stopped.clone(),
        longest_render: options.longest_render,
    });
    Counts::begin(&shared, wanted).map_err(ListenError::System)?;
    shared.counts.want();
    let checks_files = watched.checks();
    watched.begin(&shared).map_err(ListenError::System)?;
    let app = routes::router(&shared);
    let thread = std::thread::Builder::new()
        .name("preview".to_owned())
        .spawn(move || listening.serve(stopped, |listener, stop| serve(listener, app, stop)))
        .map_err(ListenError::System)?;
    Ok(PreviewServer { shared, stop, thread: Some(thread), checks_files })
}

async fn serve(
    listener: tokio::net::TcpListener,
    app: Router,
    mut stop: watch::Receiver<bool>,
) -> io::Result<()> {
    // Otherwise, a response in two packets would wait for an acknowledgment between them.
    let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
    let served = axum::serve(listener, app);
    served.with_graceful_shutdown(async move { wait_for_stop(&mut stop).await }).await
}

impl PreviewServer {
    /// Returns the address, always on 127.0.0.1.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.shared.address
    }

    /// Returns the page's URL: `http://127.0.0.1:40123/`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}/", self.shared.address)
    }

    /// Whether files are checked once a second, because the system can't watch them.
    #[must_use]
    pub fn checks_files(&self) -> bool {
        self.checks_files
    }

    /// Returns the number of messages and scenarios.
    #[must_use]
    pub fn counts(&self) -> (usize, usize) {
        let session = self.shared.session();
        (session.messages.len(), session.known.scenarios.len())
    }

    /// Stops: no more connections, half a second for requests in progress, then the end.
    pub fn stop(self) {
        drop(self);
    }
}

impl Drop for PreviewServer {
    fn drop(&mut self) {
        let _ = self.stop.send(true);
        if let Some(thread) = self.thread.take() {
            // A panic was already reported on stderr.
            let _ = thread.join();
        }
        // Other threads may still hold what is shared, and the program may end before they do. A
        // change in progress is finished first.
        drop(std::mem::take(
            &mut *self.shared.journal.lock().unwrap_or_else(PoisonError::into_inner),
        ));
    }
}
