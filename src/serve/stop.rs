//! What ends a server that runs until it is told to stop.

use std::io;

use tokio::runtime::{Builder, Runtime};
use tokio::sync::mpsc;

/// Waits for Ctrl-C, for the signal with which a system ends programs, and where asked for the end of standard input.
///
/// It listens from the moment it is made, so that nothing is missed between the start of a server and
/// [`Stop::wait`].
#[derive(Debug)]
pub struct Stop {
    runtime: Runtime,
    told: mpsc::Receiver<()>,
}

impl Stop {
    /// Begins to listen; with `standard_input` its end counts too, and what it holds until then is thrown away.
    ///
    /// # Errors
    ///
    /// Where the system gives no signals to programs.
    pub fn listen(standard_input: bool) -> io::Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let (tell, told) = mpsc::channel(1);
        let entered = runtime.enter();
        on_signals(&runtime, &tell)?;
        drop(entered);
        if standard_input {
            std::thread::spawn(move || {
                // A pipe that breaks has ended as well, and that nobody waits any more is no failure.
                let _ = io::copy(&mut io::stdin().lock(), &mut io::sink());
                let _ = tell.blocking_send(());
            });
        }
        Ok(Self { runtime, told })
    }

    /// Blocks until one of them comes.
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
