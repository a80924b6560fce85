//! Until when somebody waits for what is being done.
//!
//! The outermost layer says it once, around the work of a request; the stores ask it before they make
//! anything last. It goes with the thread rather than through every use case and every store in between:
//! a request's work runs on one thread from its beginning to its end, and none of it but what makes
//! things last has anything to decide by it.
//!
//! Deliberately absent: any way to interrupt work. What has no deadline (a command, the work that the
//! server does by itself) is never late.

use std::cell::Cell;
use std::time::Instant;

thread_local! {
    static CURRENT: Cell<Option<Deadline>> = const { Cell::new(None) };
}

/// The moment after which nobody waits for an outcome any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deadline(Instant);

impl Deadline {
    /// The deadline at `moment`.
    pub const fn at(moment: Instant) -> Self {
        Self(moment)
    }

    /// Whether it is past.
    pub fn is_past(self) -> bool {
        Instant::now() >= self.0
    }

    /// Does `work` under this deadline, on this thread.
    ///
    /// ```
    /// use std::time::Instant;
    /// use hodlxxi_kernel::Deadline;
    /// assert!(!Deadline::is_missed());
    /// Deadline::at(Instant::now()).during(|| assert!(Deadline::is_missed()));
    /// assert!(!Deadline::is_missed());
    /// ```
    pub fn during<T>(self, work: impl FnOnce() -> T) -> T {
        let _until_dropped = Before(CURRENT.replace(Some(self)));
        work()
    }

    /// Whether the work that this thread does is too late for anybody to hear of it.
    pub fn is_missed() -> bool {
        CURRENT.get().is_some_and(Self::is_past)
    }
}

/// What held before, and does again once this is dropped, a panic included.
struct Before(Option<Deadline>);

impl Drop for Before {
    fn drop(&mut self) {
        CURRENT.set(self.0);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_deadline_ends_with_its_work_even_if_that_panics() {
        let late = Deadline::at(Instant::now());
        let panicked = std::panic::catch_unwind(|| late.during(|| panic!("in the work")));
        assert!(panicked.is_err() && !Deadline::is_missed());
    }

    #[test]
    fn the_inner_one_holds_until_it_ends_and_other_threads_have_none() {
        let late = Deadline::at(Instant::now());
        let ample = Deadline::at(Instant::now() + Duration::from_hours(1));
        late.during(|| {
            ample.during(|| assert!(!Deadline::is_missed()));
            assert!(Deadline::is_missed());
            let elsewhere = std::thread::spawn(Deadline::is_missed).join();
            assert!(!elsewhere.unwrap());
        });
    }
}
