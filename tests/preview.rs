//! The preview over HTTP: what its routes answer, what it refuses, what it tells by itself, what it writes.

#![allow(clippy::unwrap_used, reason = "a test may stop where its own set-up fails")]

#[path = "preview/editing.rs"]
mod editing;
#[path = "preview/export.rs"]
mod export;
#[path = "preview/guard.rs"]
mod guard;
#[path = "preview/help.rs"]
mod help;
#[path = "support/http.rs"]
mod http;
#[path = "preview/live.rs"]
mod live;
#[path = "support/program.rs"]
#[allow(dead_code, reason = "shared with tests that use more of it")]
mod program;
#[path = "preview/reading.rs"]
mod reading;
#[path = "preview/rendering.rs"]
mod rendering;
#[path = "preview/shop.rs"]
mod shop;
