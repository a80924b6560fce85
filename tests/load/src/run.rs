//! One run: the statements are counted, then each operation is fired at the server and at the bare one
//! in turn, on each kind of installation.

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use clap::Args;
use hodlxxi_tests::node::free_port;
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::aim::{Aim, Outcome, Requests, fire};
use crate::census;
use crate::line::get;
use crate::operation::Operation;
use crate::plan::Plan;
use crate::process::Process;
use crate::report::{self, Figures, Installation, Row};
use crate::servers::{Postgres, Redis};
use crate::world::World;

/// Operations, one after the other, that the statements are counted of.
const COUNTED: u32 = 40;
/// Requests made before anything is measured, where each can be made but once.
const WARM_UP: usize = 100;
/// Connections of either server to its database, and to Redis.
const POOL_SIZE: u32 = 4;

/// How to measure.
#[derive(Debug, Args)]
pub struct Run {
    /// How long each operation is fired in each round, in seconds
    #[arg(long, default_value_t = 2.0)]
    seconds: f64,
    /// How many rounds; the one in the middle counts
    #[arg(long, default_value_t = 3)]
    rounds: u32,
    /// How many connections ask at once
    #[arg(long, default_value_t = 32)]
    connections: usize,
    /// Only operations whose name holds this
    #[arg(long)]
    only: Option<String>,
    /// The file whose table between the markers is written anew
    #[arg(long)]
    write: Option<PathBuf>,
}

/// The server under measurement: where it keeps its data, and how it is set.
struct Site {
    home: TempDir,
    port: u16,
    settings: Vec<(&'static str, String)>,
}

impl Site {
    fn new(database: Option<String>, redis: Option<&Redis>) -> Self {
        let mut settings = vec![
            ("HODLXXI_RATE_LIMITS", "off".to_owned()),
            ("DATABASE_POOL_SIZE", POOL_SIZE.to_string()),
            ("REDIS_POOL_SIZE", POOL_SIZE.to_string()),
        ];
        settings.extend(database.map(|url| ("DATABASE_URL", url)));
        settings.extend(redis.map(|redis| ("REDIS_URL", redis.url())));
        Self {
            home: tempfile::tempdir().expect("a folder for the server's data"),
            port: free_port(),
            settings,
        }
    }

    /// The same site, on the same database by another URL.
    fn by(mut self, database: String) -> Self {
        self.settings.retain(|(name, _)| *name != "DATABASE_URL");
        self.settings.push(("DATABASE_URL", database));
        self
    }

    fn start(&self) -> Process {
        let mut command = beside_this("hodlxxi");
        command.args(["serve", "--migrate"]);
        command.env_clear().current_dir(self.home.path());
        command.env("HODLXXI_BIND", format!("127.0.0.1:{}", self.port));
        command.env("HODLXXI_ISSUER", format!("http://localhost:{}", self.port));
        command.envs(self.settings.iter().map(|(name, value)| (name, value)));
        let log = self.home.path().join("log");
        Process::serving(&mut command, &log, self.port, "/health")
    }
}

/// A program that was built into the same folder as this one.
fn beside_this(name: &str) -> Command {
    let this = std::env::current_exe().expect("this program's path");
    let path = this.with_file_name(name);
    assert!(
        path.is_file(),
        "{} is missing: run make bench, or make build",
        path.display()
    );
    Command::new(path)
}

impl Run {
    /// Measures, prints, and writes the table where it was told to.
    pub fn run(self) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        let write = self.write.clone();
        let text = Measurement { run: self, runtime }.measure();
        report::print(&text);
        if let Some(path) = write {
            let document = fs::read_to_string(&path).expect("the document");
            let document = report::between_markers(&document, &text);
            fs::write(&path, document).expect("the document is written");
        }
    }
}

/// A run under way. Only what is fired runs on the async runtime: the browsers that people sign in with
/// before that bring their own.
struct Measurement {
    run: Run,
    runtime: Runtime,
}

impl Measurement {
    fn measure(&self) -> String {
        let (postgres, redis) = (Postgres::start(), Redis::start());
        let mut installations = Vec::new();

        let (_, plans) = self.census(&postgres, None);
        let site = Site::new(None, None);
        // Once, so that its database is ready when the start is measured.
        drop(site.start());
        let file = site.home.path().join("bare.db");
        let bare = BareDatabase {
            url: file.to_string_lossy().into_owned(),
            redis: None,
        };
        installations.push(self.installation("SQLite", &site, &bare, &plans));

        let (site, plans) = self.census(&postgres, Some(&redis));
        postgres.create("bare");
        let bare = BareDatabase {
            url: postgres.url("bare"),
            redis: Some(redis.url()),
        };
        let title = "PostgreSQL and Redis";
        installations.push(self.installation(title, &site, &bare, &plans));
        report::text(&postgres.version(), &installations)
    }

