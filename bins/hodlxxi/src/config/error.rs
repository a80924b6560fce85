//! Why the settings cannot be used: one line each, with the variable, what is wrong and an example.

use thiserror::Error;

/// Why the settings cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ConfigError {
    /// A setting is wrong or missing.
    #[error("{name}: {}{problem}; example: {name}={example}", Quoted(.value.as_deref()))]
    Wrong {
        /// The variable.
        name: &'static str,
        /// Its value on one line, unless it is a secret.
        value: Option<String>,
        /// What is wrong.
        problem: String,
        /// A value that works.
        example: &'static str,
    },
    /// The file `.env` cannot be read.
    #[error(".env: the file cannot be read")]
    DotEnvUnreadable,
    /// The file `.env` has something else than assignments. The line itself may hold a secret.
    #[error(".env: assignment {nth} is not NAME=value")]
    DotEnv {
        /// Which one, from 1.
        nth: usize,
    },
}

struct Quoted<'a>(Option<&'a str>);

impl std::fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.map_or(Ok(()), |value| write!(f, "\"{value}\": "))
    }
}
