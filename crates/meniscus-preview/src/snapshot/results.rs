use std::sync::Arc;

use super::cause::Cause;
use super::document::{Snapshot, SnapshotError};
use super::expect::Expected;
use super::orphans::Orphan;
use super::plan::Case;
use super::recordings::PlannedRecordings;
use crate::diagnostic::Diagnostic;
use crate::project::Unusable;

/// The result of a run, as plain data.
#[derive(Debug, Default)]
pub struct Results {
    /// The cases, in the plan's order.
    pub tested: Vec<Tested>,
    /// The recordings that may answer, by name.
    pub recordings: PlannedRecordings,
    /// Results of expectations, by message and scenario in the plan's order; without those that
    /// have none.
    pub expected: Vec<Expected>,
    /// Snapshots without a case.
    pub orphans: Vec<Orphan>,
    /// Unusable messages and scenarios.
    pub problems: Vec<Arc<Unusable>>,
    /// Messages without scenarios.
    pub untested: Vec<String>,
}

/// A case compared with its snapshot.
#[derive(Debug)]
pub struct Tested {
    pub case: Case,
    /// Its snapshot's file, relative to the workspace.
    pub shown: String,
    /// The result.
    pub status: Status,
}

/// The result of comparing a case with its snapshot.
#[derive(Debug)]
pub enum Status {
    /// The text is the same.
    Same {
        /// The updated snapshot, if its header is outdated.
        refreshed: Option<Box<Snapshot>>,
    },
    /// No snapshot exists: the message, part, or scenario has none at all.
    New(Box<Snapshot>),
    /// No snapshot exists, although its part and its scenario have others: it was deleted, or never
    /// committed.
    Missing(Box<Snapshot>),
    /// The text differs.
    Changed {
        /// The accepted snapshot.
        before: Box<Snapshot>,
        /// The current snapshot.
        now: Box<Snapshot>,
        causes: Vec<Cause>,
    },
    /// The template or a content block has a fatal syntax error, so nothing is compared.
    Refused(Vec<Diagnostic>),
    /// The snapshot exists but can't be read.
    Unreadable(SnapshotError),
}

impl Status {
    /// Returns its name for programs.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Status::Same { .. } => "same",
            Status::New(_) => "new",
            Status::Missing(_) => "missing",
            Status::Changed { .. } => "changed",
            Status::Refused(_) => "refused",
            Status::Unreadable(_) => "unreadable",
        }
    }

    /// Returns the snapshot to accept, if any.
    #[must_use]
    pub fn pending(&self) -> Option<&Snapshot> {
        match self {
            Status::New(now) | Status::Missing(now) | Status::Changed { now, .. } => Some(now),
            Status::Same { .. } | Status::Refused(_) | Status::Unreadable(_) => None,
        }
    }
}

impl Results {
    /// Counts the cases with a status, by name.
    #[must_use]
    pub fn count(&self, name: &str) -> usize {
        self.tested.iter().filter(|tested| tested.status.name() == name).count()
    }

    /// Yields orphaned snapshots that were once accepted; pending ones don't matter.
    pub fn orphans(&self) -> impl Iterator<Item = &Orphan> {
        self.orphans.iter().filter(|orphan| !orphan.is_pending)
    }

    /// Counts the claims that hold, and those that fail.
    #[must_use]
    pub fn claims(&self) -> (usize, usize) {
        let met = self.expected.iter().map(|expected| expected.met).sum();
        (met, self.expected.iter().map(|expected| expected.unmet.len()).sum())
    }

    /// Whether everything matches its snapshot and scenario, without anything extra.
    #[must_use]
    pub fn is_fine(&self) -> bool {
        self.orphans().next().is_none()
            && self.expected.iter().all(|expected| expected.unmet.is_empty())
            && self.tested.iter().all(|tested| matches!(tested.status, Status::Same { .. }))
    }
}
