//! Proving a key by forms: shared by signing in and linking a key.

use hodlxxi_auth::challenge::{Challenge, Purpose};
use hodlxxi_auth::service::{Proof, Verified, VerifyError, VerifyRequest};
use hodlxxi_auth::verify::{Identifier, IdentifierError};
use hodlxxi_kernel::audit::Origin;

use crate::compose::App;
use crate::http::failure::Failure;
use crate::http::forms::Fields;
use crate::http::limit::Caller;
use crate::http::private_key;
use crate::people::Visitor;
use crate::use_cases::Unproven;
use crate::views::{IdentifierKind, Moment, Problem, ProofPurpose, ProvePage, Shell};

/// A challenge shown to a person, and what they answered so far.
pub(super) struct Attempt {
    identifier: String,
    kind: IdentifierKind,
    challenge: Challenge,
    expires_in: i64,
    signature: String,
    problem: Option<Problem>,
}

impl Attempt {
    /// The page that shows it.
    pub(super) fn into_page(self, shell: Shell, purpose: ProofPurpose) -> ProvePage {
        ProvePage {
            shell,
            purpose,
            identifier: self.identifier,
            kind: self.kind,
            challenge_id: self.challenge.id,
            challenge: self.challenge.text,
            expires_at: Moment(self.challenge.expires_at.as_unix()),
            expires_in: self.expires_in,
            signature: self.signature,
            problem: self.problem,
        }
    }
}

/// What an answer led to.
pub(super) enum Step {
    /// The proof holds.
    Proven(Box<Verified>),
    /// The person tries again, on the same challenge or a new one.
    Again(Box<Attempt>),
    /// What the person named cannot be used.
    Restart {
        /// What they named.
        identifier: String,
        /// Why not.
        problem: Problem,
    },
}

/// A new challenge for what the person entered.
pub(super) fn challenge(
    app: &App,
    entered: &str,
    purpose: Purpose,
    visitor: Option<&Visitor>,
) -> Result<Attempt, Problem> {
    let identifier = identify(app, entered)?;
    let session = visitor.map(|visitor| &visitor.session);
    let challenge = app.sign_in().challenge(&identifier, purpose, session);
    let challenge = challenge.map_err(|_| Problem::ChallengeUnknown)?;
    Ok(attempt(app, entered, challenge))
}

fn attempt(app: &App, entered: &str, challenge: Challenge) -> Attempt {
    Attempt {
        identifier: entered.trim().to_owned(),
        kind: kind(entered),
        expires_in: challenge.expires_at.seconds_since(app.now()),
        challenge,
        signature: String::new(),
        problem: None,
    }
}

/// Judges a submitted signature.
pub(super) fn verify(
    app: &App,
    fields: &Fields,
    purpose: Purpose,
    visitor: Option<&Visitor>,
    caller: Caller,
    origin: Origin,
) -> Result<Step, Failure> {
    let entered = fields.get("identifier");
    let restart = |problem| {
        Ok(Step::Restart {
            identifier: entered.to_owned(),
            problem,
        })
    };
    let identifier = match identify(app, entered) {
        Ok(identifier) => identifier,
        Err(problem) => return restart(problem),
    };
    let session = visitor.map(|visitor| &visitor.session);
    let signature = fields.get("signature");
    let judged = match read_proof(signature) {
        Err(problem) => Err(problem),
        Ok(proof) => {
            let request = VerifyRequest {
                challenge_id: fields.get("challenge_id").to_owned(),
                identifier: identifier.clone(),
                proof,
                origin,
            };
            match app.verify(request, visitor, caller) {
                Ok(verified) => Ok(verified),
                Err(Unproven::Refused(error)) => Err(problem_of(error)?),
                Err(Unproven::Limited(failure)) => return Err(failure),
            }
        }
    };
    let problem = match judged {
        Ok(verified) => return Ok(Step::Proven(Box::new(verified))),
        Err(problem) => problem,
    };
    let again = app
        .sign_in()
        .reopen(fields.get("challenge_id"), &identifier, session);
    let renew = matches!(
        problem,
        Problem::ChallengeUnknown | Problem::ChallengeExpired | Problem::ChallengeUsed
    );
    let mut attempt = match again {
        Ok(challenge) if !renew => attempt(app, entered, challenge),
        _ => match challenge(app, entered, purpose, visitor) {
            Ok(attempt) => attempt,
            Err(problem) => return restart(problem),
        },
    };
    if !renew {
        signature.clone_into(&mut attempt.signature);
    }
    attempt.problem = Some(problem);
    Ok(Step::Again(Box::new(attempt)))
}

