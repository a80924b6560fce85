//! Acts: written down with what they did, in the same step, and with what came of them.

use hodlxxi_kernel::UserId;
use hodlxxi_kernel::audit::{Action, AuditRecord, Part};

use super::deletions::{delete, leave};
use super::fixture::{
    NOW, Opened, Recorded, act, at_once, key, link, open, opened, replaced, script, sign_in_at,
    user_id,
};
use super::frozen::freeze;
use super::merges::merge;
use super::news::acknowledge;
use crate::account::{SignInAccount, SignInOutcome};

/// All entries of `person`: what was done, and what came of it.
fn told(store: &impl Recorded, person: &UserId) -> Vec<(String, String)> {
    let words = |record: AuditRecord| (record.action, record.outcome);
    let parts = [Part::Acts, Part::FailedSignIns];
    let records = parts.map(|part| store.concerning(person, part, None, 100).unwrap());
    records.into_iter().flatten().map(words).collect()
}

fn is(told: &[(String, String)], expected: &[(&str, &str)]) {
    let words = |(action, outcome): &(&str, &str)| ((*action).to_owned(), (*outcome).to_owned());
    // Acts of one moment have no order among each other.
    let (mut told, mut expected) = (
        told.to_vec(),
        expected.iter().map(words).collect::<Vec<_>>(),
    );
    told.sort();
    expected.sort();
    assert_eq!(told, expected);
}

const SIGNED_IN: (&str, &str) = ("auth.signed_in", "done");

/// Whoever makes the account, and whoever finds it: the entry names it.
pub fn a_sign_in_is_recorded_with_the_account_it_led_to(store: &impl Recorded) {
    let opened = at_once(4, |_| open(store, Some(key(0))));
    is(&told(store, opened[0].user()), &[SIGNED_IN; 4]);
    let guest = open(store, None);
    is(&told(store, guest.user()), &[SIGNED_IN]);
}

/// A sign-in to a disabled account, and a step-up with a key of another.
pub fn a_sign_in_that_is_refused_is_recorded_as_that(store: &impl Recorded) {
    let (mine, theirs) = (open(store, Some(key(0))), open(store, Some(key(1))));
    let (mut step_up, _) = sign_in_at(NOW, Some(key(1)));
    step_up.account = SignInAccount::Only(mine.user().clone());
    let outcome = store.sign_in(&step_up).unwrap();
    assert_eq!(outcome, SignInOutcome::OtherAccount);
    let failed = ("auth.sign_in_failed", "other_account");
    is(&told(store, mine.user()), &[SIGNED_IN, failed]);
    is(&told(store, theirs.user()), &[SIGNED_IN]);

    let disabled = act(Action::UserDisabled).person(theirs.user());
    store.disable_user(theirs.user(), NOW, &disabled).unwrap();
    let (refused, _) = sign_in_at(NOW, Some(key(1)));
    let outcome = store.sign_in(&refused).unwrap();
    assert_eq!(outcome, SignInOutcome::Disabled);
    let disabled = ("admin.user_disabled", "done");
    let failed = ("auth.sign_in_failed", "disabled");
    is(&told(store, theirs.user()), &[SIGNED_IN, disabled, failed]);
}

/// Whoever's session a sign-in of another person takes the place of is told; one's own sign-in tells that by itself, and
/// what had ended before is told once.
pub fn a_replaced_session_is_recorded_for_whose_it_was(store: &impl Recorded) {
    let (theirs, again) = (open(store, Some(key(0))), open(store, Some(key(1))));
    let sign_in = |by, replaces: &Opened| {
        let (mut sign_in, secret) = sign_in_at(NOW, Some(key(by)));
        sign_in.session.replaces = Some(replaced(replaces));
        opened(store.sign_in(&sign_in).unwrap(), secret)
    };
    let mine = sign_in(1, &theirs);
    sign_in(1, &theirs);
    sign_in(1, &again);
    let ended = ("auth.session_ended", "done");
    is(&told(store, theirs.user()), &[SIGNED_IN, ended]);
    is(&told(store, mine.user()), &[SIGNED_IN; 4]);
    let entries = store
        .concerning(theirs.user(), Part::Acts, None, 9)
        .unwrap();
    let entry = entries.into_iter().find(|entry| entry.action == ended.0);
    let session = entry.and_then(|entry| entry.personal?.session);
    assert_eq!(session.as_deref(), Some(theirs.session.id.as_str()));
}

/// Linked, linked once more, and of another account.
pub fn a_link_is_recorded_with_what_came_of_it(store: &impl Recorded) {
    let mine = open(store, Some(key(0)));
    let theirs = open(store, Some(key(1)));
    for key in [key(2), key(2), key(1)] {
        link(store, mine.user(), key);
    }
    let linked = |outcome| ("auth.key_linked", outcome);
    let expected = ["done", "repeated", "other_account"].map(linked);
    is(
        &told(store, mine.user()),
        &[&[SIGNED_IN], &expected[..]].concat(),
    );
    is(&told(store, theirs.user()), &[SIGNED_IN]);
}

