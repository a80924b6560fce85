//! The contract suite: what every implementation of the stores must keep, promise by promise.
//!
//! Each function takes a fresh store and panics if it breaks the promise in the function's name.
//! [`challenge_store_contract!`](crate::challenge_store_contract),
//! [`challenge_purge_contract!`](crate::challenge_purge_contract),
//! [`account_store_contract!`](crate::account_store_contract) and
//! [`account_acts_contract!`](crate::account_acts_contract) make a test of each function for one
//! implementation. Deliberately absent: how fast a store is, and what it keeps beyond the traits.
#![expect(
    clippy::missing_panics_doc,
    clippy::unwrap_used,
    reason = "a broken promise is a failed test"
)]

pub mod accounts;
pub mod acts;
pub mod challenges;
pub mod deletions;
mod fixture;
pub mod frozen;
pub mod keys;
pub mod merges;
pub mod news;
pub mod people;
pub mod races;
pub mod sessions;

pub use fixture::NOW;

/// Makes a test of each promise of a [`ChallengeStore`](crate::account::ChallengeStore); the
/// expression makes a fresh, empty store, or names one inside what must live as long:
/// `TemporaryDatabase::new().store`.
///
/// ```
/// # mod example {
/// hodlxxi_auth::challenge_store_contract!(hodlxxi_auth::memory::MemoryStore::default());
/// # }
/// ```
#[macro_export]
macro_rules! challenge_store_contract {
    ($store:expr) => {
        $crate::contract_tests!($store, challenges: [
            one_of_many_spends_wins,
            a_spent_challenge_stays_spent,
            failures_burn_and_only_at_the_limit,
            of_concurrent_failures_only_the_limit_counts,
            a_failure_after_the_spend_comes_too_late,
            challenges_do_not_touch_each_other,
        ]);
    };
}

/// Makes a test of each promise of a [`ChallengeStore`](crate::account::ChallengeStore) that forgets
/// nothing by itself; the expression is as in
/// [`challenge_store_contract!`](crate::challenge_store_contract).
#[macro_export]
macro_rules! challenge_purge_contract {
    ($store:expr) => {
        $crate::contract_tests!($store, challenges: [
            a_purge_forgets_what_expired_and_nothing_else,
            a_purge_of_challenges_stops_at_its_limit,
        ]);
    };
}

