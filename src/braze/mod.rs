//! Braze's REST API: what is there, as files of a workspace.
//!
//! [`Client`] asks and waits as Braze wants it, [`Kind`] lists and reads what there is, [`files_of`]
//! makes files of it, and [`Pull`] writes those that nobody has changed here. [`drift()`] says what
//! differs, and [`PushPlan`] brings content blocks and email templates back. Nothing is deleted in
//! Braze.

mod attributes;
mod catalogs;
mod client;
mod destination;
mod drift;
mod events;
mod files;
mod kinds;
mod lock;
mod messages;
mod names;
mod preference_centers;
mod pull;
mod push;
mod versions;
mod waiting;
mod yaml;

pub use client::{BrazeError, Client};
pub(crate) use destination::TIMEOUT;
pub use destination::{Destination, Purpose};
pub use drift::{Difference, Drift, OnlyHere, drift, only_here};
pub use files::{Pulled, PulledFile, Style, files_of};
pub use kinds::{Kind, Listed};
pub use lock::{LOCK_FILE, Lock, LockError};
pub use pull::{Conflict, Done, Preference, Pull, PullError};
pub use push::{Blocked, Operation, Planned, PushError, PushPlan, PushedFile, plan};
pub use versions::{Change, ObjectVersions, Site, Versions, VersionsError};
pub(crate) use waiting::Waiting;
