//! What the servers share: listening, and stopping.

use std::future::Future;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::time::Duration;

use thiserror::Error;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::watch;

/// Time for requests in progress after a server is told to stop.
const PATIENCE: Duration = Duration::from_millis(500);

/// Why a server can't listen.
#[derive(Debug, Error)]
pub enum ListenError {
    /// Another program uses the port.
    #[error("port {port} on 127.0.0.1 is in use")]
    PortTaken { port: u16 },
    #[error("the system doesn't allow port {port} ({reason})")]
    PortRefused { port: u16, reason: io::Error },
    /// The system provides no thread or timer.
    #[error("can't start a server: {0}")]
    System(#[from] io::Error),
}

impl ListenError {
    /// Returns what to do about it.
    #[must_use]
    pub fn help(&self) -> &'static str {
        match self {
            Self::PortTaken { .. } | Self::PortRefused { .. } => {
                "choose another port with `--port`, or use `--port 0` for a free one"
            }
            Self::System(_) => "close some programs, then try again",
        }
    }
}

/// A bound port; connections wait until they are served.
pub(super) struct Listening {
    /// Always on 127.0.0.1.
    pub address: SocketAddr,
    /// Accepts connections in the accompanying runtime.
    pub listener: tokio::net::TcpListener,
    runtime: Runtime,
}

/// Listens on a port of 127.0.0.1; 0 for any free one.
///
/// # Errors
/// If the port is taken or refused, or the system provides no timer.
pub(super) fn listen(port: u16) -> Result<Listening, ListenError> {
    let listener =
        TcpListener::bind((Ipv4Addr::LOCALHOST, port)).map_err(|reason| match reason.kind() {
            io::ErrorKind::AddrInUse => ListenError::PortTaken { port },
            _ => ListenError::PortRefused { port, reason },
        })?;
    listener.set_nonblocking(true)?;
    let address = listener.local_addr()?;
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let listener = {
        let _entered = runtime.enter();
        tokio::net::TcpListener::from_std(listener)?
    };
    Ok(Listening { address, listener, runtime })
}

impl Listening {
    /// Serves until `stopped` changes or its sender is dropped: then no more connections, half a
    /// second for requests in progress, and the end. `serve` makes the server from the listener and
    /// a future that completes on stopping.
    pub fn serve<S: Future>(
        self,
        stopped: watch::Receiver<bool>,
        serve: impl FnOnce(tokio::net::TcpListener, watch::Receiver<bool>) -> S,
    ) {
        let Listening { listener, runtime, .. } = self;
        let mut lost_patience = stopped.clone();
        runtime.block_on(async move {
            tokio::select! {
                _ = serve(listener, stopped) => {}
                () = async {
                    wait_for_stop(&mut lost_patience).await;
                    tokio::time::sleep(PATIENCE).await;
                } => {}
            }
        });
        // Work on other threads needn't be waited for.
        runtime.shutdown_background();
    }
}

/// Waits until a server should stop.
pub(super) async fn wait_for_stop(stopped: &mut watch::Receiver<bool>) {
    // A dropped sender means the same.
    let _ = stopped.changed().await;
}
