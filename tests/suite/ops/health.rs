//! Health, status and metrics (contract section 3).

use hodlxxi_tests::installation::Installation;
use hodlxxi_tests::node::free_port;
use hodlxxi_tests::person::Person;
use hodlxxi_tests::relying_party::RelyingParty;
use hodlxxi_tests::server::Server;
use reqwest::Method;
use serde_json::json;

#[test]
fn it_says_that_it_lives_and_what_it_needs() {
    let server = Server::start(&[]);
    let browser = server.browser();
    let health = browser.get("/health").json_with(200);
    assert_eq!(health["status"], "ok");
    assert_eq!(health["service"], "HODLXXI");
    assert!(health["version"].is_string());
    let ready = browser.get("/health/ready").json_with(200);
    assert!(ready.to_string().contains("database"), "{ready}");
}

#[test]
fn status_counts() {
    let server = Server::start(&[]);
    let browser = server.browser();
    RelyingParty::register(&server, &json!({}));
    Person::named("counted").sign_in(&browser);
    let status = browser.get("/oauthx/status").json_with(200);
    assert_eq!(status["status"], "operational");
    assert_eq!(status["issuer"], server.issuer());
    for member in [
        "registered_clients",
        "active_codes",
        "active_sessions",
        "lnurl_sessions",
        "uptime_seconds",
    ] {
        assert!(status[member].is_u64(), "{member}: {status}");
    }
}

#[test]
fn metrics_are_for_the_machine_itself() {
    // Asked of a node itself: nginx passes no such request on.
    let server = Server::start_on(Installation::Sqlite, &[]);
    let browser = server.browser();
    Person::named("measured").sign_in(&browser);
    let metrics = browser.get("/metrics");
    assert_eq!(metrics.status, 200);
    assert!(metrics.body.contains("# TYPE "), "{}", metrics.body);
    for header in ["x-forwarded-for", "forwarded", "x-real-ip"] {
        let forwarded = browser.send(
            browser
                .request(Method::GET, "/metrics")
                .header(header, "203.0.113.7"),
        );
        assert_ne!(forwarded.status, 200, "{header}");
    }
    let port = free_port();
    let bind = [("HODLXXI_METRICS_BIND", &*format!("127.0.0.1:{port}"))];
    let apart = Server::start_on(Installation::Sqlite, &bind);
    assert_ne!(apart.browser().get("/metrics").status, 200);
    let own = apart
        .browser()
        .get(&format!("http://127.0.0.1:{port}/metrics"));
    assert_eq!(own.status, 200);
}

#[test]
fn the_api_is_described_and_every_path_of_it_answers() {
    // Some pages are there for administrators alone.
    let admin = Person::named("admin");
    let server = Server::start(&[("HODLXXI_ADMIN_KEYS", &admin.pubkey())]);
    let browser = server.browser();
    admin.sign_in(&browser);
    let document = browser.get("/openapi.json").json_with(200);
    assert!(
        document["openapi"]
            .as_str()
            .expect("a version")
            .starts_with("3.1")
    );
    let printed = server.run(&["openapi"]);
    let printed: serde_json::Value = serde_json::from_slice(&printed.stdout).expect("JSON");
    assert_eq!(printed["paths"], document["paths"]);
    let committed = hodlxxi_tests::programs::repository().join("docs/openapi.json");
    let committed = std::fs::read_to_string(&committed).expect("docs/openapi.json");
    let committed: serde_json::Value = serde_json::from_str(&committed).expect("JSON");
    assert_eq!(committed, printed, "run `make openapi`");
    for (path, methods) in document["paths"].as_object().expect("paths") {
        let concrete = path.replace(['{', '}'], "x");
        for method in methods
            .as_object()
            .expect("methods")
            .keys()
            .filter(|name| !name.starts_with("parameters"))
        {
            let method = Method::from_bytes(method.to_uppercase().as_bytes()).expect("a method");
            let answer = browser.send(browser.request(method.clone(), &concrete));
            assert!(
                answer.status != 405 && answer.status < 500,
                "{method} {path}: {}",
                answer.status
            );
            // Guests are off, and metrics are not for whoever comes through a proxy.
            let absent = ["/api/guest", "/metrics"].contains(&path.as_str());
            let unknown = answer.status == 404 && !path.contains('{') && !absent;
            assert!(!unknown, "{method} {path} is described and not there");
            assert!(answer.header("x-request-id").is_some(), "{method} {path}");
        }
    }
}
