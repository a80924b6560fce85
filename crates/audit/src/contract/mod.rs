//! The contract suite: what every implementation of the store must keep, promise by promise.
//!
//! Each function takes a fresh store and panics if it breaks the promise in the function's name;
//! [`audit_store_contract!`](crate::audit_store_contract) makes a test of each for one implementation.
//! Deliberately absent: how fast a store is, and what it keeps beyond the traits.
#![expect(
    clippy::missing_panics_doc,
    clippy::unwrap_used,
    reason = "a broken promise is a failed test"
)]

mod fixture;
pub mod log;
pub mod seals;

/// Makes a test of each promise of an [`AuditStore`](crate::store::AuditStore); the expression makes a
/// fresh, empty store, or names one inside what must live as long.
///
/// ```
/// # mod example {
/// hodlxxi_audit::audit_store_contract!(hodlxxi_audit::memory::MemoryLog::default());
/// # }
/// ```
#[macro_export]
macro_rules! audit_store_contract {
    ($store:expr) => {
        $crate::audit_store_contract! { @stamp $store;
            log: an_entry_reads_back_as_it_was_recorded, pages_run_from_new_to_old_and_end, a_persons_newest_entries_come_first,
                a_page_follows_the_one_before_it, failed_sign_ins_hide_no_act,
                erasing_leaves_the_rest_and_the_hash, an_erasure_is_recorded_with_its_number;
            seals: what_is_sealed_waits_no_more, a_seal_reads_back_as_it_was_made,
                one_of_many_seals_wins, a_seal_over_what_is_sealed_or_gone_is_refused,
                what_is_recorded_late_goes_into_a_later_seal, expiry_leaves_a_checkpoint,
                the_chain_goes_on_after_everything_expired, one_of_many_expiries_wins,
                strays_are_found;
        }
    };
    (@stamp $store:expr; $($area:ident: $($promise:ident),+;)+) => {
        $($(
            #[test]
            fn $promise() {
                let store = &$store;
                $crate::contract::$area::$promise(store);
            }
        )+)+
    };
}

#[cfg(test)]
mod tests {
    /// A promise that no macro names would be kept by nobody.
    #[test]
    fn every_promise_is_stamped() {
        let stamps = include_str!("mod.rs");
        let names: Vec<_> = [include_str!("log.rs"), include_str!("seals.rs")]
            .iter()
            .flat_map(|area| area.lines())
            .filter_map(|line| line.strip_prefix("pub fn ")?.split('(').next())
            .collect();
        assert_eq!(names.len(), 16);
        for name in names {
            assert!(stamps.contains(name), "{name}");
        }
    }
}
