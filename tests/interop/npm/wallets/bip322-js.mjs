// Signs with bip322-js. Arguments: private key (WIF), address, message. Prints the signature in base64.
import { Signer } from "bip322-js";

const [key, address, text] = process.argv.slice(2);
const signature = Signer.sign(key, address, text);
console.log(typeof signature === "string" ? signature : signature.toString("base64"));
