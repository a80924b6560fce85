//! PostgreSQL gone, hung, and without a connection to spare: what needs it says so within two seconds, what does not goes
//! on, and when it is back nobody has to do anything.

use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

use hodlxxi_tests::audit;
use hodlxxi_tests::browser::{Answer, Browser};
use hodlxxi_tests::installation::sql;
use hodlxxi_tests::node::{Node, free_port};
use hodlxxi_tests::person::{Person, text};
use hodlxxi_tests::postgres::Postgres;
use hodlxxi_tests::programs::{ended, postgres_program};
use hodlxxi_tests::redis::Redis;
use hodlxxi_tests::relying_party::{CALLBACK, RelyingParty, register};
use hodlxxi_tests::waiting::wait_until;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::settings;

/// Within which everything is answered.
const LIMIT: Duration = Duration::from_secs(2);

struct Installed {
    node: Node,
    postgres: Postgres,
    /// Where it uses one.
    redis: Option<Redis>,
    /// Somebody signed in.
    browser: Browser,
    _home: TempDir,
}

fn install(more: &[(&str, &str)]) -> Installed {
    let postgres = Postgres::start();
    let home = tempfile::tempdir().expect("a folder");
    let url = postgres.url();
    let settings = settings(&[&[("DATABASE_URL", url.as_str())], more].concat());
    let node = Node::start(home.path(), free_port(), &settings);
    let browser = node.browser();
    Person::named("patient").sign_in(&browser);
    Installed {
        node,
        postgres,
        redis: None,
        browser,
        _home: home,
    }
}

/// The answer, which must come within the limit.
#[track_caller]
fn in_time(ask: impl FnOnce() -> Answer) -> Answer {
    let begun = Instant::now();
    let answer = ask();
    assert!(
        begun.elapsed() < LIMIT,
        "{} took {:?}",
        answer.url,
        begun.elapsed()
    );
    answer
}

fn new_client(browser: &Browser) -> Answer {
    register(browser, &json!({"redirect_uris": [CALLBACK]}))
}

/// What is asked while the database is away, more of it at a time than there are connections.
fn away(installed: &Installed) {
    let browser = &installed.browser;
    thread::scope(|scope| {
        for _ in 0..12 {
            scope.spawn(|| {
                let session = in_time(|| browser.get("/api/session"));
                // Redis knows it still.
                if installed.redis.is_some() && session.status == 200 {
                    return;
                }
                session.is_problem(503, "service.unavailable");
                assert!(session.header("retry-after").is_some());
            });
            scope.spawn(|| {
                let refused = in_time(|| new_client(browser));
                refused.is_oauth_error(503, "temporarily_unavailable");
            });
        }
    });
    let ready = in_time(|| browser.get("/health/ready")).json_with(503);
    assert_eq!(ready["database"]["status"], "unavailable", "{ready}");
    assert_eq!(in_time(|| browser.get("/account")).status, 503);
    for path in [
        "/health",
        "/.well-known/openid-configuration",
        "/oauth/jwks.json",
    ] {
        let begun = Instant::now();
        assert_eq!(browser.get(path).status, 200, "{path}");
        assert!(
            begun.elapsed() < Duration::from_millis(500),
            "{path} waits for nothing"
        );
    }
}

/// It comes back alone; and once it is ready, it is: nobody gets an error from what is left of before.
fn back(installed: &Installed) {
    let begun = Instant::now();
    while installed.browser.get("/health/ready").status != 200 {
        assert!(
            begun.elapsed() < Duration::from_secs(10),
            "{}",
            installed.node.log()
        );
        thread::sleep(Duration::from_millis(100));
    }
    thread::scope(|scope| {
        for _ in 0..24 {
            scope.spawn(|| installed.browser.get("/api/session").json_with(200));
        }
    });
    new_client(&installed.browser).json_with(201);
}

#[test]
fn gone_and_back() {
    goes_and_comes_back(install(&[]));
}

