//! The language server: what editors ask of templates, content blocks, recipients and settings.
//!
//! It speaks the Language Server Protocol over standard input and output, and reads nothing but the
//! workspaces of the files that are open. `server` receives; each request is answered from a
//! snapshot, which never changes, in another thread. A feature is one file.

mod actions;
mod capabilities;
mod closing;
mod completion;
mod data_actions;
mod diagnostics;
mod documents;
mod edits;
mod everything;
mod files;
mod hierarchy;
mod hover;
mod inlay;
mod lenses;
mod lines;
mod links;
mod navigation;
mod open;
mod outline;
mod page;
mod pending;
mod plain;
mod requests;
mod rewrites;
mod server;
mod signature;
mod snapshot;
mod stdio;
mod symbols;
mod tokens;
mod uri;
mod work;

pub use server::{Ended, ServerError, serve};
pub use stdio::{ReadError, Threads, connect};
