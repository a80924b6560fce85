//! A full disk: what cannot be written is refused, what was answered stays, and room is all it takes to go on.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use hodlxxi_tests::browser::Browser;
use hodlxxi_tests::node::{Node, binary, free_port};
use hodlxxi_tests::person::{Person, text};
use hodlxxi_tests::programs::output;
use hodlxxi_tests::relying_party::{CALLBACK, register};
use serde_json::{Value, json};

use super::settings;

/// A node whose data are on a file system of four megabytes that nobody else sees.
fn on_a_small_disk(home: &Path) -> Node {
    let data = home.join("data");
    fs::create_dir(&data).expect("a folder");
    let mut command = Command::new("unshare");
    // Whoever is not root is one in a user namespace.
    if output(Command::new("id").arg("-u")) != "0" {
        command.args(["--user", "--map-root-user"]);
    }
    command.args([
        "--mount",
        "sh",
        "-c",
        "mount -t tmpfs -o size=4m,mode=0700 none \"$0\" && exec \"$@\"",
    ]);
    command.arg(&data).arg(binary());
    Node::start_as(command, home, free_port(), &settings(&[]))
}

/// Where the node's data are, seen from here.
fn inside(node: &Node) -> PathBuf {
    let data = node.data_dir();
    let data = data.strip_prefix("/").expect("a whole path");
    Path::new("/proc")
        .join(node.id().to_string())
        .join("root")
        .join(data)
}

fn fill(file: &Path) {
    let mut file = File::create(file).expect("a file");
    while file.write_all(&[0; 4096]).is_ok() {}
    while file.write_all(&[0; 1]).is_ok() {}
}

fn exists(browser: &Browser, client: &Value) -> bool {
    let path = format!("/oauth/register/{}", text(client, "client_id"));
    let request = browser.request(reqwest::Method::GET, &path);
    browser
        .send(request.bearer_auth(text(client, "registration_access_token")))
        .status
        == 200
}

#[test]
fn a_full_disk_refuses_writes_and_loses_none() {
    let home = tempfile::tempdir().expect("a folder");
    let node = on_a_small_disk(home.path());
    let browser = node.browser();
    let person = Person::named("squeezed");
    let user = person.sign_in(&browser)["user_id"].clone();
    let new_client = || register(&browser, &json!({"redirect_uris": [CALLBACK]}));
    let mut clients = vec![new_client().json_with(201)];

    let ballast = inside(&node).join("ballast");
    fill(&ballast);
    let mut refused = 0;
    // The database's log has some room left that was written before.
    for _ in 0..400 {
        let answer = new_client();
        if answer.status == 201 {
            clients.push(answer.json());
            continue;
        }
        answer.is_oauth_error(503, "temporarily_unavailable");
        assert!(answer.header("retry-after").is_some());
        refused += 1;
        if refused == 20 {
            break;
        }
    }
    assert_eq!(refused, 20, "the disk is full");
    assert_eq!(
        browser.get("/api/session").json_with(200)["user_id"],
        user,
        "reading goes on"
    );
    browser.get("/oauth/jwks.json").json_with(200);
    browser.get("/health").json_with(200);

    fs::remove_file(&ballast).expect("room again");
    clients.push(new_client().json_with(201));
    assert_eq!(person.sign_in(&node.browser())["user_id"], user);
    for client in &clients {
        assert!(exists(&browser, client), "{client}");
    }
}
