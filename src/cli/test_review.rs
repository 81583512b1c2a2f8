use std::io::{ErrorKind, IsTerminal, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::{Context, Result};
use console::{Key, Term};
use meniscus::project::{ProjectError, Workspace};
use meniscus::report::test::{human_case, human_orphan, human_problems};
use meniscus::snapshot::{
    Orphan, Results, Status, Tested, accept, accept_orphan, discard_pending, keep_pending,
};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::Verdict;
use super::preview::open;
use super::terminal::{look, note};

/// A pending decision.
enum Open<'r> {
    /// A new or changed text.
    Text(&'r Tested),
    /// A snapshot without a text.
    Orphan(&'r Orphan),
}

/// A decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Choice {
    Accept,
    AcceptRest,
    Reject,
    Skip,
    Quit,
}

/// The number of decisions by kind.
#[derive(Default)]
struct Counts {
    accepted: usize,
    rejected: usize,
    skipped: usize,
}

/// Returns an error unless there is a terminal to review on.
pub(super) fn require_terminal() -> Result<()> {
    if std::io::stdin().is_terminal() && std::io::stderr().is_terminal() {
        return Ok(());
    }
    let message = "found no terminal, expected one to review in".to_owned();
    let help = "take all with `--accept`, or look at the .snap.new files".to_owned();
    Err(ProjectError::Unknown { message, help }.into())
}

/// Reviews new, changed, and orphaned texts, one key each. Accepted texts are written immediately,
/// so stopping halfway loses nothing.
pub(super) fn review(
    workspace: &Workspace,
    results: &Results,
    preview_port: u16,
) -> Result<Verdict> {
    let texts = results.tested.iter().filter(|tested| tested.status.pending().is_some());
    let orphans = results.orphans().map(Open::Orphan);
    let open = texts.map(Open::Text).chain(orphans).collect::<Vec<_>>();
    let term = Term::stderr();
    let mut counts = Counts::default();
    let mut rest = None;
    for (index, item) in open.iter().enumerate() {
        if rest.is_none() {
            note(&shown(results, item));
            note(&format!("[{} of {}] {KEYS} ", index + 1, open.len()));
        }
        let choice = match rest {
            Some(choice) => choice,
            None => {
                let preview = || show_in_preview(item, preview_port);
                ask(&term, preview).context("cannot read a key")?
            }
        };
        match choice {
            Choice::Quit => {
                counts.skipped += open.len() - index;
                break;
            }
            Choice::AcceptRest => rest = Some(Choice::Accept),
            _ => {}
        }
        decide(workspace, item, choice, &mut counts)?;
    }
    refresh(workspace, results, &counts)?;
    note(&end(results, &counts, open.len()));
    Ok(verdict(results, &counts))
}

const KEYS: &str = "a accept · r reject · s skip · A accept the rest · p preview · q quit";

fn shown(results: &Results, item: &Open<'_>) -> String {
    let mut text = String::from("\n");
    match item {
        Open::Text(tested) => human_case(results, tested, true, look(), &mut text),
        Open::Orphan(orphan) => human_orphan(orphan, look(), &mut text),
    }
    text
}

/// Waits for a valid key.
fn ask(term: &Term, preview: impl Fn()) -> std::io::Result<Choice> {
    loop {
        let key = match term.read_key_raw() {
            // The terminal went away, so nobody can answer.
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => Key::Unknown,
            key => key?,
        };
        let choice = match key {
            Key::Char('a' | 'y') => Choice::Accept,
            Key::Char('A') => Choice::AcceptRest,
            Key::Char('r' | 'n') => Choice::Reject,
            Key::Char('s' | ' ') => Choice::Skip,
            Key::Char('q') | Key::Escape | Key::CtrlC | Key::Unknown => Choice::Quit,
            Key::Char('p') => {
                preview();
                continue;
            }
            _ => continue,
        };
        note(match choice {
            Choice::Accept => "accepted\n",
            Choice::AcceptRest => "accepted, and the rest\n",
            Choice::Reject => "rejected\n",
            Choice::Skip => "skipped\n",
            Choice::Quit => "stopped\n",
        });
        return Ok(choice);
    }
}

fn decide(
    workspace: &Workspace,
    item: &Open<'_>,
    choice: Choice,
    counts: &mut Counts,
) -> Result<()> {
    match (item, choice) {
        (Open::Text(tested), Choice::Accept | Choice::AcceptRest) => {
            accept(workspace, tested)?;
            counts.accepted += 1;
        }
        (Open::Orphan(orphan), Choice::Accept | Choice::AcceptRest) => {
            accept_orphan(workspace, orphan)
                .with_context(|| format!("cannot remove `{}`", orphan.shown))?;
            counts.accepted += 1;
        }
        (Open::Text(tested), Choice::Reject) => {
            discard_pending(workspace, tested);
            counts.rejected += 1;
        }
        (Open::Orphan(_), Choice::Reject) => counts.rejected += 1,
        (Open::Text(tested), _) => {
            keep_pending(workspace, tested)?;
            counts.skipped += 1;
        }
        (Open::Orphan(_), _) => counts.skipped += 1,
    }
    Ok(())
}

/// If everything was accepted, also updates the headers of unchanged snapshots, like `--accept`.
fn refresh(workspace: &Workspace, results: &Results, counts: &Counts) -> Result<()> {
    if counts.accepted == 0 || counts.rejected + counts.skipped > 0 {
        return Ok(());
    }
    let same = results.tested.iter().filter(|tested| matches!(tested.status, Status::Same { .. }));
    for tested in same {
        accept(workspace, tested)?;
    }
    Ok(())
}

fn end(results: &Results, counts: &Counts, open: usize) -> String {
    let mut text = String::from("\n");
    let broken =
        |tested: &&Tested| matches!(tested.status, Status::Refused(_) | Status::Unreadable(_));
    for tested in results.tested.iter().filter(broken) {
        human_case(results, tested, false, look(), &mut text);
    }
    human_problems(results, look(), &mut text);
    if open == 0 {
        text.push_str("nothing to review\n");
    } else {
        let Counts { accepted, rejected, skipped } = counts;
        text.push_str(&format!("{accepted} accepted, {rejected} rejected, {skipped} skipped\n"));
    }
    text
}

fn verdict(results: &Results, counts: &Counts) -> Verdict {
    let refused = results.count("refused") + results.count("unreadable");
    if !results.problems.is_empty() {
        Verdict::CouldNotRun
    } else if counts.rejected + counts.skipped + refused > 0 {
        Verdict::Found
    } else {
        Verdict::Fine
    }
}

/// Time for a local preview to respond.
const PATIENCE: Duration = Duration::from_millis(500);

/// Opens the current text in a running preview.
fn show_in_preview(item: &Open<'_>, port: u16) {
    let Open::Text(tested) = item else {
        note("there is nothing left to show\n");
        return;
    };
    let home = format!("http://127.0.0.1:{port}/");
    if !is_preview(port) {
        note(&format!("no preview at {home}: start `meniscus preview` in another terminal\n"));
        return;
    }
    let message = utf8_percent_encode(&tested.case.part.message, NAME);
    let scenario = utf8_percent_encode(&tested.case.scenario.scenario.name, NAME);
    let url = format!("{home}#/{message}/{scenario}");
    if open(&url) {
        note(&format!("opened {url}\n"));
    } else {
        note(&format!("no browser could be opened; open {url} by hand\n"));
    }
}

/// Whether a preview is served on a port.
fn is_preview(port: u16) -> bool {
    let page = || -> std::io::Result<String> {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let mut stream = TcpStream::connect_timeout(&address, PATIENCE)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let request =
            format!("GET / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes())?;
        let mut page = Vec::new();
        stream.take(MAX_OF_PAGE).read_to_end(&mut page)?;
        Ok(String::from_utf8_lossy(&page).into_owned())
    };
    page().is_ok_and(|page| page.contains("meniscus"))
}

/// Bytes of a page that show whether it is ours.
const MAX_OF_PAGE: u64 = 64 << 10;

/// What the page's `encodeURIComponent` encodes.
const NAME: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'!')
    .remove(b'~')
    .remove(b'*')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')');
