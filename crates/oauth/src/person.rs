//! What this crate knows of a person: who is signed in, and what may be told of them.

use hodlxxi_kernel::{
    AccessLevel, ClientId, PublicKey, SessionId, SignInMethod, StoreError, Timestamp, UserId,
};

/// Somebody signed in, in the browser that makes the request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The account.
    pub user: UserId,
    /// The session.
    pub session: SessionId,
    /// When they signed in.
    pub auth_time: Timestamp,
    /// How they signed in.
    pub method: SignInMethod,
    /// Whether other accounts were merged into this one: only then may a client know the person by
    /// another one's id.
    pub merged: bool,
}

/// What may be told of a person under the scope `profile`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// The name they chose.
    pub name: Option<String>,
    /// A short name made of the key, or the word `guest`.
    pub preferred_username: String,
    /// The account's key: the primary one, as its page shows it.
    pub public_key: Option<PublicKey>,
    /// The level of the session the grant came from; of the key, where that session is over.
    pub access_level: AccessLevel,
    /// When the profile last changed.
    pub updated_at: Timestamp,
}

/// Answers by which id clients know people who merged accounts.
pub trait SubjectSource: Send + Sync {
    /// The account that the subject by which `client` knows `user` is made of, where that is not their
    /// own: one that was merged into it.
    fn known_as(&self, user: &UserId, client: &ClientId) -> Result<Option<UserId>, StoreError>;
}

/// Answers profiles: implemented by whoever keeps the accounts.
pub trait ProfileSource: Send + Sync {
    /// The profile of `user` as seen through a grant made with `method`; none if there is no such
    /// account or it is disabled.
    fn profile(&self, user: &UserId, method: SignInMethod) -> Result<Option<Profile>, StoreError>;
}
