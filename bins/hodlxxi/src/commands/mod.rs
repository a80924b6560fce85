//! The commands: what an operator types.
//!
//! A command reads the settings, does one thing, and says what came of it on standard output; a
//! failure is one line on standard error. Exit code 2 says that the command line or a setting is
//! wrong, 1 that something else failed. No secret is printed but the one just made.

mod audit;
mod backup;
mod client;
mod doctor;
mod error;
mod health;
mod keys;
mod migrate;
mod openapi;
mod output;
mod serve;
mod user;
mod wallet;

#[cfg(test)]
mod tests;

use std::io::Write;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::compose::App;
use crate::config::{Config, ConfigError, Environment};
pub use error::CommandError;

/// An OpenID provider for people who sign in with Bitcoin keys.
#[derive(Debug, Parser)]
#[command(name = "hodlxxi", version, arg_required_else_help = true)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the server
    Serve(serve::Serve),
    /// Bring the database schema up to date
    Migrate,
    /// Check settings, files, database, keys and clock; exit code 1 if a check fails
    Doctor(doctor::Doctor),
    /// Ask the running server whether it is ready; exit code 1 if it is not
    Health,
    /// Manage clients (relying parties)
    #[command(subcommand)]
    Client(client::ClientCommand),
    /// Manage signing keys
    #[command(subcommand)]
    Keys(keys::KeysCommand),
    /// Manage people's accounts
    #[command(subcommand)]
    User(user::UserCommand),
    /// Check, export and erase from the log of what was done
    #[command(subcommand)]
    Audit(audit::AuditCommand),
    /// Back the database up into one encrypted file, while servers run
    Backup(backup::Backup),
    /// Prove a backup good: restore it into a scratch database, and compare
    VerifyBackup(backup::VerifyBackup),
    /// Restore a backup; everybody has to sign in again
    Restore(backup::Restore),
    /// Sign in with a throw-away wallet, for developers: servers on this machine only
    #[command(subcommand)]
    Wallet(wallet::WalletCommand),
    /// Print the `OpenAPI` document of the HTTP API
    Openapi,
}

/// What is said where Redis could not be told of a change.
const UNSETTLED: &str =
    "hodlxxi: Redis does not answer: servers may go by what was before for another 30 seconds\n";

/// Runs the command line of this process.
pub fn main() -> ExitCode {
    // clap itself answers `--help`, and mistakes with exit code 2.
    let cli = Cli::parse();
    match run(cli, Environment::of_process, &mut std::io::stdout()) {
        Ok(code) => code,
        Err(error) => {
            let line = format!("hodlxxi: {}\n", error.line());
            // Where standard error is closed there is nobody to tell.
            let _ = std::io::stderr().write_all(line.as_bytes());
            error.exit_code()
        }
    }
}

/// Runs a command on the settings of `environment`, which is read only where settings are needed;
/// what it says goes to `out`.
fn run(
    cli: Cli,
    environment: impl FnOnce() -> Result<Environment, ConfigError>,
    out: &mut dyn Write,
) -> Result<ExitCode, CommandError> {
    let config = || Ok::<_, CommandError>(Config::read(&environment()?)?);
    let done = match cli.command {
        Command::Serve(serve) => serve.run(config()?, out),
        Command::Migrate => migrate::run(&config()?, out),
        Command::Doctor(doctor) => return doctor.run(config(), out),
        Command::Health => health::run(&config()?, out),
        Command::Client(command) => command.run(&App::open(config()?)?, out),
        Command::Keys(command) => command.run(&App::open(config()?)?, out),
        Command::User(command) => {
            let app = App::open(config()?)?;
            let done = command.run(&app, out);
            if !app.settle() {
                // It is done all the same, and where standard error is closed there is nobody to tell.
                let _ = std::io::stderr().write_all(UNSETTLED.as_bytes());
            }
            done
        }
        Command::Audit(command) => return command.run(&App::open(config()?)?, out),
        Command::Backup(backup) => backup.run(&config()?, out),
        Command::VerifyBackup(verify) => verify.run(&config()?, out),
        Command::Restore(restore) => restore.run(&config()?, out),
        Command::Wallet(command) => command.run(&config()?, out),
        Command::Openapi => openapi::run(out),
    };
    done.map(|()| ExitCode::SUCCESS)
}
