//! What an operator installs beside the program (`deploy/`, the container files), each read by the program that it is for
//! where there is one here.

use std::fs;
use std::process::Command;

use hodlxxi_tests::node::binary;
use hodlxxi_tests::programs::{debian, output, repository};

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

/// The compose file as the engine would be told, every variable and reference of it resolved.
fn compose() -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let secrets = folder.path().join("secrets.env");
    let set =
        "PUBLIC_HOST=id.example.org\nHODLXXI_MASTER_KEY=m\nPOSTGRES_PASSWORD=p\nREDIS_PASSWORD=r\n";
    fs::write(&secrets, set).expect("a file");
    let mut compose = debian("docker-compose");
    compose
        .current_dir(repository())
        .arg("--env-file")
        .arg(&secrets);
    output(compose.args(["--file", "docker-compose.yml", "config"]))
}

#[test]
fn compose_reads_its_file_and_finds_what_it_mounts() {
    let resolved = compose();
    for service in ["migrate", "nginx", "node-1", "node-2", "postgres", "redis"] {
        assert!(
            resolved.contains(&format!("\n  {service}:\n")),
            "{resolved}"
        );
    }
    // Each run of the program: the two nodes and the migration.
    for guard in [
        "read_only: true",
        "- ALL",
        "- no-new-privileges:true",
        "HODLXXI_ISSUER: https://id.example.org",
    ] {
        assert_eq!(resolved.matches(guard).count(), 3, "{guard}: {resolved}");
    }
    let top = repository();
    let top = top.to_str().expect("a path in UTF-8");
    let here = format!("- {top}/");
    let mounted = resolved.split(&here).skip(1);
    let mounted: Vec<_> = mounted.filter_map(|rest| rest.split(':').next()).collect();
    assert!(mounted.len() >= 4, "{resolved}");
    for path in mounted {
        // The certificate is the operator's.
        assert!(path == "tls" || repository().join(path).exists(), "{path}");
    }
}

#[test]
fn compose_says_which_secret_is_missing() {
    let nothing = tempfile::NamedTempFile::new().expect("a file");
    let mut compose = debian("docker-compose");
    compose.arg("--env-file").arg(nothing.path());
    compose
        .current_dir(repository())
        .args(["--file", "docker-compose.yml", "config"]);
    let refused = compose.output().expect("it runs");
    assert!(!refused.status.success());
    let said = String::from_utf8_lossy(&refused.stderr);
    assert!(said.contains("set it in .env"), "{said}");
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