/// Makes a test of each promise of an [`AccountStore`](crate::account::AccountStore) that is a
/// [`SessionStore`](crate::account::SessionStore) too; the expression is as in
/// [`challenge_store_contract!`](crate::challenge_store_contract).
#[macro_export]
macro_rules! account_store_contract {
    ($store:expr) => {
        $crate::contract_tests!($store, accounts: [
            a_first_sign_in_makes_an_account,
            a_second_sign_in_finds_it,
            concurrent_first_sign_ins_make_one_account,
            concurrent_sign_ins_with_other_keys_make_an_account_each,
            a_script_is_an_account_without_a_key,
            guests_never_share_an_account,
            a_step_up_needs_a_key_of_the_account,
            a_sign_in_ends_the_session_it_replaces,
            the_parity_is_kept_once_a_proof_told_it,
            a_disabled_account_is_not_signed_in_to,
        ]);
        $crate::contract_tests!($store, keys: [
            a_linked_key_signs_in_to_the_account,
            a_key_of_another_account_is_not_linked,
            linking_again_tells_the_parity,
            one_of_many_accounts_gets_a_key,
            the_last_key_stays,
            of_two_concurrent_unlinks_one_key_is_left,
            an_unlinked_key_ends_its_sessions_alone,
            an_unlinked_key_begins_a_new_account,
            another_accounts_key_is_not_unlinked,
            keys_are_listed_oldest_first,
        ]);
        $crate::contract_tests!($store, frozen: [
            a_frozen_key_signs_nobody_in_and_its_sessions_end,
            a_key_is_frozen_with_another_one_that_signs_in,
            of_two_keys_that_freeze_each_other_one_is_left,
            a_sign_in_beside_a_freeze_leaves_no_session,
            the_last_key_that_is_not_frozen_stays,
            a_frozen_key_is_not_linked_again_but_after_it_was_unlinked,
            a_thawed_key_signs_in_again,
            a_label_is_set_and_cleared_by_the_owner_alone,
            one_key_is_the_primary_one,
        ]);
        $crate::contract_tests!($store, merges: [
            a_merge_moves_the_keys_and_ends_the_sessions,
            of_many_merges_of_one_account_one_happens,
            of_two_accounts_that_merge_each_other_one_is_left,
            a_sign_in_beside_a_merge_leads_to_an_account_that_is_there,
            a_merge_takes_the_key_of_another_account,
            a_merge_takes_a_session_that_is_there,
            what_is_disabled_or_frozen_is_not_merged,
        ]);
        $crate::contract_tests!($store, deletions: [
            a_deletion_ends_all_sessions_and_waits_for_its_time,
            a_sign_in_cancels_a_deletion,
            a_deletion_takes_a_key_of_the_account_that_signs_in,
            a_deleted_account_leaves_its_keys_to_anybody,
            of_a_deletion_and_a_sign_in_one_wins,
        ]);
        $crate::contract_tests!($store, news: [
            the_first_key_and_the_first_device_are_no_news,
            a_linked_key_is_news_until_it_is_acknowledged,
            a_key_that_was_frozen_is_no_news,
            a_device_is_news_to_the_others_and_not_to_itself,
            a_key_is_acknowledged_by_another_one_alone,
            what_came_after_the_question_stays_news,
            a_forgotten_device_is_news_when_it_comes_again,
            one_key_is_accepted,
            what_is_new_signs_in_while_it_is_acknowledged,
        ]);
        $crate::contract_tests!($store, people: [
            what_is_unknown_is_said_to_be,
            accounts_are_paged_newest_first,
            a_name_is_set_and_cleared,
            a_level_is_granted_and_withdrawn,
            disabling_ends_sessions_and_enabling_does_not_bring_them_back,
        ]);
        $crate::contract_tests!($store, races: [
            all_that_happens_to_people_happens_beside_all_else,
        ]);
        $crate::contract_tests!($store, sessions: [
            a_session_is_found_by_its_secret_alone,
            a_session_ends_at_its_expiry,
            a_touch_moves_the_end,
            a_touch_does_not_revive_an_ended_session,
            a_session_sees_its_account_as_it_stands,
            live_sessions_are_listed_newest_first,
            only_the_owner_ends_a_session,
            of_many_ends_one_ended_it,
            all_others_end_but_the_kept_one,
            only_live_sessions_are_counted,
            a_purge_removes_what_expired_and_nothing_else,
            a_purge_stops_at_its_limit,
            a_purge_removes_guests_without_a_session_and_nobody_else,
        ]);
    };
}

/// Makes a test of what such a store writes down of each act, where it is an
/// [`AuditLog`](hodlxxi_kernel::audit::AuditLog) as well; the expression is as in
/// [`challenge_store_contract!`](crate::challenge_store_contract).
#[macro_export]
macro_rules! account_acts_contract {
    ($store:expr) => {
        $crate::contract_tests!($store, acts: [
            a_sign_in_is_recorded_with_the_account_it_led_to,
            a_sign_in_that_is_refused_is_recorded_as_that,
            a_replaced_session_is_recorded_for_whose_it_was,
            a_link_is_recorded_with_what_came_of_it,
            a_change_is_recorded_once,
            what_changes_nothing_is_not_recorded,
            keys_that_are_cared_for_are_recorded,
            a_merge_is_recorded_with_both_accounts,
            a_deletion_is_recorded_and_erases_the_person,
        ]);
    };
}

/// The tests of one group of promises.
#[doc(hidden)]
#[macro_export]
macro_rules! contract_tests {
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
        let groups = [
            include_str!("accounts.rs"),
            include_str!("acts.rs"),
            include_str!("challenges.rs"),
            include_str!("deletions.rs"),
            include_str!("frozen.rs"),
            include_str!("keys.rs"),
            include_str!("merges.rs"),
            include_str!("news.rs"),
            include_str!("people.rs"),
            include_str!("races.rs"),
            include_str!("sessions.rs"),
        ];
        let names = groups
            .iter()
            .flat_map(|group| group.lines())
            .filter_map(|line| line.strip_prefix("pub fn ")?.split(['<', '(']).next());
        let mut count = 0;
        for name in names {
            assert!(stamps.contains(&format!(" {name},\n")), "{name}");
            count += 1;
        }
        assert_eq!(count, 86);
    }
}
