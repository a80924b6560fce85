//! `audit`: the log of what was done.

use std::io::Write;
use std::process::ExitCode;

use chrono::{DateTime, NaiveDate, NaiveTime};
use clap::Subcommand;
use hodlxxi_audit::seal::{Hash, Tip};
use hodlxxi_audit::verify::Report;
use hodlxxi_kernel::Timestamp;
use hodlxxi_kernel::audit::Origin;

use super::error::CommandError;
use super::user;
use crate::admin::UserRef;
use crate::compose::App;

/// Findings that are told; the rest is counted.
const TOLD: usize = 20;

/// What can be done with the audit log.
#[derive(Debug, Subcommand)]
pub(super) enum AuditCommand {
    /// Check that nothing was altered or removed; exit code 1 and what is wrong, if anything is
    Verify {
        /// A last seal as this command told it earlier: the log must still have it
        #[arg(long, value_name = "NUMBER:HASH", value_parser = noted)]
        noted: Option<Tip>,
    },
    /// Write the log as lines of JSON: entries, then the seals over them and the key that checks them
    Export {
        /// From when on: a date, a moment (RFC 3339) or Unix seconds
        #[arg(long, value_name = "TIME", value_parser = moment)]
        since: Option<Timestamp>,
        /// Before when
        #[arg(long, value_name = "TIME", value_parser = moment)]
        until: Option<Timestamp>,
    },
    /// Erase what the log says of a person: who, from where and with what key; that something was done stays
    Erase {
        /// The account's id, or a public key linked to it (hex or npub)
        user: UserRef,
    },
}

impl AuditCommand {
    pub(super) fn run(self, app: &App, out: &mut dyn Write) -> Result<ExitCode, CommandError> {
        match self {
            Self::Verify { noted } => return verify(&app.auditor().verify(noted)?, out),
            Self::Export { since, until } => app.auditor().export(since, until, out)?,
            Self::Erase { user } => {
                let id = match user {
                    // The account itself may be long gone.
                    UserRef::Id(id) => id,
                    key @ UserRef::Key(_) => user::find(app, &key)?.id,
                };
                let erased = app.auditor().erase(&id, &Origin::operator())?;
                writeln!(out, "Erased what {erased} entries said of account {id}.")?;
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn verify(report: &Report, out: &mut dyn Write) -> Result<ExitCode, CommandError> {
    for finding in report.findings.iter().take(TOLD) {
        writeln!(out, "WRONG: {finding}")?;
    }
    let untold = report.findings.len().saturating_sub(TOLD) as u64 + report.more;
    if untold > 0 {
        writeln!(out, "WRONG: and {untold} more")?;
    }
    let verdict = if report.is_good() { "good" } else { "NOT GOOD" };
    writeln!(
        out,
        "The audit log is {verdict}: {} entries under {} seals, {} not sealed yet, {} expired, {} erased.",
        report.entries, report.seals, report.waiting, report.expired, report.erased
    )?;
    let Tip { number, head } = report.tip;
    writeln!(out, "Last seal: {number}:{}", hex::encode(head))?;
    Ok(ExitCode::from(u8::from(!report.is_good())))
}

/// A seal, as `verify` writes it.
fn noted(text: &str) -> Result<Tip, &'static str> {
    const FORM: &str = "a seal is its number, a colon, and 64 hex digits";
    let (number, digits) = text.split_once(':').ok_or(FORM)?;
    let head = hex::decode(digits).map_err(|_| FORM)?;
    Ok(Tip {
        number: number.parse().map_err(|_| FORM)?,
        head: Hash::try_from(head).map_err(|_| FORM)?,
    })
}

/// A date (its beginning in UTC), a moment, or Unix seconds.
fn moment(text: &str) -> Result<Timestamp, &'static str> {
    let date = || {
        let date: NaiveDate = text.parse().ok()?;
        Some(date.and_time(NaiveTime::MIN).and_utc().timestamp())
    };
    let instant = || Some(DateTime::parse_from_rfc3339(text).ok()?.timestamp());
    let seconds = text.parse().ok().or_else(instant).or_else(date);
    seconds
        .map(Timestamp::from_unix)
        .ok_or("a time is 2026-11-23, 2026-11-23T21:21:21Z or Unix seconds")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_in_three_forms() {
        let at = |text| moment(text).map(Timestamp::as_unix);
        assert_eq!(at("1795468881"), Ok(1_795_468_881));
        assert_eq!(at("2026-11-23T21:21:21Z"), Ok(1_795_468_881));
        assert_eq!(at("2026-11-23T22:21:21+01:00"), Ok(1_795_468_881));
        assert_eq!(at("2026-11-23"), Ok(1_795_392_000));
        for bad in ["", "yesterday", "2026-13-01", "2026-11-23 21:21"] {
            assert!(at(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_noted_seal_reads_back() {
        let text = format!("12:{}", "ab".repeat(32));
        let tip = noted(&text).unwrap();
        assert_eq!((tip.number, tip.head), (12, [0xab; 32]));
        for bad in ["", "12", "12:ab", "x:00", ":"] {
            assert!(noted(bad).is_err(), "{bad}");
        }
    }
}
