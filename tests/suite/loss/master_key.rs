//! Two nodes with different master keys: the second one refuses to start, and says why.

use hodlxxi_tests::installation::{Installation, Storage};
use hodlxxi_tests::node::run_alone;
use hodlxxi_tests::server::Server;

#[test]
fn the_second_node_refuses_to_start() {
    let storage = Storage::new();
    let url = storage.postgres();
    let first = "1".repeat(64);
    let server = Server::start_on(
        Installation::Sqlite,
        &[("DATABASE_URL", &url), ("HODLXXI_MASTER_KEY", &first)],
    );
    let other = "2".repeat(64);
    let settings = [
        ("DATABASE_URL", url.as_str()),
        ("HODLXXI_MASTER_KEY", other.as_str()),
        ("HODLXXI_BIND", "127.0.0.1:0"),
    ];
    let refused = run_alone(&settings, &["serve"]);
    assert_eq!(refused.status.code(), Some(2), "{refused:?}");
    let said = String::from_utf8_lossy(&refused.stderr);
    let line = said.trim_end().lines().last().expect("a line");
    assert!(
        line.contains("HODLXXI_MASTER_KEY") && line.contains("signing key"),
        "{said}"
    );
    assert!(!said.contains(&other), "the key is not shown");
    server.browser().get("/oauth/jwks.json").json_with(200);
}
