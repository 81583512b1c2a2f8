use std::ops::ControlFlow;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::answer::{Failure, Verdict, judge};
use super::error::TagError;
use super::journal::{Journal, State};
use super::pace::Pace;
use super::segment::{Segment, Survey};
use super::segment_row::RowPlace;
use super::stop::{Halt, Stopped};
use super::tally::Tally;
use super::target::{Tags, Target};
use crate::live::Live;

/// The longest delay requested by a host before the run ends and leaves the rest to the next.
const LONGEST_WAIT: Duration = Duration::from_secs(300);
/// The longest exponential delay.
const LONGEST_BACK_OFF: Duration = Duration::from_secs(30);
/// Most customers rejected before the first is accepted.
const NONE_TAKEN: u32 = 100;

/// How requests are sent.
#[derive(Clone, Debug)]
pub struct RunOptions {
    /// Most concurrent requests.
    pub concurrency: usize,
    /// Most requests started per second.
    pub per_second: f64,
    /// Retries after a temporary failure.
    pub retries: u32,
    /// Delay before the second attempt, doubled for each further one.
    pub back_off: Duration,
    /// Consecutive failures of the host that end the run; 0 for no limit.
    pub give_up_after: u32,
    /// Whether to resend requests that may have arrived.
    pub resend: bool,
}

/// What a run sends, where, and how.
pub struct Run<'a> {
    pub journal: &'a Journal,
    pub live: &'a Live,
    pub target: &'a Target,
    pub tags: &'a Tags,
    pub options: &'a RunOptions,
    pub halt: &'a Halt,
    /// Receives the number of finished customers.
    pub progress: &'a (dyn Fn(u32) + Sync),
}

/// Sends a request for each customer that isn't done according to the journal, and tallies the
/// results.
///
/// Returns when all are done or the run was stopped (see [`Halt::reason`]), after waiting for
/// requests in progress.
///
/// # Errors
///
/// If the segment can't be read to its end, or differs from the survey.
pub fn run(segment: &mut Segment, survey: &Survey, run: &Run<'_>) -> Result<Tally, TagError> {
    let pace = Pace::new(run.options.per_second);
    let sender = Sender { run, pace, standing: Mutex::default() };
    let threads = run.options.concurrency.max(1);
    let read = std::thread::scope(|scope| {
        let (queue, waiting) = sync_channel::<(RowPlace, String)>(threads);
        // Dropped with the last thread, so that nobody waits for threads that are gone.
        let waiting = Arc::new(Mutex::new(waiting));
        let mut started = 0;
        for _ in 0..threads {
            let (sender, waiting) = (&sender, Arc::clone(&waiting));
            let work = move || sender.work(&waiting);
            let thread = std::thread::Builder::new().name("tags".to_owned());
            started += usize::from(thread.spawn_scoped(scope, work).is_ok());
        }
        drop(waiting);
        if started == 0 {
            return Err(TagError::new(
                "can't start a thread",
                "close some programs, then try again",
            ));
        }
        let read = segment.walk(|row| match row.customer {
            Ok(Some(customer)) => sender.give(&queue, row.place, customer),
            _ => Ok(ControlFlow::Continue(())),
        });
        drop(queue);
        read
    })?;
    let mut tally = std::mem::take(&mut sender.standing().tally);
    tally.left = survey.customers.saturating_sub(tally.told());
    match read {
        Some(digest) if digest != survey.digest => Err(TagError::new(
            "the segment's file changed while it was read",
            "restore the file, then run the command again; the journal knows what was sent",
        )),
        _ => Ok(tally),
    }
}

/// State of the run, shared by all threads.
#[derive(Default)]
struct Standing {
    tally: Tally,
    /// Failures of the host since its last response about a customer.
    in_a_row: u32,
    /// Customers rejected while none was accepted.
    refused: u32,
}

struct Sender<'a> {
    run: &'a Run<'a>,
    pace: Pace,
    standing: Mutex<Standing>,
}

