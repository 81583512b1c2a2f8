//! The program; see [`cli`].

mod cli;

use std::process::ExitCode;

/// Rendering allocates many small values; with glibc's allocator, `benches/batch` takes a tenth longer.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    cli::run()
}
