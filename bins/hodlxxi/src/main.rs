//! The program `hodlxxi`; all of it is in the library, see [`hodlxxi::commands`].

use std::process::ExitCode;

fn main() -> ExitCode {
    hodlxxi::commands::main()
}
