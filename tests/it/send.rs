//! What goes out: webhook messages as requests, and requests that trigger messages, against servers
//! on 127.0.0.1 alone.

use crate::fault_server;
use crate::program;
mod mock;
#[allow(dead_code, reason = "each test uses what it needs")]
mod raw_server;
mod trigger;
mod trigger_send;
mod webhook;
