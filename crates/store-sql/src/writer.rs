//! The one writer of an embedded database: acts that come at once are committed together.
//!
//! SQLite has one writer at a time, and a commit waits for the disk. Whoever has the turn runs its act
//! in a savepoint of the batch's transaction and, if somebody waits, hands the turn on; the last in
//! the line commits for all. Nobody returns before the commit that holds its act: one that was
//! answered is on the disk, and what an act saw of those before it stands or falls with its own answer.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use diesel::connection::TransactionManager as _;

use crate::conn::{self, Conn};
use crate::fault::Fault;

/// The most acts of one commit: the first of them waits for the last.
const MOST: usize = 64;

/// How acts come to their one connection.
pub(crate) struct Writer {
    /// How many wait for their turn.
    waiting: AtomicUsize,
    turn: Mutex<Turn>,
    open: Box<dyn Fn() -> Result<Conn, Fault> + Send + Sync>,
}

/// What goes from hand to hand.
#[derive(Default)]
struct Turn {
    /// Opened by the first act, and again after one that leaves it in doubt.
    conn: Option<Conn>,
    /// The acts not yet committed.
    batch: Option<Arc<Batch>>,
    acts: usize,
}

/// Acts that are committed together.
#[derive(Default)]
struct Batch {
    outcome: Mutex<Option<Result<(), Arc<Fault>>>>,
    settled: Condvar,
}

impl Batch {
    fn settle(&self, outcome: Result<(), Arc<Fault>>) {
        *unpoisoned(self.outcome.lock()) = Some(outcome);
        self.settled.notify_all();
    }

    fn wait(&self) -> Result<(), Fault> {
        let mut outcome = unpoisoned(self.outcome.lock());
        loop {
            if let Some(outcome) = &*outcome {
                return outcome.clone().map_err(Fault::Batch);
            }
            outcome = unpoisoned(self.settled.wait(outcome));
        }
    }
}

/// No lock here guards data that a panic could have left half-written.
fn unpoisoned<T>(locked: Result<T, PoisonError<T>>) -> T {
    locked.unwrap_or_else(PoisonError::into_inner)
}

impl Turn {
    /// Settles the batch under way, if there is one.
    fn settle(&mut self, outcome: Result<(), Fault>) {
        self.acts = 0;
        if let Some(batch) = self.batch.take() {
            batch.settle(outcome.map_err(Arc::new));
        }
    }

    /// Commits the batch under way.
    fn commit(&mut self) {
        let outcome = match &mut self.conn {
            Some(conn) if self.batch.is_some() => Conn::commit_transaction(conn),
            _ => Ok(()),
        };
        if outcome.is_err() {
            // Closed, it is rolled back.
            self.conn = None;
        }
        self.settle(outcome.map_err(Fault::from));
    }

    /// Gives the batch up: everything in it is rolled back, and said to have failed.
    fn abandon(&mut self) {
        self.conn = None;
        self.settle(Err(Fault::Sql(
            diesel::result::Error::BrokenTransactionManager,
        )));
    }
}

impl Writer {
    /// A writer on the connection that `open` makes.
    pub(crate) fn new(open: impl Fn() -> Result<Conn, Fault> + Send + Sync + 'static) -> Self {
        Self {
            waiting: AtomicUsize::new(0),
            turn: Mutex::default(),
            open: Box::new(open),
        }
    }

    fn take_turn(&self) -> MutexGuard<'_, Turn> {
        self.waiting.fetch_add(1, Ordering::SeqCst);
        let turn = unpoisoned(self.turn.lock());
        self.waiting.fetch_sub(1, Ordering::SeqCst);
        turn
    }

    /// Runs `act`, all of it or nothing, which is durable once this returns.
    pub(crate) fn act<T>(
        &self,
        act: impl FnOnce(&mut Conn) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        let mut turn = self.take_turn();
        let batch = match &turn.batch {
            Some(batch) => Arc::clone(batch),
            None => self.begin(&mut turn)?,
        };
        let Some(conn) = &mut turn.conn else {
            return Err(diesel::result::Error::BrokenTransactionManager.into());
        };
        let outcome = catch_unwind(AssertUnwindSafe(|| in_savepoint(conn, act)));
        turn.acts += 1;
        match &outcome {
            Ok(Ok(_) | Err(Failed::Undone(_))) => {
                if turn.acts >= MOST || self.waiting.load(Ordering::SeqCst) == 0 {
                    turn.commit();
                }
            }
            Ok(Err(Failed::InDoubt(_))) | Err(_) => turn.abandon(),
        }
        drop(turn);
        let outcome = outcome.unwrap_or_else(|panic| resume_unwind(panic));
        match outcome {
            Ok(value) => batch.wait().map(|()| value),
            // It may have failed for what an act before it did, which stands only once it is committed.
            Err(Failed::Undone(fault)) => batch.wait().and(Err(fault)),
            Err(Failed::InDoubt(fault)) => Err(fault),
        }
    }

    /// Runs `body` outside of any batch, when nobody else writes.
    pub(crate) fn alone<T>(
        &self,
        body: impl FnOnce(&mut Conn) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        let mut turn = self.take_turn();
        turn.commit();
        // Given back only if it is as it was, in no transaction.
        let mut conn = match turn.conn.take() {
            Some(conn) => conn,
            None => (self.open)()?,
        };
        let value = body(&mut conn)?;
        turn.conn = Some(conn);
        Ok(value)
    }

    fn begin(&self, turn: &mut Turn) -> Result<Arc<Batch>, Fault> {
        conn::begin_write(self.connected(turn)?, "BEGIN")?;
        let batch = Arc::new(Batch::default());
        turn.batch = Some(Arc::clone(&batch));
        Ok(batch)
    }

    fn connected<'a>(&self, turn: &'a mut Turn) -> Result<&'a mut Conn, Fault> {
        match &mut turn.conn {
            Some(conn) => Ok(conn),
            none => Ok(none.insert((self.open)()?)),
        }
    }
}

/// How an act failed.
enum Failed {
    /// Nothing of it is left.
    Undone(Fault),
    /// What it left cannot be undone by itself.
    InDoubt(Fault),
}

fn in_savepoint<T>(
    conn: &mut Conn,
    act: impl FnOnce(&mut Conn) -> Result<T, Fault>,
) -> Result<T, Failed> {
    let in_doubt = |error| Failed::InDoubt(Fault::Sql(error));
    Conn::begin_transaction(conn).map_err(in_doubt)?;
    match act(conn) {
        Ok(value) => {
            Conn::commit_transaction(conn).map_err(in_doubt)?;
            Ok(value)
        }
        // A full disk ends the whole transaction; then there is no savepoint to go back to.
        Err(fault) => Err(match Conn::rollback_transaction(conn) {
            Ok(()) => Failed::Undone(fault),
            Err(_) => Failed::InDoubt(fault),
        }),
    }
}

#[cfg(test)]
mod tests;
