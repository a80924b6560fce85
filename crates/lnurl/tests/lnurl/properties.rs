//! What holds of every input.

use hodlxxi_lnurl::auth::{Answer, AuthUrl, K1, verify};
use hodlxxi_lnurl::code::Endpoint;
use hodlxxi_lnurl::wallet::Wallet;
use proptest::prelude::*;

proptest! {
    #[test]
    fn no_text_panics(text in ".{0,300}") {
        let _ = Endpoint::read(&text);
        let _ = Endpoint::read(&format!("lnurl1{text}"));
        let _ = AuthUrl::read(&format!("keyauth://{text}"));
        let _ = Answer::parse(&text);
    }

    #[test]
    fn every_url_reads_back(path in "[a-z0-9/]{0,600}", query in "[a-z0-9=&%+]{0,200}") {
        let endpoint = Endpoint::parse(&format!("https://example.org/{path}?{query}"));
        let endpoint = endpoint.expect("a URL");
        for text in [endpoint.to_lnurl(), endpoint.to_uri(), endpoint.to_keyauth()] {
            let read = Endpoint::read(&text);
            prop_assert_eq!(read.as_ref(), Ok(&endpoint));
        }
    }

    #[test]
    fn one_mistyped_character_is_found(at in 6_usize..60, replacement in 0_usize..32) {
        let endpoint = Endpoint::parse("https://example.org/some/path").expect("a URL");
        let mut code = endpoint.to_lnurl().into_bytes();
        prop_assume!(at < code.len());
        let replacement = b"QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L"[replacement];
        prop_assume!(code[at] != replacement);
        code[at] = replacement;
        let code = String::from_utf8(code).expect("ASCII");
        prop_assert!(Endpoint::read(&code).is_err());
    }

    #[test]
    fn what_a_wallet_signs_holds_for_that_alone(seed in any::<[u8; 32]>(), k1 in any::<[u8; 32]>(), flip in 0_usize..256) {
        let key = Wallet::from_seed(&seed).and_then(|wallet| wallet.linking_key("example.org"));
        let key = key.expect("a key");
        let (sig, hex) = (key.sign(&K1::new(k1)), key.public().to_hex());
        let verified = verify(&K1::new(k1), &sig, &hex);
        prop_assert_eq!(verified.as_ref(), Ok(key.public()));
        let mut other = k1;
        other[flip / 8] ^= 1 << (flip % 8);
        prop_assert!(verify(&K1::new(other), &sig, &hex).is_err());
    }

    #[test]
    fn no_bytes_are_a_signature_by_a_key_that_nobody_has(der in prop::collection::vec(any::<u8>(), 0..80), k1 in any::<[u8; 32]>()) {
        const NOBODY: &str = "0250929b74c1a04954b78b4b6035e97a5e078a5a0f28ec96d547bfee9ace803ac0";
        prop_assert!(verify(&K1::new(k1), &hex::encode(der), NOBODY).is_err());
    }
}
