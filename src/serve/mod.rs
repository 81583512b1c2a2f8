//! Servers on this machine: the mock that answers from recordings.
//!
//! They listen on 127.0.0.1 and nowhere else, for what they serve is a workspace's private data.

pub mod mock;
mod stop;

pub use stop::Stop;
