//! What pages may weigh, and that looking at the sign-in page leaves nothing behind.

use hodlxxi_tests::installation::{Installation, Storage, sql};
use hodlxxi_tests::programs::{debian, node, output};
use hodlxxi_tests::server::Server;
use serde_json::Value;

/// All that a sign-in page loads, without compression: the page, its style, scripts and pictures.
const LOGIN: u64 = 60_000;
/// The scripts of a page together.
const SCRIPTS: u64 = 30_000;

#[test]
fn a_sign_in_page_is_light_and_so_are_all_scripts() {
    let server = Server::start(&[("HODLXXI_GUEST_LOGIN", "on")]);
    let mut command = node("browser/budget.mjs");
    let paths = ["/login", "/", "/oauthx/docs"];
    let weights = output(command.arg(server.issuer()).args(paths));
    let weights: Value = serde_json::from_str(&weights).expect("weights");
    let weight = |path: &str, what: &str| weights[path][what].as_u64().expect("bytes");
    assert!(weight("/login", "script") > 5_000, "{weights}");
    assert!(weight("/login", "all") <= LOGIN, "{weights}");
    for path in paths {
        assert!(weight(path, "script") <= SCRIPTS, "{weights}");
    }
}

/// Everything that is stored, as text to compare.
fn stored(storage: &Storage) -> String {
    let rows = "SELECT string_agg(query_to_xml(format('SELECT * FROM %I', tablename), true, true, '')::text, '' \
                ORDER BY tablename) FROM pg_tables WHERE schemaname = 'public'";
    let mut redis = debian("redis-cli");
    redis.args(["--no-auth-warning", "-u", storage.redis(), "keys", "*"]);
    let keys = output(&mut redis);
    let mut keys: Vec<_> = keys.lines().collect();
    keys.sort_unstable();
    format!("{}\n{}", sql(&storage.postgres(), rows), keys.join("\n"))
}

#[test]
fn looking_at_the_sign_in_page_stores_nothing() {
    let server = Server::start_on(Installation::Postgres, &[]);
    let storage = server.storage().expect("its databases");
    let before = stored(storage);
    for _ in 0..20 {
        assert_eq!(server.browser().get("/login").status, 200);
    }
    assert_eq!(stored(storage), before);
}
