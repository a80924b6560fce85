//! The three kinds of keys that people sign in with, each by the API that is its own.

use serde_json::{Value, json};

use crate::browser::Browser;
use crate::lightning::{Begun, LightningWallet};
use crate::person::{Person, challenge, text, verify};

/// By which wallet a person's key signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A Bitcoin wallet: a signed message.
    Bitcoin,
    /// A Lightning wallet: LNURL-auth.
    Lightning,
    /// A Nostr signer: a signed event.
    Nostr,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Bitcoin, Self::Lightning, Self::Nostr];

    /// Its word, in names and in [`acr`](Self::acr).
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Bitcoin => "bitcoin",
            Self::Lightning => "lightning",
            Self::Nostr => "nostr",
        }
    }

    /// The `acr` of a sign-in by it.
    pub fn acr(self) -> String {
        format!("urn:hodlxxi:acr:{}", self.as_str())
    }

    /// Signs `person` in and answers the session that this opened.
    pub fn sign_in(self, person: &Person, browser: &Browser) -> Value {
        self.prove(person, browser, "login");
        browser.get("/api/session").json_with(200)
    }

    /// Links the key of `person` to the account that `browser` is signed in to.
    pub fn link(self, person: &Person, browser: &Browser) {
        self.prove(person, browser, "link");
    }

    fn prove(self, person: &Person, browser: &Browser, purpose: &str) {
        if self == Self::Lightning {
            let begun = Begun::new(browser, &json!({"action": purpose}));
            LightningWallet::of(person).approve(&begun);
            assert_eq!(begun.status(browser), "authenticated");
            return;
        }
        let key = person.pubkey();
        let challenge = challenge(browser, &json!({"pubkey": key, "purpose": purpose}));
        let line = text(&challenge, "challenge");
        let proof = if self == Self::Nostr {
            let event = person.nostr_sign_in(&browser.origin(), line);
            json!({"pubkey": key, "event": event})
        } else {
            json!({"pubkey": key, "signature": person.sign(line)})
        };
        verify(browser, &challenge, &proof).json_with(200);
    }
}
