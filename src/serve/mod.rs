//! Servers on this machine: the mock that answers from recordings, and the preview.
//!
//! They only listen on 127.0.0.1, because they serve a workspace's private data.

mod listen;
pub mod mock;
mod own_host;
pub mod preview;
mod stop;

pub use listen::ListenError;
pub use stop::Stop;