/// A signature, or a Nostr event as JSON.
fn read_proof(text: &str) -> Result<Proof, Problem> {
    if private_key::is_likely(text) {
        return Err(Problem::PrivateKeyEntered);
    }
    if text.trim_start().starts_with('{') {
        let event = serde_json::from_str(text).map_err(|_| Problem::MalformedSignature)?;
        return Ok(Proof::Event(Box::new(event)));
    }
    Ok(Proof::Signature(text.to_owned()))
}

/// An address or a public key, told apart by how it looks.
fn identify(app: &App, entered: &str) -> Result<Identifier, Problem> {
    let entered = entered.trim();
    if private_key::is_likely(entered) {
        return Err(Problem::PrivateKeyEntered);
    }
    let identified = match kind(entered) {
        IdentifierKind::Npub | IdentifierKind::PublicKey => Identifier::parse_pubkey(entered),
        _ => app.sign_in().address(entered),
    };
    identified.map_err(|error| match error {
        IdentifierError::InvalidPubkey(_) => Problem::InvalidPublicKey,
        IdentifierError::InvalidAddress => Problem::InvalidAddress,
        IdentifierError::UnsupportedScript => Problem::UnsupportedScript,
    })
}

fn kind(entered: &str) -> IdentifierKind {
    let text = entered.trim().to_ascii_lowercase();
    let is_key = matches!(text.len(), 64 | 66) && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    // The separator of bech32 is its last `1`; the version follows it (BIP-173).
    let program = text.rsplit_once('1').map_or("", |(_, program)| program);
    match text.bytes().next() {
        _ if text.starts_with("npub1") => IdentifierKind::Npub,
        _ if is_key => IdentifierKind::PublicKey,
        Some(b'1' | b'm' | b'n') => IdentifierKind::Legacy,
        Some(b'2' | b'3') => IdentifierKind::ScriptHash,
        _ if program.starts_with('p') => IdentifierKind::Taproot,
        _ if text.len() > 50 => IdentifierKind::SegwitScript,
        _ => IdentifierKind::SegwitKey,
    }
}

/// What to tell the person; failures that are not theirs stay failures.
fn problem_of(error: VerifyError) -> Result<Problem, Failure> {
    Ok(match error {
        VerifyError::ChallengeUnknown => Problem::ChallengeUnknown,
        VerifyError::ChallengeExpired => Problem::ChallengeExpired,
        VerifyError::ChallengeUsed => Problem::ChallengeUsed,
        VerifyError::MalformedSignature(_) => Problem::MalformedSignature,
        VerifyError::UnsupportedScript(_) => Problem::UnsupportedScript,
        VerifyError::InvalidSignature(_) | VerifyError::InvalidEvent(_) => {
            Problem::InvalidSignature
        }
        VerifyError::AccountDisabled => Problem::AccountDisabled,
        VerifyError::KeyOfOtherAccount => Problem::KeyOfAnotherAccount,
        VerifyError::KeyFrozen => Problem::KeyFrozen,
        VerifyError::NothingToMerge => Problem::NothingToMerge,
        error @ (VerifyError::MethodNotAllowed
        | VerifyError::Unfit(_)
        | VerifyError::MergeConflict(_)
        | VerifyError::Store(_)) => {
            return Err(error.into());
        }
    })
}
