//! Accounts, their linked keys and their sessions.

mod access;
mod session;
mod store;
mod user;

pub use access::AccessPolicy;
pub use session::{NewSession, Replaced, Session, SessionPolicy};
pub use store::{
    AccountStore, ChallengeStore, ChallengeUse, IssuedChallenge, LinkKey, LinkOutcome,
    SessionStore, SignIn, SignInAccount, SignInOutcome, Unlink,
};
pub use user::{DisplayName, DisplayNameError, LinkedKey, ProvenKey, User, UserPage};
