// Signs with bitcoinjs-message. Arguments: private key (hex), address form, message. Prints the signature in base64.
import message from "bitcoinjs-message";

const [key, form, text] = process.argv.slice(2);
const options = { p2wpkh: { segwitType: "p2wpkh" }, nested: { segwitType: "p2sh(p2wpkh)" } }[form];
const signature = message.sign(text, Buffer.from(key, "hex"), form !== "uncompressed", options);
console.log(signature.toString("base64"));
