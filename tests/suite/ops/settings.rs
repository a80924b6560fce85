//! A wrong setting ends the start with one line that helps, and exit code 2.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use hodlxxi_tests::installation::Installation;
use hodlxxi_tests::node::{binary, run_alone};
use hodlxxi_tests::server::Server;

#[test]
fn a_wrong_setting_is_one_line_that_names_it() {
    let wrong = [
        ("HODLXXI_BIND", "somewhere"),
        ("HODLXXI_ISSUER", "http://auth.example.org"),
        ("HODLXXI_ISSUER", "https://auth.example.org/path"),
        ("HODLXXI_ISSUER", "auth.example.org"),
        ("DATABASE_URL", "mysql://localhost/x"),
        ("DATABASE_POOL_SIZE", "many"),
        ("REDIS_URL", "localhost:6379"),
        ("REDIS_URL", "rediss://localhost/#insecure"),
        ("REDIS_POOL_SIZE", "0"),
        ("HODLXXI_MASTER_KEY", "short"),
        ("HODLXXI_ID_TOKEN_ALGS", "ES256"),
        ("HODLXXI_ID_TOKEN_ALGS", "RS256,none"),
        ("HODLXXI_ACCESS_TOKEN_ALG", "HS256"),
        ("HODLXXI_REQUIRE_PKCE", "maybe"),
        ("HODLXXI_REGISTRATION", "closed"),
        ("HODLXXI_ADMIN_KEYS", "nonsense"),
        ("HODLXXI_GUEST_LOGIN", "yes please"),
        ("HODLXXI_TRUSTED_PROXIES", "everybody"),
        ("HODLXXI_METRICS_BIND", "x"),
        ("BITCOIN_NETWORK", "dogecoin"),
        ("LOG_FORMAT", "xml"),
    ];
    for (name, value) in wrong {
        let output = run_alone(&[(name, value)], &["serve"]);
        assert_eq!(output.status.code(), Some(2), "{name}={value}: {output:?}");
        let errors = String::from_utf8_lossy(&output.stderr);
        assert_eq!(
            errors.trim_end().lines().count(),
            1,
            "{name}={value}: {errors}"
        );
        assert!(errors.contains(name), "{name}={value}: {errors}");
        let lower = errors.to_lowercase();
        assert!(
            lower.contains("example") || lower.contains("such as"),
            "no example: {errors}"
        );
    }
    let secret = "d9428888122b11e1b85c61cd3cbb3210d9428888122b11e1b85c61cd3cbb32xx";
    let output = run_alone(&[("HODLXXI_MASTER_KEY", secret)], &["serve"]);
    assert!(
        !String::from_utf8_lossy(&output.stderr).contains(secret),
        "a key in the message"
    );
}

#[test]
fn help_lists_every_setting() {
    let output = run_alone(&[], &["serve", "--help"]);
    let help = String::from_utf8_lossy(&output.stdout);
    for name in [
        "HODLXXI_BIND",
        "HODLXXI_ISSUER",
        "HODLXXI_DATA_DIR",
        "DATABASE_URL",
        "DATABASE_POOL_SIZE",
        "REDIS_URL",
        "REDIS_POOL_SIZE",
        "HODLXXI_MASTER_KEY",
        "HODLXXI_ID_TOKEN_ALGS",
        "HODLXXI_ACCESS_TOKEN_ALG",
        "HODLXXI_REQUIRE_PKCE",
        "HODLXXI_REGISTRATION",
        "HODLXXI_ADMIN_KEYS",
        "HODLXXI_GUEST_LOGIN",
        "HODLXXI_TRUSTED_PROXIES",
        "HODLXXI_METRICS_BIND",
        "BITCOIN_NETWORK",
        "LOG_FORMAT",
        "RUST_LOG",
    ] {
        assert!(help.contains(name), "{name} is not in the help");
    }
}

#[test]
fn what_it_writes_is_for_its_own_user_only() {
    let server = Server::start(&[]);
    let mut files = 0;
    for entry in fs::read_dir(server.data_dir()).expect("the data folder") {
        let entry = entry.expect("an entry");
        let mode = entry.metadata().expect("its metadata").permissions().mode() & 0o777;
        assert_eq!(mode & 0o077, 0, "{:?} has mode {mode:o}", entry.file_name());
        files += 1;
    }
    let expected = match Installation::of_this_run() {
        Installation::Sqlite => 2, // a database and a key
        Installation::Postgres => 1,
        // Its nodes share a key that is set.
        Installation::Cluster => 0,
    };
    assert!(files >= expected, "{files} files");
}

#[test]
fn a_dotenv_in_the_working_folder_is_read() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join(".env"), "BITCOIN_NETWORK=dogecoin\n").expect("the file");
    let mut command = std::process::Command::new(binary());
    let output = command
        .arg("serve")
        .current_dir(folder.path())
        .env_clear()
        .output()
        .expect("it runs");
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("BITCOIN_NETWORK"));
}
