//! The run of a script, step by step.

use std::collections::BTreeSet;

use bitcoin::hashes::{Hash, hash160, ripemd160, sha256, sha256d};

use super::super::spend::Rules;
use super::checker::Checker;
use super::parse::{HashKind, NumberStep, Step};
use super::stack::{Item, Origin, Stack};
use crate::verify::error::{InvalidSignature, SignatureError, UnsupportedScript};

/// The most keys of one `OP_CHECKMULTISIG`.
const MAX_MULTISIG_KEYS: usize = 20;

/// A run in progress.
pub(super) struct Run<'a> {
    steps: &'a [Step],
    rules: Rules,
    checker: &'a Checker,
    stack: Stack,
    alt_stack: Stack,
    /// For each open condition, whether its current branch is taken.
    branches: Vec<bool>,
    /// Where the keys came from whose signatures verified.
    signers: Vec<Origin>,
    /// The given elements whose value the script has fixed.
    fixed: BTreeSet<usize>,
}

impl<'a> Run<'a> {
    pub(super) fn new(
        steps: &'a [Step],
        rules: Rules,
        checker: &'a Checker,
        given: &[Vec<u8>],
    ) -> Self {
        Self {
            steps,
            rules,
            checker,
            stack: Stack::given(given),
            alt_stack: Stack::default(),
            branches: Vec::new(),
            signers: Vec::new(),
            fixed: BTreeSet::new(),
        }
    }

    /// Runs to the end; fine if the script is satisfied, and was signed by a key it commits to.
    pub(super) fn finish(mut self) -> Result<(), SignatureError> {
        for step in self.steps {
            self.take(step)?;
        }
        if !self.branches.is_empty() {
            return Err(UnsupportedScript::NotJudged.into());
        }
        self.verify()?;
        if !self.stack.is_empty() {
            return Err(InvalidSignature::CleanStack.into());
        }
        let committed = |origin: &Origin| match origin {
            Origin::Script => true,
            Origin::Given(at) => self.fixed.contains(at),
            Origin::HashOf(_) | Origin::Fixes(_) | Origin::Computed => false,
        };
        if self.signers.iter().any(committed) {
            Ok(())
        } else {
            Err(UnsupportedScript::NoSignature.into())
        }
    }

    fn take(&mut self, step: &Step) -> Result<(), SignatureError> {
        let taken = self.branches.iter().all(|taken| *taken);
        match step {
            Step::If { on } => {
                let branch = taken && self.condition()? == *on;
                self.branches.push(branch);
                return Ok(());
            }
            Step::Else => {
                let branch = self.branches.last_mut();
                let branch = branch.ok_or(UnsupportedScript::NotJudged)?;
                *branch = !*branch;
                return Ok(());
            }
            Step::EndIf => {
                self.branches.pop().ok_or(UnsupportedScript::NotJudged)?;
                return Ok(());
            }
            _ if !taken => return Ok(()),
            Step::Push(data) => self.push(data.clone(), Origin::Script),
            Step::Verify => self.verify()?,
            Step::Nop => {}
            Step::Lock => {
                self.stack.peek(0)?.to_number(5)?;
            }
            Step::Equal => self.equal()?,
            Step::Hash(kind) => self.hash(*kind)?,
            Step::Number(step) => self.number(*step)?,
            Step::CheckSig => self.check_sig()?,
            Step::CheckSigAdd => self.check_sig_add()?,
            Step::CheckMultiSig => self.check_multi_sig()?,
            _ => self.shuffle(step)?,
        }
        Ok(())
    }

    fn push(&mut self, bytes: Vec<u8>, origin: Origin) {
        self.stack.push(Item::new(bytes, origin));
    }

    /// The argument of a condition: empty or exactly 1.
    fn condition(&mut self) -> Result<bool, SignatureError> {
        match self.stack.pop()?.bytes.as_slice() {
            [] => Ok(false),
            [1] => Ok(true),
            _ => Err(InvalidSignature::MinimalIf.into()),
        }
    }

