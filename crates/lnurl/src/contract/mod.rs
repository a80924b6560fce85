//! The contract suite: what every implementation of the store must keep, promise by promise.
//!
//! Each function takes a fresh store and panics if it breaks the promise in the function's name.
//! [`auth_session_store_contract!`](crate::auth_session_store_contract) and
//! [`auth_session_purge_contract!`](crate::auth_session_purge_contract) make a test of each function for one
//! implementation. Deliberately absent: how fast a store is.
#![expect(
    clippy::missing_panics_doc,
    clippy::unwrap_used,
    reason = "a broken promise is a failed test"
)]

mod fixture;
pub mod sessions;

pub use fixture::NOW;

/// Makes a test of each promise of an [`AuthSessionStore`](crate::session::AuthSessionStore); the expression makes a
/// fresh, empty store, or names one inside what must live as long: `TemporaryDatabase::new().store`.
///
/// ```
/// # mod example {
/// hodlxxi_lnurl::auth_session_store_contract!(hodlxxi_lnurl::memory::MemoryAuthSessions::default());
/// # }
/// ```
#[macro_export]
macro_rules! auth_session_store_contract {
    ($store:expr) => {
        $crate::auth_session_tests!(
            $store,
            [
                a_sign_in_is_found_as_it_was_kept,
                one_of_many_wallets_approves,
                an_approved_sign_in_stays_approved_by_its_key,
                nothing_is_approved_after_its_end,
                what_is_not_known_is_neither_approved_nor_redeemed,
                one_of_many_redeems,
                only_its_browser_redeems,
                nothing_is_redeemed_that_was_not_approved,
                an_approval_is_redeemed_a_little_after_the_end_and_not_later,
                sign_ins_do_not_touch_each_other,
                approvals_are_listed_from_a_moment_on,
                what_is_redeemed_is_still_listed,
                what_is_under_way_is_counted,
            ]
        );
    };
}

/// Makes a test of each promise of an [`AuthSessionStore`](crate::session::AuthSessionStore) that forgets nothing by
/// itself; the expression is as in [`auth_session_store_contract!`](crate::auth_session_store_contract).
#[macro_export]
macro_rules! auth_session_purge_contract {
    ($store:expr) => {
        $crate::auth_session_tests!(
            $store,
            [
                a_purge_forgets_what_expired_and_nothing_else,
                a_purge_stops_at_its_limit,
            ]
        );
    };
}

/// The tests of a list of promises.
#[doc(hidden)]
#[macro_export]
macro_rules! auth_session_tests {
    ($store:expr, [$($promise:ident,)*]) => {
        $(
            #[test]
            fn $promise() {
                let store = &$store;
                $crate::contract::sessions::$promise(store);
            }
        )*
    };
}

#[cfg(test)]
mod tests {
    /// A promise that no macro names would be kept by nobody.
    #[test]
    fn every_promise_is_stamped() {
        let stamps = include_str!("mod.rs");
        let names = include_str!("sessions.rs")
            .lines()
            .filter_map(|line| line.strip_prefix("pub fn ")?.split(['<', '(']).next());
        let mut count = 0;
        for name in names {
            assert!(stamps.contains(&format!(" {name},\n")), "{name}");
            count += 1;
        }
        assert_eq!(count, 15);
    }
}
