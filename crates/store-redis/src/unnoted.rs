//! Changes that Redis could not be told of yet: kept in this process until it can be.
//!
//! While there is one, this process answers nothing from the cache. The names are few: where there
//! would be too many, all that is cached is to be voided instead. Deliberately absent: the telling,
//! which is the cache's; a life beyond the process.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The most names that are kept.
const MOST: usize = 1_000;

/// What Redis was not told of yet.
#[derive(Default)]
pub(crate) struct Unnoted(Mutex<State>);

#[derive(Default)]
struct State {
    /// How many changes were added so far.
    added: u64,
    /// What changed, and which of those changes was its last.
    names: BTreeMap<String, u64>,
    /// Where there were too many names: the last change of all.
    everything: Option<u64>,
}

/// What to tell Redis, as it stood at one moment.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Due {
    pub(crate) what: What,
    added: u64,
}

/// What does not hold any more.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum What {
    /// What depends on these.
    Names(Vec<String>),
    /// Whatever is cached.
    Everything,
}

impl Unnoted {
    /// Keeps `names`, which Redis could not be told of.
    pub(crate) fn add(&self, names: &[&str]) {
        let mut state = self.state();
        state.added += 1;
        let added = state.added;
        if state.everything.is_none() {
            let named = names.iter().map(|name| ((*name).to_owned(), added));
            state.names.extend(named);
        }
        if state.everything.is_some() || state.names.len() > MOST {
            state.names.clear();
            state.everything = Some(added);
        }
    }

    /// What Redis is to be told, if anything.
    pub(crate) fn due(&self) -> Option<Due> {
        let state = self.state();
        let what = match state.everything {
            Some(_) => What::Everything,
            None if state.names.is_empty() => return None,
            None => What::Names(state.names.keys().cloned().collect()),
        };
        let added = state.added;
        Some(Due { what, added })
    }

    /// Whether Redis knows all.
    pub(crate) fn is_empty(&self) -> bool {
        let state = self.state();
        state.names.is_empty() && state.everything.is_none()
    }

    /// Redis was told of `due`: what changed since stays.
    pub(crate) fn told(&self, due: &Due) {
        let mut state = self.state();
        state.names.retain(|_, added| *added > due.added);
        // Where there became too many only after `due` was read, this is later.
        state.everything = state.everything.filter(|added| *added > due.added);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(unnoted: &Unnoted) -> Vec<String> {
        match unnoted.due().unwrap().what {
            What::Names(names) => names,
            What::Everything => panic!("too many"),
        }
    }

    #[test]
    fn what_is_added_while_redis_is_told_stays() {
        let unnoted = Unnoted::default();
        assert!(unnoted.is_empty());
        unnoted.add(&["one", "two"]);
        let due = unnoted.due().unwrap();
        // It changed again, after what is being told.
        unnoted.add(&["two", "three"]);
        unnoted.told(&due);
        assert_eq!(names(&unnoted), ["three", "two"]);
        unnoted.told(&unnoted.due().unwrap());
        assert!(unnoted.is_empty());
    }

    #[test]
    fn too_many_are_everything() {
        let unnoted = Unnoted::default();
        let name = |n: usize| n.to_string();
        (0..MOST).for_each(|n| unnoted.add(&[&name(n)]));
        let due = unnoted.due().unwrap();
        assert_eq!(names(&unnoted).len(), MOST);
        unnoted.add(&[&name(MOST)]);
        assert_eq!(unnoted.due().unwrap().what, What::Everything);
        // The names of before are not all.
        unnoted.told(&due);
        assert_eq!(unnoted.due().unwrap().what, What::Everything);
        let due = unnoted.due().unwrap();
        unnoted.add(&["later"]);
        unnoted.told(&due);
        assert_eq!(unnoted.due().unwrap().what, What::Everything);
        unnoted.told(&unnoted.due().unwrap());
        assert!(unnoted.is_empty());
        unnoted.add(&["again"]);
        assert_eq!(names(&unnoted), ["again"]);
    }
}
