//! Commands as they are typed, on a database in a folder of their own.

use serde_json::Value;
use tempfile::TempDir;

use super::*;

/// An installation in a folder of its own.
struct Installation {
    dir: TempDir,
}

impl Installation {
    fn new() -> Self {
        Self {
            dir: tempfile::tempdir().unwrap(),
        }
    }

    fn environment(&self) -> Environment {
        let data = self.dir.path().join("data");
        [("HODLXXI_DATA_DIR", data)].into_iter().collect()
    }

    /// Runs `hodlxxi` with `arguments`; what it said.
    fn run(&self, arguments: &[&str]) -> Result<(ExitCode, String), CommandError> {
        run_on(self.environment(), arguments)
    }

    fn say(&self, arguments: &[&str]) -> String {
        self.run(arguments).unwrap().1
    }

    fn json(&self, arguments: &[&str]) -> Value {
        serde_json::from_str(&self.say(arguments)).unwrap()
    }
}

fn run_on(
    environment: Environment,
    arguments: &[&str],
) -> Result<(ExitCode, String), CommandError> {
    let cli = Cli::try_parse_from(std::iter::once(&"hodlxxi").chain(arguments)).unwrap();
    let mut out = Vec::new();
    let code = run(cli, || Ok(environment), &mut out)?;
    Ok((code, String::from_utf8(out).unwrap()))
}

fn refused_by_clap(arguments: &[&str]) -> bool {
    Cli::try_parse_from(std::iter::once(&"hodlxxi").chain(arguments)).is_err()
}

#[test]
fn the_command_line_is_consistent() {
    use clap::CommandFactory;
    Cli::command().debug_assert();
}

#[test]
fn the_help_of_serve_lists_every_setting_with_its_default_and_meaning() {
    let Err(help) = Cli::try_parse_from(["hodlxxi", "serve", "--help"]) else {
        panic!("help ends the parsing")
    };
    let help = help.to_string();
    for setting in crate::config::settings() {
        let shown = format!("{} [default: {}]", setting.name, setting.default.shown());
        assert!(
            help.contains(&shown) && help.contains(setting.meaning),
            "{shown} in\n{help}"
        );
    }
}

#[test]
fn arguments_are_typed() {
    assert!(refused_by_clap(&["client", "show", "a b"]));
    assert!(refused_by_clap(&["client", "token", "--uses", "0"]));
    assert!(refused_by_clap(&["keys", "rotate", "--alg", "HS256"]));
    assert!(refused_by_clap(&[
        "user", "promote", "u1", "--level", "guest"
    ]));
    assert!(refused_by_clap(&["user", "promote", "u1"]));
    assert!(refused_by_clap(&["client", "tier", "c1", "gold"]));
    assert!(refused_by_clap(&["client", "tier", "c1"]));
    assert!(refused_by_clap(&["wallet"]));
    assert!(!refused_by_clap(&[
        "user", "promote", "u1", "--level", "special"
    ]));
}

#[test]
fn a_client_is_made_shown_disabled_and_deleted() {
    let here = Installation::new();
    let create = [
        "client",
        "create",
        "--name",
        "Shop",
        "--redirect-uri",
        "https://shop.example.org/cb",
    ];
    let created = here.json(&[&create[..], &["--json"]].concat());
    let id = created["client_id"].as_str().unwrap();
    let secret = created["client_secret"].as_str().unwrap();
    let shown = here.say(&["client", "show", id]);
    assert!(
        shown.contains("https://shop.example.org/cb") && shown.contains("administrator"),
        "{shown}"
    );
    let list = here.say(&["client", "list", "--json"]);
    assert!(
        list.contains(id) && !list.contains(secret) && !list.contains("hash"),
        "{list}"
    );
    let rotated = here.say(&["client", "rotate-secret", id]);
    assert_ne!(rotated.trim(), secret);
    here.say(&["client", "disable", id]);
    assert!(here.json(&["client", "show", id, "--json"])["disabled_at"].is_i64());
    here.say(&["client", "enable", id]);
    assert!(here.json(&["client", "show", id, "--json"])["disabled_at"].is_null());
    here.say(&["client", "delete", id]);
    let gone = here.run(&["client", "show", id]).unwrap_err();
    assert_eq!(gone.line(), format!("there is no client {id}"));
    assert_eq!(
        format!("{:?}", gone.exit_code()),
        format!("{:?}", ExitCode::from(1))
    );
}

#[test]
fn a_clients_metadata_are_judged_as_in_a_registration() {
    let here = Installation::new();
    let refused = here.run(&["client", "create", "--redirect-uri", "javascript:alert(1)"]);
    assert!(matches!(refused, Err(CommandError::Metadata(_))));
    let file = here.dir.path().join("client.json");
    std::fs::write(
        &file,
        r#"{"client_name":"File","redirect_uris":["https://a.example.org/"]}"#,
    )
    .unwrap();
    let file = file.to_str().unwrap();
    let made = here.json(&[
        "client",
        "create",
        "--metadata",
        file,
        "--name",
        "Flag",
        "--json",
    ]);
    assert_eq!(made["client_name"], "Flag");
    assert_eq!(made["redirect_uris"][0], "https://a.example.org/");
}

