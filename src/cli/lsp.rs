use anyhow::{Context, Result};
use lsp_server::Connection;
use meniscus::lsp::{Ended, serve};

use super::Verdict;

/// Serves an editor until it ends.
pub(super) fn run() -> Result<Verdict> {
    let (connection, threads) = Connection::stdio();
    let served = serve(&connection);
    // The threads end when nothing is left to send.
    drop(connection);
    let ended = served.context("the language server stopped")?;
    threads.join().context("the connection to the editor was lost")?;
    Ok(match ended {
        Ended::Fine => Verdict::Fine,
        Ended::Early => Verdict::Found,
    })
}
