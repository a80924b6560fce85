//! A signer for the tests: makes proofs, honest and not, from words.
//!
//! Scripts and stacks are written as words: opcodes without `OP_`, numbers, hex after `0x`, keys
//! `A` to `D`. In stacks, `sA` is a signature by A; `sA/83` one with that flag, `sA/high` one with a
//! high S, `sA/bad` one with a flipped bit, `uA` the uncompressed key.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bitcoin::consensus::encode::serialize;
use bitcoin::hashes::Hash;
use bitcoin::opcodes::Opcode;
use bitcoin::opcodes::all::OP_CODESEPARATOR;
use bitcoin::script::{Builder, Instruction, PushBytesBuf};
use bitcoin::secp256k1::{All, Keypair, Message, Secp256k1, SecretKey, ecdsa};
use bitcoin::sighash::{EcdsaSighashType, Prevouts, SighashCache, TapSighashType};
use bitcoin::taproot::{LeafVersion, TapLeafHash, TaprootBuilder};
use bitcoin::{Address, Amount, PubkeyHash, Script, ScriptBuf, Transaction, Witness};
use hodlxxi_auth::account::ProvenKey;
use hodlxxi_auth::verify::{Identifier, Network, SignatureError, bip322, verify_signature};

/// What every proof of the tests is for, unless said otherwise.
pub(crate) const MESSAGE: &str = "id.example wants to know that it is you";

/// The kinds of output that the tests sign for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Output {
    P2pkh,
    P2pkhUncompressed,
    P2wpkh,
    P2shP2wpkh,
    P2tr,
    P2sh,
    P2wsh,
    P2shP2wsh,
    /// A tapscript, its one leaf.
    Leaf,
}

/// A key of the tests.
#[derive(Clone, Copy)]
pub(crate) struct Key(SecretKey);

pub(crate) fn key(name: char) -> Key {
    let number = u8::try_from(u32::from(name)).expect("a letter");
    Key(SecretKey::from_slice(&[number; 32]).expect("a scalar"))
}

fn secp() -> Secp256k1<All> {
    Secp256k1::new()
}

impl Key {
    pub(crate) fn compressed(&self) -> Vec<u8> {
        self.0.public_key(&secp()).serialize().to_vec()
    }

    pub(crate) fn uncompressed(&self) -> Vec<u8> {
        self.0.public_key(&secp()).serialize_uncompressed().to_vec()
    }

    pub(crate) fn x(&self) -> Vec<u8> {
        self.compressed()[1..].to_vec()
    }

    pub(crate) fn hex(&self) -> String {
        hex::encode(self.compressed())
    }

    pub(crate) fn keypair(&self) -> Keypair {
        self.0.keypair(&secp())
    }

    pub(crate) fn ecdsa(&self, digest: [u8; 32]) -> ecdsa::Signature {
        secp().sign_ecdsa(&Message::from_digest(digest), &self.0)
    }

    /// A message signature with this first header of its range (BIP-137).
    pub(crate) fn message_signature(&self, message: &str, header: u8) -> [u8; 65] {
        let digest = bitcoin::sign_message::signed_msg_hash(message).to_byte_array();
        let signature = secp().sign_ecdsa_recoverable(&Message::from_digest(digest), &self.0);
        let (recovery, compact) = signature.serialize_compact();
        let mut bytes = [0; 65];
        bytes[0] = header + u8::try_from(recovery.to_i32()).expect("0 to 3");
        bytes[1..].copy_from_slice(&compact);
        bytes
    }
}

/// The same signature with S replaced by n - S.
pub(crate) fn high_s(signature: &ecdsa::Signature) -> ecdsa::Signature {
    let mut compact = signature.serialize_compact();
    let s = SecretKey::from_slice(&compact[32..])
        .expect("a scalar")
        .negate();
    compact[32..].copy_from_slice(&s.secret_bytes());
    ecdsa::Signature::from_compact(&compact).expect("in range")
}

/// A proof and whom it is for; every part can be tampered with.
#[derive(Clone)]
pub(crate) struct Proof {
    pub(crate) output: ScriptBuf,
    pub(crate) to_sign: Transaction,
}

