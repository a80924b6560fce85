//! Single keys in BIP-322: every form of the honest proof, and every way to tamper with it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bitcoin::absolute::LockTime;
use bitcoin::transaction::Version;
use bitcoin::{Amount, OutPoint, ScriptBuf, Sequence, TxOut, Witness};
use hodlxxi_auth::account::ProvenKey;
use hodlxxi_auth::identity::Identity;
use hodlxxi_auth::verify::{
    Identifier, InvalidSignature as Invalid, MalformedSignature, SignatureError,
    UnsupportedScript as Unsupported, verify_signature,
};

use super::signer::{MESSAGE, Output, Proof, key, one_key, prove, prove_at};

const SEGWIT: [Output; 3] = [Output::P2wpkh, Output::P2shP2wpkh, Output::P2tr];
const EVERY: [Output; 5] = [
    Output::P2pkh,
    Output::P2pkhUncompressed,
    Output::P2wpkh,
    Output::P2shP2wpkh,
    Output::P2tr,
];

fn pubkey() -> Identifier {
    Identifier::parse_pubkey(&key('A').hex()).expect("a key")
}

fn full(proof: &Proof) -> Result<(), SignatureError> {
    proof.verify().map(drop)
}

#[test]
fn every_form_proves_the_key_by_address_and_by_itself() {
    for output in EVERY {
        let proof = one_key(output, 'A');
        let mut forms = vec![proof.full(), proof.full()[3..].to_owned()];
        if SEGWIT.contains(&output) {
            // Nested: without the scriptSig, as the simple form has no place for it.
            forms.extend([proof.simple(), proof.simple()[3..].to_owned()]);
        }
        for form in forms {
            let by_address = verify_signature(&proof.identifier(), MESSAGE, &form);
            let by_key = verify_signature(&pubkey(), MESSAGE, &form);
            let expect = |verdict: Result<ProvenKey, SignatureError>| {
                let proven = verdict.unwrap_or_else(|error| panic!("{output:?}: {error:?}"));
                let x = key('A').x().try_into().expect("32 bytes");
                assert_eq!(proven.identity, Identity::Key(x));
                let hex = proven.public_key.expect("a key").to_hex();
                let known = if output == Output::P2tr {
                    &key('A').hex()[2..]
                } else {
                    &key('A').hex()
                };
                assert_eq!(hex, known, "{output:?}");
                proven.address
            };
            assert_eq!(expect(by_address), Some(proof.address()));
            assert_eq!(expect(by_key), None);
        }
    }
}

#[test]
fn another_key_message_or_output_is_refused() {
    for output in EVERY {
        let proof = one_key(output, 'A');
        let other = verify_signature(&proof.identifier(), "another message", &proof.full());
        assert_eq!(other, Err(Invalid::ToSpend.into()), "{output:?}");
        let stranger = one_key(output, 'B');
        let other = verify_signature(&stranger.identifier(), MESSAGE, &proof.full());
        assert_eq!(other, Err(Invalid::ToSpend.into()), "{output:?}");
        let other = verify_signature(&pubkey(), MESSAGE, &stranger.full());
        assert!(
            matches!(other, Err(SignatureError::Invalid(_))),
            "{output:?}"
        );
        if SEGWIT.contains(&output) {
            let other = verify_signature(&stranger.identifier(), MESSAGE, &proof.simple());
            assert_eq!(other, Err(Invalid::Consensus.into()), "{output:?}");
            let other = verify_signature(&proof.identifier(), "another", &proof.simple());
            assert_eq!(other, Err(Invalid::Consensus.into()), "{output:?}");
        }
    }
}

#[test]
fn the_signature_covers_everything_with_a_low_s() {
    for output in EVERY {
        for flag in ["02", "03", "81", "82", "83"] {
            let last = match output {
                Output::P2tr => "",
                Output::P2pkhUncompressed => "uA",
                _ => "A",
            };
            let proof = prove(output, "A", &format!("sA/{flag} {last}"));
            assert_eq!(
                full(&proof),
                Err(Invalid::Sighash.into()),
                "{output:?} {flag}"
            );
        }
    }
    for output in [Output::P2pkh, Output::P2wpkh, Output::P2shP2wpkh] {
        let proof = prove(output, "A", "sA/high A");
        assert_eq!(full(&proof), Err(Invalid::HighS.into()), "{output:?}");
    }
    assert_eq!(full(&prove(Output::P2tr, "A", "sA/01")), Ok(()));
}

