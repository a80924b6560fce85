//! Settings as a whole: defaults, and each mistake with its one line.

use hodlxxi_auth::verify::Network;
use hodlxxi_oauth::jose::SigningAlg;
use hodlxxi_oauth::provider::RegistrationPolicy;

use super::*;

const G: &str = "79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798";

fn read(variables: &[(&str, &str)]) -> Result<Config, ConfigError> {
    Config::read(&variables.iter().copied().collect())
}

#[test]
fn without_any_variable_the_product_can_be_tried() {
    let config = read(&[]).unwrap();
    assert_eq!(config.server.bind.to_string(), "127.0.0.1:5000");
    assert_eq!(config.server.issuer.as_str(), "http://localhost:5000");
    assert_eq!(config.server.metrics_bind, None);
    assert!(config.server.rate_limits);
    assert_eq!(
        config.database.url.to_string(),
        "sqlite://./data/hodlxxi.db"
    );
    assert!(config.database.pool_size >= 4);
    assert!(config.redis.is_none());
    assert!(matches!(&config.keys, KeysConfig::File(path) if path.ends_with("data/master.key")));
    assert_eq!(
        config.oauth.id_token_algs,
        [SigningAlg::Rs256, SigningAlg::Es256, SigningAlg::EdDsa]
    );
    assert_eq!(config.oauth.access_token_alg, SigningAlg::EdDsa);
    assert_eq!(config.oauth.registration, RegistrationPolicy::Open);
    assert!(!config.oauth.require_pkce && !config.sign_in.guests);
    assert!(config.sign_in.admin_keys.is_empty());
    assert_eq!(config.sign_in.network, Network::Bitcoin);
    assert_eq!(
        (config.log.format, config.log.filter.as_str()),
        (None, "info")
    );
    assert!(config.unread.is_empty());
}

#[test]
fn every_variable_counts() {
    let admin_keys = format!("{G}, 03{G}");
    let master_key = "ab".repeat(32);
    let config = read(&[
        ("HODLXXI_BIND", "[::]:8080"),
        ("HODLXXI_ISSUER", "https://id.example.org"),
        ("HODLXXI_TRUSTED_PROXIES", "10.0.0.0/8, ::1"),
        ("HODLXXI_RATE_LIMITS", "off"),
        ("HODLXXI_METRICS_BIND", "127.0.0.1:9100"),
        ("HODLXXI_DATA_DIR", "/var/lib/id"),
        ("DATABASE_POOL_SIZE", "7"),
        ("REDIS_URL", "rediss://id:hush@redis.example.org/2"),
        ("REDIS_POOL_SIZE", "9"),
        ("HODLXXI_MASTER_KEY", &master_key),
        ("HODLXXI_ID_TOKEN_ALGS", "RS256,ES256K"),
        ("HODLXXI_ACCESS_TOKEN_ALG", "ES256K"),
        ("HODLXXI_REQUIRE_PKCE", "on"),
        ("HODLXXI_REGISTRATION", "token"),
        ("HODLXXI_ADMIN_KEYS", &admin_keys),
        ("HODLXXI_GUEST_LOGIN", "on"),
        ("BITCOIN_NETWORK", "signet"),
        ("LOG_FORMAT", "json"),
        ("RUST_LOG", "warn,hodlxxi=debug"),
    ])
    .unwrap();
    assert_eq!(config.server.bind.to_string(), "[::]:8080");
    assert_eq!(config.server.issuer.as_str(), "https://id.example.org");
    assert!(config.server.trusted_proxies.contains([10, 1, 2, 3].into()));
    assert_eq!(
        config.server.metrics_bind.map(|bind| bind.port()),
        Some(9100)
    );
    assert_eq!(
        config.database.url.to_string(),
        "sqlite:///var/lib/id/hodlxxi.db"
    );
    assert_eq!(config.database.pool_size, 7);
    let redis = config.redis.unwrap();
    assert_eq!(redis.url.to_string(), "rediss://id@redis.example.org/2");
    assert_eq!(redis.pool_size, 9);
    assert!(matches!(config.keys, KeysConfig::Given(_)));
    assert_eq!(config.oauth.access_token_alg, SigningAlg::Es256k);
    assert_eq!(config.oauth.registration, RegistrationPolicy::Token);
    assert!(config.oauth.require_pkce && config.sign_in.guests);
    assert_eq!(config.sign_in.admin_keys.len(), 2);
    assert_eq!(config.sign_in.network, Network::Signet);
    assert_eq!(config.log.format, Some(LogFormat::Json));
}

