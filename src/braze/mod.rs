//! Braze's REST API: what is there, as files of a workspace.
//!
//! [`Client`] asks and waits as Braze wants it, [`Kind`] lists and reads what there is, [`files_of`]
//! makes files of it, and [`Pull`] writes those that nobody has changed here. Nothing is written to
//! Braze.

mod client;
mod destination;
mod files;
mod kinds;
mod lock;
mod messages;
mod names;
mod pull;
mod waiting;
mod yaml;

pub use client::{BrazeError, Client};
pub(crate) use destination::TIMEOUT;
pub use destination::{Destination, Purpose};
pub use files::{Pulled, PulledFile, Style, files_of};
pub use kinds::{Kind, Listed};
pub use lock::{LOCK_FILE, Lock, LockError};
pub use pull::{Conflict, Done, Preference, Pull, PullError};
pub(crate) use waiting::Waiting;
