//! What merging accounts does to what the clients have: on both databases.

use std::sync::Barrier;

use hodlxxi_auth::account::{
    AccountEndStore as _, AccountStore as _, Merge, MergeOutcome, ProvenKey,
};
use hodlxxi_auth::identity::Identity;
use hodlxxi_kernel::audit::Action;
use hodlxxi_kernel::{
    ClientId, ConsentId, OsEntropy, SessionId, SignInMethod, SystemClock, UserId,
};
use hodlxxi_oauth::client::{Client, ClientStore as _};
use hodlxxi_oauth::contract::{Fixture as _, NOW};
use hodlxxi_oauth::grant::{
    Consent, ConsentStore as _, GrantStore as _, LogoutStore as _, RedeemOutcome,
};
use hodlxxi_oauth::person::SubjectSource as _;
use hodlxxi_oauth::provider::MOST_OWN_CLIENTS;
use hodlxxi_oauth::scope::ScopeSet;

use crate::fixture::{Fresh, act};
use crate::logouts::{client, redemption};

/// Somebody with a session.
struct Account {
    user: UserId,
    session: SessionId,
}

fn account(fresh: &Fresh) -> Account {
    let user = fresh.user();
    let session = fresh.session(&user);
    Account { user, session }
}

fn connect(fresh: &Fresh, user: &UserId, client: &ClientId) {
    let consent = Consent {
        id: ConsentId::generate(&SystemClock, &OsEntropy),
        scope: ScopeSet::parse("openid"),
        claims: Vec::new(),
    };
    fresh
        .database
        .remember_consent(user, client, &consent, NOW, &act(Action::ConsentGiven))
        .unwrap();
}

fn disconnect(fresh: &Fresh, user: &UserId, client: &ClientId) {
    let act = act(Action::ConsentWithdrawn);
    let had = fresh.database.withdraw_consent(user, client, NOW, &act);
    assert!(had.unwrap());
}

/// Merges the account `goes` into `stays`.
fn merge(fresh: &Fresh, stays: &Account, goes: &UserId) -> MergeOutcome {
    let key = ProvenKey {
        identity: Identity::Script(goes.as_str().as_bytes().to_vec()),
        public_key: None,
        method: SignInMethod::Bitcoin,
        address: None,
    };
    fresh
        .database
        .merge(&Merge {
            user: stays.user.clone(),
            session: stays.session.clone(),
            key,
            now: NOW,
            act: act(Action::AccountMerged),
            away: act(Action::AccountMergedAway),
        })
        .unwrap()
}

fn is_merged(outcome: &MergeOutcome) -> bool {
    matches!(outcome, MergeOutcome::Merged { .. })
}

fn known_as(fresh: &Fresh, user: &UserId, client: &ClientId) -> Option<UserId> {
    fresh.database.known_as(user, client).unwrap()
}

#[test]
fn consents_move_and_grants_end_and_each_client_keeps_its_subject() {
    for fresh in Fresh::each() {
        let (mine, theirs) = (account(&fresh), account(&fresh));
        let [here, there, granted] = [(); 3].map(|()| client(&fresh));
        connect(&fresh, &mine.user, &here);
        connect(&fresh, &theirs.user, &there);
        let redeemed = redemption(&granted, &theirs.user, &theirs.session);
        fresh.database.redeem(&redeemed).unwrap();
        let token = &redeemed.access.hash;
        assert!(fresh.database.access_token(token, NOW).unwrap().is_some());
        let outcome = merge(&fresh, &mine, &theirs.user);
        assert!(is_merged(&outcome), "{outcome:?}");
        assert_eq!(known_as(&fresh, &mine.user, &here), None);
        for client in [&there, &granted] {
            let subject = known_as(&fresh, &mine.user, client);
            assert_eq!(subject.as_ref(), Some(&theirs.user));
        }
        let consent = |user, client| fresh.database.consent(user, client).unwrap();
        assert!(consent(&mine.user, &here).is_some() && consent(&mine.user, &there).is_some());
        assert!(consent(&theirs.user, &there).is_none());
        assert!(fresh.database.access_token(token, NOW).unwrap().is_none());
        // Who took part in the session that ended is told, of the account that stayed.
        let queue = |user: &UserId| {
            let ended = &theirs.session;
            fresh.database.queue_logouts(user, ended, NOW).unwrap()
        };
        assert_eq!((queue(&theirs.user), queue(&mine.user)), (0, 1));
    }
}

