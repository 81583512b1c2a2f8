//! Many threads, one tally.

use std::collections::HashSet;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};

use foldhash::fast::RandomState;

use super::answers::Answers;
use super::error::AudienceError;
use super::exports::{RawRow, RowPlace, Users};
use super::measure::{Measurer, Shared, no_rows};
use super::person::{Person, hash_of, is_of_row};
use super::tally::Tally;
use crate::project::{Message, ProjectError, Scenario, live_world};
use crate::recording::Replay;
use crate::session::Session;
use crate::snapshot::digest;
use crate::value::{Value, to_json};

/// Rows and bytes handed to a thread at once.
const ROWS: usize = 256;
const BYTES: usize = 4 << 20;

/// How an audience is counted.
#[derive(Clone, Debug)]
pub struct Options {
    /// What 'now' is.
    pub now: String,
    /// The recipient whose catalogs, promotions and variables all rows have.
    pub base: Option<String>,
    /// Rows kept of each kind.
    pub samples: usize,
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

type Batch = Vec<(RowPlace, RawRow)>;

/// Renders a message for every row, and counts what recipients get. Rows of `excluded` get nothing.
///
/// # Errors
/// If a file can't be read to its end, or the clock isn't a time. A row that can't be used is
/// counted.
pub fn run(
    session: &Session,
    message: &Message,
    users: &Users,
    excluded: Option<&Users>,
    answers: &Answers,
    options: &Options,
    progress: &Progress,
) -> Result<Tally, ProjectError> {
    let mut scenario = match options.base.as_deref() {
        None => Scenario::empty(),
        Some(name) => session.scenario(name).cloned().ok_or_else(|| ProjectError::Unknown {
            message: format!("there is no recipient `{name}`"),
            help: "`meniscus scenarios list` lists them".to_owned(),
        })?,
    };
    // A row without an attribute has none, whoever the base is.
    let tables = scenario.tables.iter().filter(|(name, _)| !is_of_row(name));
    scenario.tables = tables.map(|(name, value)| (Arc::clone(name), value.clone())).collect();
    scenario.now = Some(options.now.clone());
    let needs_id = excluded.is_some() || users.key().is_some();
    let excluded = excluded.map(ids).transpose()?;
    let none = Arc::new(Replay::default());
    let config = &session.workspace.config;
    let shared = Shared {
        message,
        world: live_world(config, &scenario, &session.known.blocks, none)?,
        recordings: Arc::new(session.known.recordings.clone()),
        key: users.key(),
        excluded: &excluded.unwrap_or_default(),
        needs_id,
        samples: options.samples,
    };
    let mut tally = Tally {
        message: message.name.clone(),
        of: state_of(session, message, &scenario),
        now: options.now.clone(),
        branches: no_rows(&shared),
        ..Tally::default()
    };
    let (parts, is_partial) = counted(&shared, users, answers, options, progress)?;
    for part in parts {
        tally.add(part, options.samples);
    }
    tally.partial = is_partial;
    Ok(tally)
}

/// Returns the hashes of the ids in files.
fn ids(users: &Users) -> Result<HashSet<u64, RandomState>, AudienceError> {
    let mut found = HashSet::default();
    let mut wrong = None;
    users.each(&mut |place, row| {
        let id = Person::of(&row, users.key()).map(|(person, _)| person.id);
        match id {
            Ok(Some(id)) => drop(found.insert(hash_of(&id))),
            // Somebody who must get nothing would get the message.
            Ok(None) => wrong = Some(format!("`{place}` has no id")),
            Err(why) => wrong = Some(format!("`{place}`: {why}")),
        }
        if wrong.is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    })?;
    match wrong {
        Some(wrong) => {
            Err(AudienceError::new(wrong, "correct the row, or name the id with `--key`"))
        }
        None if found.is_empty() => {
            let message = "the recipients to leave out have no rows".to_owned();
            Err(AudienceError::new(message, "check `--exclude`"))
        }
        None => Ok(found),
    }
}

/// Returns the tallies of all threads, and whether rows are left.
fn counted(
    shared: &Shared<'_>,
    users: &Users,
    answers: &Answers,
    options: &Options,
    progress: &Progress,
) -> Result<(Vec<Tally>, bool), ProjectError> {
    let threads = options.threads.max(1);
    let (sender, batches) = sync_channel::<Batch>(threads * 2);
    let batches = Arc::new(Mutex::new(batches));
    std::thread::scope(|scope| {
        let workers = (0..threads).map(|_| {
            let batches = Arc::clone(&batches);
            scope.spawn(move || work(shared, answers, &batches, progress))
        });
        let workers = workers.collect::<Vec<_>>();
        // Where all threads ended early, nobody must wait for them to take a batch.
        drop(batches);
        let mut is_partial = false;
        let mut batch = Batch::new();
        let (mut bytes, mut rows) = (0, 0_u64);
        let read = users.each(&mut |place, row| {
            if options.limit.is_some_and(|limit| rows >= limit)
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
                RawRow::Broken(_) => 0,
            };
            batch.push((place, row));
            if batch.len() < ROWS && bytes < BYTES {
                return ControlFlow::Continue(());
            }
            bytes = 0;
            // Nobody takes it where all threads ended early.
            match sender.send(std::mem::take(&mut batch)) {
                Ok(()) => ControlFlow::Continue(()),
                Err(_) => ControlFlow::Break(()),
            }
        });
        let _ = sender.send(batch);
        drop(sender);
        let mut tallies = Vec::new();
        for worker in workers {
            let tally = worker.join().map_err(|_| ProjectError::Unknown {
                message: "a thread stopped".to_owned(),
                help: "this is a mistake of meniscus: please report it".to_owned(),
            })?;
            tallies.push(tally?);
        }
        read?;
        Ok((tallies, is_partial || progress.stop.load(Ordering::Relaxed)))
    })
}

fn work(
    shared: &Shared<'_>,
    answers: &Answers,
    batches: &Mutex<Receiver<Batch>>,
    progress: &Progress,
) -> Result<Tally, AudienceError> {
    let failed = |error: std::io::Error| {
        progress.failed.store(true, Ordering::Relaxed);
        AudienceError::new(format!("can't read the responses: {error}"), "run it again")
    };
    let mut measurer = Measurer::new(shared, answers.open().map_err(failed)?);
    loop {
        let batch = batches.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(batch) = batch else { return Ok(measurer.finish()) };
        for (place, row) in &batch {
            if progress.stop.load(Ordering::Relaxed) {
                return Ok(measurer.finish());
            }
            measurer.add(place, row).map_err(failed)?;
            progress.rows.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// Returns a digest of everything that a message is rendered from, except recipients and responses.
fn state_of(session: &Session, message: &Message, scenario: &Scenario) -> String {
    let parts = message.parts.iter().map(|part| part.source());
    let blocks = session.known.blocks.values().map(|block| &block.template.source);
    let mut all = String::new();
    for source in parts.chain(blocks) {
        all.push_str(&format!("{}\0{}\0", source.name(), source.text()));
    }
    for (name, value) in session.workspace.config.variables() {
        all.push_str(&format!("{name}\0{value:?}\0"));
    }
    all.push_str(&to_json(Value::from(scenario.tables.clone()).view()).to_string());
    digest(all.as_bytes())
}