#[test]
fn an_initial_access_token_is_printed_once() {
    let here = Installation::new();
    let token = here.json(&["client", "token", "--uses", "3", "--hours", "1", "--json"]);
    assert_eq!(
        token["initial_access_token"].as_str().map(str::len),
        Some(43)
    );
    assert_eq!(token["uses"], 3);
}

#[test]
fn rotated_keys_are_published_before_they_sign() {
    let here = Installation::new();
    let states = |keys: &Value, alg: &str| -> Vec<String> {
        let keys = keys
            .as_array()
            .unwrap()
            .iter()
            .filter(|key| key["alg"] == alg);
        keys.map(|key| key["state"].as_str().unwrap().to_owned())
            .collect()
    };
    let before = here.json(&["keys", "list", "--json"]);
    assert_eq!(states(&before, "EdDSA"), ["signs"]);
    let after = here.json(&["keys", "rotate", "--alg", "EdDSA", "--json"]);
    assert_eq!(states(&after, "EdDSA"), ["signs", "next"]);
    assert_eq!(states(&after, "RS256"), ["signs"]);
    let at_once = here.json(&["keys", "rotate", "--alg", "ES256", "--now", "--json"]);
    assert_eq!(states(&at_once, "ES256"), ["last", "signs"]);
}

#[test]
fn accounts_that_do_not_exist_are_named() {
    let here = Installation::new();
    assert_eq!(here.say(&["user", "list", "--json"]).trim(), "[]");
    let unknown = here.run(&["user", "disable", "nobody"]).unwrap_err();
    assert_eq!(unknown.line(), "there is no account nobody");
}

#[test]
fn doctor_finds_nothing_wrong_before_and_after_the_first_start_and_makes_nothing() {
    let here = Installation::new();
    let (code, before) = here.run(&["doctor"]).unwrap();
    assert_eq!(
        format!("{code:?}"),
        format!("{:?}", ExitCode::SUCCESS),
        "{before}"
    );
    assert!(
        !here.dir.path().join("data").exists(),
        "doctor changes nothing"
    );
    assert!(here.say(&["migrate"]).contains("migration(s) run"));
    assert!(here.say(&["migrate"]).contains("was up to date"));
    here.say(&["keys", "list"]);
    let (code, after) = here.run(&["doctor"]).unwrap();
    assert_eq!(
        format!("{code:?}"),
        format!("{:?}", ExitCode::SUCCESS),
        "{after}"
    );
    assert!(
        after.contains("ok    signing keys: the master key opens all 3"),
        "{after}"
    );
}

#[test]
fn another_master_key_is_found_and_fails() {
    let here = Installation::new();
    here.say(&["keys", "list"]);
    let data = here.dir.path().join("data");
    std::fs::write(data.join("master.key"), "ab".repeat(32)).unwrap();
    let (code, findings) = here.run(&["doctor"]).unwrap();
    assert_eq!(
        format!("{code:?}"),
        format!("{:?}", ExitCode::from(1)),
        "{findings}"
    );
    assert!(findings.contains("fail  signing keys: "), "{findings}");
    let refused = here.run(&["keys", "list"]).unwrap_err();
    assert!(
        refused.line().starts_with("HODLXXI_MASTER_KEY: "),
        "{}",
        refused.line()
    );
}

#[test]
fn failures_of_the_start_name_the_setting_and_2_is_for_wrong_ones() {
    for (name, value, code) in [
        ("HODLXXI_DATA_DIR", "/dev/null/data", 2),
        ("DATABASE_URL", "postgres://id:hush@127.0.0.1:1/id", 1),
        ("DATABASE_URL", "sqlite:///dev/null/id.db", 2),
    ] {
        let here = Installation::new();
        let data = here.dir.path().join("data");
        let data = data.to_str().unwrap();
        let variables = [("HODLXXI_DATA_DIR", data), (name, value)];
        let error = run_on(variables.into_iter().collect(), &["migrate"]).unwrap_err();
        let line = error.line();
        assert!(line.starts_with(&format!("{name}: ")), "{line}");
        assert!(!line.contains('\n') && !line.contains("hush"), "{line}");
        assert_eq!(line.contains("; example: "), code == 2, "{line}");
        assert_eq!(
            format!("{:?}", error.exit_code()),
            format!("{:?}", ExitCode::from(code))
        );
    }
}

#[test]
fn a_wrong_setting_is_one_line_and_exit_code_2() {
    let environment: Environment = [("HODLXXI_ISSUER", "https://id.example.org/")]
        .into_iter()
        .collect();
    let error = run_on(environment.clone(), &["client", "list"]).unwrap_err();
    assert!(
        error.line().starts_with("HODLXXI_ISSUER: "),
        "{}",
        error.line()
    );
    assert_eq!(
        format!("{:?}", error.exit_code()),
        format!("{:?}", ExitCode::from(2))
    );
    let (code, said) = run_on(environment, &["doctor"]).unwrap();
    assert_eq!(format!("{code:?}"), format!("{:?}", ExitCode::from(1)));
    assert!(
        said.starts_with("fail  settings: HODLXXI_ISSUER: "),
        "{said}"
    );
}
