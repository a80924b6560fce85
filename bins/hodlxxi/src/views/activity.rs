//! What was done with an account, in words a person understands.

use hodlxxi_auth::service::REPLACED;

use super::moment::Moment;

/// One line of an account's recent activity.
#[derive(Clone)]
pub struct ActivityRow {
    /// What was done, in words (see [`describe_act`]).
    pub what: &'static str,
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

/// An entry of the audit log in words, by the words of its action and outcome and by its detail, and whether
/// it is something to look at twice.
pub fn describe_act(action: &str, outcome: &str, detail: Option<&str>) -> (&'static str, bool) {
    match (action, outcome) {
        ("auth.signed_in", _) => ("Signed in", false),
        ("auth.sign_in_failed", "disabled") => ("Sign-in refused: the account is disabled", true),
        ("auth.sign_in_failed", "other_account") => {
            ("Key refused: it belongs to another account", true)
        }
        ("auth.sign_in_failed", _) => ("Sign-in failed: the signature was wrong", true),
        ("auth.key_linked", "done") => ("Key linked", true),
        ("auth.key_linked", "repeated") => ("Key proven again", false),
        ("auth.key_linked", _) => ("Key not linked: it belongs to another account", true),
        ("auth.key_unlinked", _) => ("Key unlinked", true),
        ("auth.name_changed", _) => ("Name changed", false),
        ("auth.session_ended", _) if detail == Some(REPLACED) => (
            "Session ended: somebody else signed in with that browser",
            true,
        ),
        ("auth.session_ended", _) => ("Session ended", false),
        ("auth.other_sessions_ended", _) => ("All other sessions ended", false),
        ("oauth.consent_given", _) => ("Allowed an application", false),
        ("oauth.consent_denied", _) => ("Did not allow an application", false),
        ("oauth.consent_withdrawn", _) => ("Disconnected an application", false),
        ("oauth.token_granted", _) => ("Signed in to an application", false),
        ("oauth.token_refreshed", _) => ("An application renewed its access", false),
        ("oauth.token_refused", _) => ("An application was refused access", true),
        ("oauth.token_revoked", _) => ("An application gave its access back", false),
        ("oauth.code_reused" | "oauth.refresh_reused", _) => (
            "An application's access was used twice, and ended: it may have been copied",
            true,
        ),
        ("oauth.client_registered", _) => ("Made an application", false),
        ("oauth.client_updated", _) => ("Changed an application", false),
        ("oauth.client_deleted", _) => ("Deleted an application", false),
        ("oauth.client_secret_rotated", _) => ("Made a new secret for an application", true),
        ("oauth.client_secret_ended", _) => ("Ended an application's old secret", false),
        ("admin.user_disabled", _) => ("Account disabled by an administrator", true),
        ("admin.user_enabled", _) => ("Account enabled by an administrator", false),
        ("admin.level_granted", _) => ("Access level changed by an administrator", false),
        _ => OTHER,
    }
}

/// What a newer version wrote down.
const OTHER: (&str, bool) = ("Something else", false);

#[cfg(test)]
mod tests {
    use hodlxxi_kernel::audit::Action;

    use super::*;

    #[test]
    fn everything_that_concerns_a_person_has_words() {
        let concerns_a_person = |action: &Action| {
            let word = action.as_str();
            let area = ["auth.", "oauth.consent", "oauth.token", "admin.user"];
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
        assert_eq!(count, 16);
    }

    #[test]
    fn failures_are_something_to_look_at() {
        for outcome in ["disabled", "other_account", "invalid_proof"] {
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