/// Whatever a person or an administrator changes is there once.
pub fn a_change_is_recorded_once(store: &impl Recorded) {
    let mine = open(store, Some(key(0)));
    let (user, id) = (mine.user(), &mine.session.id);
    let act = |action| act(action).person(user);
    link(store, user, script(1));
    store
        .set_name(user, None, NOW, &act(Action::NameChanged))
        .unwrap();
    store
        .set_granted_level(user, None, NOW, &act(Action::LevelGranted))
        .unwrap();
    let unlinked = act(Action::KeyUnlinked);
    store
        .unlink_key(user, &script(1).identity, &unlinked)
        .unwrap();
    open(store, Some(key(0)));
    store
        .end_other_sessions(user, Some(id), &act(Action::OtherSessionsEnded))
        .unwrap();
    store
        .end_session(user, id, &act(Action::SessionEnded))
        .unwrap();
    store
        .enable_user(user, NOW, &act(Action::UserEnabled))
        .unwrap();
    let expected = [
        SIGNED_IN,
        SIGNED_IN,
        ("auth.key_linked", "done"),
        ("auth.name_changed", "done"),
        ("admin.level_granted", "done"),
        ("auth.key_unlinked", "done"),
        ("auth.other_sessions_ended", "done"),
        ("auth.session_ended", "done"),
        ("admin.user_enabled", "done"),
    ];
    is(&told(store, user), &expected);
}

/// An act that finds nothing to do leaves no entry, whomever it says it concerns.
pub fn what_changes_nothing_is_not_recorded(store: &impl Recorded) {
    let mine = open(store, Some(key(0)));
    let (nobody, theirs) = (user_id(NOW), open(store, Some(key(1))));
    let act = |action| act(action).person(mine.user());
    store
        .set_name(&nobody, None, NOW, &act(Action::NameChanged))
        .unwrap();
    store
        .set_granted_level(&nobody, None, NOW, &act(Action::LevelGranted))
        .unwrap();
    store
        .disable_user(&nobody, NOW, &act(Action::UserDisabled))
        .unwrap();
    store
        .enable_user(&nobody, NOW, &act(Action::UserEnabled))
        .unwrap();
    for unknown in [key(0).identity, script(1).identity] {
        store
            .unlink_key(mine.user(), &unknown, &act(Action::KeyUnlinked))
            .unwrap();
    }
    store
        .end_session(mine.user(), &theirs.session.id, &act(Action::SessionEnded))
        .unwrap();
    store
        .end_other_sessions(
            mine.user(),
            Some(&mine.session.id),
            &act(Action::OtherSessionsEnded),
        )
        .unwrap();
    is(&told(store, mine.user()), &[SIGNED_IN]);
}

/// Frozen, labelled, made the primary one, and acknowledged; a frozen key's sign-in as a failure.
pub fn keys_that_are_cared_for_are_recorded(store: &impl Recorded) {
    let mine = open(store, Some(key(0)));
    let user = mine.user();
    let act = |action| act(action).person(user);
    link(store, user, key(1));
    let identity = key(1).identity;
    store
        .label_key(user, &identity, None, &act(Action::KeyLabelled))
        .unwrap();
    store
        .make_primary(user, &identity, NOW, &act(Action::KeyMadePrimary))
        .unwrap();
    acknowledge(store, &mine, "a browser", NOW);
    for _ in 0..2 {
        freeze(store, user, &key(1), &key(0));
    }
    store.sign_in(&sign_in_at(NOW, Some(key(1))).0).unwrap();
    link(store, user, key(1));
    let expected = [
        SIGNED_IN,
        ("auth.key_linked", "done"),
        ("auth.key_labelled", "done"),
        ("auth.key_made_primary", "done"),
        ("auth.news_acknowledged", "done"),
        ("auth.key_frozen", "done"),
        ("auth.sign_in_failed", "key_frozen"),
        ("auth.key_linked", "key_frozen"),
    ];
    is(&told(store, user), &expected);
}

/// Refused at first, since the key is nobody's.
pub fn a_merge_is_recorded_with_both_accounts(store: &impl Recorded) {
    let mine = open(store, Some(key(0)));
    merge(store, &mine, key(1));
    let theirs = open(store, Some(key(1)));
    merge(store, &mine, key(1));
    let merged = |outcome| ("auth.account_merged", outcome);
    let expected = [SIGNED_IN, merged("refused"), merged("done")];
    is(&told(store, mine.user()), &expected);
    let away = ("auth.account_merged_away", "done");
    is(&told(store, theirs.user()), &[SIGNED_IN, away]);
}

/// That of the accounts merged into theirs too; but not of others.
pub fn a_deletion_is_recorded_and_erases_the_person(store: &impl Recorded) {
    let mine = open(store, Some(key(0)));
    let merged = open(store, Some(key(1)));
    let theirs = open(store, Some(key(2)));
    merge(store, &mine, key(1));
    let asked = ("auth.deletion_requested", "done");
    let merge = ("auth.account_merged", "done");
    leave(store, &mine, &key(0));
    open(store, Some(key(0)));
    let cancelled = ("auth.deletion_cancelled", "done");
    is(
        &told(store, mine.user()),
        &[SIGNED_IN, merge, asked, cancelled],
    );
    leave(store, &mine, &key(0));
    assert!(delete(store, &mine, NOW.plus(1_000)));
    for gone in [&mine, &merged] {
        is(&told(store, gone.user()), &[]);
    }
    is(&told(store, theirs.user()), &[SIGNED_IN]);
}