#[test]
fn gone_and_back_while_redis_is_there() {
    let redis = Redis::start();
    let mut installed = install(&[("REDIS_URL", &redis.url())]);
    installed.redis = Some(redis);
    let ready = installed.browser.get("/health/ready").json_with(200);
    assert_eq!(ready["redis"]["status"], "ok", "{ready}");
    goes_and_comes_back(installed);
}

fn goes_and_comes_back(mut installed: Installed) {
    for _ in 0..2 {
        installed.postgres.stop();
        away(&installed);
        installed.postgres.start_again();
        back(&installed);
    }
}

#[test]
fn restarted_unnoticed() {
    let mut installed = install(&[]);
    // At rest for longer than connections are trusted.
    thread::sleep(Duration::from_millis(1_200));
    installed.postgres.stop();
    installed.postgres.start_again();
    installed.browser.get("/api/session").json_with(200);
    new_client(&installed.browser).json_with(201);
}

#[test]
fn hung_and_going_on() {
    let installed = install(&[]);
    installed.postgres.hang();
    away(&installed);
    installed.postgres.go_on();
    back(&installed);
}

/// How often tokens were refreshed, as the audit log has it, with what came of each.
fn refreshed(installed: &Installed) -> Vec<Value> {
    let log = audit::export(|arguments| installed.node.run(arguments), &[]);
    let of_refresh = log
        .iter()
        .filter(|e| e["action"] == "oauth.token_refreshed");
    of_refresh.map(|entry| entry["result"].clone()).collect()
}

/// A refresh that went through after its 503 would make the next one with the same token look like a thief's.
#[test]
fn what_was_answered_503_while_it_hung_is_not_done_afterwards() {
    let installed = install(&[]);
    let client = RelyingParty::register_by(installed.node.browser(), &json!({}));
    let tokens = client.sign_in(&installed.browser, "openid offline_access");
    let token = text(&tokens, "refresh_token");
    installed.postgres.hang();
    in_time(|| client.refresh(token)).is_oauth_error(503, "temporarily_unavailable");
    // Shorter than what PostgreSQL takes for too long: it carries out what it was sent.
    thread::sleep(Duration::from_millis(500));
    installed.postgres.go_on();
    back(&installed);
    assert_eq!(refreshed(&installed), [""; 0]);
    let next = client.refresh(token).json_with(200);
    assert_eq!(refreshed(&installed), ["done"]);
    client.refresh(text(&next, "refresh_token")).json_with(200);
}

#[test]
fn every_connection_held_by_something_stuck() {
    let installed = install(&[("DATABASE_POOL_SIZE", "2")]);
    let mut stuck = postgres_program("psql");
    let hold = "BEGIN; LOCK TABLE sessions, clients; SELECT pg_sleep(60)";
    stuck
        .args(["-d", &installed.postgres.url(), "-c", hold])
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let mut stuck = stuck.spawn().expect("psql runs");
    let held = "SELECT count(*) FROM pg_locks JOIN pg_class ON relation = oid WHERE relname = 'sessions' AND mode = 'AccessExclusiveLock' AND granted";
    let is_held = || {
        let end = stuck.try_wait().expect("psql's state");
        assert!(end.is_none(), "psql ended: {end:?}");
        sql(&installed.postgres.url(), held) == "1"
    };
    wait_until(is_held, || "psql does not get its locks".to_owned());
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                let answer = in_time(|| installed.browser.get("/api/session"));
                answer.is_problem(503, "service.unavailable");
            });
        }
    });
    assert_eq!(installed.browser.get("/oauth/jwks.json").status, 200);
    sql(
        &installed.postgres.url(),
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(60)' AND pid <> pg_backend_pid()",
    );
    ended(&mut stuck, || "psql does not end".to_owned());
    back(&installed);
}

#[test]
fn its_sessions_say_whose_they_are_and_wait_for_nothing_long() {
    let installed = install(&[]);
    let ours = "SELECT count(*) > 0 FROM pg_stat_activity WHERE application_name = 'hodlxxi'";
    assert_eq!(sql(&installed.postgres.url(), ours), "t");
}