impl Proof {
    pub(crate) fn address(&self) -> String {
        let address = Address::from_script(&self.output, bitcoin::Network::Bitcoin);
        address.expect("an address").to_string()
    }

    pub(crate) fn identifier(&self) -> Identifier {
        Identifier::parse_address(&self.address(), Network::Bitcoin).expect("can sign in")
    }

    pub(crate) fn simple(&self) -> String {
        let witness = serialize(&self.to_sign.input[0].witness);
        format!("smp{}", STANDARD.encode(witness))
    }

    pub(crate) fn full(&self) -> String {
        format!("ful{}", STANDARD.encode(serialize(&self.to_sign)))
    }

    pub(crate) fn set_witness(&mut self, items: &[Vec<u8>]) {
        self.to_sign.input[0].witness = Witness::from_slice(items);
    }

    pub(crate) fn witness(&self) -> Vec<Vec<u8>> {
        self.to_sign.input[0].witness.to_vec()
    }

    /// The verdict on the full form.
    pub(crate) fn verify(&self) -> Result<ProvenKey, SignatureError> {
        verify_signature(&self.identifier(), MESSAGE, &self.full())
    }
}

/// An honest proof by one key.
pub(crate) fn one_key(output: Output, name: char) -> Proof {
    let words = match output {
        Output::P2tr => format!("s{name}"),
        Output::P2pkhUncompressed => format!("s{name} u{name}"),
        _ => format!("s{name} {name}"),
    };
    prove(output, &name.to_string(), &words)
}

/// A proof with this script (or the name of the key) and this stack.
pub(crate) fn prove(output: Output, script: &str, stack: &str) -> Proof {
    prove_at(output, script, stack, |_| {})
}

/// The same, with fields of `to_sign` changed before it is signed.
pub(crate) fn prove_at(
    output: Output,
    script: &str,
    stack: &str,
    change: impl FnOnce(&mut Transaction),
) -> Proof {
    let named = key(script.chars().next().expect("not empty"));
    let signed_script = match output {
        Output::P2pkhUncompressed => ScriptBuf::new_p2pkh(&hash(&named.uncompressed())),
        Output::P2pkh | Output::P2wpkh | Output::P2shP2wpkh => {
            ScriptBuf::new_p2pkh(&hash(&named.compressed()))
        }
        Output::P2tr => ScriptBuf::new(),
        _ => assemble(script, output),
    };
    let segwit = ScriptBuf::new_p2wpkh(&bitcoin::WPubkeyHash::hash(&named.compressed()));
    let (output_script, nested, control) = match output {
        Output::P2pkh | Output::P2pkhUncompressed => (signed_script.clone(), None, None),
        Output::P2wpkh => (segwit, None, None),
        Output::P2shP2wpkh => (segwit.to_p2sh(), Some(segwit), None),
        Output::P2sh => (signed_script.to_p2sh(), Some(signed_script.clone()), None),
        Output::P2wsh => (signed_script.to_p2wsh(), None, None),
        Output::P2shP2wsh => {
            let redeem = signed_script.to_p2wsh();
            (redeem.to_p2sh(), Some(redeem), None)
        }
        Output::P2tr => {
            let (x, _) = named.keypair().x_only_public_key();
            let x = bitcoin::key::TweakedPublicKey::dangerous_assume_tweaked(x);
            (ScriptBuf::new_p2tr_tweaked(x), None, None)
        }
        Output::Leaf => {
            let (internal, _) = key('I').keypair().x_only_public_key();
            let tree = TaprootBuilder::new().add_leaf(0, signed_script.clone());
            let spend = tree.expect("one leaf").finalize(&secp(), internal);
            let spend = spend.expect("complete");
            let leaf = (signed_script.clone(), LeafVersion::TapScript);
            let control = spend.control_block(&leaf).expect("the leaf").serialize();
            let script = ScriptBuf::new_p2tr_tweaked(spend.output_key());
            (script, None, Some(control))
        }
    };
    let to_spend = bip322::to_spend(&output_script, MESSAGE);
    let mut to_sign = bip322::to_sign(&to_spend, ScriptBuf::new(), Witness::new());
    change(&mut to_sign);
    let sign = |signer: Key, how: &str| -> Vec<u8> {
        signature(output, &signed_script, &to_spend, &to_sign, signer, how)
    };
    let mut items: Vec<Vec<u8>> = stack
        .split_whitespace()
        .map(|word| match word.strip_prefix('s') {
            Some(rest) => {
                let (name, how) = rest.split_once('/').unwrap_or((rest, ""));
                sign(key(name.chars().next().expect("a name")), how)
            }
            None => data(word, output).unwrap_or_else(|| panic!("an element: {word}")),
        })
        .collect();
    let mut script_sig = Builder::new();
    match output {
        Output::P2pkh | Output::P2pkhUncompressed | Output::P2sh => {
            let redeem = nested.map(ScriptBuf::into_bytes);
            for item in items.drain(..).chain(redeem) {
                script_sig = push(script_sig, item);
            }
        }
        _ => {
            if let Some(redeem) = nested {
                script_sig = push(script_sig, redeem.into_bytes());
            }
            if matches!(output, Output::P2wsh | Output::P2shP2wsh | Output::Leaf) {
                items.push(signed_script.to_bytes());
            }
            items.extend(control);
        }
    }
    to_sign.input[0].script_sig = script_sig.into_script();
    to_sign.input[0].witness = Witness::from_slice(&items);
    Proof {
        output: output_script,
        to_sign,
    }
}

