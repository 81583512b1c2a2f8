//! Events pushed to the page.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::stream::{self, Stream};
use serde_json::{Value, json};
use tokio::sync::{broadcast, watch};

use super::Shared;
use crate::session::Changes;

/// Events that a slow page may miss before it is told to reload everything.
const BACKLOG: usize = 64;

/// How often an idle stream is kept alive.
const KEEP_OPEN: Duration = Duration::from_secs(15);

/// An event.
#[derive(Clone, Debug)]
pub(super) struct Happened {
    name: &'static str,
    data: Value,
}

/// Broadcasts events.
#[derive(Debug)]
pub(super) struct Events(broadcast::Sender<Happened>);

impl Events {
    /// Starts without listeners.
    pub fn new() -> Events {
        Events(broadcast::channel(BACKLOG).0)
    }

    fn send(&self, name: &'static str, data: Value) {
        // Having no listeners isn't an error.
        let _ = self.0.send(Happened { name, data });
    }

    /// Reports that files changed and were read.
    pub fn changed(&self, generation: u64, changes: &Changes) {
        let kinds = changes.kinds.iter().map(|kind| kind.word()).collect::<Vec<_>>();
        let data = json!({ "generation": generation, "paths": changes.paths, "kinds": kinds });
        self.send("changed", data);
    }

    /// Reports that all messages' problems are counted.
    pub fn counted(&self, generation: u64) {
        self.send("counted", json!({ "generation": generation }));
    }
}

/// A listening page.
struct Listener {
    shared: Arc<Shared>,
    receiver: broadcast::Receiver<Happened>,
    stopped: watch::Receiver<bool>,
    greeted: bool,
}

impl Listener {
    fn hello(&self) -> Happened {
        Happened { name: "hello", data: json!({ "generation": self.shared.session().generation }) }
    }

    async fn next(&mut self) -> Option<Happened> {
        if !self.greeted {
            self.greeted = true;
            return Some(self.hello());
        }
        tokio::select! {
            receiver = self.receiver.recv() => match receiver {
                Ok(happened) => Some(happened),
                // The generation tells what was missed.
                Err(broadcast::error::RecvError::Lagged(_)) => Some(self.hello()),
                Err(broadcast::error::RecvError::Closed) => None,
            },
            _ = self.stopped.changed() => None,
        }
    }
}

/// Responds with a stream of events, until the server stops.
pub(super) async fn events(
    State(shared): State<Arc<Shared>>,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let receiver = shared.events.0.subscribe();
    let stopped = shared.stopped.clone();
    let listener = Listener { shared, receiver, stopped, greeted: false };
    let stream = stream::unfold(listener, |mut listener| async {
        let happened = listener.next().await?;
        let event = Event::default().event(happened.name).data(happened.data.to_string());
        Some((Ok(event), listener))
    });
    Sse::new(stream).keep_alive(KeepAlive::new().interval(KEEP_OPEN))
}
