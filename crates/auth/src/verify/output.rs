//! The output scripts that can sign in, by their parts.
//!
//! Deliberately absent: every other form. A witness version above 1, a version 1 program that is
//! not 32 bytes (pay-to-anchor among them) and bare scripts bind no message or have no address.

use bitcoin::hashes::{Hash, hash160, sha256};
use bitcoin::{PubkeyHash, Script, ScriptBuf, ScriptHash, WPubkeyHash, WScriptHash};
use bitcoin::{WitnessProgram, WitnessVersion};

/// An output script (`scriptPubKey`) of one of the five forms that can sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OutputScript {
    /// Pay to public key hash: HASH160 of the key.
    P2pkh([u8; 20]),
    /// Pay to script hash (BIP-16): HASH160 of the redeem script.
    P2sh([u8; 20]),
    /// Pay to witness public key hash (BIP-141): HASH160 of the compressed key.
    P2wpkh([u8; 20]),
    /// Pay to witness script hash (BIP-141): SHA-256 of the witness script.
    P2wsh([u8; 32]),
    /// Pay to taproot (BIP-341): the x coordinate of the output key.
    P2tr([u8; 32]),
}

impl OutputScript {
    /// Reads a script; none if it is of another form.
    pub fn from_script(script: &Script) -> Option<Self> {
        let bytes = script.as_bytes();
        let part = |from: usize, to: usize| bytes.get(from..to);
        if script.is_p2pkh() {
            return part(3, 23)?.try_into().ok().map(Self::P2pkh);
        }
        if script.is_p2sh() {
            return part(2, 22)?.try_into().ok().map(Self::P2sh);
        }
        if script.is_p2wpkh() {
            return part(2, 22)?.try_into().ok().map(Self::P2wpkh);
        }
        if script.is_p2wsh() {
            return part(2, 34)?.try_into().ok().map(Self::P2wsh);
        }
        if script.is_p2tr() {
            return part(2, 34)?.try_into().ok().map(Self::P2tr);
        }
        None
    }

    /// The script itself.
    pub fn script(&self) -> ScriptBuf {
        match *self {
            Self::P2pkh(hash) => ScriptBuf::new_p2pkh(&PubkeyHash::from_byte_array(hash)),
            Self::P2sh(hash) => ScriptBuf::new_p2sh(&ScriptHash::from_byte_array(hash)),
            Self::P2wpkh(hash) => ScriptBuf::new_p2wpkh(&WPubkeyHash::from_byte_array(hash)),
            Self::P2wsh(hash) => ScriptBuf::new_p2wsh(&WScriptHash::from_byte_array(hash)),
            Self::P2tr(x) => match WitnessProgram::new(WitnessVersion::V1, &x) {
                Ok(program) => ScriptBuf::new_witness_program(&program),
                // 32 bytes are within every limit of a witness program.
                Err(_) => ScriptBuf::new(),
            },
        }
    }

    /// The P2PKH output of a key in either SEC 1 encoding.
    pub(crate) fn p2pkh_of(key: &[u8]) -> Self {
        Self::P2pkh(hash160::Hash::hash(key).to_byte_array())
    }

    /// The P2WPKH output of a compressed key.
    pub(crate) fn p2wpkh_of(key: &[u8]) -> Self {
        Self::P2wpkh(hash160::Hash::hash(key).to_byte_array())
    }

    /// The P2WSH output of a witness script.
    pub(crate) fn p2wsh_of(script: &[u8]) -> Self {
        Self::P2wsh(sha256::Hash::hash(script).to_byte_array())
    }

    /// This output's script as the redeem script of a P2SH output.
    pub(crate) fn nested(&self) -> Self {
        Self::P2sh(hash160::Hash::hash(self.script().as_bytes()).to_byte_array())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_five_forms_read_back_and_others_do_not() {
        for output in [
            OutputScript::P2pkh([1; 20]),
            OutputScript::P2sh([2; 20]),
            OutputScript::P2wpkh([3; 20]),
            OutputScript::P2wsh([4; 32]),
            OutputScript::P2tr([5; 32]),
        ] {
            assert_eq!(OutputScript::from_script(&output.script()), Some(output));
        }
        for other in [
            "",
            "51",
            "51024e73",
            "5220000000000000000000000000000000000000000000000000000000000000000000",
        ] {
            let script = ScriptBuf::from_hex(other).expect("hex");
            assert_eq!(OutputScript::from_script(&script), None, "{other}");
        }
    }
}
