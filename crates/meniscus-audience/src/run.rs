//! Many threads, one tally.

use std::collections::{BTreeMap, HashSet};
use std::io::{self, Write};
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};

use foldhash::fast::RandomState;

use crate::answers::Answers;
use crate::error::AudienceError;
use crate::exports::{RawRow, RowPlace, Users};
use crate::measure::Measurer;
use crate::person::{Person, hash_of};
use crate::plan::Plan;
use crate::row_line::row_line;
use crate::tally::Tally;
use meniscus_analysis::project::ProjectError;

/// Rows and bytes handed to a thread at once.
const ROWS: usize = 256;
const BYTES: usize = 4 << 20;

/// Who gets the message, and how the work is divided.
#[derive(Debug)]
pub struct Audience<'a> {
    pub users: &'a Users,
    pub answers: &'a Answers,
    /// The most rows.
    pub limit: Option<u64>,
    pub threads: usize,
}

/// What has been done so far.
#[derive(Debug, Default)]
pub struct Progress {
    pub rows: AtomicU64,
    /// Ends the run: what is counted by then is its result.
    pub stop: AtomicBool,
    /// A thread can't read its files any more.
    failed: AtomicBool,
}

/// Rows that one thread renders together, with their number.
type Batch = (u64, Vec<(RowPlace, RawRow)>);

/// Where the lines of rows go.
pub type RowLines<'w> = &'w mut (dyn Write + Send);

/// Leaves out the recipients in these files: they get nothing.
///
/// # Errors
/// If a file can't be read to its end, or a row has no id.
pub fn exclude(plan: &mut Plan, users: &Users) -> Result<(), ProjectError> {
    let ids = ids(users, plan.options.key.as_deref())?;
    plan.exclude(ids);
    Ok(())
}

/// Renders a message for every row, and counts what recipients get. `lines` gets a line of JSON for
/// each row, in order, whatever the number of threads.
///
/// # Errors
/// If a file can't be read to its end, or the lines can't be written. A row that can't be used is
/// counted.
pub fn run(
    plan: &Plan,
    audience: &Audience<'_>,
    progress: &Progress,
    lines: Option<RowLines<'_>>,
) -> Result<Tally, ProjectError> {
    let (parts, is_partial) = counted(plan, audience, progress, lines)?;
    let mut tally = plan.tally();
    for part in parts {
        tally.add(part, plan.options.samples);
    }
    tally.partial = is_partial;
    Ok(tally)
}

/// Returns the hashes of the ids in files.
fn ids(users: &Users, key: Option<&str>) -> Result<HashSet<u64, RandomState>, AudienceError> {
    let mut found = HashSet::default();
    let mut wrong = None;
    users.each(&mut |place, row| {
        let id = Person::of(&row, key).map(|(person, _)| person.id);
        match id {
            Ok(Some(id)) => drop(found.insert(hash_of(&id))),
            // Somebody who must get nothing would get the message.
            Ok(None) => wrong = Some(format!("`{place}` has no ID")),
            Err(why) => wrong = Some(format!("`{place}`: {why}")),
        }
        if wrong.is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    })?;
    match wrong {
        Some(wrong) => {
            Err(AudienceError::new(wrong, "fix the row, or name the ID field with `--key`"))
        }
        None if found.is_empty() => {
            let message = "`--exclude` has no rows".to_owned();
            Err(AudienceError::new(message, "check the file"))
        }
        None => Ok(found),
    }
}

