//! What goes out: webhook messages as requests, and requests that trigger messages, against servers
//! on 127.0.0.1 alone.

#![allow(clippy::unwrap_used, reason = "a test may stop where its own set-up fails")]

#[path = "support/fault_server.rs"]
mod fault_server;
#[path = "send/mock.rs"]
mod mock;
#[allow(dead_code, reason = "each test uses what it needs")]
#[path = "support/program.rs"]
mod program;
#[path = "send/raw_server.rs"]
mod raw_server;
#[path = "send/trigger.rs"]
mod trigger;
#[path = "send/trigger_send.rs"]
mod trigger_send;
#[path = "send/webhook.rs"]
mod webhook;