#[test]
fn the_transaction_is_the_one_of_the_standard() {
    let change = |change: fn(&mut bitcoin::Transaction)| {
        full(&prove_at(Output::P2wpkh, "A", "sA A", change))
    };
    assert_eq!(change(|tx| tx.version = Version::TWO), Ok(()));
    for version in [1, 3, -1] {
        let mut proof = one_key(Output::P2wpkh, 'A');
        proof.to_sign.version = Version(version);
        assert_eq!(full(&proof), Err(Unsupported::Version.into()), "{version}");
    }
    let timelocked = Err(Invalid::Timelocked.into());
    assert_eq!(
        change(|tx| tx.lock_time = LockTime::from_consensus(1)),
        timelocked
    );
    assert_eq!(change(|tx| tx.input[0].sequence = Sequence(1)), timelocked);
    assert_eq!(
        change(|tx| tx.input[0].sequence = Sequence::MAX),
        timelocked
    );
    let output = Err(Invalid::Output.into());
    assert_eq!(change(|tx| tx.output[0].value = Amount::ONE_SAT), output);
    assert_eq!(change(|tx| tx.output.clear()), output);
    assert_eq!(change(|tx| tx.output.push(tx.output[0].clone())), output);
    assert_eq!(
        change(|tx| tx.output[0] = TxOut {
            value: Amount::ZERO,
            script_pubkey: ScriptBuf::from_bytes(vec![0x6a, 0])
        }),
        output
    );
    let to_spend = Err(Invalid::ToSpend.into());
    assert_eq!(change(|tx| tx.input[0].previous_output.vout = 1), to_spend);
    assert_eq!(
        change(|tx| tx.input[0].previous_output = OutPoint::null()),
        to_spend
    );
    let further = change(|tx| {
        let mut input = tx.input[0].clone();
        input.previous_output.vout = 1;
        tx.input.push(input);
    });
    assert_eq!(further, Err(Unsupported::FurtherInputs.into()));
}

#[test]
fn every_flipped_bit_is_refused() {
    for output in SEGWIT {
        let proof = one_key(output, 'A');
        let identifier = proof.identifier();
        let bytes = STANDARD.decode(&proof.simple()[3..]).expect("base64");
        for bit in 0..bytes.len() * 8 {
            let mut bytes = bytes.clone();
            bytes[bit / 8] ^= 1 << (bit % 8);
            let flipped = STANDARD.encode(&bytes);
            for prefix in ["", "smp"] {
                let verdict = verify_signature(&identifier, MESSAGE, &format!("{prefix}{flipped}"));
                assert!(verdict.is_err(), "{output:?} {bit}");
            }
        }
    }
}

#[test]
fn what_is_cut_doubled_or_appended_is_malformed() {
    let malformed = Err(MalformedSignature::Form.into());
    for output in SEGWIT {
        let proof = one_key(output, 'A');
        let verify = |bytes: &[u8], prefix: &str| {
            let text = format!("{prefix}{}", STANDARD.encode(bytes));
            verify_signature(&proof.identifier(), MESSAGE, &text).map(drop)
        };
        for (form, prefix) in [(proof.simple(), "smp"), (proof.full(), "ful")] {
            let bytes = STANDARD.decode(&form[3..]).expect("base64");
            for prefix in [prefix, ""] {
                assert_eq!(verify(&bytes, prefix), Ok(()));
                assert_eq!(verify(&[&bytes[..], &[0]].concat(), prefix), malformed);
                assert_eq!(
                    verify(&[&bytes[..], &bytes[..]].concat(), prefix),
                    malformed
                );
                for end in 0..bytes.len() {
                    let cut = verify(&bytes[..end], prefix);
                    // The one byte 00 reads as the empty witness.
                    let empty = bytes[..end] == [0] && cut == Err(Invalid::Consensus.into());
                    assert!(cut == malformed || empty, "{end}");
                }
            }
            let other = if prefix == "smp" { "ful" } else { "smp" };
            assert_eq!(verify(&bytes, other), malformed);
        }
    }
}

