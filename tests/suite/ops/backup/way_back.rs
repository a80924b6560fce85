//! The way back: nothing lost that was there, nobody let in who should not be.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use hodlxxi_tests::audit;
use hodlxxi_tests::browser::Browser;
use hodlxxi_tests::person::{Person, challenge, text, verify};
use hodlxxi_tests::programs::{debian, output};
use hodlxxi_tests::relying_party::RelyingParty;
use hodlxxi_tests::server::Server;
use hodlxxi_tests::waiting::Raise;
use serde_json::{Value, json};

use super::{BOTH, Safe, destroy, said};

/// The same relying party with a line to a server that listens elsewhere now.
fn moved(client: RelyingParty, server: &Server) -> RelyingParty {
    RelyingParty {
        line: server.browser(),
        ..client
    }
}

/// A browser with the session cookie of before.
fn returning(server: &Server, cookie: &str) -> Browser {
    let browser = server.browser();
    browser.set_cookie(&server.cookie_name("hodlxxi_session"), cookie);
    browser
}

/// Waits until somebody can sign in: for some seconds Redis cannot tell what was used before the restore.
fn await_challenges(server: &Server) {
    let (begin, person) = (Instant::now(), Person::named("the first"));
    loop {
        let browser = server.browser();
        let asked = challenge(&browser, &json!({"pubkey": person.pubkey()}));
        let signature = person.sign(text(&asked, "challenge"));
        let proof = json!({"pubkey": person.pubkey(), "signature": signature});
        let answer = verify(&browser, &asked, &proof);
        if answer.status == 200 {
            return;
        }
        answer.is_problem(400, "auth.challenge_used");
        assert!(begin.elapsed() < Duration::from_secs(10), "nobody can");
        thread::sleep(Duration::from_millis(200));
    }
}

fn jwks(server: &Server) -> Value {
    server.browser().get("/oauth/jwks.json").json_with(200)
}

