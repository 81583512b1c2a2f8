//! Whether time grows with a text or with its square: something is done at a size and at eight times
//! that size. Only the ratio of the two counts, so neither the machine nor what else it does decides.

use std::time::{Duration, Instant};

/// The ratio that is no longer linear: linear growth gives 8, quadratic growth 64.
const MOST: f64 = 24.0;

/// How often a ratio over the bound is measured again: a busy machine is not quadratic.
const TRIES: usize = 8;

/// At how many sizes, each twice the one before, the ratio has to be over the bound: what is
/// quadratic is, and a machine that is busy for a while isn't.
const SIZES: usize = 3;

/// How often the smaller text is measured first: one slow turn would make any ratio small.
const FIRST: usize = 3;

/// A run shorter than this says nothing: the sizes are doubled until the smaller takes as long.
const LEAST: Duration = Duration::from_millis(2);

/// Where doubling ends.
const MOST_BYTES: usize = 1 << 20;

/// How long this thread was at work on something, where the system tells: on a busy machine long
/// runs wait for others, and short ones do not.
pub fn busy_time(work: impl FnOnce()) -> Duration {
    let (start, busy) = (Instant::now(), busy());
    work();
    match (busy, self::busy()) {
        (Some(before), Some(after)) => after.saturating_sub(before),
        _ => start.elapsed(),
    }
}

fn busy() -> Option<Duration> {
    // Linux: nanoseconds on a processor, brought up to date when the thread yields it.
    std::thread::yield_now();
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    text.split(' ').next()?.parse().ok().map(Duration::from_nanos)
}

/// Measures texts made of so many units at least, and of eight times as many.
///
/// # Errors
/// Where the time of the larger one is out of proportion.
pub fn grows_linearly(
    name: &str,
    units: usize,
    make: &dyn Fn(usize) -> String,
    time: &dyn Fn(&str) -> Duration,
) -> Result<(), String> {
    let mut count = units;
    let mut small = make(count);
    let mut short = time(&small);
    while short < LEAST && small.len() * 16 <= MOST_BYTES {
        count *= 2;
        small = make(count);
        short = time(&small);
    }
    let mut said = String::new();
    for _ in 0..SIZES {
        let (small, large) = (make(count), make(count * 8));
        let mut short = (0..FIRST).map(|_| time(&small)).min().unwrap_or(Duration::MAX);
        let mut long = Duration::MAX;
        for _ in 0..TRIES {
            short = short.min(time(&small));
            long = long.min(time(&large));
            let ratio = long.as_secs_f64() / short.as_secs_f64().max(1e-6);
            if ratio < MOST {
                println!("{name}: {ratio:.1} ({} bytes in {long:?})", large.len());
                return Ok(());
            }
            // A ratio far off is not chance.
            if ratio > 2.5 * MOST && long > Duration::from_secs(1) {
                return Err(format!("{name}: {count} in {short:?}, eight times that in {long:?}"));
            }
        }
        said = format!("{name}: {count} in {short:?}, eight times that in {long:?}");
        count *= 2;
    }
    Err(said)
}
