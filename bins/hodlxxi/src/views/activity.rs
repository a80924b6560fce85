//! What was done with an account, in words a person understands.

use std::borrow::Cow;

use hodlxxi_auth::service::REPLACED;

use super::moment::Moment;

/// One line of an account's recent activity.
#[derive(Clone)]
pub struct ActivityRow {
    /// What was done, in words (see [`describe_act`]).
    pub what: Cow<'static, str>,
    /// Whether it is something to look at twice: what was refused, or done by somebody else.
    pub warning: bool,
    /// The application that it was about, by the name it registered.
    pub application: Option<String>,
    /// When; the last time, where it was several.
    pub at: Moment,
    /// How often, one after the other.
    pub count: u32,
    /// When the first time was.
    pub since: Moment,
    /// The address it came from.
    pub address: Option<String>,
    /// The device in words (see [`device`](super::device)); none where no request brought it about.
    pub device: Option<String>,
}

/// A page of what was done, the newest first.
#[derive(Clone, Default)]
pub struct ActivityList {
    /// The lines.
    pub rows: Vec<ActivityRow>,
    /// What leads to the page after this one, if there is more: text of `A-Z a-z 0-9 - _ .`.
    pub next: Option<String>,
    /// Whether newer ones were passed over.
    pub is_later: bool,
}

/// The message on an entry of the audit log, by the words of its action and outcome and by its detail, and whether
/// it is something to look at twice.
pub fn describe_act(action: &str, outcome: &str, detail: Option<&str>) -> (&'static str, bool) {
    match (action, outcome) {
        ("auth.signed_in", _) => ("act-signed-in", false),
        ("auth.sign_in_failed", "disabled") => ("act-refused-disabled", true),
        ("auth.sign_in_failed", "other_account") => ("act-refused-other-account", true),
        ("auth.sign_in_failed", "key_frozen") => ("act-refused-frozen", true),
        ("auth.sign_in_failed", _) => ("act-failed", true),
        ("auth.key_linked", "done") => ("act-key-linked", true),
        ("auth.key_linked", "repeated") => ("act-key-proven-again", false),
        ("auth.key_linked", _) => ("act-key-not-linked", true),
        ("auth.key_labelled", _) => ("act-key-labelled", false),
        ("auth.key_made_primary", _) => ("act-key-made-primary", true),
        ("auth.key_frozen", _) => ("act-key-frozen", true),
        ("admin.key_thawed", _) => ("act-key-thawed", true),
        ("auth.account_merged", "done") => ("act-merged", true),
        ("auth.account_merged", _) => ("act-merge-refused", true),
        ("auth.account_merged_away", _) => ("act-merged-away", true),
        ("auth.deletion_requested", _) => ("act-deletion-requested", true),
        ("auth.deletion_cancelled", _) => ("act-deletion-cancelled", true),
        ("auth.account_deleted", _) => ("act-deleted", true),
        ("auth.news_acknowledged", _) => ("act-news-acknowledged", false),
        ("auth.account_exported", _) => ("act-exported", true),
        ("auth.key_unlinked", _) => ("act-key-unlinked", true),
        ("auth.name_changed", _) => ("act-name-changed", false),
        ("auth.session_ended", _) if detail == Some(REPLACED) => ("act-session-replaced", true),
        ("auth.session_ended", _) => ("act-session-ended", false),
        ("auth.other_sessions_ended", _) => ("act-other-sessions-ended", false),
        ("oauth.consent_given", _) => ("act-consent-given", false),
        ("oauth.consent_denied", _) => ("act-consent-denied", false),
        ("oauth.consent_withdrawn", _) => ("act-consent-withdrawn", false),
        ("oauth.token_granted", _) => ("act-token-granted", false),
        ("oauth.token_refreshed", _) => ("act-token-refreshed", false),
        ("oauth.token_refused", _) => ("act-token-refused", true),
        ("oauth.token_revoked", _) => ("act-token-revoked", false),
        ("oauth.code_reused" | "oauth.refresh_reused", _) => ("act-reused", true),
        ("oauth.client_registered", _) => ("act-client-made", false),
        ("oauth.client_updated", _) => ("act-client-changed", false),
        ("oauth.client_deleted", _) => ("act-client-deleted", false),
        ("oauth.client_secret_rotated", _) => ("act-client-secret", true),
        ("oauth.client_secret_ended", _) => ("act-client-secret-ended", false),
        ("admin.user_disabled", _) => ("act-user-disabled", true),
        ("admin.user_enabled", _) => ("act-user-enabled", false),
        ("admin.level_granted", _) => ("act-level-granted", false),
        _ => OTHER,
    }
}

/// What a newer version wrote down.
const OTHER: (&str, bool) = ("act-other", false);

#[cfg(test)]
mod tests {
    use hodlxxi_kernel::audit::Action;

    use super::*;

    #[test]
    fn everything_that_concerns_a_person_has_words() {
        let concerns_a_person = |action: &Action| {
            let word = action.as_str();
            let area = [
                "auth.",
                "oauth.consent",
                "oauth.token",
                "admin.user",
                "admin.key",
            ];
            area.iter().any(|area| word.starts_with(area))
        };
        let mut count = 0;
        for action in Action::ALL.into_iter().filter(concerns_a_person) {
            assert_ne!(
                describe_act(action.as_str(), "done", None),
                OTHER,
                "{action:?}"
            );
            count += 1;
        }
        assert_eq!(count, 27);
    }

    #[test]
    fn failures_are_something_to_look_at() {
        for outcome in ["disabled", "other_account", "key_frozen", "invalid_proof"] {
            assert!(
                describe_act("auth.sign_in_failed", outcome, None).1,
                "{outcome}"
            );
        }
        assert!(describe_act("oauth.code_reused", "done", None).1);
        assert!(!describe_act("auth.signed_in", "done", Some("bitcoin")).1);
        assert!(describe_act("auth.session_ended", "done", Some(REPLACED)).1);
        assert!(!describe_act("auth.session_ended", "done", None).1);
        assert_eq!(describe_act("auth.of_a_newer_version", "done", None), OTHER);
    }
}
