//! Signing keys, JWS and JWK: RFC 7515, 7517, 7518, 7638, 8037, 8812.
//!
//! One small module for every kind of token, because `typ`, `kid` and the algorithm have to be right
//! in all of them. Deliberately absent: encryption (JWE), symmetric algorithms, and `none`.

mod alg;
mod hash;
mod jwk;
mod jws;
mod policy;
mod private;
mod public;
mod ring;
mod store;

pub use alg::{SigningAlg, UnknownAlg};
pub use hash::half_hash;
pub use jwk::{JwkError, JwkSet};
pub(crate) use jws::unverified_subject;
pub use jws::{JwsError, MAX_TOKEN_LEN, verify_with_jwks};
pub use policy::KeyPolicy;
pub use private::PrivateKeyError;
pub use ring::{KeyInfo, KeyRing, KeyRingError, SignError};
pub use store::{KeyStore, StoredKey};
