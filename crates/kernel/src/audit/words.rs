//! The words of the audit log. They are kept for years and read by other programs: one is added where
//! it is needed, and none ever changes its meaning.

/// What was done, as `<area>.<what>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// A session was opened.
    SignedIn,
    /// A proof that did not hold, or that led to no session.
    SignInFailed,
    /// A key was proven for an account that one is signed in to.
    KeyLinked,
    /// A key was taken from an account, and the sessions opened with it ended.
    KeyUnlinked,
    /// The word for a key was set or cleared.
    KeyLabelled,
    /// A key was made the one that is shown.
    KeyMadePrimary,
    /// A key was reported lost: it signs in no more, and what it may have let in ended.
    KeyFrozen,
    /// An administrator let a frozen key sign in again.
    KeyThawed,
    /// Another account was merged into this one.
    AccountMerged,
    /// This account was merged into another one, and is no more.
    AccountMergedAway,
    /// The deletion of an account was asked for, and all that it had open ended.
    DeletionRequested,
    /// A session was opened, and a deletion asked for before was cancelled by that.
    DeletionCancelled,
    /// An account was deleted, and what the log said of the person erased.
    AccountDeleted,
    /// A person said that they know of a key or a device.
    NewsAcknowledged,
    /// A person took along all that is kept of them.
    AccountExported,
    /// The name of an account was set or cleared.
    NameChanged,
    /// One session was ended.
    SessionEnded,
    /// All sessions but one were ended.
    OtherSessionsEnded,
    /// A person allowed a client what it asked for.
    ConsentGiven,
    /// A person did not allow it.
    ConsentDenied,
    /// A person took back what a client was allowed.
    ConsentWithdrawn,
    /// A client got the first tokens of a grant.
    TokenGranted,
    /// A client got new tokens for a refresh token.
    TokenRefreshed,
    /// A code or refresh token that is known was not taken.
    TokenRefused,
    /// A client gave tokens back.
    TokenRevoked,
    /// A code came a second time, and what it had become was revoked.
    CodeReused,
    /// A refresh token came a second time, and its family was revoked.
    RefreshReused,
    /// Somebody could not show to be the client they named.
    ClientRefused,
    /// A client was made.
    ClientRegistered,
    /// What a client registered was replaced.
    ClientUpdated,
    /// A client was removed, with all that came of it.
    ClientDeleted,
    /// Clients that registered themselves and were never used were removed.
    ClientsExpired,
    /// A client got a new secret.
    ClientSecretRotated,
    /// The secret before a client's last was ended before its time.
    ClientSecretEnded,
    /// An administrator vouched for a client's name.
    ClientVerified,
    /// That was taken back.
    ClientUnverified,
    /// A client was disabled, and all that it was granted revoked.
    ClientDisabled,
    /// A client was enabled again.
    ClientEnabled,
    /// A client was given another tier.
    ClientTierSet,
    /// A token was made that lets its holder register clients.
    RegistrationTokenMade,
    /// A signing key was made, to follow the last of its algorithm.
    KeyRotated,
    /// An account was disabled, and its sessions and all that it granted ended.
    UserDisabled,
    /// An account was enabled again.
    UserEnabled,
    /// An account was given an access level, or it was taken back.
    LevelGranted,
    /// What the log said of a person was erased.
    PersonErased,
    /// A backup was put in place of the database, and what lets anybody in was voided.
    BackupRestored,
}

impl Action {
    /// All of them.
    pub const ALL: [Self; 46] = [
        Self::SignedIn,
        Self::SignInFailed,
        Self::KeyLinked,
        Self::KeyUnlinked,
        Self::KeyLabelled,
        Self::KeyMadePrimary,
        Self::KeyFrozen,
        Self::KeyThawed,
        Self::AccountMerged,
        Self::AccountMergedAway,
        Self::DeletionRequested,
        Self::DeletionCancelled,
        Self::AccountDeleted,
        Self::NewsAcknowledged,
        Self::AccountExported,
        Self::NameChanged,
        Self::SessionEnded,
        Self::OtherSessionsEnded,
        Self::ConsentGiven,
        Self::ConsentDenied,
        Self::ConsentWithdrawn,
        Self::TokenGranted,
        Self::TokenRefreshed,
        Self::TokenRefused,
        Self::TokenRevoked,
        Self::CodeReused,
        Self::RefreshReused,
        Self::ClientRefused,
        Self::ClientRegistered,
        Self::ClientUpdated,
        Self::ClientDeleted,
        Self::ClientsExpired,
        Self::ClientSecretRotated,
        Self::ClientSecretEnded,
        Self::ClientVerified,
        Self::ClientUnverified,
        Self::ClientDisabled,
        Self::ClientEnabled,
        Self::ClientTierSet,
        Self::RegistrationTokenMade,
        Self::KeyRotated,
        Self::UserDisabled,
        Self::UserEnabled,
        Self::LevelGranted,
        Self::PersonErased,
        Self::BackupRestored,
    ];

