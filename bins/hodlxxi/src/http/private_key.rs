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
    use super::is_likely;

    #[test]
    fn private_keys_are_told_from_public_things() {
        let private = [
            "nsec1vl029mgpspedva04g90vltkh6fvh240zqtv9k0t9af8935ke9laqsnlfe5",
            "KwDiBf89QgGbjEhKnhXJuH7LrciVrZi3qYjgd9M7rFU73sVHnoWn",
            "5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ",
            "xprv9s21ZrQH143K24Mfq5zL5MhWK9hUhhGbd45hLXo2Pq2oqzMMo63oStZzF93Y5wvzdUayhgkkFoicQZcP3y52uPPxFnfoLZB21Teqt1VvEHx",
            "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about",
            "nsec1qqqqqqqq",
            "Able acid also area army atom aunt auto away baby ball Bone",
            "6PRVWUbkzzsbcVac2qwfssoUJAN1Xhrg6bNk8J7Nzm5H7kxEbn2Nh2ZoGg",
            "wpkh([d34db33f/84'/0'/0']xprv9s21ZrQH143K24Mfq5zL5MhWK9hUhhGbd45hLXo2Pq2oqzMMo63oStZzF93Y5wvzdUayhgkkFoicQZcP3y52uPPxFnfoLZB21Teqt1VvEHx/0/*)",
        ];
        for text in private {
            assert!(is_likely(text), "{text}");
        }
        let public = [
            "",
            "bc1q9vza2e8x573nczrlzms0wvx3gsqjx7vavgkx0l",
            "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2",
            "npub10xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqpkge6d",
            "0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798",
            "H3x5bM2MpXK9MyLLbIGWQjZQNTP6lfuIjmPqMrU7YZ5CCm5bS9L+zCtrfIOJaloDb0mf9QBSEDIs4UCd/jou1VI=",
        ];
        for text in public {
            assert!(!is_likely(text), "{text}");
        }
    }
}
