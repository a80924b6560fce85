//! Structured logs: to standard error, so that standard output holds what a command says.

use std::io::IsTerminal;

use thiserror::Error;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::util::{SubscriberInitExt, TryInitError};

use crate::config::{LogConfig, LogFormat};

/// Why there are no logs.
#[derive(Debug, Error)]
pub enum LogsError {
    /// The filter cannot be used.
    #[error("the log filter cannot be used")]
    Filter(#[from] tracing_subscriber::filter::ParseError),
    /// Logs go somewhere already.
    #[error("logs were started twice")]
    Twice(#[from] TryInitError),
}

/// Starts the logs of the process, of its panics too.
pub fn init(config: &LogConfig) -> Result<(), LogsError> {
    let terminal = std::io::stderr().is_terminal();
    let by_place = if terminal {
        LogFormat::Pretty
    } else {
        LogFormat::Json
    };
    let builder = tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::try_new(&config.filter)?)
        .with_writer(std::io::stderr);
    match config.format.unwrap_or(by_place) {
        LogFormat::Pretty => builder.with_ansi(terminal).finish().try_init()?,
        LogFormat::Json => builder
            .json()
            .flatten_event(true)
            .with_span_list(false)
            .finish()
            .try_init()?,
    }
    std::panic::set_hook(Box::new(|panic| {
        // Where, not what: a panic's text may quote anything.
        let location = panic.location().map(ToString::to_string);
        tracing::error!(location, "a request or task was aborted by a panic");
    }));
    Ok(())
}
