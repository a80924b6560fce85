//! What is logged, and how it looks.

use tracing_subscriber::EnvFilter;

use super::environment::Environment;
use super::error::ConfigError;
use super::setting::{Default, Setting};

const FORMAT: Setting = Setting {
    name: "LOG_FORMAT",
    default: Default::Words("pretty on a terminal, else json"),
    example: "json",
    meaning: "how log lines look: pretty or json",
    secret: false,
    may_be_empty: false,
};
const FILTER: Setting = Setting {
    name: "RUST_LOG",
    default: Default::Text("info"),
    example: "info,hodlxxi=debug",
    meaning: "what is logged: a level, or levels by module",
    secret: false,
    may_be_empty: false,
};

/// The settings that this part reads.
pub(super) const SETTINGS: &[Setting] = &[FORMAT, FILTER];

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Pretty,
    /// One JSON object a line.
    Json,
}

/// What is logged, and how it looks.
#[derive(Debug, Clone)]
pub struct LogConfig {
    /// How lines look; none: by where they go.
    pub format: Option<LogFormat>,
    /// A filter that [`EnvFilter`] reads.
    pub filter: String,
}

impl LogConfig {
    pub(super) fn read(environment: &Environment) -> Result<Self, ConfigError> {
        Ok(Self {
            format: environment.optional(&FORMAT, format)?,
            filter: environment.required(&FILTER, filter)?,
        })
    }
}

fn format(text: &str) -> Result<LogFormat, &'static str> {
    match text {
        "pretty" => Ok(LogFormat::Pretty),
        "json" => Ok(LogFormat::Json),
        _ => Err("it is neither pretty nor json"),
    }
}

fn filter(text: &str) -> Result<String, &'static str> {
    match EnvFilter::try_new(text) {
        Ok(_) => Ok(text.to_owned()),
        Err(_) => Err(
            "it is not a level (error, warn, info, debug, trace, off) or a list of module=level",
        ),
    }
}
