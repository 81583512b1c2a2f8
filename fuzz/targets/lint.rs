//! The lint of any text never panics, says the same twice, and its fixes end and break nothing.
#![no_main]

#[path = "../../tests/support/lint_check.rs"]
mod lint_check;
#[path = "../../tests/support/lint_workspace.rs"]
#[allow(dead_code, reason = "the workspace is on disk already")]
mod lint_workspace;
#[path = "../../tests/support/world.rs"]
mod world;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| lint_check::check(text));
