//! The left half of a token's hash: `at_hash`, `c_hash` (OpenID Connect Core, section 3.1.3.6).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256, Sha512};

use super::SigningAlg;

/// The left half of the hash of `token`, in base64url, as an ID token signed with `alg` carries it.
///
/// The hash is the one the algorithm signs with: SHA-256, and for `EdDSA` with Ed25519 SHA-512 (RFC
/// 8032, section 5.1). OpenID Connect leaves the latter open; SHA-512 is what relying parties' own
/// libraries compute.
///
/// ```
/// use hodlxxi_oauth::jose::{SigningAlg, half_hash};
/// // The example of OpenID Connect Core, appendix A.3.
/// let token = "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y";
/// assert_eq!(half_hash(SigningAlg::Rs256, token), "77QmUPtjPfzWtF2AnpK9RQ");
/// ```
pub fn half_hash(alg: SigningAlg, token: &str) -> String {
    match alg {
        SigningAlg::Rs256 | SigningAlg::Es256 | SigningAlg::Es256k => {
            URL_SAFE_NO_PAD.encode(&Sha256::digest(token)[..16])
        }
        SigningAlg::EdDsa => URL_SAFE_NO_PAD.encode(&Sha512::digest(token)[..32]),
    }
}
