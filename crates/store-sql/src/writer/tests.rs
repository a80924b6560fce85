//! Batches: what is committed together, and what fails alone.

use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use diesel::RunQueryDsl;
use diesel::connection::SimpleConnection;
use diesel::dsl::sql;
use diesel::sql_types::BigInt;
use hodlxxi_kernel::Deadline;
use tempfile::TempDir;

use super::*;
use crate::url::DatabaseUrl;

struct File {
    writer: Writer,
    url: DatabaseUrl,
    _dir: TempDir,
}

impl File {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let url = DatabaseUrl::sqlite(dir.path().join("x.db"));
        let file = url.clone();
        let writer = Writer::new(move || Ok(Conn::open(&file)?));
        writer
            .act(|conn| {
                Ok(conn.batch_execute(
                    "CREATE TABLE parent (id INTEGER PRIMARY KEY) STRICT;
                     CREATE TABLE child (id INTEGER REFERENCES parent DEFERRABLE INITIALLY DEFERRED) STRICT",
                )?)
            })
            .unwrap();
        Self {
            writer,
            url,
            _dir: dir,
        }
    }

    /// What another connection sees: how many, and their sum.
    fn committed(&self) -> (i64, i64) {
        let mut conn = Conn::open(&self.url).unwrap();
        let mut number = |text| {
            let query = diesel::select(sql::<BigInt>(text));
            query.get_result::<i64>(&mut conn).unwrap()
        };
        (
            number("count(*) FROM parent"),
            number("coalesce(sum(id), 0) FROM parent"),
        )
    }

    /// Waits until `count` acts wait for their turn.
    fn await_waiting(&self, count: usize) {
        while self.writer.waiting.load(Ordering::SeqCst) < count {
            thread::yield_now();
        }
    }
}

fn insert(id: i64) -> impl FnOnce(&mut Conn) -> Result<(), Fault> {
    move |conn| Ok(conn.batch_execute(&format!("INSERT INTO parent VALUES ({id})"))?)
}

type Act = Box<dyn FnOnce(&mut Conn) -> Result<(), Fault> + Send>;

/// Runs `first`, and while it has the turn lets `others` line up; answers how each went.
fn together(
    file: &File,
    first: impl FnOnce(&mut Conn) -> Result<(), Fault> + Send,
    others: Vec<Act>,
) -> Vec<bool> {
    let (began, begun) = mpsc::channel();
    let (go, gone) = mpsc::channel::<()>();
    thread::scope(|scope| {
        let leader = scope.spawn(move || {
            file.writer.act(|conn| {
                began.send(()).unwrap();
                gone.recv().unwrap();
                first(conn)
            })
        });
        begun.recv().unwrap();
        let count = others.len();
        let others: Vec<_> = others
            .into_iter()
            .map(|act| scope.spawn(move || file.writer.act(act)))
            .collect();
        file.await_waiting(count);
        assert_eq!(file.committed(), (0, 0));
        go.send(()).unwrap();
        std::iter::once(leader)
            .chain(others)
            .map(|act| act.join().is_ok_and(|outcome| outcome.is_ok()))
            .collect()
    })
}

#[test]
fn what_was_answered_is_there_for_others() {
    let file = File::new();
    for id in 1..=3 {
        file.writer.act(insert(id)).unwrap();
        assert_eq!(file.committed().0, id);
    }
}

#[test]
fn many_at_once_are_all_there_when_they_return() {
    let file = File::new();
    thread::scope(|scope| {
        for worker in 0..16 {
            let file = &file;
            scope.spawn(move || {
                for number in 0..20 {
                    let id = worker * 20 + number + 1;
                    file.writer.act(insert(id)).unwrap();
                    let mut conn = Conn::open(&file.url).unwrap();
                    let query = format!("count(*) FROM parent WHERE id = {id}");
                    let there = diesel::select(sql::<BigInt>(&query));
                    assert_eq!(there.get_result::<i64>(&mut conn).unwrap(), 1);
                }
            });
        }
    });
    assert_eq!(file.committed(), (320, 320 * 321 / 2));
}

