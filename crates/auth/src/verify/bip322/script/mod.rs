//! The pass over BIP-322's further rules, for scripts that have to be run.
//!
//! A strict interpreter of the usual opcodes: those that miniscript compiles to, and a few more that
//! hand-written scripts use. It runs after consensus code was satisfied, follows the same path, and
//! refuses what breaks a rule on that path. It verifies every signature by itself, so it does not
//! have to trust that a non-empty signature was a valid one.
//!
//! It also remembers where every element came from. A script may run a signature check on a key
//! that the prover hands in; such a signature names nobody. So a key counts only if the script
//! pushed it, or compared it (or its hash) with what it pushed.
//!
//! Deliberately absent: limits of size and number, which consensus code has enforced.

mod checker;
mod parse;
mod run;
mod stack;

use bitcoin::{Transaction, TxOut};

use super::spend::Program;
use crate::verify::error::SignatureError;
use checker::Checker;
use run::Run;

/// Judges a script that consensus code found satisfied by the first input of `to_sign`.
pub(super) fn judge(
    program: &Program,
    coin: &TxOut,
    to_sign: &Transaction,
) -> Result<(), SignatureError> {
    let steps = parse::parse(&program.script, program.rules)?;
    let checker = Checker::new(program, coin, to_sign)?;
    Run::new(&steps, program.rules, &checker, &program.stack).finish()
}
