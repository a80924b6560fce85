//! The checks, in the order of a start.

use std::path::Path;
use std::sync::Arc;

use hodlxxi_kernel::{Clock as _, MasterKey, OsEntropy, SystemClock, Timestamp};
use hodlxxi_oauth::jose::{KeyPolicy, KeyRing, KeyStore, SigningAlg};
use hodlxxi_store_redis::{Checkup, RedisUrl};
use hodlxxi_store_sql::{Database, SchemaState};

use super::Verdict::{Fail, Ok as Good, Warn};
use super::{Finding, Verdict};
use crate::config::{Config, KeysConfig, is_open_to_others};

/// The beginning of 2026: a clock before it has never been set.
const LONG_AGO: Timestamp = Timestamp::from_unix(1_767_225_600);

/// Keys that no time makes due: looking at them makes none.
const NEVER: KeyPolicy = KeyPolicy {
    signs_for: i64::MAX,
    published_ahead: 0,
    longest_token: i64::MAX,
};

/// Every check that can be made.
pub(super) fn all(config: &Config) -> Vec<Finding> {
    let mut findings = settings(config);
    findings.push(issuer(config));
    findings.push(clock());
    findings.push(folder("data folder", config.database.data_dir.path()));
    let master = master_key(config, &mut findings);
    if let Some(database) = database(config, &mut findings) {
        let (finding, readable) = schema(config, &database);
        findings.push(finding);
        if readable && let Some(master) = master {
            findings.push(signing_keys(database, &master));
        }
    }
    if let Some(redis) = &config.redis {
        findings.push(look_at_redis(&redis.url));
    }
    findings
}

fn settings(config: &Config) -> Vec<Finding> {
    let mut findings = vec![Finding::new("settings", Good, "all are valid")];
    let unread = config.unread.iter().map(|name| {
        let detail = format!("{name} is set, and this version does not read it");
        Finding::new("settings", Warn, detail)
    });
    findings.extend(unread);
    findings
}

fn issuer(config: &Config) -> Finding {
    let (issuer, bind) = (&config.server.issuer, config.server.bind);
    let port = url::Url::parse(issuer.as_str())
        .ok()
        .and_then(|url| url.port_or_known_default());
    let (verdict, detail) = if !issuer.is_loopback() {
        let kept = "keep its host: with another, everybody who signs in with a Lightning wallet has another key";
        (Good, format!("{}; {kept}", issuer.as_str()))
    } else if !bind.ip().is_loopback() {
        (
            Warn,
            format!(
                "{} names this machine alone, while {bind} is open to others",
                issuer.as_str()
            ),
        )
    } else if port != Some(bind.port()) {
        (
            Warn,
            format!("{} has another port than {bind}", issuer.as_str()),
        )
    } else {
        (
            Warn,
            format!("{} can be reached from this machine alone", issuer.as_str()),
        )
    };
    Finding::new("issuer", verdict, detail)
}

fn clock() -> Finding {
    let now = SystemClock.now();
    let detail = crate::commands::output::moment(now);
    Finding::new("clock", if now < LONG_AGO { Fail } else { Good }, detail)
}

/// A file or folder that is its owner's alone; it may be missing before the first start.
fn folder(check: &'static str, path: &Path) -> Finding {
    let shown = path.display();
    match is_open_to_others(path) {
        Ok(false) => Finding::new(check, Good, shown.to_string()),
        Ok(true) => Finding::new(
            check,
            Warn,
            format!("{shown} can be read by others than its owner"),
        ),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Finding::new(
            check,
            Warn,
            format!("{shown} does not exist yet; the first start makes it"),
        ),
        Err(error) => Finding::new(check, Fail, format!("{shown}: {error}")),
    }
}

fn master_key(config: &Config, findings: &mut Vec<Finding>) -> Option<MasterKey> {
    match config.keys.existing_master_key() {
        Ok(key) => {
            findings.push(match &config.keys {
                KeysConfig::Given(_) => Finding::new("master key", Good, "from HODLXXI_MASTER_KEY"),
                KeysConfig::File(path) => folder("master key", path),
            });
            key
        }
        Err(error) => {
            findings.push(Finding::new("master key", Fail, error.to_string()));
            None
        }
    }
}

