//! `migrate`: the database schema, brought up to date.

use std::io::Write;

use super::error::CommandError;
use crate::compose::open_database;
use crate::config::Config;

/// Runs the missing migrations, all or none.
pub(super) fn run(config: &Config, out: &mut dyn Write) -> Result<(), CommandError> {
    let run = open_database(&config.database)?.migrate()?;
    match run {
        0 => writeln!(out, "The schema was up to date.")?,
        run => writeln!(out, "The schema is up to date: {run} migration(s) run.")?,
    }
    Ok(())
}
