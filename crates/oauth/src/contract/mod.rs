//! What every implementation of the stores must do: plain functions over a store, one for each
//! promise, stamped as tests by [`store_contract!`](crate::store_contract).
//!
//! Deliberately absent: anything about how a store does it, and promises that only a use case makes.
#![expect(
    clippy::missing_panics_doc,
    clippy::unwrap_used,
    reason = "these are tests: they panic where a promise is broken"
)]

pub mod acts;
pub mod clients;
pub mod codes;
pub mod consents;
pub mod grants;
pub mod keys;
pub mod logouts;
pub mod owners;
pub mod races;
pub mod redemptions;
pub mod replays;
pub mod rotations;
mod sample;

use std::sync::Barrier;

use hodlxxi_kernel::{ClientId, SecretHash, SessionId, Timestamp, UserId};

use crate::provider::Stores;

/// The moment at which every test begins; accounts and sessions of a fixture are live then.
pub const NOW: Timestamp = Timestamp::from_unix(1_800_000_000);

/// An empty store under test, and what surrounds it.
pub trait Fixture: Sync {
    /// The stores, all over one and the same data.
    fn stores(&self) -> Stores;

    /// A new account.
    fn user(&self) -> UserId;

    /// A new session of `user`, live at [`NOW`] and for a day.
    fn session(&self, user: &UserId) -> SessionId;

    /// Disables an account.
    fn disable_user(&self, user: &UserId);

    /// Lets `client` know `user` by the id of another account, as a merge of the two does.
    fn merge(&self, user: &UserId, client: &ClientId, known_as: &UserId);
}

/// Runs `act` on 16 threads at once, and answers what each of them got.
fn race<T: Send>(act: impl Fn(usize) -> T + Sync) -> Vec<T> {
    const THREADS: usize = 16;
    let (act, start) = (&act, &Barrier::new(THREADS));
    std::thread::scope(|scope| {
        let run = |index| {
            scope.spawn(move || {
                start.wait();
                act(index)
            })
        };
        let threads: Vec<_> = (0..THREADS).map(run).collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .collect()
    })
}

/// Whether an access token is good at [`NOW`].
fn is_live(fixture: &impl Fixture, access: &SecretHash) -> bool {
    let grants = fixture.stores().grants;
    grants.access_token(access, NOW).unwrap().is_some()
}

/// Whether a refresh token was revoked, or is not kept.
fn is_revoked(fixture: &impl Fixture, refresh: &SecretHash) -> bool {
    let state = fixture.stores().grants.refresh_token(refresh).unwrap();
    state.is_none_or(|state| state.revoked)
}

/// Stamps a test for each promise of the stores but those of [`purge_contract!`](crate::purge_contract).
///
/// `$fixture` is an expression that makes a new, empty [`Fixture`](crate::contract::Fixture).
#[macro_export]
macro_rules! store_contract {
    ($fixture:expr) => {
        $crate::store_contract! { @stamp $fixture;
            acts: a_redemption_is_recorded_with_what_came_of_it, a_rotation_is_recorded_with_what_came_of_it,
                a_revocation_is_recorded_for_whose_grant_it_was, a_consent_and_its_end_are_recorded,
                what_changes_nothing_is_not_recorded;
            clients: a_client_reads_back_as_it_was_kept, an_id_is_taken_once, an_update_replaces_only_what_is_given,
                pages_run_from_new_to_old_and_end, disabling_revokes_and_enabling_does_not_restore, a_tier_is_given_and_taken_back,
                deleting_takes_everything_along, an_initial_token_serves_as_often_as_it_says,
                only_strangers_never_used_are_purged, a_use_is_noted, a_rotation_notes_the_use;
            owners: of_many_at_once_an_owner_gets_so_many_clients, an_owners_clients_are_theirs, an_old_secret_is_kept_beside_the_new_one,
                a_name_is_vouched_for, an_owners_clients_never_expire;
            codes: a_code_reads_back_as_it_was_kept, live_codes_are_counted;
            redemptions: one_of_many_redeems, a_second_use_revokes_the_first, an_expired_code_is_refused,
                a_redemption_needs_no_code_that_is_kept, disabling_a_client_voids_its_codes,
                an_expired_code_used_twice_still_revokes, a_disabled_person_or_client_gets_nothing,
                a_merge_since_is_told_and_leaves_the_code;
            rotations: one_of_many_rotates, a_repeat_within_the_grace_gets_the_same,
                a_repeat_after_the_grace_revokes, a_repeat_after_the_successor_was_used_revokes,
                dead_tokens_rotate_nothing;
            grants: a_machine_token_lives_and_ends, a_family_is_revoked_by_its_client_alone,
                an_access_token_is_revoked_by_its_client_alone, a_disabled_person_ends_what_they_granted,
                what_nobody_can_use_is_purged_and_the_rest_is_kept,
                a_rotated_token_is_kept_as_long_as_an_unused_one, a_purge_limits_each_kind_by_itself,
                an_old_answer_is_forgotten;
            consents: consents_add_up, withdrawing_forgets_and_revokes, withdrawing_voids_codes, connections_are_those_of_one_person;
            races: a_client_is_deleted_while_many_refresh, nothing_outlives_a_disabling,
                whatever_ends_is_ended_beside_all_else;
            replays: one_of_many_is_first;
            logouts: only_who_registered_and_took_part_is_told_once, who_took_part_in_a_session_is_told_in_order, a_lease_is_exclusive_until_it_ends,
                a_failed_one_comes_back_and_a_finished_one_does_not;
            keys: a_key_reads_back_and_its_predecessor_retires, a_successor_shortens_what_retires_later,
                one_of_many_adds_a_generation, retired_keys_are_purged;
        }
    };
    (@stamp $fixture:expr; $($area:ident: $($promise:ident),+;)+) => {
        $(mod $area {
            use super::*;
            $(#[test]
            fn $promise() {
                $crate::contract::$area::$promise(&$fixture);
            })+
        })+
    };
}

/// Stamps a test for each promise of stores of codes and of replays that forget nothing by
/// themselves; the fixture is as in [`store_contract!`](crate::store_contract).
#[macro_export]
macro_rules! purge_contract {
    ($fixture:expr) => {
        mod purges {
            use super::*;
            $crate::store_contract! { @stamp $fixture;
                codes: expired_codes_are_purged;
                replays: what_is_past_is_forgotten;
            }
        }
    };
}
