//! The tests that run the program and its library, in one binary: `cargo test --test it NAME` runs those with this in
//! their name. Each module tests what it is named after; `tests/support` has what several share.

#![allow(clippy::unwrap_used, reason = "a test may stop where its own set-up fails")]

#[path = "../support/adversarial.rs"]
mod adversarial;
mod audience;
mod bounds;
mod braze;
#[path = "../support/braze_server.rs"]
mod braze_server;
mod calibrate;
#[path = "../support/calls.rs"]
mod calls;
mod cli;
mod cli_contract;
mod cli_doctor;
#[cfg(unix)]
mod cli_links;
mod cli_lint;
mod cli_reading;
mod cli_shape;
mod cli_terminal;
mod corpus;
mod coverage;
mod docs;
mod documents;
mod endpoint;
mod endpoint_packs;
mod expect;
#[path = "../support/fault_server.rs"]
mod fault_server;
mod fixes;
#[path = "../support/growth.rs"]
mod growth;
mod guide;
mod hostile;
mod house;
#[path = "../support/http.rs"]
mod http;
mod import;
mod language;
mod linear_time;
#[path = "../support/lint_check.rs"]
mod lint_check;
mod lint_corpus;
mod lint_linear_time;
mod lint_properties;
#[path = "../support/lint_text.rs"]
mod lint_text;
#[path = "../support/lint_workspace.rs"]
mod lint_workspace;
mod live;
mod live_tls;
#[path = "../support/live_workspace.rs"]
mod live_workspace;
mod loyalty;
mod lsp;
mod mcp;
mod mock;
mod mock_cli;
mod preview;
#[path = "../support/program.rs"]
mod program;
mod properties;
mod record;
mod replay;
mod report;
mod ruby_times;
mod scenarios;
mod send;
#[path = "../support/spans.rs"]
mod spans;
mod tags;
#[path = "../support/template_text.rs"]
mod template_text;
mod test_command;
mod wiremock;
mod workspace;
#[path = "../support/world.rs"]
mod world;