#[test]
fn a_client_that_is_connected_to_both_is_named_and_nothing_is_done() {
    for fresh in Fresh::each() {
        let (mine, theirs) = (account(&fresh), account(&fresh));
        let [both, granted, other] = [(); 3].map(|()| client(&fresh));
        for client in [&both, &other] {
            connect(&fresh, &mine.user, client);
        }
        connect(&fresh, &theirs.user, &both);
        connect(&fresh, &mine.user, &granted);
        let redeemed = redemption(&granted, &theirs.user, &theirs.session);
        fresh.database.redeem(&redeemed).unwrap();
        let MergeOutcome::Conflict(mut clients) = merge(&fresh, &mine, &theirs.user) else {
            panic!("a conflict")
        };
        let mut expected = vec![both.clone(), granted.clone()];
        clients.sort();
        expected.sort();
        assert_eq!(clients, expected);
        assert!(fresh.database.user(&theirs.user).unwrap().is_some());

        disconnect(&fresh, &theirs.user, &both);
        disconnect(&fresh, &mine.user, &granted);
        assert!(is_merged(&merge(&fresh, &mine, &theirs.user)));
        assert_eq!(known_as(&fresh, &mine.user, &both), None);
        let subject = known_as(&fresh, &mine.user, &granted);
        assert_eq!(subject, Some(theirs.user));
    }
}

#[test]
fn subjects_stay_through_a_second_merge_and_a_disconnection() {
    for fresh in Fresh::each() {
        let [first, second, third] = [(); 3].map(|()| account(&fresh));
        let [a, b, gone] = [(); 3].map(|()| client(&fresh));
        connect(&fresh, &first.user, &a);
        connect(&fresh, &first.user, &gone);
        connect(&fresh, &second.user, &b);
        assert!(is_merged(&merge(&fresh, &second, &first.user)));
        disconnect(&fresh, &second.user, &gone);
        let subject = known_as(&fresh, &second.user, &gone);
        assert_eq!(subject.as_ref(), Some(&first.user));
        // The third is connected to what the second had left: that counts for more.
        connect(&fresh, &third.user, &gone);
        assert!(is_merged(&merge(&fresh, &third, &second.user)));
        let subject = |client| known_as(&fresh, &third.user, client);
        assert_eq!(subject(&a), Some(first.user));
        assert_eq!(subject(&b), Some(second.user));
        assert_eq!(subject(&gone), None);
    }
}

/// Makes a client of `owner`, who may have twenty; answers it if there was room.
pub(crate) fn own_client(fresh: &Fresh, owner: &UserId) -> Option<ClientId> {
    let made = client(fresh);
    let clients = &fresh.database;
    let made = clients.client(&made).unwrap().unwrap();
    let own = Client {
        id: ClientId::generate(&SystemClock, &OsEntropy),
        owner: Some(owner.clone()),
        ..made
    };
    let act = act(Action::ClientRegistered);
    let kept = clients.insert_owned_client(&own, owner, MOST_OWN_CLIENTS, &act);
    kept.unwrap().then_some(own.id)
}

#[test]
fn owned_clients_move_be_they_more_than_one_person_may_make() {
    for fresh in Fresh::each() {
        let (mine, theirs, other) = (account(&fresh), account(&fresh), account(&fresh));
        let own = |owner: &Account, number: usize| -> Vec<ClientId> {
            let made = (0..number).map(|_| own_client(&fresh, &owner.user).unwrap());
            made.collect()
        };
        let mut all = own(&mine, 15);
        all.extend(own(&theirs, 12));
        let elsewhere = own(&other, 1);
        assert!(is_merged(&merge(&fresh, &mine, &theirs.user)));

        let ids = |owner: &UserId| -> Vec<ClientId> {
            let clients = fresh.database.clients_of(owner).unwrap();
            let mut ids: Vec<_> = clients.into_iter().map(|client| client.id).collect();
            ids.sort_unstable_by(|one, other| one.as_str().cmp(other.as_str()));
            ids
        };
        all.sort_unstable_by(|one, other| one.as_str().cmp(other.as_str()));
        assert_eq!(ids(&mine.user), all);
        assert_eq!(ids(&theirs.user), []);
        assert_eq!(ids(&other.user), elsewhere);
        // Nobody is to lose an application; a new one is made once there are fewer than twenty again.
        for (left, client) in (MOST_OWN_CLIENTS as usize..all.len()).rev().zip(&all) {
            assert_eq!(own_client(&fresh, &mine.user), None, "{left}");
            let act = act(Action::ClientDeleted);
            assert!(fresh.database.delete_client(client, &act).unwrap());
            assert_eq!(ids(&mine.user).len(), left);
        }
        assert_eq!(own_client(&fresh, &mine.user), None);
        let act = act(Action::ClientDeleted);
        assert!(fresh.database.delete_client(&all[7], &act).unwrap());
        assert!(own_client(&fresh, &mine.user).is_some());
        assert_eq!(ids(&mine.user).len(), MOST_OWN_CLIENTS as usize);
    }
}

#[test]
fn a_consent_given_beside_a_merge_is_kept_or_refused_and_never_lost() {
    for fresh in Fresh::each() {
        let (mine, theirs) = (account(&fresh), account(&fresh));
        let known = client(&fresh);
        connect(&fresh, &theirs.user, &known);
        let barrier = Barrier::new(2);
        let outcome = std::thread::scope(|scope| {
            let merging = scope.spawn(|| {
                barrier.wait();
                merge(&fresh, &mine, &theirs.user)
            });
            barrier.wait();
            connect(&fresh, &mine.user, &known);
            merging.join().unwrap()
        });
        let subject = known_as(&fresh, &mine.user, &known);
        assert!(
            fresh
                .database
                .consent(&mine.user, &known)
                .unwrap()
                .is_some()
        );
        if is_merged(&outcome) {
            assert_eq!(subject, Some(theirs.user));
        } else {
            assert_eq!(outcome, MergeOutcome::Conflict(vec![known]));
            assert_eq!(subject, None);
        }
    }
}

