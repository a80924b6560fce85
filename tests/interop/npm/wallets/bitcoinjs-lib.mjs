// Signs a message as BIP-322 simple with bitcoinjs-lib alone, building the two transactions by hand as the BIP says.
// Arguments: private key (hex), p2wpkh or p2tr, message. Prints the address and the signature (prefix smp).
import * as bitcoin from "bitcoinjs-lib";
import { ECPairFactory } from "ecpair";
import * as curve from "tiny-secp256k1";

bitcoin.initEccLib(curve);
const [key, form, text] = process.argv.slice(2);
const pair = ECPairFactory(curve).fromPrivateKey(Buffer.from(key, "hex"));
const internalPubkey = pair.publicKey.subarray(1);
const payment = form === "p2tr" ? bitcoin.payments.p2tr({ internalPubkey }) : bitcoin.payments.p2wpkh({ pubkey: pair.publicKey });

const tag = bitcoin.crypto.sha256(Buffer.from("BIP0322-signed-message"));
const digest = bitcoin.crypto.sha256(Buffer.concat([tag, tag, Buffer.from(text)]));
const toSpend = new bitcoin.Transaction();
toSpend.version = 0;
toSpend.addInput(new Uint8Array(32), 0xffffffff, 0, bitcoin.script.compile([bitcoin.opcodes.OP_0, digest]));
toSpend.addOutput(payment.output, 0n);

const psbt = new bitcoin.Psbt();
psbt.setVersion(0);
const taproot = form === "p2tr" ? { tapInternalKey: internalPubkey } : {};
psbt.addInput({ hash: toSpend.getHash(), index: 0, sequence: 0, witnessUtxo: { script: payment.output, value: 0n }, ...taproot });
psbt.addOutput({ script: bitcoin.script.compile([bitcoin.opcodes.OP_RETURN]), value: 0n });
const signer = form === "p2tr" ? pair.tweak(bitcoin.crypto.taggedHash("TapTweak", internalPubkey)) : pair;
psbt.signInput(0, signer).finalizeAllInputs();
const witness = Buffer.from(psbt.data.inputs[0].finalScriptWitness);
console.log(payment.address);
console.log("smp" + witness.toString("base64"));
