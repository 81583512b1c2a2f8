//! What the servers have in common: where they listen, and how they end.

use std::future::Future;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::time::Duration;

use thiserror::Error;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::watch;

/// How long requests that are being answered may take once a server is to stop.
const PATIENCE: Duration = Duration::from_millis(500);

/// Why a server cannot listen.
#[derive(Debug, Error)]
pub enum ListenError {
    /// Another program has the port.
    #[error("found port {port} in use, expected a free one on 127.0.0.1")]
    PortTaken { port: u16 },
    /// The system refuses the port, as most do below 1024.
    #[error(
        "found port {port} refused by the system ({reason}), expected one that may be listened on"
    )]
    PortRefused {
        port: u16,
        /// What the system says.
        reason: io::Error,
    },
    /// The system gives no thread or no timer.
    #[error("cannot start a server: {0}")]
    System(#[from] io::Error),
}

impl ListenError {
    /// Returns what to do about it.
    #[must_use]
    pub fn help(&self) -> &'static str {
        match self {
            Self::PortTaken { .. } | Self::PortRefused { .. } => {
                "name another with `--port`, or `--port 0` for any that is free"
            }
            Self::System(_) => "end some programs, and try again",
        }
    }
}

/// A port that is listened on; connections wait until they are served.
pub(super) struct Listening {
    /// Always of 127.0.0.1.
    pub address: SocketAddr,
    /// Takes the connections, in the runtime beside it.
    pub listener: tokio::net::TcpListener,
    runtime: Runtime,
}

/// Listens on a port of 127.0.0.1; 0 for any that is free.
///
/// # Errors
/// Where the port is taken or refused, or the system gives no timer.
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
    /// Serves until `stopped` changes or its sender is gone: then no more connections, half a second for requests under
    /// way, and the end. `serve` makes the server of the listener and of what ends with the wait for that.
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
                    told(&mut lost_patience).await;
                    tokio::time::sleep(PATIENCE).await;
                } => {}
            }
        });
        // What is under way on other threads need not be waited for.
        runtime.shutdown_background();
    }
}

/// Waits until a server is to stop.
pub(super) async fn told(stopped: &mut watch::Receiver<bool>) {
    // A sender that is gone means the same.
    let _ = stopped.changed().await;
}