fn database(config: &Config, findings: &mut Vec<Finding>) -> Option<Database> {
    let url = &config.database.url;
    // Opening would make it.
    if let Some(path) = url.path()
        && !path.exists()
    {
        let detail = format!("{url} does not exist yet; the first start makes it");
        findings.push(Finding::new("database", Warn, detail));
        return None;
    }
    let opened = Database::open(url, 1).map_err(|error| error.to_string());
    let reached = opened.and_then(|database| match database.ping() {
        Ok(took) => Ok((database, took)),
        Err(error) => Err(error.to_string()),
    });
    match reached {
        Ok((database, took)) => {
            let detail = format!("{url} answers in {:.1} ms", took.as_secs_f64() * 1e3);
            findings.push(Finding::new("database", Good, detail));
            Some(database)
        }
        Err(detail) => {
            findings.push(Finding::new("database", Fail, detail));
            None
        }
    }
}

/// The state of the schema, and whether this version can read it.
fn schema(config: &Config, database: &Database) -> (Finding, bool) {
    let finding = |verdict: Verdict, detail: String| Finding::new("schema", verdict, detail);
    match database.schema_state() {
        Ok(SchemaState::Current) => (finding(Good, "up to date".to_owned()), true),
        Ok(SchemaState::Ahead) => (
            finding(
                Good,
                "of a newer version, on which this one still runs".to_owned(),
            ),
            true,
        ),
        Ok(SchemaState::Behind { missing }) if config.database.url.is_embedded() => (
            finding(
                Warn,
                format!("{missing} migration(s) behind; the next start runs them"),
            ),
            false,
        ),
        Ok(SchemaState::Behind { missing }) => (
            finding(
                Fail,
                format!("{missing} migration(s) behind; run `hodlxxi migrate`"),
            ),
            false,
        ),
        Ok(SchemaState::TooNew { oldest }) => {
            let detail =
                format!("of a newer version (it asks for schema {oldest}); install that one");
            (finding(Fail, detail), false)
        }
        Err(error) => (finding(Fail, error.to_string()), false),
    }
}

/// Whether the master key opens the signing keys.
fn signing_keys(database: Database, master: &MasterKey) -> Finding {
    let finding = |verdict, detail: String| Finding::new("signing keys", verdict, detail);
    let records = match database.signing_keys() {
        Ok(records) => records,
        Err(error) => return finding(Fail, error.to_string()),
    };
    let now = SystemClock.now();
    if records.iter().any(|key| key.created_at > now.plus(60)) {
        return finding(
            Fail,
            "one was made in the future: the clock has gone back".to_owned(),
        );
    }
    let kept = |alg: &SigningAlg| records.iter().any(|key| key.alg == *alg);
    let algs: Vec<SigningAlg> = SigningAlg::ALL.into_iter().filter(kept).collect();
    if algs.is_empty() {
        return finding(
            Warn,
            "there are none yet; the first start makes them".to_owned(),
        );
    }
    let store = Arc::new(database);
    match KeyRing::open(
        store,
        master,
        &algs,
        NEVER,
        Arc::new(SystemClock),
        Arc::new(OsEntropy),
    ) {
        Ok(ring) => finding(
            Good,
            format!("the master key opens all {}", ring.keys().len()),
        ),
        Err(error) => finding(Fail, error.to_string()),
    }
}

/// Whether Redis answers, and forgets nothing unasked.
fn look_at_redis(url: &RedisUrl) -> Finding {
    let finding = |verdict, detail: String| Finding::new("redis", verdict, detail);
    match Checkup::of(url) {
        Ok(checkup) if checkup.eviction_policy != "noeviction" => finding(
            Warn,
            format!(
                "{url} may forget what must be remembered: its maxmemory-policy is {}, not noeviction",
                checkup.eviction_policy
            ),
        ),
        Ok(checkup) => finding(
            Good,
            format!(
                "{url} (version {}) answers in {:.1} ms",
                checkup.version,
                checkup.took.as_secs_f64() * 1e3
            ),
        ),
        Err(error) => finding(Fail, error.to_string()),
    }
}
