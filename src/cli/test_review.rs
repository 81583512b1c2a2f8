use std::io::{ErrorKind, IsTerminal, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::{Context, Result};
use console::{Key, Term};
use meniscus::project::{ProjectError, Workspace};
use meniscus::report::test::{human_case, human_orphan, human_problems};
use meniscus::snapshot::{
    Orphan, Results, Status, Tested, accept, accept_orphan, discard_pending, groups, keep_pending,
};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::Verdict;
use super::preview::open;
use super::terminal::{look, note};

/// A pending decision.
enum Open<'r> {
    /// New or changed texts that are accepted together, because they changed alike.
    Texts(Vec<&'r Tested>),
    /// A snapshot without a text.
    Orphan(&'r Orphan),
}

impl Open<'_> {
    fn len(&self) -> usize {
        match self {
            Open::Texts(texts) => texts.len(),
            Open::Orphan(_) => 1,
        }
    }
}

/// A decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Choice {
    Accept,
    /// Accept the one that is shown of a group.
    AcceptOne,
    AcceptRest,
    /// Show the next of a group.
    Look,
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
    let message = "`--review` needs a terminal".to_owned();
    let help = "accept everything with `--accept`, or compare the .snap.new files".to_owned();
    Err(ProjectError::Unknown { message, help }.into())
}

/// Reviews new, changed, and orphaned texts, one key each; equal changes are one question. Accepted
/// texts are written immediately, so stopping halfway loses nothing.
pub(super) fn review(
    workspace: &Workspace,
    results: &Results,
    preview_port: u16,
) -> Result<Verdict> {
    let texts = groups(&results.tested).into_iter().map(|group| Open::Texts(group.tested));
    let orphans = results.orphans().map(Open::Orphan);
    let open = texts.chain(orphans).collect::<Vec<_>>();
    let total = open.iter().map(Open::len).sum::<usize>();
    let mut review = Review {
        workspace,
        results,
        preview_port,
        term: Term::stderr(),
        counts: Counts::default(),
        accepts_rest: false,
    };
    let questions = open.len();
    for (index, item) in open.into_iter().enumerate() {
        if !review.item(item, &format!("{} of {questions}", index + 1))? {
            break;
        }
    }
    let Review { mut counts, .. } = review;
    counts.skipped = total - counts.accepted - counts.rejected;
    refresh(workspace, results, &counts)?;
    note(&end(results, &counts, total));
    Ok(verdict(results, &counts))
}

/// A review in progress.
struct Review<'r> {
    workspace: &'r Workspace,
    results: &'r Results,
    preview_port: u16,
    term: Term,
    counts: Counts,
    /// Whether everything that follows is accepted without asking.
    accepts_rest: bool,
}

impl Review<'_> {
    /// Reviews one item, the `number`th; returns false if the review ends here.
    fn item(&mut self, mut item: Open<'_>, number: &str) -> Result<bool> {
        let mut place = 0;
        loop {
            let choice = match self.accepts_rest {
                true => Choice::Accept,
                false => self.ask(&item, place, number)?,
            };
            match (&mut item, choice) {
                (_, Choice::Quit) => return Ok(false),
                (Open::Texts(texts), Choice::Look) => place = (place + 1) % texts.len(),
                (Open::Texts(texts), Choice::AcceptOne) => {
                    let one = Open::Texts(vec![texts.remove(place)]);
                    place %= texts.len().max(1);
                    decide(self.workspace, &one, Choice::Accept, &mut self.counts)?;
                }
                (_, choice) => {
                    self.accepts_rest |= choice == Choice::AcceptRest;
                    decide(self.workspace, &item, choice, &mut self.counts)?;
                    return Ok(true);
                }
            }
        }
    }

    /// Shows an item, and asks about it; `place` is the text shown of a group.
    fn ask(&self, item: &Open<'_>, place: usize, number: &str) -> Result<Choice> {
        note(&shown(self.results, item, place));
        let (number, keys) = match item.len() {
            1 => (number.to_owned(), KEYS.to_owned()),
            all => (format!("{number}, {} of {all}", place + 1), keys_of_group(all)),
        };
        note(&format!("[{number}] {keys} "));
        let preview = || show_in_preview(item, place, self.preview_port);
        ask(&self.term, item.len() > 1, preview).context("can't read a key")
    }
}

