//! The architecture as a test: which package may use which, read from `cargo metadata`.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use hodlxxi_tests::programs::{output, repository};
use serde_json::Value;

const KERNEL: &str = "hodlxxi-kernel";
const DOMAIN: [&str; 6] = [
    "hodlxxi-audit",
    "hodlxxi-auth",
    "hodlxxi-backup",
    "hodlxxi-limit",
    "hodlxxi-lnurl",
    "hodlxxi-oauth",
];
const ADAPTERS: [&str; 2] = ["hodlxxi-store-redis", "hodlxxi-store-sql"];
const SHELL: &str = "hodlxxi";
const TESTS: &str = "hodlxxi-tests";
const LOAD: &str = "hodlxxi-load";

/// What neither kernel nor domain may reach, however many packages lie between.
const OUTSIDE: [&str; 10] = [
    "tokio",
    "actix-web",
    "actix-http",
    "diesel",
    "r2d2",
    "redis",
    "reqwest",
    "hyper",
    "ureq",
    "curl",
];

/// Every package with the names of those it uses outside its own tests, resolved.
fn graph() -> (BTreeSet<String>, BTreeMap<String, BTreeSet<String>>) {
    let mut command = Command::new(env!("CARGO"));
    command
        .args(["metadata", "--format-version", "1", "--locked", "--offline"])
        .current_dir(repository());
    let metadata: Value = serde_json::from_str(&output(&mut command)).expect("JSON");
    let list = |value: &Value| value.as_array().expect("a list").clone();
    let name_of: BTreeMap<_, _> = list(&metadata["packages"])
        .iter()
        .map(|package| {
            (
                package["id"].as_str().expect("id").to_owned(),
                package["name"].as_str().expect("name").to_owned(),
            )
        })
        .collect();
    let id = |value: &Value| value.as_str().expect("id").to_owned();
    let ours = list(&metadata["workspace_members"])
        .iter()
        .map(|member| name_of[&id(member)].clone())
        .collect();
    let mut uses: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for node in list(&metadata["resolve"]["nodes"]) {
        let used = list(&node["deps"]).into_iter().filter(|dep| {
            list(&dep["dep_kinds"])
                .iter()
                .any(|kind| kind["kind"] != "dev")
        });
        uses.entry(name_of[&id(&node["id"])].clone())
            .or_default()
            .extend(used.map(|dep| name_of[&id(&dep["pkg"])].clone()));
    }
    (ours, uses)
}

fn allowed(package: &str) -> Vec<&'static str> {
    let mut inner = Vec::new();
    let layers: [&[&str]; 4] = [&[KERNEL], &DOMAIN, &ADAPTERS, &[SHELL]];
    for layer in layers {
        if layer.contains(&package) {
            return inner;
        }
        inner.extend_from_slice(layer);
    }
    // The suite meets the product as a process, never as a library; so does the load, by its means.
    if package == LOAD {
        return vec![TESTS];
    }
    assert_eq!(
        package, TESTS,
        "a package without a layer: give it one here and in docs/ARCHITECTURE.md"
    );
    Vec::new()
}

#[test]
fn dependencies_point_inward() {
    let (ours, uses) = graph();
    for package in &ours {
        for used in uses[package].intersection(&ours) {
            assert!(
                allowed(package).contains(&used.as_str()),
                "{package} must not use {used}"
            );
        }
    }
}

#[test]
fn kernel_and_domain_do_no_input_or_output() {
    let (_, uses) = graph();
    for start in DOMAIN.iter().chain([&KERNEL]) {
        let mut seen = BTreeSet::from([(*start).to_owned()]);
        let mut queue = vec![(*start).to_owned()];
        while let Some(package) = queue.pop() {
            assert!(
                !OUTSIDE.contains(&package.as_str()),
                "{start} reaches {package}"
            );
            queue.extend(
                uses[&package]
                    .iter()
                    .filter(|used| seen.insert((*used).clone()))
                    .cloned(),
            );
        }
    }
}
