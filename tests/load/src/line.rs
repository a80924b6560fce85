//! One connection that asks and waits for the answer: HTTP/1.1 as far as our own servers speak it, at
//! little cost, since it shares the machine with the server it measures.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// A connection kept alive.
#[derive(Debug)]
pub struct Line {
    stream: TcpStream,
    buffer: Vec<u8>,
}

/// An answer, owned by its line until the next request.
#[derive(Debug)]
pub struct Reply<'a> {
    /// The status code.
    pub status: u16,
    /// Status line and header fields.
    head: &'a [u8],
    /// The body.
    pub body: &'a [u8],
}

impl Line {
    /// Connects to a port of this machine.
    pub async fn open(port: u16) -> Self {
        let stream = TcpStream::connect(("127.0.0.1", port)).await;
        let stream = stream.expect("the server listens");
        stream.set_nodelay(true).expect("no delay");
        Self {
            stream,
            buffer: Vec::with_capacity(16 * 1024),
        }
    }

    /// Sends a request and reads its answer to the end.
    pub async fn ask(&mut self, request: &[u8]) -> Reply<'_> {
        self.buffer.clear();
        let sent = self.stream.write_all(request).await;
        sent.expect("the server reads");
        loop {
            let read = self.stream.read_buf(&mut self.buffer).await;
            assert!(read.expect("an answer") > 0, "the server hung up");
            if let Some((status, head, end)) = whole(&self.buffer) {
                return Reply {
                    status,
                    head: &self.buffer[..head],
                    body: &self.buffer[head..end],
                };
            }
        }
    }
}

/// Status, end of the head and end of the body, once all of the answer is there.
fn whole(bytes: &[u8]) -> Option<(u16, usize, usize)> {
    let mut fields = [httparse::EMPTY_HEADER; 40];
    let mut response = httparse::Response::new(&mut fields);
    let parsed = response.parse(bytes).expect("an HTTP answer");
    let httparse::Status::Complete(head) = parsed else {
        return None;
    };
    let length = response
        .headers
        .iter()
        .find(|field| field.name.eq_ignore_ascii_case("content-length"))
        .and_then(|field| std::str::from_utf8(field.value).ok()?.parse().ok());
    let length: usize = length.expect("an answer with its length");
    (bytes.len() >= head + length).then_some((response.code?, head, head + length))
}

impl Reply<'_> {
    /// A header field as text.
    pub fn header(&self, name: &str) -> Option<String> {
        let mut fields = [httparse::EMPTY_HEADER; 40];
        let mut response = httparse::Response::new(&mut fields);
        response.parse(self.head).ok()?;
        let field = response
            .headers
            .iter()
            .find(|field| field.name.eq_ignore_ascii_case(name))?;
        Some(String::from_utf8_lossy(field.value).into_owned())
    }
}

/// The body of an answer as JSON.
pub fn json(reply: &Reply<'_>) -> serde_json::Value {
    serde_json::from_slice(reply.body).expect("a JSON answer")
}

/// A GET request with header lines, each ended by CR LF.
pub fn get(path: &str, fields: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n{fields}\r\n").into_bytes()
}

/// A POST request with header lines, each ended by CR LF.
pub fn post(path: &str, fields: &str, media_type: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!(
        "POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {media_type}\r\nContent-Length: {length}\r\n{fields}\r\n{body}"
    )
    .into_bytes()
}

/// A POST request of a form.
pub fn post_form(path: &str, fields: &str, pairs: &[(&str, &str)]) -> Vec<u8> {
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    let body = form.extend_pairs(pairs).finish();
    post(path, fields, "application/x-www-form-urlencoded", &body)
}