#[test]
fn an_act_that_fails_takes_nobody_along() {
    let file = File::new();
    let outcomes = together(
        &file,
        insert(1),
        vec![
            Box::new(insert(2)),
            // Half done, then refused: the number 1 is taken.
            Box::new(|conn: &mut Conn| {
                insert(30)(conn)?;
                insert(1)(conn)
            }),
            Box::new(insert(4)),
        ],
    );
    assert_eq!(outcomes, [true, true, false, true]);
    assert_eq!(file.committed(), (3, 7));
}

#[test]
fn a_commit_that_fails_fails_for_everybody_in_it() {
    let file = File::new();
    let orphan = |conn: &mut Conn| Ok(conn.batch_execute("INSERT INTO child VALUES (99)")?);
    let outcomes = together(
        &file,
        insert(1),
        vec![Box::new(insert(2)), Box::new(orphan)],
    );
    assert_eq!(outcomes, [false, false, false]);
    assert_eq!(file.committed(), (0, 0));
    file.writer.act(insert(3)).unwrap();
    assert_eq!(file.committed(), (1, 3));
}

#[test]
fn an_act_that_ends_the_transaction_fails_those_before_it() {
    let file = File::new();
    // What SQLite does by itself where the disk is full.
    let rollback = |conn: &mut Conn| {
        conn.batch_execute("ROLLBACK")?;
        Err(Fault::Sql(diesel::result::Error::RollbackTransaction))
    };
    let outcomes = together(&file, insert(1), vec![Box::new(rollback)]);
    assert_eq!(outcomes, [false, false]);
    assert_eq!(file.committed(), (0, 0));
    file.writer.act(insert(3)).unwrap();
    assert_eq!(file.committed(), (1, 3));
}

#[test]
fn an_act_that_panics_leaves_nothing_and_nobody_waiting() {
    let file = File::new();
    let panics = |conn: &mut Conn| {
        insert(2)(conn)?;
        panic!("a mistake in an act")
    };
    let outcomes = together(&file, insert(1), vec![Box::new(panics)]);
    assert_eq!(outcomes, [false, false]);
    file.writer.act(insert(3)).unwrap();
    assert_eq!(file.committed(), (1, 3));
}

#[test]
fn an_act_that_is_too_late_leaves_nothing_and_takes_nobody_along() {
    let file = File::new();
    let late = || Deadline::at(Instant::now() + Duration::from_millis(20));
    // Half done when its time is up.
    let slow = conn::in_time(|conn: &mut Conn| {
        insert(1)(conn)?;
        while !Deadline::is_missed() {
            thread::yield_now();
        }
        Ok(())
    });
    let outcomes = together(
        &file,
        |conn| late().during(|| slow(conn)),
        vec![Box::new(insert(2)), Box::new(conn::in_time(insert(4)))],
    );
    assert_eq!(outcomes, [false, true, true]);
    assert_eq!(file.committed(), (2, 6));
    let begun = Deadline::at(Instant::now()).during(|| file.writer.act(conn::in_time(insert(8))));
    assert!(matches!(begun, Err(Fault::TooLate)));
    assert_eq!(file.committed(), (2, 6));
}

#[test]
fn what_runs_alone_is_in_no_batch_and_leaves_a_connection_that_works() {
    let file = File::new();
    let long = |id: i64| {
        move |conn: &mut Conn| {
            conn::long_tx(conn, |conn| {
                insert(id)(conn)?;
                insert(1)(conn)
            })
        }
    };
    file.writer.act(insert(1)).unwrap();
    assert!(file.writer.alone(long(2)).is_err());
    file.writer
        .alone(|conn| conn::long_tx(conn, insert(3)))
        .unwrap();
    // Even one that does not end what it began.
    let unfinished = |conn: &mut Conn| -> Result<(), Fault> {
        conn::begin_write(conn, "BEGIN")?;
        insert(4)(conn)?;
        Err(Fault::TooLate)
    };
    assert!(file.writer.alone(unfinished).is_err());
    file.writer.act(insert(5)).unwrap();
    assert_eq!(file.committed(), (3, 9));
}
