//! `migrate`: the database schema, brought up to date.

use std::io::Write;

use super::error::CommandError;
use crate::compose::{StartError, open_database};
use crate::config::Config;

/// Runs the missing migrations, all or none.
pub(super) fn run(config: &Config, out: &mut dyn Write) -> Result<(), CommandError> {
    let database = open_database(&config.database)?;
    let run = database.migrate()?;
    // A newer version may have been here.
    database.check_schema().map_err(StartError::from)?;
    match run {
        0 => writeln!(out, "The schema was up to date.")?,
        run => writeln!(out, "The schema is up to date: {run} migration(s) run.")?,
    }
    Ok(())
}
