//! From a script to the steps of the interpreter: the list of opcodes that are understood.
//!
//! A script with any other opcode, taken or not, is refused whole: `OP_CODESEPARATOR`, the NOPs
//! reserved for upgrades, every `OP_SUCCESSx` (BIP-342), disabled and rare opcodes.

use bitcoin::Script;
use bitcoin::opcodes::Opcode;
use bitcoin::opcodes::all as op;
use bitcoin::script::Instruction;

use super::super::encoding::pushed;
use super::super::spend::Rules;
use crate::verify::error::UnsupportedScript;

/// One step. An opcode that ends in `VERIFY` becomes two.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    Push(Vec<u8>),
    /// `OP_IF`, or `OP_NOTIF` where `on` is false.
    If {
        on: bool,
    },
    Else,
    EndIf,
    Verify,
    Nop,
    ToAltStack,
    FromAltStack,
    Drop,
    TwoDrop,
    Dup,
    TwoDup,
    Over,
    Swap,
    Rot,
    Nip,
    Tuck,
    IfDup,
    Size,
    Equal,
    Hash(HashKind),
    Number(NumberStep),
    CheckSig,
    CheckSigAdd,
    CheckMultiSig,
    /// `OP_CHECKLOCKTIMEVERIFY` or `OP_CHECKSEQUENCEVERIFY`, which consensus code has judged.
    Lock,
}

/// A step that hashes the top element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum HashKind {
    Ripemd160,
    Sha256,
    Hash160,
    Hash256,
}

/// A step from one or two numbers to one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NumberStep {
    Not,
    NotEqualZero,
    Add,
    Sub,
    And,
    Or,
    Equal,
    NotEqual,
    Less,
    Greater,
    AtMost,
    AtLeast,
    Min,
    Max,
}

/// Reads a script; refuses it whole if any part is not understood.
pub(super) fn parse(script: &Script, rules: Rules) -> Result<Vec<Step>, UnsupportedScript> {
    let mut steps = Vec::new();
    for instruction in script.instructions_minimal() {
        let instruction = instruction.map_err(|_| UnsupportedScript::Encoding)?;
        match (pushed(&instruction), instruction) {
            (Some(data), _) => steps.push(Step::Push(data)),
            (None, Instruction::Op(opcode)) => {
                let (step, verify) =
                    understood(opcode, rules).ok_or(UnsupportedScript::Opcode(opcode.to_u8()))?;
                steps.push(step);
                if verify {
                    steps.push(Step::Verify);
                }
            }
            (None, Instruction::PushBytes(_)) => return Err(UnsupportedScript::Encoding),
        }
    }
    Ok(steps)
}

/// The step of an opcode, and whether a `VERIFY` follows; none if it is not understood.
fn understood(opcode: Opcode, rules: Rules) -> Option<(Step, bool)> {
    let tapscript = rules == Rules::Tapscript;
    let (step, verify) = match opcode {
        op::OP_EQUALVERIFY => (Step::Equal, true),
        op::OP_NUMEQUALVERIFY => (Step::Number(NumberStep::Equal), true),
        op::OP_CHECKSIGVERIFY => (Step::CheckSig, true),
        op::OP_CHECKMULTISIGVERIFY if !tapscript => (Step::CheckMultiSig, true),
        other => (plain(other, tapscript)?, false),
    };
    Some((step, verify))
}

fn plain(opcode: Opcode, tapscript: bool) -> Option<Step> {
    Some(match opcode {
        op::OP_IF => Step::If { on: true },
        op::OP_NOTIF => Step::If { on: false },
        op::OP_ELSE => Step::Else,
        op::OP_ENDIF => Step::EndIf,
        op::OP_VERIFY => Step::Verify,
        op::OP_NOP => Step::Nop,
        op::OP_TOALTSTACK => Step::ToAltStack,
        op::OP_FROMALTSTACK => Step::FromAltStack,
        op::OP_DROP => Step::Drop,
        op::OP_2DROP => Step::TwoDrop,
        op::OP_DUP => Step::Dup,
        op::OP_2DUP => Step::TwoDup,
        op::OP_OVER => Step::Over,
        op::OP_SWAP => Step::Swap,
        op::OP_ROT => Step::Rot,
        op::OP_NIP => Step::Nip,
        op::OP_TUCK => Step::Tuck,
        op::OP_IFDUP => Step::IfDup,
        op::OP_SIZE => Step::Size,
        op::OP_EQUAL => Step::Equal,
        op::OP_RIPEMD160 => Step::Hash(HashKind::Ripemd160),
        op::OP_SHA256 => Step::Hash(HashKind::Sha256),
        op::OP_HASH160 => Step::Hash(HashKind::Hash160),
        op::OP_HASH256 => Step::Hash(HashKind::Hash256),
        op::OP_CHECKSIG => Step::CheckSig,
        op::OP_CHECKSIGADD if tapscript => Step::CheckSigAdd,
        op::OP_CHECKMULTISIG if !tapscript => Step::CheckMultiSig,
        op::OP_CLTV | op::OP_CSV => Step::Lock,
        other => Step::Number(number(other)?),
    })
}

fn number(opcode: Opcode) -> Option<NumberStep> {
    Some(match opcode {
        op::OP_NOT => NumberStep::Not,
        op::OP_0NOTEQUAL => NumberStep::NotEqualZero,
        op::OP_ADD => NumberStep::Add,
        op::OP_SUB => NumberStep::Sub,
        op::OP_BOOLAND => NumberStep::And,
        op::OP_BOOLOR => NumberStep::Or,
        op::OP_NUMEQUAL => NumberStep::Equal,
        op::OP_NUMNOTEQUAL => NumberStep::NotEqual,
        op::OP_LESSTHAN => NumberStep::Less,
        op::OP_GREATERTHAN => NumberStep::Greater,
        op::OP_LESSTHANOREQUAL => NumberStep::AtMost,
        op::OP_GREATERTHANOREQUAL => NumberStep::AtLeast,
        op::OP_MIN => NumberStep::Min,
        op::OP_MAX => NumberStep::Max,
        _ => return None,
    })
}
