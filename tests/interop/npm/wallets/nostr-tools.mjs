// Signs in with nostr-tools. Arguments: private key (hex), relay, challenge. Prints the event.
import { finalizeEvent } from "nostr-tools/pure";

const [key, relay, challenge] = process.argv.slice(2);
const template = {
  kind: 22242,
  created_at: Math.floor(Date.now() / 1000),
  tags: [["relay", relay], ["challenge", challenge]],
  content: challenge,
};
console.log(JSON.stringify(finalizeEvent(template, Uint8Array.from(Buffer.from(key, "hex")))));
