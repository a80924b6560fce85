//! Public keys on secp256k1 as people write them: compressed hex, x-only hex, `npub`.

use bech32::{Bech32, Hrp};
use k256::elliptic_curve::point::AffineCoordinates;
use k256::elliptic_curve::sec1::FromSec1Point;
use thiserror::Error;

/// Why a text is not a public key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum PublicKeyError {
    /// Neither 66 hex digits, nor 64, nor an `npub`.
    #[error("a public key is 66 hex digits (compressed), 64 (x-only) or an npub")]
    Format,
    /// Well formed, but no point of the curve.
    #[error("not a point of the curve secp256k1")]
    NotOnCurve,
}

/// A point of secp256k1, known by its x coordinate and, where a proof told it, by the parity of y.
///
/// Two keys are the same identity if their [`x`](Self::x) is the same (BIP-340).
///
/// ```
/// use hodlxxi_kernel::PublicKey;
/// let key = PublicKey::parse("0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798")?;
/// assert_eq!(key.npub(), "npub10xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqpkge6d");
/// assert!(key.same_identity(&PublicKey::parse(&key.npub())?));
/// # Ok::<(), hodlxxi_kernel::PublicKeyError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PublicKey {
    x: [u8; 32],
    y_is_odd: Option<bool>,
}

impl PublicKey {
    /// Reads any of the three forms; hex in either case.
    pub fn parse(text: &str) -> Result<Self, PublicKeyError> {
        if text.starts_with("npub1") || text.starts_with("NPUB1") {
            return Self::parse_npub(text);
        }
        let bytes = hex::decode(text).map_err(|_| PublicKeyError::Format)?;
        match bytes.len() {
            32 => Self::from_x(bytes.try_into().map_err(|_| PublicKeyError::Format)?),
            33 => Self::from_compressed(bytes.try_into().map_err(|_| PublicKeyError::Format)?),
            _ => Err(PublicKeyError::Format),
        }
    }

    /// The key with this compressed encoding (SEC 1, section 2.3.3).
    pub fn from_compressed(bytes: [u8; 33]) -> Result<Self, PublicKeyError> {
        let y_is_odd = match bytes[0] {
            2 => false,
            3 => true,
            _ => return Err(PublicKeyError::Format),
        };
        on_curve(&bytes)?;
        let mut x = [0; 32];
        x.copy_from_slice(&bytes[1..]);
        Ok(Self {
            x,
            y_is_odd: Some(y_is_odd),
        })
    }

    /// The key that is this point: on the curve already, so that nothing is left to check.
    pub fn from_point(point: &k256::PublicKey) -> Self {
        let point = point.as_affine();
        Self {
            x: point.x().into(),
            y_is_odd: Some(point.y_is_odd().into()),
        }
    }

    /// The key with this x coordinate (BIP-340); the parity stays unknown.
    pub fn from_x(x: [u8; 32]) -> Result<Self, PublicKeyError> {
        let mut even = [2; 33];
        even[1..].copy_from_slice(&x);
        on_curve(&even)?;
        Ok(Self { x, y_is_odd: None })
    }

    fn parse_npub(text: &str) -> Result<Self, PublicKeyError> {
        let checked = bech32::primitives::decode::CheckedHrpstring::new::<Bech32>(text)
            .map_err(|_| PublicKeyError::Format)?;
        if checked.hrp() != NPUB {
            return Err(PublicKeyError::Format);
        }
        let bytes: Vec<u8> = checked.byte_iter().collect();
        Self::from_x(bytes.try_into().map_err(|_| PublicKeyError::Format)?)
    }

    /// The x coordinate: what the key is known by.
    pub const fn x(&self) -> &[u8; 32] {
        &self.x
    }

    /// Whether the parity of y is known.
    pub const fn parity_known(&self) -> bool {
        self.y_is_odd.is_some()
    }

    /// Whether both keys are one identity: the same x coordinate.
    pub fn same_identity(&self, other: &Self) -> bool {
        self.x == other.x
    }

    /// 66 hex digits where the parity is known, else 64; lower case.
    pub fn to_hex(&self) -> String {
        match self.y_is_odd {
            Some(odd) => format!("{}{}", if odd { "03" } else { "02" }, hex::encode(self.x)),
            None => hex::encode(self.x),
        }
    }

    /// The `npub` form (NIP-19).
    pub fn npub(&self) -> String {
        // 32 bytes are far below what bech32 can carry.
        bech32::encode::<Bech32>(NPUB, &self.x).unwrap_or_default()
    }
}

const NPUB: Hrp = Hrp::parse_unchecked("npub");

fn on_curve(compressed: &[u8; 33]) -> Result<(), PublicKeyError> {
    let point = k256::Sec1Point::from_bytes(compressed).map_err(|_| PublicKeyError::Format)?;
    let key: Option<k256::PublicKey> = k256::PublicKey::from_sec1_point(&point).into();
    key.map(|_| ()).ok_or(PublicKeyError::NotOnCurve)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const G: &str = "79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798";

    #[test]
    fn the_three_forms_name_one_identity() {
        let x_only = PublicKey::parse(G);
        let odd = PublicKey::parse(&format!("03{G}"));
        let upper = PublicKey::parse(&format!("02{G}").to_uppercase());
        let (Ok(x_only), Ok(odd), Ok(upper)) = (x_only, odd, upper) else {
            panic!("all three parse")
        };
        assert!(x_only.same_identity(&odd) && odd.same_identity(&upper));
        assert_eq!((x_only.to_hex().len(), odd.to_hex().len()), (64, 66));
        assert_eq!(PublicKey::parse(&odd.npub()), Ok(x_only));
        assert_eq!(PublicKey::parse(&odd.npub().to_uppercase()), Ok(x_only));
    }

    #[test]
    fn a_point_is_the_key_of_its_encoding() {
        for parity in ["02", "03"] {
            let text = format!("{parity}{G}");
            let point = k256::PublicKey::from_sec1_bytes(&hex::decode(&text).unwrap()).unwrap();
            assert_eq!(Ok(PublicKey::from_point(&point)), PublicKey::parse(&text));
        }
    }

    #[test]
    fn what_is_no_key_is_refused_with_its_reason() {
        use PublicKeyError::{Format, NotOnCurve};
        let cases = [
            (String::new(), Format),
            (format!("04{G}"), Format),
            (format!("{G}00{G}"), Format),
            ("f".repeat(64), NotOnCurve),
            (format!("02{}", "0".repeat(64)), NotOnCurve),
            ("npub1qqqq".to_owned(), Format),
            // An nsec is a private key: it must never be taken for a public one.
            (
                "nsec10xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqpkge6d".to_owned(),
                Format,
            ),
        ];
        for (text, why) in cases {
            assert_eq!(PublicKey::parse(&text), Err(why), "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(text in ".{0,140}") {
            let _ = PublicKey::parse(&text);
        }

        #[test]
        fn every_point_reads_back(x in any::<[u8; 32]>()) {
            if let Ok(key) = PublicKey::from_x(x) {
                prop_assert_eq!(PublicKey::parse(&key.to_hex()), Ok(key));
                prop_assert_eq!(PublicKey::parse(&key.npub()), Ok(key));
            }
        }
    }
}
