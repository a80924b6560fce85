//! SIGTERM: accepted requests are finished, then it ends with code 0.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use hodlxxi_tests::person::Person;
use hodlxxi_tests::server::Server;
use serde_json::json;

#[test]
fn requests_under_way_are_answered() {
    let mut server = Server::start(&[]);
    let body = json!({"pubkey": Person::named("late").pubkey()}).to_string();
    let mut waiting: Vec<_> = (0..20)
        .map(|_| {
            let mut stream = TcpStream::connect(("127.0.0.1", server.port)).expect("a connection");
            stream.set_read_timeout(Some(Duration::from_secs(30))).expect("a time limit");
            let length = body.len();
            let head = format!("POST /api/challenge HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {length}\r\nExpect: 100-continue\r\n\r\n");
            stream.write_all(head.as_bytes()).expect("sent");
            // The server asks for the body: it has taken the request.
            let mut line = String::new();
            let mut reader = BufReader::new(stream.try_clone().expect("a second handle"));
            reader.read_line(&mut line).expect("an answer");
            assert!(line.starts_with("HTTP/1.1 100"), "{line}");
            stream
        })
        .collect();
    server.terminate();
    for stream in &mut waiting {
        stream
            .write_all(body.as_bytes())
            .expect("the server still listens to what it accepted");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        assert!(
            answer.contains("HTTP/1.1 200") && answer.contains("challenge_id"),
            "{answer}"
        );
    }
    let status = server.wait();
    assert_eq!(status.code(), Some(0), "{}", server.log());
}

#[test]
fn what_a_person_was_told_is_there_after_a_restart() {
    let server = Server::start(&[]);
    let person = Person::named("kept");
    let user = person.sign_in(&server.browser())["user_id"].clone();
    let kids = |server: &Server| server.browser().get("/oauth/jwks.json").json_with(200);
    let before = kids(&server);
    let server = server.restart();
    assert_eq!(person.sign_in(&server.browser())["user_id"], user);
    assert_eq!(kids(&server), before, "the same keys sign on");
}
