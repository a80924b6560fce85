//! What looks like a private key must not be entered anywhere, and is refused before anything else
//! is done with it.

/// What extended private keys (BIP-32, SLIP-132) and Nostr's (NIP-19, NIP-49) begin with.
const PREFIXES: [&str; 8] = [
    "xprv",
    "tprv",
    "yprv",
    "zprv",
    "uprv",
    "vprv",
    "nsec1",
    "ncryptsec1",
];

/// Whether `text` looks like a private key, a seed phrase or an `nsec`, or has one inside, as descriptors do.
pub(crate) fn is_likely(text: &str) -> bool {
    // A signature in base64 stays one word, so that no part of it can pass for a key.
    let has_key = text
        .split(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '+' | '/' | '='))
        .any(|word| is_encoded(word) || (word.len() > 24 && is_prefixed(word)));
    // At its beginning even a part of a key is too much.
    has_key || is_prefixed(text.trim()) || is_phrase(&text.to_ascii_lowercase())
}

/// Whether it begins as private keys do.
fn is_prefixed(word: &str) -> bool {
    let lower = word.to_ascii_lowercase();
    PREFIXES.iter().any(|prefix| lower.starts_with(prefix))
}

/// Wallet import format, base58 of 51 or 52 characters with one of its first letters; or encrypted (BIP-38).
fn is_encoded(word: &str) -> bool {
    let base58 = |c: char| c.is_ascii_alphanumeric() && !matches!(c, '0' | 'O' | 'I' | 'l');
    let plain = matches!(word.len(), 51 | 52) && word.starts_with(['5', 'K', 'L', '9', 'c']);
    let encrypted = word.len() == 58 && word.starts_with("6P");
    (plain || encrypted) && word.chars().all(base58)
}

/// Twelve to twenty-four words (BIP-39), in lower case.
fn is_phrase(text: &str) -> bool {
    let mut count = 0;
    let words = text.split_whitespace().all(|word| {
        count += 1;
        (3..=8).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_lowercase())
    });
    words && matches!(count, 12 | 15 | 18 | 21 | 24)
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::is_likely;

    /// The same table as for the pages' own look, in `static/guard.js`.
    const TABLE: &str = include_str!("../../../../tests/vectors/private-keys.json");

    #[test]
    fn private_keys_are_told_from_public_things() {
        let table: HashMap<String, Vec<String>> = serde_json::from_str(TABLE).unwrap();
        for (kind, texts) in &table {
            for text in texts {
                assert_eq!(is_likely(text), kind == "private", "{text}");
            }
        }
        assert_eq!(table.len(), 2);
    }
}