    fn verify(&mut self) -> Result<(), SignatureError> {
        let item = self.stack.pop()?;
        if !item.is_true() {
            return Err(UnsupportedScript::NotJudged.into());
        }
        if let Origin::Fixes(at) = item.origin {
            self.fixed.insert(at);
        }
        Ok(())
    }

    /// Steps that only move elements.
    fn shuffle(&mut self, step: &Step) -> Result<(), SignatureError> {
        match step {
            Step::ToAltStack => self.alt_stack.push(self.stack.pop()?),
            Step::FromAltStack => self.stack.push(self.alt_stack.pop()?),
            Step::Drop => drop(self.stack.pop()?),
            Step::TwoDrop => drop(self.stack.pop_many(2)?),
            Step::Dup => self.copy(0)?,
            Step::TwoDup => {
                self.copy(1)?;
                self.copy(1)?;
            }
            Step::Over => self.copy(1)?,
            Step::Swap => self.reorder(2, &[0, 1])?,
            Step::Rot => self.reorder(3, &[1, 0, 2])?,
            Step::Nip => self.reorder(2, &[0])?,
            Step::Tuck => self.reorder(2, &[0, 1, 0])?,
            Step::IfDup if self.stack.peek(0)?.is_true() => self.copy(0)?,
            Step::IfDup => {}
            Step::Size => {
                let size = self.stack.peek(0)?.bytes.len();
                let size = i64::try_from(size).map_err(|_| UnsupportedScript::NotJudged)?;
                self.stack.push(Item::number(size));
            }
            _ => return Err(UnsupportedScript::NotJudged.into()),
        }
        Ok(())
    }

    fn copy(&mut self, depth: usize) -> Result<(), UnsupportedScript> {
        let item = self.stack.peek(depth)?.clone();
        self.stack.push(item);
        Ok(())
    }

    /// Takes `count` elements and pushes those at the depths of `order`, one after the other.
    fn reorder(&mut self, count: usize, order: &[usize]) -> Result<(), UnsupportedScript> {
        let items = self.stack.pop_many(count)?;
        for item in order.iter().filter_map(|depth| items.get(*depth)) {
            self.stack.push(item.clone());
        }
        Ok(())
    }

    fn equal(&mut self) -> Result<(), UnsupportedScript> {
        let (a, b) = (self.stack.pop()?, self.stack.pop()?);
        let origin = match (a.origin, b.origin) {
            (Origin::Script, Origin::Given(at) | Origin::HashOf(at))
            | (Origin::Given(at) | Origin::HashOf(at), Origin::Script) => Origin::Fixes(at),
            _ => Origin::Computed,
        };
        self.stack.push(Item::truth(a.bytes == b.bytes, origin));
        Ok(())
    }

    fn hash(&mut self, kind: HashKind) -> Result<(), UnsupportedScript> {
        let Item { bytes, origin } = self.stack.pop()?;
        let hash = match kind {
            HashKind::Ripemd160 => ripemd160::Hash::hash(&bytes).to_byte_array().to_vec(),
            HashKind::Sha256 => sha256::Hash::hash(&bytes).to_byte_array().to_vec(),
            HashKind::Hash160 => hash160::Hash::hash(&bytes).to_byte_array().to_vec(),
            HashKind::Hash256 => sha256d::Hash::hash(&bytes).to_byte_array().to_vec(),
        };
        let origin = match origin {
            Origin::Given(at) | Origin::HashOf(at) => Origin::HashOf(at),
            Origin::Script => Origin::Script,
            Origin::Fixes(_) | Origin::Computed => Origin::Computed,
        };
        self.push(hash, origin);
        Ok(())
    }

    fn number(&mut self, step: NumberStep) -> Result<(), SignatureError> {
        let b = self.stack.pop()?.to_number(4)?;
        let one = match step {
            NumberStep::Not => Some(i64::from(b == 0)),
            NumberStep::NotEqualZero => Some(i64::from(b != 0)),
            _ => None,
        };
        let value = match one {
            Some(value) => value,
            None => of_two(step, self.stack.pop()?.to_number(4)?, b),
        };
        self.stack.push(Item::number(value));
        Ok(())
    }