    /// The word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SignedIn => "auth.signed_in",
            Self::SignInFailed => "auth.sign_in_failed",
            Self::KeyLinked => "auth.key_linked",
            Self::KeyUnlinked => "auth.key_unlinked",
            Self::KeyLabelled => "auth.key_labelled",
            Self::KeyMadePrimary => "auth.key_made_primary",
            Self::KeyFrozen => "auth.key_frozen",
            Self::KeyThawed => "admin.key_thawed",
            Self::AccountMerged => "auth.account_merged",
            Self::AccountMergedAway => "auth.account_merged_away",
            Self::DeletionRequested => "auth.deletion_requested",
            Self::DeletionCancelled => "auth.deletion_cancelled",
            Self::AccountDeleted => "auth.account_deleted",
            Self::NewsAcknowledged => "auth.news_acknowledged",
            Self::AccountExported => "auth.account_exported",
            Self::NameChanged => "auth.name_changed",
            Self::SessionEnded => "auth.session_ended",
            Self::OtherSessionsEnded => "auth.other_sessions_ended",
            Self::ConsentGiven => "oauth.consent_given",
            Self::ConsentDenied => "oauth.consent_denied",
            Self::ConsentWithdrawn => "oauth.consent_withdrawn",
            Self::TokenGranted => "oauth.token_granted",
            Self::TokenRefreshed => "oauth.token_refreshed",
            Self::TokenRefused => "oauth.token_refused",
            Self::TokenRevoked => "oauth.token_revoked",
            Self::CodeReused => "oauth.code_reused",
            Self::RefreshReused => "oauth.refresh_reused",
            Self::ClientRefused => "oauth.client_refused",
            Self::ClientRegistered => "oauth.client_registered",
            Self::ClientUpdated => "oauth.client_updated",
            Self::ClientDeleted => "oauth.client_deleted",
            Self::ClientsExpired => "oauth.clients_expired",
            Self::ClientSecretRotated => "oauth.client_secret_rotated",
            Self::ClientSecretEnded => "oauth.client_secret_ended",
            Self::ClientVerified => "admin.client_verified",
            Self::ClientUnverified => "admin.client_unverified",
            Self::ClientDisabled => "admin.client_disabled",
            Self::ClientEnabled => "admin.client_enabled",
            Self::ClientTierSet => "admin.client_tier_set",
            Self::RegistrationTokenMade => "admin.registration_token_made",
            Self::KeyRotated => "keys.rotated",
            Self::UserDisabled => "admin.user_disabled",
            Self::UserEnabled => "admin.user_enabled",
            Self::LevelGranted => "admin.level_granted",
            Self::PersonErased => "admin.person_erased",
            Self::BackupRestored => "admin.backup_restored",
        }
    }
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Outcome {
    /// It was done.
    #[default]
    Done,
    /// The same answer was given once more, and nothing changed.
    Repeated,
    /// It broke a rule, which the detail names.
    Refused,
    /// The signature, or the event, did not hold.
    InvalidProof,
    /// The client's secret or assertion did not hold.
    InvalidCredentials,
    /// The account or the client is disabled.
    Disabled,
    /// The key belongs to another account, or to none.
    OtherAccount,
    /// The key is frozen.
    KeyFrozen,
}

impl Outcome {
    /// The word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Repeated => "repeated",
            Self::Refused => "refused",
            Self::InvalidProof => "invalid_proof",
            Self::InvalidCredentials => "invalid_credentials",
            Self::Disabled => "disabled",
            Self::OtherAccount => "other_account",
            Self::KeyFrozen => "key_frozen",
        }
    }
}

/// In what role somebody acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Actor {
    /// Whoever sent the request: nobody that is known.
    Visitor,
    /// The person whom the act is about.
    Person,
    /// The client that the act is about.
    Client,
    /// An administrator at the command line.
    Operator,
    /// An administrator at the pages, signed in with a key.
    Administrator,
    /// The server by itself.
    Server,
}

impl Actor {
    /// The word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Visitor => "visitor",
            Self::Person => "person",
            Self::Client => "client",
            Self::Operator => "operator",
            Self::Administrator => "administrator",
            Self::Server => "server",
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_two_acts_share_a_word_and_each_has_an_area() {
        let words: BTreeSet<_> = Action::ALL.map(Action::as_str).into();
        assert_eq!(words.len(), Action::ALL.len());
        for word in words {
            let (area, what) = word.split_once('.').unwrap();
            assert!(["auth", "oauth", "admin", "keys"].contains(&area), "{word}");
            assert!(what.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'));
        }
    }
}