#[test]
fn after_the_loss_of_everything_accounts_and_keys_are_back_and_nobody_is_signed_in() {
    for installation in BOTH {
        let (server, safe) = (Server::start_on(installation, &[]), Safe::new());
        let (browser, alice) = (server.browser(), Person::named("alice"));
        let user = alice.sign_in(&browser)["user_id"].clone();
        let client = RelyingParty::register(&server, &json!({}));
        let tokens = client.sign_in(&browser, "openid profile offline_access");
        let (refresh, access) = (
            text(&tokens, "refresh_token"),
            text(&tokens, "access_token"),
        );
        let cookie = browser
            .cookie(&server.cookie_name("hodlxxi_session"))
            .expect("a session");
        let keys = jwks(&server);

        // Taken while people sign in.
        let stop = AtomicBool::new(false);
        let file = thread::scope(|scope| {
            let stopping = Raise(&stop);
            let crowd = scope.spawn(|| {
                for number in 0..1000 {
                    if stop.load(Ordering::Relaxed) {
                        return number;
                    }
                    Person::named(&format!("crowd {number}")).sign_in(&server.browser());
                }
                1000
            });
            safe.backup(&server, "first");
            let file = safe.backup(&server, "a.backup");
            drop(stopping);
            assert!(crowd.join().expect("the crowd") > 0);
            file
        });
        let mode = fs::metadata(&file).expect("the file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "for its owner alone");
        let verified = said(&safe.run(&server, "verify-backup", &file, &[]));
        assert!(verified.contains("is good"), "{verified}");

        // It would all go on after a mere restart.
        let server = server.restart();
        let client = moved(client, &server);
        assert_eq!(returning(&server, &cookie).get("/api/session").status, 200);
        assert_eq!(client.introspect(access)["active"], true);

        let mut server = server;
        server.terminate();
        server.wait();
        destroy(&server);
        let told = said(&safe.run(&server, "restore", &file, &[]));
        assert!(
            told.contains("sessions") && told.contains("client disable"),
            "{told}"
        );
        let server = server.restart();
        assert_eq!(jwks(&server), keys, "the same keys sign on");
        let client = moved(client, &server);
        assert_eq!(returning(&server, &cookie).get("/api/session").status, 401);
        client.refresh(refresh).is_oauth_error(400, "invalid_grant");
        assert_eq!(client.introspect(access)["active"], false);
        assert_eq!(client.userinfo(access).status, 401);

        await_challenges(&server);
        // The same person, the same application; she is asked again.
        let browser = server.browser();
        assert_eq!(alice.sign_in_soon(&browser)["user_id"], user);
        let asked = browser.get(&client.request(&[("prompt", "none")]));
        let answer = asked.location().expect("sent back");
        assert!(
            answer
                .query()
                .is_some_and(|q| q.contains("consent_required")),
            "{answer}"
        );
        let tokens = client.sign_in(&browser, "openid profile offline_access");
        client
            .refresh(text(&tokens, "refresh_token"))
            .json_with(200);
    }
}

#[test]
fn what_was_taken_back_since_does_not_come_back_to_life() {
    for installation in BOTH {
        let (server, safe) = (Server::start_on(installation, &[]), Safe::new());
        let (browser, alice) = (server.browser(), Person::named("alice"));
        alice.sign_in(&browser);
        let client = RelyingParty::register(&server, &json!({}));
        let tokens = client.sign_in(&browser, "openid profile offline_access");
        let first = text(&tokens, "refresh_token");
        let code = client.code(&browser, &[("scope", "openid")]);
        let cookie = browser
            .cookie(&server.cookie_name("hodlxxi_session"))
            .expect("a session");
        let file = safe.backup(&server, "a.backup");

        // Rotated, redeemed, logged out.
        client.refresh(first).json_with(200);
        client.redeem(&code).json_with(200);
        browser.post_json("/api/logout", &json!({}));
        let asked = challenge(&browser, &json!({"pubkey": alice.pubkey()}));
        let signature = alice.sign(text(&asked, "challenge"));
        let proof = json!({"pubkey": alice.pubkey(), "signature": signature});
        verify(&browser, &asked, &proof).json_with(200);

        let mut server = server;
        server.terminate();
        server.wait();
        said(&safe.run(&server, "restore", &file, &["--force"]));
        let server = server.restart();
        let client = moved(client, &server);
        assert_eq!(returning(&server, &cookie).get("/api/session").status, 401);
        client.refresh(first).is_oauth_error(400, "invalid_grant");
        client.redeem(&code).is_oauth_error(400, "invalid_grant");
        // What somebody recorded signs nobody in.
        verify(&server.browser(), &asked, &proof).is_problem(400, "auth.challenge_used");
        audit::sealed(|arguments| server.run(arguments));
        let log = audit::export(|arguments| server.run(arguments), &[]);
        let restored = log
            .iter()
            .find(|entry| entry["action"] == "admin.backup_restored")
            .expect("the restore is in the log");
        assert_eq!(restored["actor"], "operator");
        assert!(text(restored, "detail").starts_with("the backup of 2"));
    }
}

#[test]
fn a_backup_can_be_taken_apart_without_the_program() {
    for installation in BOTH {
        let (server, safe) = (Server::start_on(installation, &[]), Safe::new());
        let file = safe.backup(&server, "a.backup");
        let (compressed, tar) = (safe.path("a.tar.zst"), safe.path("a.tar"));
        output(
            debian("age")
                .arg("-d")
                .arg("-i")
                .arg(safe.identity())
                .arg("-o")
                .arg(&compressed)
                .arg(&file),
        );
        output(
            debian("zstd")
                .args(["-q", "-d", "-o"])
                .arg(&tar)
                .arg(&compressed),
        );
        let list = output(debian("tar").arg("tf").arg(&tar));
        let names: Vec<_> = list.lines().collect();
        assert_eq!(&names[..2], ["manifest.json", "manifest.mac"]);
        let manifest = output(debian("tar").arg("xOf").arg(&tar).arg("manifest.json"));
        let manifest: Value = serde_json::from_str(&manifest).expect("JSON");
        let dump = safe.path("dump");
        fs::write(
            &dump,
            debian("tar")
                .arg("xOf")
                .arg(&tar)
                .arg(names[2])
                .output()
                .expect("tar")
                .stdout,
        )
        .expect("written");
        let sum = output(debian("sha256sum").arg(&dump));
        assert_eq!(sum.split(' ').next(), manifest["dump"]["sha256"].as_str());
    }
}

#[test]
fn a_passphrase_from_a_file_or_the_environment_does_as_well() {
    let passphrase = "correct horse battery staple";
    let server = Server::start(&[("HODLXXI_BACKUP_PASSPHRASE", passphrase)]);
    let safe = Safe::new();
    let (file, phrase) = (safe.path("a.backup"), safe.path("phrase"));
    fs::write(&phrase, format!("{passphrase}\n")).expect("written");
    said(&server.run(&["backup", super::text(&file)]));
    let opened = [
        "verify-backup",
        super::text(&file),
        "--passphrase-file",
        super::text(&phrase),
    ];
    said(&server.run(&opened));
    super::refused(
        &safe.run(&server, "verify-backup", &file, &[]),
        "passphrase",
    );
    fs::write(&phrase, "another passphrase\n").expect("written");
    super::refused(&server.run(&opened), "does not open");
}
