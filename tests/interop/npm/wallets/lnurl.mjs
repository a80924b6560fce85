// Answers a sign-in with lnurl. Arguments: the LNURL, a private key (hex). Prints what the server says.
import lnurl from "lnurl";
import secp256k1 from "secp256k1";

const [code, key] = process.argv.slice(2);
const url = new URL(lnurl.decode(code));
const sig = lnurl.createAuthorizationSignature(url.searchParams.get("k1"), key);
url.searchParams.set("sig", sig.toString("hex"));
const publicKey = secp256k1.publicKeyCreate(Buffer.from(key, "hex"));
url.searchParams.set("key", Buffer.from(publicKey).toString("hex"));
console.log(await (await fetch(url)).text());
