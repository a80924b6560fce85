//! `doctor`: what an operator wants to know before and after a start. It changes nothing.

mod checks;

use std::fmt;
use std::io::Write;
use std::process::ExitCode;

use clap::Args;
use serde_json::{Value, json};

use super::error::CommandError;
use super::output;
use crate::config::Config;

/// Arguments of `doctor`.
#[derive(Debug, Args)]
pub(super) struct Doctor {
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// What a check found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Ok,
    Warn,
    Fail,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ok => "ok",
            Self::Warn => "warn",
            Self::Fail => "fail",
        })
    }
}

/// One check with what it found.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Finding {
    check: &'static str,
    verdict: Verdict,
    detail: String,
}

impl Finding {
    fn new(check: &'static str, verdict: Verdict, detail: impl Into<String>) -> Self {
        let detail = detail.into();
        Self {
            check,
            verdict,
            detail,
        }
    }
}

impl Doctor {
    pub(super) fn run(
        self,
        config: Result<Config, CommandError>,
        out: &mut dyn Write,
    ) -> Result<ExitCode, CommandError> {
        let findings = match config {
            Ok(config) => checks::all(&config),
            Err(error) => vec![Finding::new("settings", Verdict::Fail, error.line())],
        };
        if self.json {
            let findings: Vec<Value> = findings.iter().map(finding_json).collect();
            output::json(out, &json!(findings))?;
        } else {
            for finding in &findings {
                let line = output::plain(&finding.detail);
                writeln!(
                    out,
                    "{:4}  {}: {line}",
                    finding.verdict.to_string(),
                    finding.check
                )?;
            }
        }
        let failed = findings
            .iter()
            .any(|finding| finding.verdict == Verdict::Fail);
        Ok(ExitCode::from(u8::from(failed)))
    }
}

fn finding_json(finding: &Finding) -> Value {
    json!({
        "check": finding.check,
        "verdict": finding.verdict.to_string(),
        "detail": finding.detail,
    })
}
