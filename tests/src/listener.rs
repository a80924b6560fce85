//! A small HTTP listener that plays the part of something the server calls: a key set, a logout receiver.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// A request that arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Method and target, such as `POST /logout`.
    pub line: String,
    /// The body.
    pub body: String,
}

/// A listener on a free port of 127.0.0.1, answering every request with one body. It lives as long as the test process.
#[derive(Debug)]
pub struct Listener {
    /// Its port.
    pub port: u16,
    requests: Receiver<Request>,
    body: Arc<Mutex<String>>,
}

impl Listener {
    /// Starts one that answers 200 with `body`, a JSON text.
    pub fn answering(body: &str) -> Self {
        let socket = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
        let port = socket.local_addr().expect("its address").port();
        let (sender, requests) = channel();
        let body = Arc::new(Mutex::new(body.to_owned()));
        let shared = Arc::clone(&body);
        thread::spawn(move || {
            for stream in socket.incoming().flatten() {
                let text = shared.lock().expect("the body").clone();
                // A caller that hangs up early is its own affair.
                let _ = serve(&stream, &text, &sender);
            }
        });
        Self {
            port,
            requests,
            body,
        }
    }

    /// Answers with another body from now on.
    pub fn answer(&self, body: &str) {
        body.clone_into(&mut self.body.lock().expect("the body"));
    }

    /// The URL of `path` here.
    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// The next request, which must arrive within ten seconds.
    pub fn next(&self) -> Request {
        self.requests
            .recv_timeout(Duration::from_secs(10))
            .expect("a request within ten seconds")
    }

    /// How many requests have arrived that were not taken yet.
    pub fn waiting(&self) -> usize {
        self.requests.try_iter().count()
    }
}

fn serve(mut stream: &TcpStream, body: &str, sender: &Sender<Request>) -> std::io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let mut length = 0;
    loop {
        let mut header = String::new();
        reader.read_line(&mut header)?;
        let Some((name, value)) = header.split_once(':') else {
            break;
        };
        if name.eq_ignore_ascii_case("content-length") {
            length = value.trim().parse().unwrap_or(0);
        }
    }
    let mut bytes = vec![0; length];
    reader.read_exact(&mut bytes)?;
    let line = line
        .rsplit_once(' ')
        .map_or(line.as_str(), |(start, _)| start)
        .to_owned();
    let request = Request {
        line,
        body: String::from_utf8_lossy(&bytes).into_owned(),
    };
    // The test may have ended and dropped its end.
    let _ = sender.send(request);
    let length = body.len();
    write!(
        stream,
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    )
}
