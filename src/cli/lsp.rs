use anyhow::{Context, Result};
use meniscus::lsp::{Ended, ServerError, connect, serve};

use super::Verdict;

/// Serves an editor until it ends.
pub(super) fn run() -> Result<Verdict> {
    let (connection, threads) = connect().context("can't start a thread")?;
    let served = serve(&connection);
    // The threads end when nothing is left to send.
    drop(connection);
    let is_over = match &served {
        Err(ServerError::Protocol(error)) => error.channel_is_disconnected(),
        Err(ServerError::Thread(_)) => false,
        Ok(_) => true,
    };
    if is_over {
        threads.join().context("the connection to the editor was lost")?;
    }
    let ended = served.context("the language server stopped")?;
    Ok(match ended {
        Ended::Fine => Verdict::Fine,
        Ended::Early => Verdict::Found,
    })
}
