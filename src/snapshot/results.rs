use std::sync::Arc;

use super::cause::Cause;
use super::document::{Snapshot, SnapshotError};
use super::expect::Expected;
use super::orphans::Orphan;
use super::plan::Case;
use super::recordings::PlannedRecordings;
use crate::diagnostic::Diagnostic;
use crate::project::Unusable;

/// What a run came to, as plain data.
#[derive(Debug, Default)]
pub struct Results {
    /// The cases, in the plan's order.
    pub tested: Vec<Tested>,
    /// The recordings that may answer, by name.
    pub recordings: PlannedRecordings,
    /// What came of the scenarios' expectations, by message and scenario in the plan's order; those
    /// without any are left out.
    pub expected: Vec<Expected>,
    /// Snapshots that no case is for any more.
    pub orphans: Vec<Orphan>,
    /// Messages and scenarios that cannot be used.
    pub problems: Vec<Arc<Unusable>>,
    /// Messages that no scenario is for.
    pub untested: Vec<String>,
}

/// A case, and how it stands to its snapshot.
#[derive(Debug)]
pub struct Tested {
    pub case: Case,
    /// The file of its snapshot, relative to the workspace.
    pub shown: String,
    /// How it stands.
    pub status: Status,
}

/// How a case stands to its snapshot.
#[derive(Debug)]
pub enum Status {
    /// The text is the same.
    Same {
        /// What a file would say now, where its header is not up to date.
        refreshed: Option<Box<Snapshot>>,
    },
    /// There is no snapshot: the message, part or scenario has none at all.
    New(Box<Snapshot>),
    /// There is no snapshot, though its part has others, and its scenario too: it was deleted, or
    /// never committed.
    Missing(Box<Snapshot>),
    /// The text is another.
    Changed {
        /// What the file says.
        before: Box<Snapshot>,
        /// What came of it now.
        now: Box<Snapshot>,
        /// What changed since.
        causes: Vec<Cause>,
    },
    /// The template, or a content block in it, cannot be read: nothing is compared.
    Refused(Vec<Diagnostic>),
    /// The snapshot is there and cannot be read.
    Unreadable(SnapshotError),
}

impl Status {
    /// Its name, as programs read it.
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

    /// The snapshot that is to be accepted, if there is one.
    #[must_use]
    pub fn pending(&self) -> Option<&Snapshot> {
        match self {
            Status::New(now) | Status::Missing(now) | Status::Changed { now, .. } => Some(now),
            Status::Same { .. } | Status::Refused(_) | Status::Unreadable(_) => None,
        }
    }
}

impl Results {
    /// How many cases have the status of this name.
    #[must_use]
    pub fn count(&self, name: &str) -> usize {
        self.tested.iter().filter(|tested| tested.status.name() == name).count()
    }

    /// The orphaned snapshots that were accepted once; what is only pending is nobody's loss.
    pub fn orphans(&self) -> impl Iterator<Item = &Orphan> {
        self.orphans.iter().filter(|orphan| !orphan.is_pending)
    }

    /// The claims that hold, and those that do not.
    #[must_use]
    pub fn claims(&self) -> (usize, usize) {
        let met = self.expected.iter().map(|expected| expected.met).sum();
        (met, self.expected.iter().map(|expected| expected.unmet.len()).sum())
    }

    /// Whether everything is as its snapshot and its scenario say, and nothing else is there.
    #[must_use]
    pub fn is_fine(&self) -> bool {
        self.orphans().next().is_none()
            && self.expected.iter().all(|expected| expected.unmet.is_empty())
            && self.tested.iter().all(|tested| matches!(tested.status, Status::Same { .. }))
    }
}
