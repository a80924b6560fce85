//! Grants: what one authorization gave a client, and the codes and tokens that come from it.

mod store;
mod token;

pub use store::{
    CodeStore, Connection, Consent, ConsentStore, GrantStore, LogoutDelivery, LogoutStore,
    Participant, RedeemOutcome, Redemption, ReplayStore, RotateOutcome, Rotation, SingleUse,
};
pub use token::{
    AccessTokenRecord, ActiveAccessToken, AuthorizationCode, Authorized, Grant, RefreshRecord,
    RefreshState,
};
