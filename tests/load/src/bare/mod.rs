//! The bare stack: an HTTP handler that does as many pooled statements and signatures as an operation
//! of the server, with the same libraries, and nothing besides.
//!
//! It is what the server can at best come to on this machine. It reads no request, checks nothing and
//! keeps nothing that means anything; its connections are not tested when they are taken.

mod database;
mod keys;
mod redis;

use std::net::TcpListener;
use std::sync::Arc;

use actix_web::web::{self, Bytes};
use actix_web::{App, HttpResponse, HttpServer};
use clap::Args;

use self::database::Database;
use self::keys::Keys;
use self::redis::Redis;
use crate::plan::Plan;

/// What the bare server is to do.
#[derive(Debug, Args)]
pub struct Bare {
    /// The port on 127.0.0.1.
    #[arg(long)]
    port: u16,
    /// `postgres://…`, or the path of a SQLite file.
    #[arg(long)]
    database: String,
    /// `redis://…`, where the plans ask it.
    #[arg(long)]
    redis: Option<String>,
    /// The most connections to each.
    #[arg(long)]
    pool_size: u32,
    /// The plans, as a JSON list; the path `/n` is the plan of number n.
    #[arg(long)]
    plans: String,
}

struct Work {
    plans: Vec<(Plan, Bytes)>,
    database: Database,
    redis: Option<Redis>,
    keys: Keys,
}

impl Bare {
    /// Serves until SIGTERM.
    ///
    /// # Errors
    ///
    /// Where the port cannot be had.
    pub fn run(self) -> std::io::Result<()> {
        let plans: Vec<Plan> = serde_json::from_str(&self.plans).expect("a list of plans");
        let plans = plans.into_iter().map(|plan| {
            let answer = Bytes::from(vec![b' '; plan.answer]);
            (plan, answer)
        });
        let work = web::Data::from(Arc::new(Work {
            plans: plans.collect(),
            database: Database::open(&self.database, self.pool_size),
            redis: self.redis.map(|url| Redis::open(&url, self.pool_size)),
            keys: Keys::new(),
        }));
        let listener = TcpListener::bind(("127.0.0.1", self.port))?;
        actix_web::rt::System::new().block_on(async move {
            HttpServer::new(move || {
                App::new()
                    .app_data(work.clone())
                    .route("/{number}", web::get().to(answer))
            })
            .listen(listener)?
            .run()
            .await
        })
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the rule is the product's; this is what its one hop is compared with"
)]
async fn answer(work: web::Data<Work>, number: web::Path<usize>) -> HttpResponse {
    let number = number.into_inner();
    let Some((plan, body)) = work.plans.get(number) else {
        return HttpResponse::NotFound().finish();
    };
    let body = body.clone();
    if plan.hops() {
        let work = work.clone();
        let done = web::block(move || work.run(number)).await;
        done.expect("the work is done");
    }
    HttpResponse::Ok()
        .content_type("application/json")
        .body(body)
}

impl Work {
    fn run(&self, number: usize) {
        let (plan, _) = &self.plans[number];
        for signature in &plan.signatures {
            self.keys.run(*signature);
        }
        for _ in 0..plan.redis {
            self.redis.as_ref().expect("a Redis").get();
        }
        for _ in 0..plan.reads {
            self.database.read();
        }
        for _ in 0..plan.writes {
            self.database.write();
        }
        for transaction in &plan.transactions {
            self.database.run(*transaction);
        }
    }
}