fn hash(key: &[u8]) -> PubkeyHash {
    PubkeyHash::hash(key)
}

fn signature(
    output: Output,
    script: &Script,
    to_spend: &Transaction,
    to_sign: &Transaction,
    signer: Key,
    how: &str,
) -> Vec<u8> {
    let flag = u8::from_str_radix(how, 16).ok();
    let mut cache = SighashCache::new(to_sign);
    if matches!(output, Output::P2tr | Output::Leaf) {
        let kind = flag.map_or(TapSighashType::Default, |flag| {
            TapSighashType::from_consensus_u8(flag).expect("a flag")
        });
        let coins = [&to_spend.output[0]];
        let prevouts = Prevouts::All(&coins);
        let digest = if output == Output::P2tr {
            cache.taproot_key_spend_signature_hash(0, &prevouts, kind)
        } else {
            let leaf = TapLeafHash::from_script(script, LeafVersion::TapScript);
            cache.taproot_script_spend_signature_hash(0, &prevouts, leaf, kind)
        };
        let digest = Message::from_digest(digest.expect("a digest").to_byte_array());
        let signature = secp().sign_schnorr_no_aux_rand(&digest, &signer.keypair());
        let mut bytes = signature.serialize().to_vec();
        bytes.extend(flag);
        if how == "bad" {
            bytes[40] ^= 1;
        }
        return bytes;
    }
    let byte = flag.unwrap_or(1);
    let kind = EcdsaSighashType::from_consensus(byte.into());
    let digest = if matches!(output, Output::P2wpkh | Output::P2shP2wpkh | Output::P2wsh)
        || output == Output::P2shP2wsh
    {
        // The script code of P2WPKH is the P2PKH script of the key: the same call serves both.
        cache
            .p2wsh_signature_hash(0, script, Amount::ZERO, kind)
            .expect("a digest")
            .to_byte_array()
    } else {
        cache
            .legacy_signature_hash(0, &without_separators(script), byte.into())
            .expect("a digest")
            .to_byte_array()
    };
    let mut signature = signer.ecdsa(digest);
    if how == "high" {
        signature = high_s(&signature);
    }
    if how == "bad" {
        let mut compact = signature.serialize_compact();
        compact[20] ^= 1;
        signature = ecdsa::Signature::from_compact(&compact).expect("in range");
    }
    let mut bytes = signature.serialize_der().to_vec();
    bytes.push(byte);
    bytes
}

