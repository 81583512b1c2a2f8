use std::sync::Once;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Shorter runs need no progress bar.
const LONG: Duration = Duration::from_secs(1);

/// A progress bar on stderr that appears when a run takes long.
pub(super) struct LateBar {
    bar: ProgressBar,
    start: Instant,
    shown: Once,
}

impl LateBar {
    /// Makes a bar with `length` steps; `unit` is their plural name.
    pub(super) fn new(length: usize, unit: &str) -> LateBar {
        let target = ProgressDrawTarget::hidden();
        let bar = ProgressBar::with_draw_target(Some(length as u64), target);
        if let Ok(style) =
            ProgressStyle::with_template(&format!("{{bar:30}} {{pos}}/{{len}} {unit}"))
        {
            bar.set_style(style);
        }
        LateBar { bar, start: Instant::now(), shown: Once::new() }
    }

    pub(super) fn advance(&self) {
        if !self.shown.is_completed() && self.start.elapsed() > LONG {
            self.shown.call_once(|| self.bar.set_draw_target(ProgressDrawTarget::stderr()));
        }
        self.bar.inc(1);
    }

    pub(super) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
