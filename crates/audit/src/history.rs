//! What a person is shown of the log: a page of series of entries, the newest first.
//!
//! What others do again and again, such as failed sign-ins from one place or an application that renews its
//! access, is one series with a number; what a person did stands by itself. Deliberately absent: words for it.

use hodlxxi_kernel::Timestamp;
use hodlxxi_kernel::audit::{Actor, AuditId, AuditRecord};

/// Entries that follow one another and say the same, but for when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Series {
    /// The newest of them.
    pub newest: AuditRecord,
    /// How many they are, on this page.
    pub count: u32,
    /// When the oldest of them was.
    pub since: Timestamp,
}

/// A page of what concerns a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct History {
    /// What was done, the newest first.
    pub series: Vec<Series>,
    /// What the page after this one begins after, if there is more.
    pub next: Option<AuditId>,
}

impl History {
    /// A page of at most `limit` series from `records`, the newest first; there is more beyond them where
    /// `cut` says so.
    pub(crate) fn of(records: Vec<AuditRecord>, cut: bool, limit: usize) -> Self {
        let mut series: Vec<Series> = Vec::new();
        let mut last = None;
        let mut left_out = false;
        for record in records {
            let (id, since) = (record.id.clone(), record.at);
            let open = series.last_mut();
            if let Some(open) = open.filter(|open| is_more_of(&open.newest, &record)) {
                open.count += 1;
                open.since = since;
            } else if series.len() < limit {
                let (newest, count) = (record, 1);
                series.push(Series {
                    newest,
                    count,
                    since,
                });
            } else {
                left_out = true;
                break;
            }
            last = Some(id);
        }
        Self {
            series,
            next: last.filter(|_| cut || left_out),
        }
    }
}

/// Whether `record` says once more what `newest` says.
fn is_more_of(newest: &AuditRecord, record: &AuditRecord) -> bool {
    newest.actor != Actor::Person.as_str() && said(newest) == said(record)
}

/// What an entry says, but for when, in which request and in which session.
fn said(record: &AuditRecord) -> [Option<&str>; 7] {
    let personal = record.personal.as_ref();
    [
        Some(&record.action),
        Some(&record.outcome),
        Some(&record.actor),
        record.client.as_deref(),
        personal.and_then(|personal| personal.key.as_deref()),
        personal.and_then(|personal| personal.address.as_deref()),
        personal.and_then(|personal| personal.user_agent.as_deref()),
    ]
}

#[cfg(test)]
mod tests {
    use hodlxxi_kernel::audit::{Action, AuditEntry, Origin};
    use hodlxxi_kernel::{ManualClock, OsEntropy};

    use super::*;

    const NOW: Timestamp = Timestamp::from_unix(1_795_000_000);

    /// Entries a second apart, the newest first: who did what, and from where.
    fn records(acts: &[(Actor, Action, &str)]) -> Vec<AuditRecord> {
        let record = |(n, (actor, action, from)): (usize, &(Actor, Action, &str))| {
            let clock = ManualClock::at(NOW.minus(i64::try_from(n).unwrap()));
            let origin = Origin::request(from.parse().ok(), None, None).by(*actor);
            AuditRecord::from(&AuditEntry::new(*action, &origin, &clock, &OsEntropy))
        };
        acts.iter().enumerate().map(record).collect()
    }

    const FAILED: (Actor, Action, &str) = (Actor::Visitor, Action::SignInFailed, "203.0.113.9");
    const ELSEWHERE: (Actor, Action, &str) = (Actor::Visitor, Action::SignInFailed, "192.0.2.1");
    const RENEWED: (Actor, Action, &str) = (Actor::Client, Action::TokenRefreshed, "192.0.2.7");
    const MINE: (Actor, Action, &str) = (Actor::Person, Action::SignedIn, "198.51.100.4");

    fn counts(history: &History) -> Vec<(u32, i64)> {
        let since = |series: &Series| NOW.seconds_since(series.since);
        let series = history.series.iter();
        series.map(|series| (series.count, since(series))).collect()
    }

    #[test]
    fn what_others_do_again_is_one_series_and_what_the_person_did_is_not() {
        let history = History::of(
            records(&[
                FAILED, FAILED, ELSEWHERE, FAILED, RENEWED, RENEWED, MINE, MINE,
            ]),
            false,
            10,
        );
        let expected = [(2, 1), (1, 2), (1, 3), (2, 5), (1, 6), (1, 7)];
        assert_eq!(counts(&history), expected);
        assert_eq!(history.next, None);
    }

    #[test]
    fn a_page_ends_with_its_last_series_and_the_next_begins_there() {
        let all = records(&[FAILED, MINE, MINE, RENEWED, RENEWED, MINE]);
        let page = History::of(all.clone(), false, 4);
        assert_eq!(counts(&page), [(1, 0), (1, 1), (1, 2), (2, 4)]);
        assert_eq!(page.next.as_ref(), Some(&all[4].id));
        let whole = History::of(all.clone(), false, 5);
        assert_eq!((whole.series.len(), whole.next), (5, None));
        // More than what was read.
        let cut = History::of(all[..5].to_vec(), true, 10);
        assert_eq!(cut.next.as_ref(), Some(&all[4].id));
        assert_eq!(History::of(Vec::new(), false, 4).series, []);
    }
}