const KEYS: &str = "a accept · r reject · s skip · A accept the rest · p preview · q quit";

fn keys_of_group(all: usize) -> String {
    format!(
        "a accept all {all} · o only this one · l show the next · r reject all · s skip all · A \
         accept the rest · p preview · q quit"
    )
}

/// Names listed of a group.
const SHOWN_NAMES: usize = 20;

fn shown(results: &Results, item: &Open<'_>, place: usize) -> String {
    let mut text = String::from("\n");
    match item {
        Open::Texts(texts) => {
            human_case(results, texts[place], true, look(), &mut text);
            if texts.len() > 1 {
                text.push_str(&alike(texts));
            }
        }
        Open::Orphan(orphan) => human_orphan(orphan, look(), &mut text),
    }
    text
}

/// Says for whom a change is the same.
fn alike(texts: &[&Tested]) -> String {
    let what = match &texts[0].status {
        Status::Changed { .. } => "change",
        _ => "text",
    };
    let names = texts.iter().map(|tested| &*tested.case.scenario.scenario.name);
    let mut names = names.take(SHOWN_NAMES).collect::<Vec<_>>().join(", ");
    if let Some(more) = texts.len().checked_sub(SHOWN_NAMES).filter(|more| *more > 0) {
        names.push_str(&format!(" and {more} more"));
    }
    format!("the same {what} for {} recipients: {names}\n", texts.len())
}

/// Waits for a valid key. Some keys are only for a group.
fn ask(term: &Term, is_group: bool, preview: impl Fn()) -> std::io::Result<Choice> {
    loop {
        let key = match term.read_key_raw() {
            // The terminal went away, so nobody can answer.
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => Key::Unknown,
            key => key?,
        };
        let choice = match key {
            Key::Char('a' | 'y') => Choice::Accept,
            Key::Char('A') => Choice::AcceptRest,
            Key::Char('o') if is_group => Choice::AcceptOne,
            Key::Char('l') if is_group => Choice::Look,
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
            Choice::AcceptOne => "accepted this one\n",
            Choice::AcceptRest => "accepted, and the rest\n",
            Choice::Look => "showing the next\n",
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
    match choice {
        Choice::Accept | Choice::AcceptOne | Choice::AcceptRest => counts.accepted += item.len(),
        Choice::Reject => counts.rejected += item.len(),
        Choice::Look | Choice::Skip | Choice::Quit => {}
    }
    match item {
        Open::Texts(texts) => {
            for tested in texts {
                match choice {
                    Choice::Accept | Choice::AcceptOne | Choice::AcceptRest => {
                        accept(workspace, tested)?;
                    }
                    Choice::Reject => discard_pending(workspace, tested),
                    Choice::Look | Choice::Skip | Choice::Quit => keep_pending(workspace, tested)?,
                }
            }
        }
        Open::Orphan(orphan) if matches!(choice, Choice::Accept | Choice::AcceptRest) => {
            accept_orphan(workspace, orphan)
                .with_context(|| format!("can't remove `{}`", orphan.shown))?;
        }
        Open::Orphan(_) => {}
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
fn show_in_preview(item: &Open<'_>, place: usize, port: u16) {
    let Open::Texts(texts) = item else {
        note("nothing left to show\n");
        return;
    };
    let tested = texts[place];
    let home = format!("http://127.0.0.1:{port}/");
    if !is_preview(port) {
        note(&format!("no preview at {home}; run `meniscus preview` in another terminal\n"));
        return;
    }
    let message = utf8_percent_encode(&tested.case.part.message, NAME);
    let scenario = utf8_percent_encode(&tested.case.scenario.scenario.name, NAME);
    let url = format!("{home}#/{message}/{scenario}/changes");
    if open(&url) {
        note(&format!("opened {url}\n"));
    } else {
        note(&format!("can't open a browser; open {url} yourself\n"));
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
