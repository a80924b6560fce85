//! The contract suite: what every implementation of [`LimitStore`] must keep, promise by promise.
//!
//! Each function takes a fresh store and panics if it breaks the promise in the function's name.
//! [`limit_store_contract!`](crate::limit_store_contract) makes a test of each. Deliberately absent: how
//! fast a store is.
#![expect(
    clippy::missing_panics_doc,
    clippy::unwrap_used,
    reason = "a broken promise is a failed test"
)]

mod fixture;
pub mod several;
pub mod single;

/// Makes a test of each promise of a [`LimitStore`](crate::LimitStore); the expression makes a fresh,
/// empty store, or names one inside what must live as long: `TemporaryDatabase::new().store`.
///
/// ```
/// # mod example {
/// hodlxxi_limit::limit_store_contract!(hodlxxi_limit::MemoryLimits::default());
/// # }
/// ```
#[macro_export]
macro_rules! limit_store_contract {
    ($store:expr) => {
        $crate::limit_tests!($store, single: [
            of_many_at_once_exactly_the_quota_fits,
            what_is_taken_is_earned_back,
            every_decision_is_the_pure_one,
            looking_takes_nothing,
            limits_do_not_touch_each_other,
            a_charge_counts_whether_it_fits_or_not,
            of_many_charges_at_once_each_counts,
            a_clock_that_is_behind_is_not_refused_for_it,
            a_clock_that_was_far_ahead_does_no_lasting_harm,
        ]);
        $crate::limit_tests!($store, several: [
            all_are_taken_or_none,
            verdicts_come_in_the_order_asked,
            racing_for_several_takes_all_or_none,
            opposite_orders_do_not_block_each_other,
            a_purge_forgets_only_what_owes_nothing,
        ]);
    };
}

/// The tests of one group of promises.
#[doc(hidden)]
#[macro_export]
macro_rules! limit_tests {
    ($store:expr, $group:ident: [$($promise:ident,)*]) => {
        $(
            #[test]
            fn $promise() {
                let store = &$store;
                $crate::contract::$group::$promise(store);
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
        let groups = [include_str!("single.rs"), include_str!("several.rs")];
        let names = groups
            .iter()
            .flat_map(|group| group.lines())
            .filter_map(|line| line.strip_prefix("pub fn ")?.split(['<', '(']).next());
        let mut count = 0;
        for name in names {
            assert!(stamps.contains(&format!(" {name},\n")), "{name}");
            count += 1;
        }
        assert_eq!(count, 14);
    }
}
