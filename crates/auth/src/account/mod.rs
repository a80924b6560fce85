//! Accounts, their linked keys and their sessions.

mod access;
mod end_store;
mod key_store;
mod news;
mod session;
mod store;
mod user;

pub use access::AccessPolicy;
pub use end_store::{AccountEndStore, Deletion, DeletionOutcome, Merge, MergeOutcome};
pub use key_store::{Freeze, FreezeKey, LinkedKeyStore};
pub use news::{Acknowledgement, Device, DeviceMark, News, NewsStore};
pub use session::{NewSession, Replaced, Session, SessionPolicy};
pub use store::{
    AccountStore, ChallengeStore, ChallengeUse, IssuedChallenge, LinkKey, LinkOutcome,
    SessionStore, SignIn, SignInAccount, SignInOutcome, Unlink,
};
pub use user::{DisplayName, DisplayNameError, LinkedKey, ProvenKey, User, UserPage};
