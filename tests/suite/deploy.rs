//! What an operator installs beside the program (`deploy/`, the container files), each read by the program that it is for
//! where there is one here.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use hodlxxi_tests::node::binary;
use hodlxxi_tests::programs::{debian, output, repository};
use serde_json::{Value, json};

#[test]
fn systemd_reads_the_unit_and_finds_it_well_locked() {
    let unit =
        fs::read_to_string(repository().join("deploy/systemd/hodlxxi@.service")).expect("the unit");
    // Where the guide installs it.
    assert!(
        unit.contains("ExecStart=/usr/local/bin/hodlxxi serve\n"),
        "{unit}"
    );
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("hodlxxi@.service");
    let binary = binary();
    let program = binary.to_str().expect("a path in UTF-8");
    fs::write(&file, unit.replace("/usr/local/bin/hodlxxi", program)).expect("the unit");
    let verified = debian("systemd-analyze")
        .arg("verify")
        .arg(&file)
        .output()
        .expect("it runs");
    let said = String::from_utf8_lossy(&verified.stderr);
    assert!(verified.status.success() && said.is_empty(), "{said}");
    // From 0 (nothing is allowed) to 100.
    output(
        debian("systemd-analyze")
            .args(["security", "--no-pager", "--offline=yes", "--threshold=15"])
            .arg(&file),
    );
}

/// The settings that a file gives: `NAME=value` or `NAME: value` at the beginning of a line.
fn settings_of(text: &str) -> Vec<&str> {
    let names = text.split(|c: char| !(c.is_ascii_uppercase() || c == '_'));
    let ours = |name: &&str| {
        name.starts_with("HODLXXI_") || matches!(*name, "DATABASE_URL" | "REDIS_URL" | "LOG_FORMAT")
    };
    names.filter(ours).collect()
}

#[test]
fn every_setting_that_is_named_is_documented() {
    let documented = repository().join("docs/configuration.md");
    let documented = fs::read_to_string(documented).expect("the settings");
    let files = [
        "deploy/systemd/hodlxxi@.service",
        "deploy/hodlxxi.env",
        "docker-compose.yml",
        "Dockerfile",
    ];
    for file in files {
        let text = fs::read_to_string(repository().join(file))
            .unwrap_or_else(|error| panic!("{file}: {error}"));
        let named = settings_of(&text);
        assert!(!named.is_empty(), "{file} names settings");
        for name in named {
            assert!(documented.contains(&format!("`{name}`")), "{file}: {name}");
        }
    }
}

/// A run of compose on our file, with these secrets set.
fn compose(secrets: &str) -> Output {
    let file = tempfile::NamedTempFile::new().expect("a file");
    fs::write(file.path(), secrets).expect("the secrets");
    let mut compose = debian("docker-compose");
    compose.current_dir(repository()).arg("--env-file");
    compose.arg(file.path());
    compose.args(["--file", "docker-compose.yml", "config"]);
    if !is_the_first_compose() {
        compose.args(["--format", "json"]);
    }
    compose.output().expect("compose runs")
}

/// Whether this is compose 1, written in Python, which knows no JSON.
fn is_the_first_compose() -> bool {
    output(debian("docker-compose").args(["version", "--short"])).starts_with("1.")
}

/// The compose file as the engine would be told, every variable and reference of it resolved.
fn resolved() -> Value {
    let set =
        "PUBLIC_HOST=id.example.org\nHODLXXI_MASTER_KEY=m\nPOSTGRES_PASSWORD=p\nREDIS_PASSWORD=r\n";
    let said = compose(set);
    assert!(said.status.success(), "{said:?}");
    if !is_the_first_compose() {
        return serde_json::from_slice(&said.stdout).expect("JSON");
    }
    let file = tempfile::NamedTempFile::new().expect("a file");
    fs::write(file.path(), &said.stdout).expect("the file");
    // It brings a reader of YAML with it.
    let script = "import json, sys, yaml; print(json.dumps(yaml.safe_load(open(sys.argv[1]))))";
    let json = output(debian("python3").args(["-c", script]).arg(file.path()));
    serde_json::from_str(&json).expect("JSON")
}

/// The paths of this machine that a service mounts: `source:target:mode`, or an object.
fn mounted(service: &Value) -> Vec<&str> {
    let volumes = service["volumes"].as_array().into_iter().flatten();
    let sources = volumes.map(|volume| {
        let short = volume.as_str().and_then(|text| text.split(':').next());
        short.or(volume["source"].as_str()).expect("its source")
    });
    sources.filter(|source| source.starts_with('/')).collect()
}