#[test]
fn a_code_redeemed_beside_a_merge_never_keeps_the_wrong_subject() {
    for fresh in Fresh::each() {
        for _ in 0..20 {
            let (mine, theirs) = (account(&fresh), account(&fresh));
            let known = client(&fresh);
            connect(&fresh, &theirs.user, &known);
            let mut redeemed = redemption(&known, &mine.user, &mine.session);
            let barrier = Barrier::new(2);
            let (merged, outcome) = std::thread::scope(|scope| {
                let merging = scope.spawn(|| {
                    barrier.wait();
                    merge(&fresh, &mine, &theirs.user)
                });
                barrier.wait();
                let outcome = fresh.database.redeem(&redeemed).unwrap();
                (merging.join().unwrap(), outcome)
            });
            if outcome == RedeemOutcome::Redeemed {
                assert_eq!(merged, MergeOutcome::Conflict(vec![known]));
                continue;
            }
            assert_eq!(outcome, RedeemOutcome::Renamed);
            assert!(is_merged(&merged));
            let token = &redeemed.access.hash;
            assert!(fresh.database.access_token(token, NOW).unwrap().is_none());
            let subject = known_as(&fresh, &mine.user, &known);
            assert_eq!(subject.as_ref(), Some(&theirs.user));
            if let Some(authorized) = &mut redeemed.grant.authorized {
                authorized.known_as = subject;
            }
            let outcome = fresh.database.redeem(&redeemed).unwrap();
            assert_eq!(outcome, RedeemOutcome::Redeemed);
        }
    }
}

#[test]
fn a_code_of_the_account_that_went_is_worthless() {
    for fresh in Fresh::each() {
        let (mine, theirs) = (account(&fresh), account(&fresh));
        let redemption = redemption(&client(&fresh), &theirs.user, &theirs.session);
        assert!(is_merged(&merge(&fresh, &mine, &theirs.user)));
        let outcome = fresh.database.redeem(&redemption).unwrap();
        assert_eq!(outcome, RedeemOutcome::Refused);
    }
}

#[test]
fn whoever_is_deleted_leaves_no_row_behind() {
    for fresh in Fresh::each() {
        let (mine, theirs) = (account(&fresh), account(&fresh));
        let known = client(&fresh);
        connect(&fresh, &theirs.user, &known);
        assert!(is_merged(&merge(&fresh, &mine, &theirs.user)));
        fresh.execute("UPDATE users SET deletes_at = 1");
        assert!(
            fresh
                .database
                .delete_account(&mine.user, NOW, &act)
                .unwrap()
        );
        for table in [
            "users",
            "linked_keys",
            "sessions",
            "consents",
            "grants",
            "devices",
            "merged_accounts",
            "subject_aliases",
        ] {
            // Fails if there is a row: that id is taken.
            let row = format!("SELECT 1, '{table}' FROM {table}");
            fresh.execute(&format!(
                "INSERT INTO schema_info (id, oldest_version) {row}"
            ));
        }
    }
}

#[test]
fn a_merge_goes_on_beside_all_that_happens_to_the_clients() {
    for fresh in Fresh::each() {
        for _ in 0..20 {
            let (mine, theirs) = (account(&fresh), account(&fresh));
            let own = own_client(&fresh, &theirs.user).unwrap();
            let gone = [(); 3].map(|()| client(&fresh));
            for client in &gone {
                connect(&fresh, &theirs.user, client);
            }
            let redeemed = [(); 4].map(|()| redemption(&own, &theirs.user, &theirs.session));
            let barrier = Barrier::new(gone.len() + redeemed.len() + 1);
            std::thread::scope(|scope| {
                let merging = scope.spawn(|| {
                    barrier.wait();
                    merge(&fresh, &mine, &theirs.user)
                });
                for redemption in &redeemed {
                    let (fresh, barrier) = (&fresh, &barrier);
                    scope.spawn(move || {
                        barrier.wait();
                        fresh.database.redeem(redemption).unwrap();
                    });
                }
                for client in &gone {
                    let (fresh, barrier) = (&fresh, &barrier);
                    scope.spawn(move || {
                        barrier.wait();
                        let act = act(Action::ClientDeleted);
                        assert!(fresh.database.delete_client(client, &act).unwrap());
                    });
                }
                assert!(is_merged(&merging.join().unwrap()));
            });
            for client in &gone {
                assert_eq!(known_as(&fresh, &mine.user, client), None);
            }
            let clients = fresh.database.clients_of(&mine.user).unwrap();
            assert_eq!(clients.len(), 1);
            for redemption in &redeemed {
                let access = &redemption.access.hash;
                assert_eq!(fresh.database.access_token(access, NOW).unwrap(), None);
            }
        }
    }
}