/// Returns the tallies of all threads, and whether rows are left.
fn counted(
    plan: &Plan,
    audience: &Audience<'_>,
    progress: &Progress,
    lines: Option<RowLines<'_>>,
) -> Result<(Vec<Tally>, bool), ProjectError> {
    let threads = audience.threads.max(1);
    let (sender, batches) = sync_channel::<Batch>(threads * 2);
    let batches = Arc::new(Mutex::new(batches));
    std::thread::scope(|scope| {
        let (written, lines) = match lines {
            Some(out) => {
                let (sender, lines) = channel();
                (Some(sender), Some(scope.spawn(move || in_order(&lines, out, progress))))
            }
            None => (None, None),
        };
        let workers = (0..threads).map(|_| {
            let (batches, written) = (Arc::clone(&batches), written.clone());
            scope.spawn(move || work(plan, audience.answers, &batches, written.as_ref(), progress))
        });
        let workers = workers.collect::<Vec<_>>();
        drop(written);
        // Where all threads ended early, nobody must wait for them to take a batch.
        drop(batches);
        let mut is_partial = false;
        let mut batch = Vec::new();
        let (mut bytes, mut rows, mut number) = (0, 0_u64, 0);
        let read = audience.users.each(&mut |place, row| {
            if audience.limit.is_some_and(|limit| rows >= limit)
                || progress.stop.load(Ordering::Relaxed)
                || progress.failed.load(Ordering::Relaxed)
            {
                is_partial = true;
                return ControlFlow::Break(());
            }
            rows += 1;
            bytes += match &row {
                RawRow::Json(text) => text.len(),
                RawRow::Csv(_, record) => record.as_slice().len(),
                RawRow::Columns(_) | RawRow::Broken(_) => 0,
            };
            batch.push((place, row));
            if batch.len() < ROWS && bytes < BYTES {
                return ControlFlow::Continue(());
            }
            bytes = 0;
            // Nobody takes it where all threads ended early.
            number += 1;
            match sender.send((number - 1, std::mem::take(&mut batch))) {
                Ok(()) => ControlFlow::Continue(()),
                Err(_) => ControlFlow::Break(()),
            }
        });
        let _ = sender.send((number, batch));
        drop(sender);
        let mut tallies = Vec::new();
        for worker in workers {
            let tally = worker.join().map_err(|_| bug())?;
            tallies.push(tally?);
        }
        let written = lines.map_or(Ok(Ok(())), std::thread::ScopedJoinHandle::join);
        let written = written.map_err(|_| bug())?;
        written.map_err(|error| {
            AudienceError::new(format!("can't write the rows: {error}"), "check the disk")
        })?;
        read?;
        Ok((tallies, is_partial || progress.stop.load(Ordering::Relaxed)))
    })
}

fn bug() -> ProjectError {
    ProjectError::Unknown {
        message: "a thread stopped unexpectedly".to_owned(),
        help: "report this bug in meniscus".to_owned(),
    }
}

/// Writes the lines of batches in the order of their rows. If that fails, the run ends.
fn in_order(
    lines: &Receiver<(u64, String)>,
    out: RowLines<'_>,
    progress: &Progress,
) -> io::Result<()> {
    let (mut waiting, mut next) = (BTreeMap::new(), 0);
    for (number, text) in lines {
        waiting.insert(number, text);
        while let Some(text) = waiting.remove(&next) {
            if let Err(error) = out.write_all(text.as_bytes()) {
                progress.failed.store(true, Ordering::Relaxed);
                return Err(error);
            }
            next += 1;
        }
    }
    Ok(())
}

fn work(
    plan: &Plan,
    answers: &Answers,
    batches: &Mutex<Receiver<Batch>>,
    lines: Option<&Sender<(u64, String)>>,
    progress: &Progress,
) -> Result<Tally, AudienceError> {
    let failed = |error: io::Error| {
        progress.failed.store(true, Ordering::Relaxed);
        AudienceError::new(format!("can't read the responses: {error}"), "run it again")
    };
    let mut answers = answers.open().map_err(failed)?;
    let mut measurer = Measurer::new(plan);
    loop {
        let batch = batches.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok((number, batch)) = batch else { return Ok(measurer.finish()) };
        let mut text = String::new();
        for (place, row) in &batch {
            if progress.stop.load(Ordering::Relaxed) {
                return Ok(measurer.finish());
            }
            let person = Person::of(row, plan.options.key.as_deref()).map(|(person, _)| person);
            let id = match lines {
                Some(_) => person.as_ref().ok().and_then(|person| person.id.clone()),
                None => None,
            };
            let added = measurer.add(place.to_string(), person, &mut |id| answers.of(id));
            let result = added.map_err(failed)?;
            if lines.is_some() {
                text.push_str(&row_line(plan, place, id.as_deref(), &result));
            }
            progress.rows.fetch_add(1, Ordering::Relaxed);
        }
        if let Some(lines) = lines {
            // Nobody takes it where writing failed, which is reported there.
            let _ = lines.send((number, text));
        }
    }
}
