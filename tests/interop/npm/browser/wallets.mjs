// Wallets of others, as a page meets them: npm lnurl and nostr-tools.
import lnurl from "lnurl";
import { finalizeEvent, getPublicKey } from "nostr-tools/pure";
import secp256k1 from "secp256k1";

// Approves a code in a Lightning wallet with this private key (hex).
export async function approve(code, key) {
  const url = new URL(lnurl.decode(code));
  url.searchParams.set("sig", lnurl.createAuthorizationSignature(url.searchParams.get("k1"), key).toString("hex"));
  url.searchParams.set("key", Buffer.from(secp256k1.publicKeyCreate(Buffer.from(key, "hex"))).toString("hex"));
  const answer = await (await fetch(url)).json();
  if (answer.status !== "OK") throw new Error(`the wallet was told ${JSON.stringify(answer)}`);
}

// Puts a signer (NIP-07) with this private key (hex) into every page, as an extension does. Answers how often it signed.
export async function extend(context, key) {
  const secret = Uint8Array.from(Buffer.from(key, "hex"));
  const signed = [];
  await context.exposeFunction("signByNostrTools", (template) => {
    signed.push(template);
    return finalizeEvent(template, secret);
  });
  await context.addInitScript((pubkey) => {
    window.nostr = {
      getPublicKey: async () => pubkey,
      signEvent: (template) => window.signByNostrTools(template),
    };
  }, getPublicKey(secret));
  return signed;
}
