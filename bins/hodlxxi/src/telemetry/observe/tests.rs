//! Requests through the layer: ids, headers, counters, and what the log line holds.

use std::io::Write;
use std::sync::Mutex;

use actix_web::http::StatusCode;
use actix_web::middleware::from_fn;
use actix_web::test::{TestRequest, init_service};
use actix_web::{App, HttpResponse};
use hodlxxi_kernel::{OsEntropy, SystemClock, Timestamp};
use hodlxxi_store_sql::PoolState;
use tracing::instrument::WithSubscriber as _;

use super::*;
use crate::config::{Config, Environment};

/// What was logged.
#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn observer(metrics: &Metrics) -> web::Data<Observer> {
    let environment: Environment = [("HODLXXI_TRUSTED_PROXIES", "10.0.0.0/8")]
        .into_iter()
        .collect();
    let proxies = Config::read(&environment).unwrap().server.trusted_proxies;
    web::Data::new(Observer::new(
        metrics.clone(),
        proxies,
        Arc::new(SystemClock),
        &OsEntropy,
    ))
}

async fn echo(request: actix_web::HttpRequest) -> HttpResponse {
    tracing::info!("inside");
    let id = request
        .extensions()
        .get::<RequestId>()
        .map(ToString::to_string);
    HttpResponse::Ok().body(id.unwrap_or_default())
}

async fn refuse(
    _: ServiceRequest,
    _: Next<actix_web::body::BoxBody>,
) -> Result<ServiceResponse, Error> {
    Err(actix_web::error::ErrorForbidden("no"))
}

/// Sends `request`; answers the response's status, id and body, and what was logged.
async fn send(metrics: &Metrics, request: TestRequest) -> (StatusCode, String, String, String) {
    let written = Written::default();
    let writer = written.clone();
    let subscriber = tracing_subscriber::fmt()
        .json()
        .with_writer(move || writer.clone())
        .finish();
    let answer = async {
        let app = App::new()
            .app_data(observer(metrics))
            .wrap(from_fn(observe))
            .route("/things/{id}", web::route().to(echo))
            .service(
                web::scope("/closed")
                    .wrap(from_fn(refuse))
                    .route("", web::get().to(echo)),
            );
        let app = init_service(app).await;
        let response = match actix_web::dev::Service::call(&app, request.to_request()).await {
            Ok(response) => response.into_parts().1.map_into_boxed_body(),
            Err(error) => error.error_response(),
        };
        let id = response
            .headers()
            .get(X_REQUEST_ID)
            .map(|id| id.to_str().unwrap().to_owned());
        let status = response.status();
        let body = actix_web::body::to_bytes(response.into_body())
            .await
            .unwrap();
        (
            status,
            id.unwrap(),
            String::from_utf8(body.to_vec()).unwrap(),
        )
    };
    let (status, id, body) = answer.with_subscriber(subscriber).await;
    let log = String::from_utf8(written.0.lock().unwrap().clone()).unwrap();
    (status, id, body, log)
}

fn metrics() -> Metrics {
    Metrics::new(Timestamp::from_unix(0))
}

#[actix_web::test]
async fn the_id_is_in_the_answer_the_extensions_and_each_log_line() {
    let (status, id, body, log) = send(&metrics(), TestRequest::get().uri("/things/7")).await;
    assert_eq!((status, id.as_str()), (StatusCode::OK, body.as_str()));
    let lines: Vec<&str> = log.lines().collect();
    assert_eq!(lines.len(), 2, "{log}");
    assert!(lines.iter().all(|line| line.contains(&id)), "{log}");
}

#[actix_web::test]
async fn the_line_has_the_pattern_and_nothing_that_was_sent() {
    let request = TestRequest::post()
        .uri("/things/hush-path?code=hush-query")
        .insert_header(("Authorization", "Bearer hush-token"))
        .insert_header(("Cookie", "session=hush-cookie"))
        .insert_header(("X-Request-Id", "hush-id"))
        .set_payload("hush-body");
    let (_, _, _, log) = send(&metrics(), request).await;
    assert!(
        log.contains(r#""route":"/things/{id}""#) && log.contains(r#""status":200"#),
        "{log}"
    );
    assert!(
        log.contains(r#""method":"POST""#) && log.contains("latency_ms"),
        "{log}"
    );
    assert!(!log.contains("hush"), "{log}");
}

#[actix_web::test]
async fn only_a_trusted_proxy_names_requests() {
    let from = |peer: &str| {
        TestRequest::get()
            .uri("/things/7")
            .insert_header(("X-Request-Id", "from-outside"))
            .peer_addr(format!("{peer}:1234").parse().unwrap())
    };
    assert_eq!(send(&metrics(), from("10.1.2.3")).await.1, "from-outside");
    assert_ne!(send(&metrics(), from("11.1.2.3")).await.1, "from-outside");
    let malformed = from("10.1.2.3").insert_header(("X-Request-Id", "a b"));
    assert_ne!(send(&metrics(), malformed).await.1, "a b");
}

#[actix_web::test]
async fn answers_of_errors_carry_the_id_too() {
    let metrics = metrics();
    let (status, id, _, log) = send(&metrics, TestRequest::get().uri("/closed")).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    assert!(log.contains(&id), "{log}");
}

#[actix_web::test]
async fn paths_that_match_nothing_are_one_route() {
    let metrics = metrics();
    for uri in ["/a", "/b?c", "/things"] {
        send(&metrics, TestRequest::get().uri(uri)).await;
    }
    let pool = PoolState {
        connections: 0,
        idle: 0,
        max: 1,
    };
    let text = metrics.exposition(pool, 0);
    let line = r#"hodlxxi_http_requests_total{method="GET",route="unmatched",status="4xx"} 3"#;
    assert!(text.contains(line), "{text}");
    assert!(text.contains("hodlxxi_http_requests_in_flight 0"), "{text}");
}

#[actix_web::test]
async fn a_panic_aborts_its_request_and_nothing_else() {
    async fn panic() -> HttpResponse {
        panic!("a bug")
    }
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let metrics = metrics();
    let observer = observer(&metrics);
    let server = actix_web::HttpServer::new(move || {
        App::new()
            .app_data(observer.clone())
            .wrap(from_fn(observe))
            .route("/panic", web::get().to(panic))
            .route("/", web::get().to(echo))
    });
    let server = server
        .workers(1)
        .disable_signals()
        .listen(listener)
        .unwrap()
        .run();
    let handle = server.handle();
    actix_web::rt::spawn(server);
    let client = crate::fetch::Fetcher::new(true).unwrap();
    assert!(client.get(&format!("{base}/panic")).await.is_err());
    assert!(client.get(&base).await.is_ok());
    let pool = PoolState {
        connections: 0,
        idle: 0,
        max: 1,
    };
    let text = metrics.exposition(pool, 0);
    assert!(text.contains("hodlxxi_http_requests_in_flight 0"), "{text}");
    handle.stop(false).await;
}