    /// A site on PostgreSQL, and what each operation costs there.
    fn census(&self, postgres: &Postgres, redis: Option<&Redis>) -> (Site, Vec<Plan>) {
        let database = if redis.is_some() { "cluster" } else { "alone" };
        postgres.create(database);
        let site = Site::new(Some(postgres.told_url(database)), redis);
        let process = site.start();
        let world = World::settle(site.port, self.run.connections);
        let mut plans = Vec::new();
        for operation in self.operations() {
            let requests = self.requests(&world, operation, COUNTED as usize);
            let (from, read) = (postgres.logged(), redis.map(Redis::requests));
            let aim = Aim {
                lines: 1,
                most: COUNTED as usize,
                ..self.aim(site.port, operation.status())
            };
            let outcome = self.fire(aim, requests);
            let read = redis
                .zip(read)
                .map_or(0, |(redis, before)| redis.requests().saturating_sub(before));
            plans.push(Plan {
                redis: (read + COUNTED / 2) / COUNTED,
                signatures: operation.signatures().to_vec(),
                answer: outcome.length,
                ..census::count(&postgres.log(from), COUNTED)
            });
        }
        drop(process);
        (site.by(postgres.url(database)), plans)
    }

    /// Measures one kind of installation.
    fn installation(
        &self,
        title: &'static str,
        site: &Site,
        bare: &BareDatabase,
        plans: &[Plan],
    ) -> Installation {
        let server = site.start();
        std::thread::sleep(Duration::from_secs(1));
        let idle = server.memory();
        let world = World::settle(site.port, self.run.connections);
        let bare = start_bare(site, bare, plans);
        let mut rows = Vec::new();
        for (number, operation) in self.operations().enumerate() {
            let (mut ours, mut theirs) = (Vec::new(), Vec::new());
            let warm = self.requests(&world, operation, WARM_UP);
            let warm = self.fire(self.aim(site.port, operation.status()), warm);
            let bare_requests = || Requests::Turns(vec![get(&format!("/{number}"), "").into()]);
            self.shots(&bare, 200, bare_requests());
            let count = as_many_as(&warm, self.run.seconds);
            for _ in 0..self.run.rounds {
                let requests = self.requests(&world, operation, count);
                ours.push(self.shots(&server, operation.status(), requests));
                theirs.push(self.shots(&bare, 200, bare_requests()));
            }
            rows.push(Row {
                operation,
                plan: plans[number].clone(),
                ours: Figures::median(ours),
                bare: Figures::median(theirs),
            });
        }
        Installation {
            title,
            rows,
            start_up: server.start_up,
            idle,
            loaded: server.memory(),
        }
    }

    /// Fires at a server, and says what that took of it.
    fn shots(&self, server: &Process, status: u16, requests: Requests) -> Figures {
        let before = server.cpu();
        let outcome = self.fire(self.aim(server.port, status), requests);
        Figures::new(&outcome, server.cpu() - before)
    }

    fn requests(&self, world: &World, operation: Operation, count: usize) -> Requests {
        self.runtime.block_on(world.requests(operation, count))
    }

    fn fire(&self, aim: Aim, requests: Requests) -> Outcome {
        self.runtime.block_on(fire(aim, requests, &mut |_, _| {}))
    }

    fn aim(&self, port: u16, status: u16) -> Aim {
        Aim {
            port,
            lines: self.run.connections,
            time: Duration::from_secs_f64(self.run.seconds),
            most: usize::MAX,
            status,
        }
    }

    fn operations(&self) -> impl Iterator<Item = Operation> {
        let wanted = |operation: &Operation| {
            let only = self.run.only.as_deref();
            only.is_none_or(|only| operation.name().contains(only))
        };
        Operation::ALL.into_iter().filter(wanted)
    }
}

/// More than can be asked in `seconds`, as it went in `warm`.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "a rough number of requests"
)]
fn as_many_as(warm: &Outcome, seconds: f64) -> usize {
    let per_second = warm.answered as f64 / warm.took.as_secs_f64();
    // The first hundred are slower than those to come.
    (per_second * seconds * 2.0) as usize + 100
}

/// What the bare server runs on.
struct BareDatabase {
    url: String,
    redis: Option<String>,
}

fn start_bare(site: &Site, on: &BareDatabase, plans: &[Plan]) -> Process {
    let port = free_port();
    let plans = serde_json::to_string(plans).expect("JSON");
    let mut command = beside_this("hodlxxi-load-bare");
    command.args(["--port", &port.to_string(), "--database", &on.url]);
    if let Some(redis) = &on.redis {
        command.args(["--redis", redis]);
    }
    command.args(["--pool-size", &POOL_SIZE.to_string(), "--plans", &plans]);
    let log = site.home.path().join("bare.log");
    Process::listening(&mut command, &log, port)
}
