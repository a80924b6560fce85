//! The program `hodlxxi`; all of it is in the library, see [`hodlxxi::commands`].

use std::process::ExitCode;

/// A request is many short texts that are gone when it is answered, on several threads: see docs/performance.md.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    hodlxxi::commands::main()
}
