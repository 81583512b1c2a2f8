//! Stopping a server that otherwise runs forever.

use std::io;

use tokio::runtime::{Builder, Runtime};
use tokio::sync::mpsc;

/// Waits for Ctrl-C, the system's termination signal, or optionally the end of standard input.
///
/// It listens from its creation, so that nothing is missed between the start of a server and
/// [`Stop::wait`].
#[derive(Debug)]
pub struct Stop {
    runtime: Runtime,
    told: mpsc::Receiver<()>,
}

impl Stop {
    /// Starts listening; with `standard_input`, its end counts too, and its contents are discarded.
    ///
    /// # Errors
    ///
    /// If the system doesn't support signals.
    pub fn listen(standard_input: bool) -> io::Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let (tell, told) = mpsc::channel(1);
        let entered = runtime.enter();
        on_signals(&runtime, &tell)?;
        drop(entered);
        if standard_input {
            std::thread::spawn(move || {
                // A broken pipe has ended as well, and a missing receiver isn't an error.
                let _ = io::copy(&mut io::stdin().lock(), &mut io::sink());
                let _ = tell.blocking_send(());
            });
        }
        Ok(Self { runtime, told })
    }

    /// Blocks until one of them occurs.
    pub fn wait(self) {
        let Self { runtime, mut told } = self;
        runtime.block_on(told.recv());
        runtime.shutdown_background();
    }
}

#[cfg(unix)]
fn on_signals(runtime: &Runtime, tell: &mpsc::Sender<()>) -> io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    for kind in [SignalKind::interrupt(), SignalKind::terminate()] {
        let mut signal = signal(kind)?;
        let tell = tell.clone();
        runtime.spawn(async move {
            signal.recv().await;
            let _ = tell.send(()).await;
        });
    }
    Ok(())
}

#[cfg(not(unix))]
fn on_signals(runtime: &Runtime, tell: &mpsc::Sender<()>) -> io::Result<()> {
    let tell = tell.clone();
    runtime.spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            let _ = tell.send(()).await;
        }
    });
    Ok(())
}