#[test]
fn empty_and_foreign_witnesses_are_refused() {
    for output in SEGWIT {
        let mut proof = one_key(output, 'A');
        let honest = proof.witness();
        for witness in [
            vec![],
            vec![vec![]],
            vec![vec![], vec![]],
            [&[vec![7]][..], &honest].concat(),
            [&honest[..], &[vec![7]]].concat(),
        ] {
            proof.set_witness(&witness);
            let by_address = verify_signature(&proof.identifier(), MESSAGE, &proof.simple());
            assert!(
                matches!(by_address, Err(SignatureError::Invalid(_))),
                "{witness:?}"
            );
            assert!(verify_signature(&pubkey(), MESSAGE, &proof.simple()).is_err());
            assert!(full(&proof).is_err());
        }
    }
    // A witness on an output that has none, and a scriptSig on one that takes none.
    let mut proof = one_key(Output::P2pkh, 'A');
    proof.set_witness(&[vec![7]]);
    assert_eq!(full(&proof), Err(Invalid::Consensus.into()));
    let mut proof = one_key(Output::P2wpkh, 'A');
    proof.to_sign.input[0].script_sig = ScriptBuf::from_bytes(vec![0x51]);
    assert_eq!(full(&proof), Err(Invalid::Consensus.into()));
}

#[test]
fn an_annex_and_unknown_leaves_are_not_judged() {
    let mut proof = prove(Output::P2tr, "A", "sA");
    let annex = [proof.witness(), vec![vec![0x50, 7]]].concat();
    proof.set_witness(&annex);
    // The signature does not cover this annex: consensus refuses.
    assert_eq!(full(&proof), Err(Invalid::Consensus.into()));

    // A leaf of another version needs no signature at all.
    let leaf = super::signer::leaf_of_version(0xc2, "A CHECKSIG");
    assert_eq!(full(&leaf), Err(Unsupported::LeafVersion.into()));
    // An annex beside a script that does not sign.
    let mut proof = prove(Output::Leaf, "1", "");
    let annex = [proof.witness(), vec![vec![0x50]]].concat();
    proof.set_witness(&annex);
    assert_eq!(full(&proof), Err(Unsupported::Annex.into()));
}

#[test]
fn nested_programs_of_other_versions_are_not_judged() {
    // As a redeem script, any of these needs no witness at all.
    for program in ["51024e73", "5220", "6002751e", "5120"] {
        let length = usize::from(u8::from_str_radix(&program[2..4], 16).expect("hex"));
        let program = format!("{program:1<width$}", width = 4 + 2 * length);
        let redeem = ScriptBuf::from_hex(&program).expect("hex");
        let proof = super::signer::prove_redeem(&redeem);
        assert_eq!(
            full(&proof),
            Err(Unsupported::WitnessProgram.into()),
            "{program}"
        );
    }
}

#[test]
fn a_key_is_not_proven_by_a_script() {
    let proof = prove(Output::P2wsh, "1 A 1 CHECKMULTISIG", "0 sA");
    let verdict = verify_signature(&pubkey(), MESSAGE, &proof.simple());
    assert_eq!(verdict, Err(Unsupported::NotOneKey.into()));
    let proof = prove(Output::P2sh, "1 A 1 CHECKMULTISIG", "0 sA");
    let verdict = verify_signature(&pubkey(), MESSAGE, &proof.full());
    assert_eq!(verdict, Err(Unsupported::NotOneKey.into()));
    let mut proof = one_key(Output::P2pkh, 'A');
    proof.to_sign.input[0].witness = Witness::new();
    proof.to_sign.input.clear();
    assert!(verify_signature(&pubkey(), MESSAGE, &proof.full()).is_err());
}
