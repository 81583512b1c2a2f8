//! The MCP server: what agents ask of a workspace, over standard input and output.
//!
//! A tool is one file of `tools`. Each call reads the workspace anew, with the texts that the call
//! brings laid over its files, so that an answer is never about an older state. Nothing is written
//! and no host is called unless the user allowed that; secrets are masked in every answer.

mod answer;
mod desk;
mod masking;
mod prompts;
mod resources;
mod schema;
mod server;
mod tool;
mod tools;

pub use desk::Allowed;
pub use server::{ServerError, serve};
