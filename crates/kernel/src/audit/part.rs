//! The two parts of what concerns a person.

use super::Action;

/// What is read of the entries that concern a person. Anybody can add failed sign-ins who knows a key or an
/// address, as many as they like: these are read by themselves, so that they stand before nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Everything but failed sign-ins.
    Acts,
    /// Failed sign-ins ([`Action::SignInFailed`]).
    FailedSignIns,
}

impl Part {
    /// Whether an entry with the word `action` is of this part.
    ///
    /// ```
    /// use hodlxxi_kernel::audit::Part;
    /// assert!(Part::FailedSignIns.has("auth.sign_in_failed"));
    /// assert!(Part::Acts.has("auth.signed_in") && !Part::Acts.has("auth.sign_in_failed"));
    /// ```
    pub fn has(self, action: &str) -> bool {
        let failed = action == Action::SignInFailed.as_str();
        failed == matches!(self, Self::FailedSignIns)
    }
}
