//! The second step: the challenge to sign, for signing in and for linking a key.

use std::borrow::Cow;

use askama::Template;

use super::moment::Moment;
use super::problem::Problem;
use super::shell::{Requester, Shell};

/// What the proof is for.
#[derive(Clone)]
pub enum ProofPurpose {
    /// Signing in; the forms go to `/login/…`.
    SignIn {
        /// Where to go on to: a path of this origin, checked before.
        continue_to: String,
        /// The application that asked, if one did.
        requester: Option<Requester>,
    },
    /// Linking a key to the account; the forms go to `/account/keys/…`.
    LinkKey,
    /// Merging the account of a key into this one; the forms go to `/account/merge/…`.
    Merge,
    /// Deleting the account; the forms go to `/account/delete/…`.
    Delete,
}

impl ProofPurpose {
    /// The page's heading.
    fn heading(&self, shell: &Shell) -> Cow<'static, str> {
        shell.t.get(match self {
            Self::SignIn { .. } => "prove-title",
            Self::LinkKey => "prove-add-title",
            Self::Merge => "prove-merge-title",
            Self::Delete => "prove-delete-title",
        })
    }

    /// What the button says.
    fn button(&self, shell: &Shell) -> Cow<'static, str> {
        shell.t.get(match self {
            Self::SignIn { .. } => "sign-in-title",
            Self::LinkKey => "prove-add",
            Self::Merge => "prove-merge",
            Self::Delete => "prove-delete",
        })
    }
}

/// What the person named, as far as its text tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IdentifierKind {
    /// An address that begins with 1 (P2PKH).
    Legacy,
    /// An address that begins with 3 (P2SH).
    ScriptHash,
    /// A short address that begins with bc1q (P2WPKH).
    SegwitKey,
    /// A long address that begins with bc1q (P2WSH).
    SegwitScript,
    /// An address that begins with bc1p (P2TR).
    Taproot,
    /// A public key in hex.
    PublicKey,
    /// An npub.
    Npub,
}

impl IdentifierKind {
    /// Its name in words.
    pub fn words(self, shell: &Shell) -> Cow<'static, str> {
        shell.t.get(match self {
            Self::Legacy => "kind-legacy",
            Self::ScriptHash => "kind-script-hash",
            Self::SegwitKey => "kind-segwit-key",
            Self::SegwitScript => "kind-segwit-script",
            Self::Taproot => "kind-taproot",
            Self::PublicKey => "kind-public-key",
            Self::Npub => "kind-npub",
        })
    }

    /// Which kinds of signature can answer for it.
    fn signatures(self, shell: &Shell) -> Cow<'static, str> {
        shell.t.get(match self {
            Self::Legacy | Self::SegwitKey => "kind-signs-any",
            Self::ScriptHash => "kind-signs-script-hash",
            Self::SegwitScript | Self::Taproot => "kind-signs-bip322",
            Self::PublicKey => "kind-signs-public-key",
            Self::Npub => "kind-signs-npub",
        })
    }

    /// Whether a Nostr signer may hold the key.
    const fn nostr(self) -> bool {
        matches!(self, Self::PublicKey | Self::Npub)
    }

    /// Whether a Bitcoin wallet may hold the key.
    const fn bitcoin(self) -> bool {
        !matches!(self, Self::Npub)
    }
}

/// `/login/challenge`, `/account/keys/challenge` and the like: the challenge, and where its signature goes.
///
/// Forms, below `/login`, `/account/keys`, `/account/merge` or `/account/delete`: `POST …/verify` with `challenge_id`, `identifier`,
/// `signature` (a signature, or a signed Nostr event as JSON); `POST …/challenge` with
/// `identifier` for a new challenge. Those of a sign-in carry `continue` as well.
#[derive(Template)]
#[template(path = "prove.html")]
pub struct ProvePage {
    /// The frame.
    pub shell: Shell,
    /// What the proof is for.
    pub purpose: ProofPurpose,
    /// The address or key as entered.
    pub identifier: String,
    /// What it was recognised as.
    pub kind: IdentifierKind,
    /// The challenge's id.
    pub challenge_id: String,
    /// The challenge: one line, to be signed exactly so.
    pub challenge: String,
    /// When it expires.
    pub expires_at: Moment,
    /// How many seconds are left until then.
    pub expires_in: i64,
    /// What was entered before; empty at first, and whenever the challenge is a new one.
    pub signature: String,
    /// Why it was refused.
    pub problem: Option<Problem>,
}

impl ProvePage {
    /// What the forms' paths begin with.
    fn base(&self) -> &'static str {
        match self.purpose {
            ProofPurpose::SignIn { .. } => "/login",
            ProofPurpose::LinkKey => "/account/keys",
            ProofPurpose::Merge => "/account/merge",
            ProofPurpose::Delete => "/account/delete",
        }
    }

    /// What stands for the address in the commands of wallets, which sign by address alone.
    fn address(&self) -> &str {
        if self.kind.nostr() {
            "ADDRESS"
        } else {
            &self.identifier
        }
    }

    fn kept_signature(&self) -> &str {
        match self.problem {
            Some(problem) if problem.forgets_input() => "",
            _ => &self.signature,
        }
    }

    /// The Nostr event to be signed, as JSON without the members that the signer adds.
    fn event(&self) -> String {
        let relay = serde_json::json!(["relay", self.shell.issuer]);
        let challenge = serde_json::json!(["challenge", self.challenge]);
        let content = serde_json::json!(self.challenge);
        format!(
            "{{\n  \"kind\": 22242,\n  \"tags\": [\n    {relay},\n    {challenge}\n  ],\n  \"content\": {content}\n}}"
        )
    }
}