    /// Whether `signature` is by `key`. One that is not must be empty.
    fn signed(&mut self, signature: &Item, key: &Item) -> Result<bool, SignatureError> {
        self.refuse_own_signature(signature)?;
        let signed = self.checker.check(&signature.bytes, &key.bytes)?;
        if signed {
            self.signers.push(key.origin);
        } else if !signature.bytes.is_empty() {
            return Err(InvalidSignature::NullFail.into());
        }
        Ok(signed)
    }

    fn check_sig(&mut self) -> Result<(), SignatureError> {
        let (key, signature) = (self.stack.pop()?, self.stack.pop()?);
        let signed = self.signed(&signature, &key)?;
        self.stack.push(Item::truth(signed, Origin::Computed));
        Ok(())
    }

    fn check_sig_add(&mut self) -> Result<(), SignatureError> {
        let (key, count) = (self.stack.pop()?, self.stack.pop()?.to_number(4)?);
        let signature = self.stack.pop()?;
        let signed = self.signed(&signature, &key)?;
        self.stack.push(Item::number(count + i64::from(signed)));
        Ok(())
    }

    /// Keys and signatures are compared from the top down; each key serves once.
    fn check_multi_sig(&mut self) -> Result<(), SignatureError> {
        let count = self.stack.pop_count(MAX_MULTISIG_KEYS)?;
        let keys = self.stack.pop_many(count)?;
        let count = self.stack.pop_count(count)?;
        let signatures = self.stack.pop_many(count)?;
        if !self.stack.pop()?.bytes.is_empty() {
            return Err(UnsupportedScript::NotJudged.into());
        }
        for signature in &signatures {
            self.refuse_own_signature(signature)?;
        }
        let mut left = keys.iter();
        let mut by = Vec::with_capacity(count);
        'signatures: for (at, signature) in signatures.iter().enumerate() {
            while left.len() >= signatures.len() - at {
                let Some(key) = left.next() else { break };
                if self.checker.check(&signature.bytes, &key.bytes)? {
                    by.push(key.origin);
                    continue 'signatures;
                }
            }
            break;
        }
        let signed = by.len() == signatures.len();
        if signed {
            self.signers.append(&mut by);
        } else if signatures
            .iter()
            .any(|signature| !signature.bytes.is_empty())
        {
            return Err(InvalidSignature::NullFail.into());
        }
        self.stack.push(Item::truth(signed, Origin::Computed));
        Ok(())
    }

    /// In redeem scripts, consensus code cuts every push of the signature (the empty one too) out
    /// of what is signed: `FindAndDelete`, which BIP-322 forbids.
    fn refuse_own_signature(&self, signature: &Item) -> Result<(), UnsupportedScript> {
        let pushes = |step: &Step| matches!(step, Step::Push(data) if *data == signature.bytes);
        if self.rules == Rules::Legacy && self.steps.iter().any(pushes) {
            return Err(UnsupportedScript::FindAndDelete);
        }
        Ok(())
    }
}

fn of_two(step: NumberStep, a: i64, b: i64) -> i64 {
    match step {
        NumberStep::Add => a + b,
        NumberStep::Sub => a - b,
        NumberStep::And => i64::from(a != 0 && b != 0),
        NumberStep::Or => i64::from(a != 0 || b != 0),
        NumberStep::NotEqual => i64::from(a != b),
        NumberStep::Less => i64::from(a < b),
        NumberStep::Greater => i64::from(a > b),
        NumberStep::AtMost => i64::from(a <= b),
        NumberStep::AtLeast => i64::from(a >= b),
        NumberStep::Min => a.min(b),
        NumberStep::Max => a.max(b),
        NumberStep::Not | NumberStep::NotEqualZero | NumberStep::Equal => i64::from(a == b),
    }
}
