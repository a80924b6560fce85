//! The stack of the interpreter: elements that remember where they came from.

use crate::verify::error::{InvalidSignature, SignatureError, UnsupportedScript};

/// Where an element came from: what decides whether a key in it is the script's or the prover's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    /// The script pushed it, or made it of what it pushed.
    Script,
    /// The prover gave it, as the element with this number.
    Given(usize),
    /// It is a hash of the given element with this number.
    HashOf(usize),
    /// If it is true, the script fixes the given element with this number.
    Fixes(usize),
    /// Made by the script of several things; nothing follows from it.
    Computed,
}

/// An element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Item {
    pub(super) bytes: Vec<u8>,
    pub(super) origin: Origin,
}

impl Item {
    pub(super) const fn new(bytes: Vec<u8>, origin: Origin) -> Self {
        Self { bytes, origin }
    }

    pub(super) fn truth(value: bool, origin: Origin) -> Self {
        Self::new(if value { vec![1] } else { Vec::new() }, origin)
    }

    pub(super) fn number(value: i64) -> Self {
        Self::new(encode(value), Origin::Computed)
    }

    /// Whether it counts as true: anything but zero, of either sign.
    pub(super) fn is_true(&self) -> bool {
        match self.bytes.split_last() {
            None => false,
            Some((last, rest)) => rest.iter().any(|b| *b != 0) || !matches!(last, 0 | 0x80),
        }
    }

    /// Its value as a number of at most `max_len` bytes, minimally encoded.
    pub(super) fn to_number(&self, max_len: usize) -> Result<i64, SignatureError> {
        if self.bytes.len() > max_len {
            return Err(UnsupportedScript::NotJudged.into());
        }
        let mut value = self
            .bytes
            .iter()
            .rev()
            .fold(0_i64, |value, byte| value << 8 | i64::from(*byte));
        if self.bytes.last().is_some_and(|last| last & 0x80 != 0) {
            let sign = 0x80_i64 << (8 * (self.bytes.len() - 1));
            value = -(value & !sign);
        }
        if encode(value) != self.bytes {
            return Err(InvalidSignature::MinimalData.into());
        }
        Ok(value)
    }
}

/// The shortest encoding of a number: little endian, sign in the highest bit.
fn encode(value: i64) -> Vec<u8> {
    let mut rest = value.unsigned_abs();
    let mut bytes = Vec::new();
    while rest > 0 {
        bytes.push((rest & 0xff) as u8);
        rest >>= 8;
    }
    let sign = if value < 0 { 0x80 } else { 0 };
    match bytes.last_mut() {
        Some(last) if *last & 0x80 == 0 => *last |= sign,
        Some(_) => bytes.push(sign),
        None => {}
    }
    bytes
}

/// A stack. Taking from an empty one means that consensus code, which was satisfied, saw another
/// run: nothing can then be said.
#[derive(Debug, Default)]
pub(super) struct Stack(Vec<Item>);

impl Stack {
    /// The stack a prover gives, bottom first.
    pub(super) fn given(elements: &[Vec<u8>]) -> Self {
        let items = elements.iter().enumerate();
        Self(
            items
                .map(|(at, bytes)| Item::new(bytes.clone(), Origin::Given(at)))
                .collect(),
        )
    }

    pub(super) fn push(&mut self, item: Item) {
        self.0.push(item);
    }

    pub(super) fn pop(&mut self) -> Result<Item, UnsupportedScript> {
        self.0.pop().ok_or(UnsupportedScript::NotJudged)
    }

    /// The element `depth` below the top, which has depth 0.
    pub(super) fn peek(&self, depth: usize) -> Result<&Item, UnsupportedScript> {
        let at = self.0.len().checked_sub(depth + 1);
        at.and_then(|at| self.0.get(at))
            .ok_or(UnsupportedScript::NotJudged)
    }

    /// Takes `count` elements, top first.
    pub(super) fn pop_many(&mut self, count: usize) -> Result<Vec<Item>, UnsupportedScript> {
        (0..count).map(|_| self.pop()).collect()
    }

    /// Takes a count from 0 to `max`.
    pub(super) fn pop_count(&mut self, max: usize) -> Result<usize, SignatureError> {
        let count = self.pop()?.to_number(4)?;
        usize::try_from(count)
            .ok()
            .filter(|count| *count <= max)
            .ok_or_else(|| UnsupportedScript::NotJudged.into())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn number_of(bytes: &[u8]) -> Result<i64, SignatureError> {
        Item::new(bytes.to_vec(), Origin::Computed).to_number(5)
    }

    #[test]
    fn numbers_have_one_encoding() {
        for (bytes, value) in [
            (&[][..], 0),
            (&[1], 1),
            (&[0x81], -1),
            (&[0x80, 0], 128),
            (&[0x80, 0x80], -128),
            (&[0xff, 0xff, 0xff, 0x7f], 0x7fff_ffff),
            (&[0, 0, 0, 0x80, 0], 0x8000_0000),
        ] {
            assert_eq!(number_of(bytes), Ok(value), "{bytes:?}");
        }
        for longer in [&[0][..], &[0x80], &[1, 0], &[1, 0x80], &[0xff, 0, 0]] {
            let refused = Err(InvalidSignature::MinimalData.into());
            assert_eq!(number_of(longer), refused, "{longer:?}");
        }
    }

    #[test]
    fn zero_is_false_in_every_form() {
        for (bytes, truth) in [
            (&[][..], false),
            (&[0, 0], false),
            (&[0, 0x80], false),
            (&[0x80, 0], true),
            (&[1], true),
        ] {
            let item = Item::new(bytes.to_vec(), Origin::Computed);
            assert_eq!(item.is_true(), truth, "{bytes:?}");
        }
    }

    proptest! {
        #[test]
        fn numbers_read_back(value in -0x7f_ffff_ffff_i64..=0x7f_ffff_ffff) {
            prop_assert_eq!(Item::number(value).to_number(5), Ok(value));
        }
    }
}