impl Sender<'_> {
    fn standing(&self) -> MutexGuard<'_, Standing> {
        self.standing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Queues a customer, unless the journal says that it is done.
    fn give(
        &self,
        queue: &SyncSender<(RowPlace, String)>,
        place: RowPlace,
        customer: &str,
    ) -> Result<ControlFlow<()>, TagError> {
        if self.run.halt.reason().is_some() {
            return Ok(ControlFlow::Break(()));
        }
        let state = self.run.journal.state(place.row);
        let mut standing = self.standing();
        let tally = &mut standing.tally;
        match state {
            State::Sent => tally.sent_before += 1,
            State::Failed(code) => tally.add_failed(&code, place, None),
            State::InFlight | State::Unclear(_) if !self.run.options.resend => {
                let code = if let State::Unclear(code) = state {
                    code
                } else {
                    let code = "in_flight".to_owned();
                    self.run.journal.record(place.row, &State::Unclear(code.clone()))?;
                    code
                };
                tally.add_unclear(&code, place, None);
            }
            _ => {
                drop(standing);
                let given = queue.send((place, customer.to_owned()));
                return Ok(if given.is_ok() {
                    ControlFlow::Continue(())
                } else {
                    ControlFlow::Break(())
                });
            }
        }
        let told = standing.tally.told();
        drop(standing);
        (self.run.progress)(told);
        Ok(ControlFlow::Continue(()))
    }

    fn work(&self, waiting: &Mutex<Receiver<(RowPlace, String)>>) {
        loop {
            let next = waiting.lock().unwrap_or_else(PoisonError::into_inner).recv();
            let Ok((place, customer)) = next else { return };
            if self.run.halt.reason().is_some() {
                // Queued requests weren't started or recorded, so the next run sends them.
                continue;
            }
            if let Err(error) = self.send(place, &customer) {
                self.run.halt.stop(Stopped::Failed(error));
            }
            let told = self.standing().tally.told();
            (self.run.progress)(told);
        }
    }

    /// Sends a customer's request until its result is clear.
    fn send(&self, place: RowPlace, customer: &str) -> Result<(), TagError> {
        let request = self.run.target.request(customer, self.run.tags);
        let again =
            matches!(self.run.journal.state(place.row), State::InFlight | State::Unclear(_));
        let mut attempts = 0;
        loop {
            if !self.pace.wait(self.run.halt) {
                return Ok(());
            }
            self.run.journal.record(place.row, &State::InFlight)?;
            let attempt = match self.run.live.try_once(&request) {
                Ok(attempt) => attempt,
                Err(refusal) => {
                    self.run.journal.record(place.row, &State::Later("not_allowed".to_owned()))?;
                    return Err(TagError::new(refusal.problem, refusal.help.unwrap_or_default()));
                }
            };
            attempts += 1;
            if again && attempts == 1 {
                self.standing().tally.resent += 1;
            }
            let mut secrets = self.run.live.secrets();
            secrets.extend_from_slice(self.run.target.secrets());
            let (failure, after) = match judge(attempt, customer, &secrets) {
                Verdict::Sent => {
                    self.run.journal.record(place.row, &State::Sent)?;
                    let mut standing = self.standing();
                    standing.tally.sent += 1;
                    standing.in_a_row = 0;
                    return Ok(());
                }
                Verdict::Refused(failure) => return self.refused(place, failure),
                Verdict::Closed(failure) => return self.closed(place, failure),
                Verdict::Unclear(failure, _) if !self.run.options.resend => {
                    return self.unclear(place, failure);
                }
                Verdict::Unclear(failure, after) | Verdict::Later(failure, after) => {
                    (failure, after)
                }
            };
            self.run.journal.record(place.row, &State::Later(failure.code.clone()))?;
            if let Some(after) = after {
                self.pace.hold_until(Instant::now() + after.min(LONGEST_WAIT));
                if after > LONGEST_WAIT {
                    self.run.halt.stop(Stopped::LongWait { seconds: after.as_secs() });
                }
            }
            let growing = self.run.options.back_off.saturating_mul(1 << (attempts - 1).min(16));
            let wait = growing.min(LONGEST_BACK_OFF).max(after.unwrap_or_default());
            let until = Instant::now() + wait.min(LONGEST_WAIT);
            if attempts > self.run.options.retries || !self.run.halt.sleep_until(until) {
                let mut standing = self.standing();
                standing.tally.add_later(&failure.code, place, failure.message);
                self.host_failed(&mut standing, failure.code);
                return Ok(());
            }
        }
    }

    fn refused(&self, place: RowPlace, failure: Failure) -> Result<(), TagError> {
        let Failure { code, message } = failure;
        self.run.journal.record(place.row, &State::Failed(code.clone()))?;
        let mut standing = self.standing();
        standing.tally.add_failed(&code, place, message);
        standing.in_a_row = 0;
        standing.refused += 1;
        let tried = standing.refused;
        let taken = standing.tally.sent + standing.tally.sent_before > 0;
        if !taken && tried >= NONE_TAKEN && self.run.options.give_up_after > 0 {
            self.run.halt.stop(Stopped::NoneTaken { tried, code });
        }
        Ok(())
    }

    fn closed(&self, place: RowPlace, failure: Failure) -> Result<(), TagError> {
        let Failure { code, message } = failure;
        self.run.journal.record(place.row, &State::Later(code.clone()))?;
        let mut standing = self.standing();
        standing.tally.add_later(&code, place, message);
        let taken = standing.tally.sent + standing.tally.sent_before > 0;
        if !taken && self.run.options.give_up_after > 0 {
            self.run.halt.stop(Stopped::Closed { code });
        } else {
            self.host_failed(&mut standing, code);
        }
        Ok(())
    }

    fn unclear(&self, place: RowPlace, failure: Failure) -> Result<(), TagError> {
        let Failure { code, message } = failure;
        self.run.journal.record(place.row, &State::Unclear(code.clone()))?;
        let mut standing = self.standing();
        standing.tally.add_unclear(&code, place, message);
        self.host_failed(&mut standing, code);
        Ok(())
    }

    fn host_failed(&self, standing: &mut Standing, code: String) {
        standing.in_a_row += 1;
        let most = self.run.options.give_up_after;
        if most > 0 && standing.in_a_row >= most {
            self.run.halt.stop(Stopped::HostFails { times: standing.in_a_row, code });
        }
    }
}
