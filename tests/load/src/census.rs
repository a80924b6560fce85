//! The statements of an operation, counted in PostgreSQL's log.
//!
//! The log has a line for each statement of a connection that was opened with `log_statement=all`. What
//! the server does by itself meanwhile comes seldom, and falls out where the counts are divided by the
//! number of operations and rounded. A pool that tests a connection before it hands it out says
//! `SELECT 1`, which is no access of the operation's, and is not counted.

use std::collections::BTreeMap;

use crate::plan::{Plan, Transaction};

/// What kind of statement.
#[derive(Clone, Copy)]
enum Kind {
    Read,
    Insert,
    Change,
}

/// The statements in `log`, for each of `operations`.
pub fn count(log: &str, operations: u32) -> Plan {
    let mut counts = Counts::default();
    for (process, statement) in log.lines().filter_map(statement) {
        counts.add(process, statement);
    }
    let each = |total: u32| (total + operations / 2) / operations;
    let transactions = counts.transactions.iter();
    Plan {
        reads: each(counts.reads),
        writes: each(counts.writes),
        transactions: transactions
            .flat_map(|(transaction, total)| {
                std::iter::repeat_n(*transaction, each(*total) as usize)
            })
            .collect(),
        ..Plan::default()
    }
}

/// The process and the text of a statement in a line of the log.
fn statement(line: &str) -> Option<(&str, &str)> {
    let (process, rest) = line.split_once(" LOG:  ")?;
    let (how, text) = rest.split_once(": ")?;
    let executed = how == "statement" || how.starts_with("execute ");
    (executed && text != "SELECT 1").then_some((process, text))
}

#[derive(Default)]
struct Counts<'a> {
    /// Transactions under way, by process.
    open: BTreeMap<&'a str, Transaction>,
    reads: u32,
    writes: u32,
    transactions: BTreeMap<Transaction, u32>,
}

impl<'a> Counts<'a> {
    fn add(&mut self, process: &'a str, statement: &str) {
        let word = statement.split(' ').next().unwrap_or_default();
        let kind = match word {
            "BEGIN" => {
                self.open.insert(process, Transaction::default());
                return;
            }
            "COMMIT" | "ROLLBACK" => {
                if let Some(done) = self.open.remove(process) {
                    *self.transactions.entry(done).or_default() += 1;
                }
                return;
            }
            "SELECT" => Kind::Read,
            "INSERT" => Kind::Insert,
            "UPDATE" | "DELETE" => Kind::Change,
            // A connection being set up.
            _ => return,
        };
        match (self.open.get_mut(process), kind) {
            (Some(open), Kind::Read) => open.reads += 1,
            (Some(open), Kind::Insert) => open.inserts += 1,
            (Some(open), Kind::Change) => open.updates += 1,
            (None, Kind::Read) => self.reads += 1,
            (None, _) => self.writes += 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_are_counted_by_transaction_and_background_work_falls_out() {
        let operation = "\
7 LOG:  statement: SELECT 1
7 LOG:  execute __diesel_stmt_0: SELECT \"a\" FROM b WHERE \"c\" = $1
7 DETAIL:  parameters: $1 = 'BEGIN'
8 LOG:  statement: BEGIN
7 LOG:  execute <unnamed>: INSERT INTO d VALUES ($1)
8 LOG:  execute __diesel_stmt_3: SELECT e FROM f
8 LOG:  execute __diesel_stmt_4: DELETE FROM f
8 LOG:  statement: COMMIT
";
        let background =
            "9 LOG:  execute __diesel_stmt_9: SELECT g FROM h\n9 LOG:  checkpoint starting: time\n";
        let plan = count(&(operation.repeat(3) + background), 3);
        let transaction = Transaction {
            reads: 1,
            inserts: 0,
            updates: 1,
        };
        assert_eq!((plan.reads, plan.writes), (1, 1));
        assert_eq!(plan.transactions, [transaction]);
        assert_eq!(plan.statements(), 6);
    }
}
