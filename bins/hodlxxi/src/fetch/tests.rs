//! The client against servers on this machine that misbehave.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc;
use std::thread;

use super::*;

/// A server that answers one connection by `answer`; its base URL, and what it was sent.
fn server(
    answer: impl FnOnce(&mut TcpStream) + Send + 'static,
) -> (String, mpsc::Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let (sender, received) = mpsc::channel();
    thread::spawn(move || {
        let Ok((mut stream, _)) = listener.accept() else {
            return;
        };
        let mut buffer = [0; 4096];
        let length = stream.read(&mut buffer).unwrap_or(0);
        let _ = sender.send(String::from_utf8_lossy(&buffer[..length]).into_owned());
        answer(&mut stream);
    });
    (base, received)
}

fn text(answer: impl Into<String>) -> impl FnOnce(&mut TcpStream) + Send + 'static {
    let answer = answer.into();
    // A client that has seen enough hangs up: that is no failure of the server.
    move |stream| drop(stream.write_all(answer.as_bytes()))
}

fn fetcher() -> Fetcher {
    Fetcher::new(true).unwrap()
}

#[actix_web::test]
async fn a_good_answer_is_read_and_nothing_is_told_but_what_must_be() {
    let (base, sent) = server(text(
        "HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n{\"keys\":[]}",
    ));
    assert_eq!(
        fetcher().get(&format!("{base}/jwks")).await.unwrap(),
        "{\"keys\":[]}"
    );
    let sent = sent.recv().unwrap().to_lowercase();
    assert!(sent.starts_with("get /jwks http/1.1"), "{sent}");
    assert!(
        !sent.contains("cookie") && !sent.contains("referer") && !sent.contains("encoding"),
        "{sent}"
    );
}

#[actix_web::test]
async fn a_form_is_posted_and_a_refusal_told() {
    for (status, told) in [(200, None), (204, None), (400, Some(400)), (302, Some(302))] {
        let answer = format!("HTTP/1.1 {status} X\r\nContent-Length: 0\r\n\r\n");
        let (base, sent) = server(text(answer));
        let refusal = match fetcher()
            .post_form(&base, &[("logout_token", "a.b+c")])
            .await
        {
            Ok(()) => None,
            Err(FetchError::Status(status)) => Some(status),
            Err(error) => panic!("{error}"),
        };
        assert_eq!(refusal, told);
        let sent = sent.recv().unwrap();
        assert!(sent.contains("application/x-www-form-urlencoded"), "{sent}");
    }
}

#[actix_web::test]
async fn an_answer_may_be_64_kib_and_no_more_whether_it_says_so_or_not() {
    let body = "a".repeat(LARGEST);
    let (base, _sent) = server(text(format!("HTTP/1.1 200 OK\r\n\r\n{body}")));
    assert_eq!(fetcher().get(&base).await.unwrap().len(), LARGEST);
    let (base, _sent) = server(text(format!("HTTP/1.1 200 OK\r\n\r\n{body}a")));
    assert!(matches!(
        fetcher().get(&base).await,
        Err(FetchError::TooLarge)
    ));
    let chunk = format!("{LARGEST:x}\r\n{body}\r\n");
    let chunked =
        format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{chunk}{chunk}0\r\n\r\n");
    let (base, _sent) = server(text(chunked));
    assert!(matches!(
        fetcher().get(&base).await,
        Err(FetchError::TooLarge)
    ));
}

#[actix_web::test]
async fn redirects_and_other_statuses_are_not_followed() {
    for status in [204, 301, 302, 307, 404, 500] {
        let answer = format!(
            "HTTP/1.1 {status} X\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"
        );
        let (base, _sent) = server(text(answer));
        let refused = fetcher().get(&base).await;
        assert!(
            matches!(refused, Err(FetchError::Status(other)) if other == status),
            "{status}"
        );
    }
}

#[actix_web::test]
async fn what_takes_too_long_is_given_up_even_if_it_drips() {
    let (hang_up, hung_up) = mpsc::channel::<()>();
    let (base, _sent) = server(move |stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n");
        // One byte at a time, until the client is gone.
        while hung_up.recv_timeout(Duration::from_millis(50)).is_err()
            && stream.write_all(b"a").is_ok()
        {}
    });
    let mut fetcher = fetcher();
    fetcher.client = builder(fetcher.policy)
        .timeout(Duration::from_millis(300))
        .build()
        .unwrap();
    assert!(matches!(
        fetcher.get(&base).await,
        Err(FetchError::TimedOut)
    ));
    drop(hang_up);
}

#[actix_web::test]
async fn what_is_not_text_or_not_http_is_refused() {
    let (base, _sent) = server(|stream| drop(stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n\xff\xfe")));
    assert!(matches!(
        fetcher().get(&base).await,
        Err(FetchError::NotText)
    ));
    let (base, _sent) = server(text("hello"));
    assert!(matches!(
        fetcher().get(&base).await,
        Err(FetchError::Exchange(_))
    ));
}

#[actix_web::test]
async fn a_name_that_leads_to_this_machine_is_refused_from_outside() {
    let outside = Fetcher::new(false).unwrap();
    // Whatever resolves it, `localhost` is this machine.
    let refused = outside.get("https://localhost:1/").await;
    assert!(matches!(refused, Err(FetchError::Address)), "{refused:?}");
}

#[actix_web::test]
async fn errors_tell_no_uri() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let place = listener.local_addr().unwrap();
    drop(listener);
    let failed = fetcher()
        .get(&format!("http://{place}/?hush"))
        .await
        .unwrap_err();
    assert!(matches!(failed, FetchError::Exchange(_)));
    assert!(
        !format!("{failed:?} {failed}").contains("hush"),
        "{failed:?}"
    );
}
