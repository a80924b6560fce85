//! Clients: who asks for tokens, what they register, and how their keys are kept at hand.

mod keys;
mod kind;
mod members;
mod metadata;
mod redirect;
mod registration;
mod registration_error;
mod store;

pub use keys::{ClientKeys, LearnKeysError};
pub use kind::{ClientDraft, ClientKind};
pub use metadata::{ApplicationType, ClientAuthMethod, ClientMetadata, GrantType, SubjectType};
pub use redirect::{RedirectUri, RedirectUriError};
pub use registration::{Fetch, RegistrationRequest, RegistrationRules};
pub use registration_error::RegistrationError;
pub use store::{
    Client, ClientOrigin, ClientPage, ClientStore, InitialAccessToken, PreviousSecret,
};
