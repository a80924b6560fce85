//! How long the audit log is kept.

use super::environment::Environment;
use super::error::ConfigError;
use super::setting::{Default, Setting};

const DAYS: Setting = Setting {
    name: "HODLXXI_AUDIT_DAYS",
    default: Default::Text("400"),
    example: "400",
    meaning: "for how many days an entry of the audit log is kept, 1 to 36500",
    secret: false,
    may_be_empty: false,
};

/// The settings that this part reads.
pub(super) const SETTINGS: &[Setting] = &[DAYS];

/// How long the audit log is kept.
#[derive(Debug, Clone, Copy)]
pub struct AuditConfig {
    /// Days that an entry is kept.
    pub days: u32,
}

impl AuditConfig {
    pub(super) fn read(environment: &Environment) -> Result<Self, ConfigError> {
        Ok(Self {
            days: environment.required(&DAYS, days)?,
        })
    }
}

fn days(text: &str) -> Result<u32, &'static str> {
    let days = text.parse().ok().filter(|days| (1..=36_500).contains(days));
    days.ok_or("it is not a number from 1 to 36500")
}
