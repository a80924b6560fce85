//! Many connections asking at full speed, for a time or until nothing is left to ask.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use hdrhistogram::Histogram;
use tokio::time::timeout;

use crate::line::{Line, Reply};

/// The longest latency told apart from others, in microseconds.
const SLOWEST: u64 = 60_000_000;

/// How long the last answers may take once the time is over.
const PATIENCE: Duration = Duration::from_mins(1);

/// A request's bytes.
pub type Request = Rc<[u8]>;

/// Where requests come from.
pub enum Requests {
    /// These in turn, again and again.
    Turns(Vec<Request>),
    /// Each of these once.
    Once(Vec<Request>),
    /// For each connection a first one, and then one made of its last answer.
    Chains(Vec<Request>, NextRequest),
}

/// Makes the next request of a connection, given its number, of its last answer.
pub type NextRequest = Box<dyn Fn(usize, &Reply<'_>) -> Request>;

impl Requests {
    /// The request of number `count`, on connection `line`, whose last answer made `next`.
    fn take(&mut self, count: usize, line: usize, next: Option<Request>) -> Option<Request> {
        match self {
            Self::Turns(requests) => Some(requests[count % requests.len()].clone()),
            Self::Once(requests) => requests.get(count).cloned(),
            Self::Chains(firsts, _) => next.or_else(|| firsts.get(line).cloned()),
        }
    }

    fn after(&self, line: usize, reply: &Reply<'_>) -> Option<Request> {
        match self {
            Self::Chains(_, next) => Some(next(line, reply)),
            _ => None,
        }
    }
}

/// Where, by how many, and for how long.
#[derive(Debug, Clone, Copy)]
pub struct Aim {
    /// The server's port on 127.0.0.1.
    pub port: u16,
    /// How many connections ask at once.
    pub lines: usize,
    /// For how long.
    pub time: Duration,
    /// How many requests at most.
    pub most: usize,
    /// The status that every answer must have.
    pub status: u16,
}

/// What came of it.
#[derive(Debug)]
pub struct Outcome {
    /// Requests answered.
    pub answered: u64,
    /// From the first request to the last answer.
    pub took: Duration,
    /// Latencies in microseconds.
    pub latencies: Histogram<u64>,
    /// The length of the last answer's body, in bytes.
    pub length: usize,
}

struct Shared<'a> {
    requests: Requests,
    count: usize,
    keep: &'a mut dyn FnMut(usize, &Reply<'_>),
    outcome: Outcome,
}

/// Fires `requests`, and shows each answer with its request's number to `keep`. Any other answer than
/// those expected ends the program.
pub async fn fire(
    aim: Aim,
    requests: Requests,
    keep: &mut dyn FnMut(usize, &Reply<'_>),
) -> Outcome {
    let mut lines = Vec::new();
    for _ in 0..aim.lines {
        lines.push(Line::open(aim.port).await);
    }
    let shared = RefCell::new(Shared {
        requests,
        count: 0,
        keep,
        outcome: Outcome {
            answered: 0,
            took: Duration::ZERO,
            latencies: Histogram::new_with_max(SLOWEST, 3).expect("a histogram"),
            length: 0,
        },
    });
    let started = Instant::now();
    let asking = lines.into_iter().enumerate();
    let asking = join_all(asking.map(|(number, line)| ask(aim, number, line, &shared, started)));
    let all_ended = timeout(aim.time + PATIENCE, asking).await;
    all_ended.expect("the server answers");
    let mut outcome = shared.into_inner().outcome;
    outcome.took = started.elapsed();
    outcome
}

async fn ask(
    aim: Aim,
    number: usize,
    mut line: Line,
    shared: &RefCell<Shared<'_>>,
    started: Instant,
) {
    let mut next = None;
    while started.elapsed() < aim.time {
        let (count, request) = {
            let shared = &mut *shared.borrow_mut();
            let count = shared.count;
            if count == aim.most {
                return;
            }
            let Some(request) = shared.requests.take(count, number, next.take()) else {
                return;
            };
            shared.count += 1;
            (count, request)
        };
        let sent = Instant::now();
        let reply = line.ask(&request).await;
        let latency = sent.elapsed();
        assert_eq!(
            reply.status,
            aim.status,
            "{}\nanswered {}",
            String::from_utf8_lossy(&request),
            String::from_utf8_lossy(reply.body)
        );
        let shared = &mut *shared.borrow_mut();
        (shared.keep)(count, &reply);
        next = shared.requests.after(number, &reply);
        shared.outcome.answered += 1;
        shared.outcome.length = reply.body.len();
        let micros = u64::try_from(latency.as_micros()).unwrap_or(u64::MAX);
        shared.outcome.latencies.saturating_record(micros);
    }
}