/// What a legacy signature is over: the script without its `OP_CODESEPARATOR`s.
fn without_separators(script: &Script) -> ScriptBuf {
    let separator = |part: &Instruction<'_>| part.opcode() == Some(OP_CODESEPARATOR);
    let parts: Vec<_> = script.instructions().map_while(Result::ok).collect();
    if !parts.iter().any(separator) {
        return script.to_owned();
    }
    let mut rest = ScriptBuf::new();
    for part in parts.iter().filter(|part| !separator(part)) {
        rest.push_instruction(*part);
    }
    rest
}

fn push(builder: Builder, item: Vec<u8>) -> Builder {
    match item.as_slice() {
        [number @ 1..=16] => builder.push_int(i64::from(*number)),
        _ => builder.push_slice(PushBytesBuf::try_from(item).expect("short")),
    }
}

/// What a word pushes: a key, a number, hex; none for an opcode.
fn data(word: &str, output: Output) -> Option<Vec<u8>> {
    if let Some(digits) = word.strip_prefix("0x") {
        return Some(hex::decode(digits).expect("hex"));
    }
    match word {
        "0" => return Some(Vec::new()),
        "A" | "B" | "C" | "D" => {
            let key = key(word.chars().next()?);
            return Some(if output == Output::Leaf {
                key.x()
            } else {
                key.compressed()
            });
        }
        "uA" | "uB" => return Some(key(word.chars().nth(1)?).uncompressed()),
        "hA" => return Some(hash(&key('A').compressed()).to_byte_array().to_vec()),
        _ => {}
    }
    let number: u8 = word.parse().ok()?;
    Some(vec![number])
}

/// A script from words; `raw` and hex stands for bytes as they are.
pub(crate) fn assemble(words: &str, output: Output) -> ScriptBuf {
    let mut script = ScriptBuf::new();
    for word in words.split_whitespace() {
        if let Some(digits) = word.strip_prefix("raw") {
            let bytes = hex::decode(digits).expect("hex");
            script = ScriptBuf::from_bytes([script.to_bytes(), bytes].concat());
            continue;
        }
        let part = match data(word, output) {
            Some(item) => push(Builder::new(), item).into_script(),
            None => Builder::new().push_opcode(opcode(word)).into_script(),
        };
        script = ScriptBuf::from_bytes([script.to_bytes(), part.to_bytes()].concat());
    }
    script
}

fn opcode(word: &str) -> Opcode {
    let name = format!("OP_{word}");
    (0..=u8::MAX)
        .map(Opcode::from)
        .find(|opcode| opcode.to_string() == name)
        .unwrap_or_else(|| panic!("an opcode: {word}"))
}

/// A proof by a leaf of another version, for which consensus code asks no signature.
pub(crate) fn leaf_of_version(version: u8, script: &str) -> Proof {
    let script = assemble(script, Output::Leaf);
    let version = LeafVersion::from_consensus(version).expect("a leaf version");
    let (internal, _) = key('I').keypair().x_only_public_key();
    let tree = TaprootBuilder::new().add_leaf_with_ver(0, script.clone(), version);
    let spend = tree.expect("one leaf").finalize(&secp(), internal);
    let spend = spend.expect("complete");
    let control = spend
        .control_block(&(script.clone(), version))
        .expect("the leaf");
    let output = ScriptBuf::new_p2tr_tweaked(spend.output_key());
    let to_spend = bip322::to_spend(&output, MESSAGE);
    let witness = Witness::from_slice(&[script.to_bytes(), control.serialize()]);
    let to_sign = bip322::to_sign(&to_spend, ScriptBuf::new(), witness);
    Proof { output, to_sign }
}

/// A proof that gives a redeem script and nothing else.
pub(crate) fn prove_redeem(redeem: &Script) -> Proof {
    let output = redeem.to_p2sh();
    let to_spend = bip322::to_spend(&output, MESSAGE);
    let script_sig = push(Builder::new(), redeem.to_bytes()).into_script();
    let to_sign = bip322::to_sign(&to_spend, script_sig, Witness::new());
    Proof { output, to_sign }
}