#[test]
fn each_mistake_is_one_line_with_the_variable_and_an_example() {
    for (name, wrong) in [
        ("HODLXXI_BIND", "localhost:5000"),
        ("HODLXXI_BIND", "5000"),
        ("HODLXXI_ISSUER", "https://id.example.org/"),
        ("HODLXXI_ISSUER", "https://id.example.org/auth"),
        ("HODLXXI_ISSUER", "https://id.example.org?x=1"),
        ("HODLXXI_ISSUER", "http://id.example.org"),
        ("HODLXXI_ISSUER", "id.example.org"),
        ("HODLXXI_ISSUER", ""),
        ("HODLXXI_TRUSTED_PROXIES", "10.0.0.0/40"),
        ("HODLXXI_METRICS_BIND", "127.0.0.1:5000"),
        ("HODLXXI_METRICS_BIND", "nine"),
        ("HODLXXI_DATA_DIR", ""),
        ("DATABASE_URL", "mysql://localhost/x"),
        ("DATABASE_URL", "sqlite://"),
        ("DATABASE_POOL_SIZE", "0"),
        ("DATABASE_POOL_SIZE", "many"),
        ("HODLXXI_MASTER_KEY", "short"),
        ("HODLXXI_MASTER_KEY", ""),
        ("HODLXXI_ID_TOKEN_ALGS", "ES256,EdDSA"),
        ("HODLXXI_ID_TOKEN_ALGS", "RS256,HS256"),
        ("HODLXXI_ID_TOKEN_ALGS", "RS256,none"),
        ("HODLXXI_ID_TOKEN_ALGS", "RS256,RS256"),
        ("HODLXXI_ACCESS_TOKEN_ALG", "ES256K"),
        ("HODLXXI_ACCESS_TOKEN_ALG", "HS256"),
        ("HODLXXI_REQUIRE_PKCE", "true"),
        ("HODLXXI_REGISTRATION", "closed"),
        ("HODLXXI_ADMIN_KEYS", "npub1qqq"),
        ("HODLXXI_RATE_LIMITS", "no"),
        ("HODLXXI_GUEST_LOGIN", "1"),
        ("BITCOIN_NETWORK", "mainnet"),
        ("LOG_FORMAT", "xml"),
        ("RUST_LOG", "hodlxxi=loud"),
    ] {
        let Err(error) = read(&[(name, wrong)]) else {
            panic!("{name}={wrong} is wrong")
        };
        let line = error.to_string();
        assert!(line.starts_with(&format!("{name}: ")), "{line}");
        assert!(line.contains(&format!("; example: {name}=")), "{line}");
        assert!(!line.contains('\n'), "{line}");
    }
}

#[test]
fn the_examples_of_the_errors_work() {
    for setting in settings().filter(|setting| setting.name != "HODLXXI_MASTER_KEY") {
        let read = read(&[(setting.name, setting.example)]);
        assert!(read.is_ok(), "{}={}", setting.name, setting.example);
    }
}

#[test]
fn secrets_do_not_print() {
    let key = "cd".repeat(32);
    let config = read(&[
        ("HODLXXI_MASTER_KEY", &key),
        ("DATABASE_URL", "postgres://id:hush-hush@db.example.org/id"),
    ]);
    let shown = format!("{:?}", config.unwrap());
    assert!(
        !shown.contains("hush-hush") && !shown.contains(&key[..16]),
        "{shown}"
    );
    for (name, wrong) in [
        ("HODLXXI_MASTER_KEY", "hush-hush"),
        ("DATABASE_URL", "mysql://id:hush-hush@db.example.org"),
        ("DATABASE_URL", "postgres://id:hush-hush@:x"),
    ] {
        let line = read(&[(name, wrong)]).unwrap_err().to_string();
        assert!(!line.contains("hush"), "{line}");
    }
}

#[test]
fn what_is_not_read_is_told() {
    let config = read(&[
        ("TURN_HOST", "turn.example.org"),
        ("HODLXXI_ISSUR", "https://id.example.org"),
        ("PATH", "/bin"),
    ]);
    assert_eq!(config.unwrap().unread, ["HODLXXI_ISSUR", "TURN_HOST"]);
}

#[test]
fn the_documentation_lists_exactly_the_settings_of_the_table() {
    let text = include_str!("../../../../docs/configuration.md");
    let rows: Vec<&str> = text
        .lines()
        .filter(|line| line.starts_with("| `"))
        .collect();
    let expected: Vec<String> = settings()
        .map(|setting| {
            let default = match setting.default {
                Default::Text("") | Default::Words(_) => setting.default.shown().to_owned(),
                Default::Text(text) => format!("`{text}`"),
            };
            let row = format!("| `{}` | {default} | {} |", setting.name, setting.meaning);
            row.replace('<', "&lt;")
        })
        .collect();
    assert_eq!(rows, expected);
}
