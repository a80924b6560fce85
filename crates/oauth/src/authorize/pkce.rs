//! PKCE (RFC 7636) with S256, the only method there is here.

use hodlxxi_kernel::SecretHash;

/// A code challenge: the SHA-256 of the verifier, as 43 characters of base64url.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct CodeChallenge(SecretHash);

impl CodeChallenge {
    /// Reads a challenge; none if it is not exactly 43 characters of base64url.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let challenge = Self(text.parse().ok()?);
        (challenge.0.to_text() == text).then_some(challenge)
    }

    /// The challenge as text.
    pub(crate) fn to_text(self) -> String {
        self.0.to_text()
    }

    /// Whether it is the challenge of `verifier`. The form is looked at first (43 to 128 characters of
    /// `A-Z a-z 0-9 - . _ ~`); the comparison takes constant time.
    pub(crate) fn is_of(self, verifier: &str) -> bool {
        let unreserved = |b: u8| b.is_ascii_alphanumeric() || b"-._~".contains(&b);
        (43..=128).contains(&verifier.len())
            && verifier.bytes().all(unreserved)
            && SecretHash::of(verifier) == self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // RFC 7636, appendix B.
    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    #[test]
    fn the_example_of_the_standard_verifies_and_nothing_else_does() {
        let challenge = CodeChallenge::parse(CHALLENGE).unwrap();
        assert!(challenge.is_of(VERIFIER) && !challenge.is_of(&"a".repeat(43)));
    }

    #[test]
    fn a_verifier_of_another_form_is_refused_even_if_it_hashes_right() {
        for bad in [
            "a".repeat(42),
            "a".repeat(129),
            format!("{}=", "a".repeat(43)),
        ] {
            let challenge = CodeChallenge(SecretHash::of(&bad));
            assert!(!challenge.is_of(&bad), "{bad}");
        }
    }

    #[test]
    fn a_challenge_is_43_characters_of_base64url() {
        let padded = format!("{CHALLENGE}=");
        let other_bits = format!("{}N", &CHALLENGE[..42]);
        for bad in [
            "",
            &CHALLENGE[..42],
            padded.as_str(),
            other_bits.as_str(),
            &"+".repeat(43),
        ] {
            assert!(CodeChallenge::parse(bad).is_none(), "{bad}");
        }
    }
}
