//! `openapi`: the document of the HTTP API.

use std::io::Write;

use super::error::CommandError;
use crate::http::openapi_document;

/// Prints the document, the same bytes for one version of the program.
pub(super) fn run(out: &mut dyn Write) -> Result<(), CommandError> {
    Ok(writeln!(out, "{}", openapi_document().trim_end())?)
}
