//! The audit log: what was done is there, whoever meddles with it is found out.

use std::path::PathBuf;
use std::process::{Command, Output};

use hodlxxi_tests::audit;
use hodlxxi_tests::installation::Installation;
use hodlxxi_tests::person::{Person, challenge, text, verify};
use hodlxxi_tests::relying_party::{CALLBACK, RelyingParty, decide};
use hodlxxi_tests::server::Server;
use serde_json::{Value, json};

/// Runs a command that must succeed; what it said.
#[track_caller]
fn said(output: &Output) -> String {
    assert!(output.status.success(), "{output:?}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

pub(super) fn export(server: &Server, arguments: &[&str]) -> Vec<Value> {
    audit::export(|command| server.run(command), arguments)
}

/// The entries of one action, oldest first.
pub(super) fn entries(lines: &[Value], action: &str) -> Vec<Value> {
    let wanted = |line: &&Value| line["action"] == action;
    lines.iter().filter(wanted).cloned().collect()
}

/// The one entry of an action.
#[track_caller]
pub(super) fn entry(lines: &[Value], action: &str) -> Value {
    let mut found = entries(lines, action);
    assert_eq!(found.len(), 1, "{action}: {found:?}");
    found.remove(0)
}

/// What the verification said once every entry was sealed.
fn sealed(server: &Server) -> String {
    audit::sealed(|command| server.run(command))
}

pub(super) fn wrong_proof(server: &Server, person: &Person) {
    let browser = server.browser();
    let body = json!({"pubkey": person.pubkey()});
    let challenge = challenge(&browser, &body);
    let mut proof = body;
    proof["signature"] = person.sign("something else").into();
    assert_eq!(verify(&browser, &challenge, &proof).status, 401);
}

#[test]
fn every_act_is_there_with_who_and_from_where() {
    let server = Server::start(&[]);
    let (browser, person) = (server.browser(), Person::named("audited"));
    let user = person.sign_in(&browser)["user_id"].clone();
    let session = browser.get("/api/session").json_with(200);
    wrong_proof(&server, &person);
    let client = RelyingParty::register(&server, &json!({}));
    let asked = client.request(&[("scope", "openid offline_access")]);
    let refused = decide(&browser, browser.get(&asked), "deny");
    assert!(refused.as_str().contains("access_denied"), "{refused}");
    let tokens = client.sign_in(&browser, "openid offline_access");
    let refresh = text(&tokens, "refresh_token");
    let renewed = client.refresh(refresh).json_with(200);
    let access = text(&renewed, "access_token");
    assert_eq!(
        client.post("/oauth/revoke", &[("token", access)]).status,
        200
    );
    let thief = RelyingParty {
        secret: Some("wrong".to_owned()),
        line: server.browser(),
        id: client.id.clone(),
        registration: Value::Null,
    };
    assert_eq!(thief.refresh("x").status, 401);
    said(&server.run(&["client", "disable", &client.id]));
    let id = user.as_str().expect("an id");
    said(&server.run(&["user", "promote", "--level", "full", id]));

    sealed(&server);
    let lines = export(&server, &[]);
    let signed_in = entry(&lines, "auth.signed_in");
    for (member, value) in [
        ("user_id", &user),
        ("actor", &json!("person")),
        ("result", &json!("done")),
        ("address", &json!("127.0.0.1")),
        ("key", &json!(person.pubkey())),
        ("detail", &json!("bitcoin")),
    ] {
        assert_eq!(&signed_in[member], value, "{signed_in}");
    }
    assert!(signed_in["request_id"].is_string() && signed_in["at"].is_i64());
    assert_eq!(session["user_id"], signed_in["user_id"]);
    let failed = entry(&lines, "auth.sign_in_failed");
    assert_eq!(failed["result"], "invalid_proof");
    assert_eq!(
        (&failed["user_id"], &failed["actor"]),
        (&user, &json!("visitor"))
    );

    for (action, actor, result) in [
        ("oauth.client_registered", "visitor", "done"),
        ("oauth.consent_denied", "person", "done"),
        ("oauth.consent_given", "person", "done"),
        ("oauth.token_granted", "client", "done"),
        ("oauth.token_refreshed", "client", "done"),
        ("oauth.token_revoked", "client", "done"),
        ("oauth.client_refused", "visitor", "invalid_credentials"),
        ("admin.client_disabled", "operator", "done"),
    ] {
        let entry = entry(&lines, action);
        assert_eq!(entry["client_id"], client.id.as_str(), "{entry}");
        assert_eq!(
            (&entry["actor"], &entry["result"]),
            (&json!(actor), &json!(result))
        );
        let from = (actor != "operator").then_some("127.0.0.1");
        assert_eq!(entry["address"].as_str(), from, "{entry}");
    }
    for action in [
        "consent_given",
        "token_granted",
        "token_refreshed",
        "token_revoked",
    ] {
        let entry = entry(&lines, &format!("oauth.{action}"));
        assert_eq!(entry["user_id"], user, "{entry}");
    }
    let promoted = entry(&lines, "admin.level_granted");
    assert_eq!(
        (&promoted["user_id"], &promoted["actor"]),
        (&user, &json!("operator"))
    );
    assert!(!entries(&lines, "keys.rotated").is_empty());

    // Everything is under a seal, and the key that checks them comes last.
    let seals: Vec<_> = lines.iter().filter(|line| line["type"] == "seal").collect();
    let members: usize = seals
        .iter()
        .map(|seal| seal["members"].as_array().expect("a list").len())
        .sum();
    let count = lines.iter().filter(|line| line["type"] == "entry").count();
    assert_eq!(members, count);
    assert_eq!(lines.last().expect("a line")["type"], "key");
}

#[test]
fn the_address_is_the_one_in_front_of_the_proxy() {
    let proxies = [("HODLXXI_TRUSTED_PROXIES", "127.0.0.1")];
    let server = Server::start_on(Installation::Sqlite, &proxies);
    let browser = server.browser();
    let person = Person::named("behind a proxy");
    let asked = challenge(&browser, &json!({"pubkey": person.pubkey()}));
    let proof = json!({"challenge_id": asked["challenge_id"], "pubkey": person.pubkey(),
        "signature": person.sign(text(&asked, "challenge"))});
    let request = browser.request(reqwest::Method::POST, "/api/verify");
    let request = request
        .header("X-Forwarded-For", "198.51.100.7, 203.0.113.9")
        .header("User-Agent", "a wallet/1.0");
    assert_eq!(browser.send(request.json(&proof)).status, 200);
    let signed_in = entry(&export(&server, &[]), "auth.signed_in");
    assert_eq!(signed_in["address"], "203.0.113.9");
    assert_eq!(signed_in["user_agent"], "a wallet/1.0");
}

#[test]
fn what_is_made_up_leaves_no_entry() {
    let server = Server::start(&[]);
    let client = RelyingParty::register_public(&server);
    let nobody = RelyingParty {
        id: "nobody".to_owned(),
        secret: Some("x".to_owned()),
        line: server.browser(),
        registration: Value::Null,
    };
    for _ in 0..3 {
        assert_eq!(nobody.refresh("x").status, 401);
        assert_eq!(client.refresh("made-up").status, 400);
        assert_eq!(client.redeem("made-up").status, 400);
    }
    let lines = export(&server, &[]);
    for action in ["oauth.client_refused", "oauth.token_refused"] {
        assert_eq!(entries(&lines, action), [] as [Value; 0]);
    }
}

#[test]
fn a_reused_code_is_told() {
    let server = Server::start(&[]);
    let browser = server.browser();
    Person::named("robbed").sign_in(&browser);
    let client = RelyingParty::register(&server, &json!({}));
    let code = client.code(&browser, &[]);
    assert_eq!(client.redeem(&code).status, 200);
    assert_eq!(client.redeem(&code).status, 400);
    let wrong = [
        ("grant_type", "authorization_code"),
        ("code", &client.code(&browser, &[])),
        ("redirect_uri", CALLBACK),
        ("code_verifier", "x"),
    ];
    assert_eq!(client.token(&wrong).status, 400);
    let lines = export(&server, &[]);
    assert_eq!(
        entry(&lines, "oauth.code_reused")["client_id"],
        client.id.as_str()
    );
    let refused = entry(&lines, "oauth.token_refused");
    assert!(
        text(&refused, "detail").contains("code_verifier"),
        "{refused}"
    );
    let page = browser.get("/account").body;
    assert!(page.contains("it may have been copied"), "{page}");
}

#[test]
fn an_act_that_was_answered_survives_the_kill() {
    let mut server = Server::start_on(Installation::Sqlite, &[]);
    let users: Vec<Value> = (0..20)
        .map(|n| {
            let person = Person::named(&format!("killed {n}"));
            person.sign_in(&server.browser())["user_id"].clone()
        })
        .collect();
    server.nodes()[0].kill();
    let told = entries(&export(&server, &[]), "auth.signed_in");
    let told: Vec<_> = told.iter().map(|entry| entry["user_id"].clone()).collect();
    assert!(users.iter().all(|user| told.contains(user)), "{told:?}");
    let server = server.restart();
    sealed(&server);
}

#[test]
fn a_person_is_erased_and_the_log_still_verifies() {
    let server = Server::start(&[]);
    let person = Person::named("forgotten");
    let user = person.sign_in(&server.browser())["user_id"].clone();
    let user = user.as_str().expect("an id");
    sealed(&server);
    let erased = said(&server.run(&["audit", "erase", &person.pubkey()]));
    assert!(erased.contains("1 entries"), "{erased}");
    let report = sealed(&server);
    assert!(
        report.contains("is good") && report.contains("1 erased"),
        "{report}"
    );
    let lines = export(&server, &[]);
    assert!(!lines.iter().any(|line| line.to_string().contains(user)));
    assert_eq!(entry(&lines, "auth.signed_in")["address"], Value::Null);
    assert_eq!(entry(&lines, "admin.person_erased")["detail"], "1");
}

/// What `audit verify` says after `sql` ran on the database file of a server that does not run.
fn after(sql: &str) -> String {
    let mut server = Server::start_on(Installation::Sqlite, &[]);
    for name in ["one", "two"] {
        Person::named(name).sign_in(&server.browser());
        sealed(&server);
    }
    server.terminate();
    server.wait();
    let file: PathBuf = server.data_dir().join("hodlxxi.db");
    let mut sqlite = Command::new("sqlite3");
    sqlite.arg("-bail").arg(&file).arg(sql);
    let output = sqlite
        .output()
        .expect("sqlite3, which tests/install brings");
    assert!(output.status.success(), "{output:?}");
    let verified = server.run(&["audit", "verify"]);
    assert_eq!(verified.status.code(), Some(1), "{verified:?}");
    String::from_utf8_lossy(&verified.stdout).into_owned()
}

#[test]
fn whoever_meddles_with_the_file_is_found_out() {
    const ENTRY: &str =
        "WHERE id = (SELECT max(id) FROM audit_entries WHERE action = 'auth.signed_in')";
    for (sql, found) in [
        (
            format!("UPDATE audit_entries SET address = '192.0.2.1' {ENTRY}"),
            "the personal fields of entry",
        ),
        (
            format!("UPDATE audit_entries SET detail = 'nostr' {ENTRY}"),
            "was altered",
        ),
        (format!("DELETE FROM audit_entries {ENTRY}"), "was removed"),
        (
            "DELETE FROM audit_seals WHERE number = 1".to_owned(),
            "seals 1 to 1 were removed",
        ),
        (
            "DELETE FROM audit_seals WHERE number = (SELECT max(number) FROM audit_seals)"
                .to_owned(),
            "noted under a seal that is not there",
        ),
    ] {
        let report = after(&sql);
        assert!(
            report.contains("WRONG") && report.contains(found),
            "{sql}: {report}"
        );
        assert!(report.contains("NOT GOOD"), "{report}");
    }
}

#[test]
fn a_noted_seal_tells_that_the_end_was_cut_off() {
    let mut server = Server::start_on(Installation::Sqlite, &[]);
    Person::named("first").sign_in(&server.browser());
    let report = sealed(&server);
    let noted = report
        .lines()
        .find_map(|line| line.strip_prefix("Last seal: "))
        .expect("a seal")
        .to_owned();
    let verify = ["audit", "verify", "--noted", &noted];
    said(&server.run(&verify));
    Person::named("second").sign_in(&server.browser());
    sealed(&server);
    said(&server.run(&verify));
    server.terminate();
    server.wait();
    let file = server.data_dir().join("hodlxxi.db");
    let sql = "DELETE FROM audit_entries; DELETE FROM audit_seals";
    let cut = Command::new("sqlite3").arg(&file).arg(sql).status();
    assert!(cut.expect("sqlite3").success());
    let found = server.run(&verify);
    assert_eq!(found.status.code(), Some(1));
    let report = String::from_utf8_lossy(&found.stdout).into_owned();
    assert!(report.contains("is not the one that was noted"), "{report}");
}

#[test]
fn an_export_takes_times_and_refuses_nonsense() {
    let server = Server::start(&[]);
    Person::named("timely").sign_in(&server.browser());
    let all = export(&server, &["--since", "2020-01-01"]);
    assert_eq!(entries(&all, "auth.signed_in").len(), 1);
    let before = export(&server, &["--until", "2020-01-01T00:00:00Z"]);
    assert_eq!(entries(&before, "auth.signed_in").len(), 0);
    for nonsense in [
        &["audit", "export", "--since", "yesterday"][..],
        &["audit", "verify", "--noted", "12"],
        &["audit"],
    ] {
        assert_eq!(server.run(nonsense).status.code(), Some(2), "{nonsense:?}");
    }
}