#[test]
fn compose_reads_its_file_and_finds_what_it_mounts() {
    let resolved = resolved();
    let services = resolved["services"].as_object().expect("services");
    let names: Vec<_> = services.keys().map(String::as_str).collect();
    let expected = ["migrate", "nginx", "node-1", "node-2", "postgres", "redis"];
    assert_eq!(names, expected);
    // Each run of the program.
    for name in ["migrate", "node-1", "node-2"] {
        let service = &services[name];
        for (member, value) in [
            ("read_only", json!(true)),
            ("cap_drop", json!(["ALL"])),
            ("security_opt", json!(["no-new-privileges:true"])),
        ] {
            assert_eq!(service[member], value, "{service}");
        }
        let issuer = &service["environment"]["HODLXXI_ISSUER"];
        assert_eq!(issuer, "https://id.example.org", "{service}");
    }
    let paths: Vec<_> = services.values().flat_map(mounted).collect();
    assert!(paths.len() >= 4, "{paths:?}");
    for path in paths {
        let path = Path::new(path).strip_prefix(repository());
        let path = path.expect("a path of the repository");
        // The certificate is the operator's.
        let theirs = path == Path::new("tls");
        assert!(theirs || repository().join(path).exists(), "{path:?}");
    }
}

#[test]
fn compose_says_which_secret_is_missing() {
    let refused = compose("PUBLIC_HOST=id.example.org\nPOSTGRES_PASSWORD=p\nREDIS_PASSWORD=r\n");
    assert!(!refused.status.success());
    let said = String::from_utf8_lossy(&refused.stderr);
    assert!(
        said.contains("HODLXXI_MASTER_KEY") && said.contains("set it in .env"),
        "{said}"
    );
}

#[test]
fn the_container_of_nginx_gets_the_same_site() {
    let folder = tempfile::tempdir().expect("a folder");
    let (site, made) = (
        repository().join("deploy/nginx/hodlxxi.conf"),
        folder.path().join("default.conf"),
    );
    let mut script = Command::new(repository().join("deploy/containers/nginx.sh"));
    output(
        script
            .arg(&site)
            .arg(&made)
            .env("PUBLIC_HOST", "id.example.net"),
    );
    let (site, made) = (
        fs::read_to_string(site).expect("the site"),
        fs::read_to_string(made).expect("the copy"),
    );
    let changed: Vec<_> = site
        .lines()
        .zip(made.lines())
        .filter(|(before, after)| before != after)
        .map(|(_, after)| after.trim())
        .collect();
    let expected = [
        "server node-1:5000 max_fails=1 fail_timeout=1s;",
        "server node-2:5000 max_fails=1 fail_timeout=1s;",
        "server_name id.example.net;",
        "server_name id.example.net;",
        "ssl_certificate /etc/nginx/tls/fullchain.pem;",
        "ssl_certificate_key /etc/nginx/tls/privkey.pem;",
    ];
    assert_eq!(changed, expected);
}

#[test]
fn the_image_runs_as_nobody_in_particular_and_asks_how_it_is() {
    let file = fs::read_to_string(repository().join("Dockerfile")).expect("the Dockerfile");
    let (_, image) = file.rsplit_once("\nFROM ").expect("a second stage");
    for line in [
        "USER 10001:10001",
        "VOLUME /data",
        "ENTRYPOINT [\"hodlxxi\"]",
        "CMD [\"serve\"]",
    ] {
        assert!(image.lines().any(|own| own == line), "{line}: {image}");
    }
    let check = image.lines().find(|line| line.starts_with("HEALTHCHECK "));
    assert!(
        check
            .expect("a health check")
            .ends_with("CMD [\"hodlxxi\", \"health\"]")
    );
    // What it is built of is in the context: the ignore file lets in nothing but what it names.
    let context = fs::read_to_string(repository().join(".dockerignore")).expect("the ignore file");
    let named: Vec<_> = context
        .lines()
        .filter_map(|line| line.strip_prefix('!'))
        .collect();
    assert!(context.lines().any(|line| line == "*"));
    for path in &named {
        assert!(repository().join(path).exists(), "{path}");
    }
    for needed in [
        "Cargo.toml",
        "Cargo.lock",
        "rust-toolchain.toml",
        "bins",
        "crates",
        "migrations",
        "tests",
    ] {
        assert!(named.contains(&needed), "{needed}");
    }
}
