//! Waiting for what a test expects, and the end of what it has running meanwhile: a test that fails must end.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// How long a test waits for anything that has no time limit of its own.
const PATIENCE: Duration = Duration::from_mins(1);

/// Waits until `is_so`, for a minute at most; after that it fails, and says what `otherwise` answers.
#[track_caller]
pub fn wait_until(mut is_so: impl FnMut() -> bool, otherwise: impl FnOnce() -> String) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < PATIENCE, "{}", otherwise());
        thread::sleep(Duration::from_millis(1));
    }
}

/// Raises a flag when dropped. A scope joins its threads even when it panics: made inside of it, this has those that
/// look at the flag come to their end.
#[derive(Debug)]
pub struct Raise<'a>(pub &'a AtomicBool);

impl Drop for Raise<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}
