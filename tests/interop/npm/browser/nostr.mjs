// A person signs in and adds a key with a Nostr extension (NIP-07) in Chromium; nostr-tools signs.
// Arguments: the issuer, the private key (hex) in the extension, that of an account which adds it, its pubkey, a folder.
import bitcoinMessage from "bitcoinjs-message";
import { look, open, press, settle, watch } from "./chromium.mjs";
import { extend } from "./wallets.mjs";

const [issuer, key, keeper, keeperPubkey, folder] = process.argv.slice(2);
const faults = [];
const browser = await open();

async function visitor() {
  const context = await browser.newContext();
  const signed = await extend(context, key);
  return { context, signed, ...(await watch(context, issuer, [issuer])) };
}

try {
  // The key is added to an account first, then signs in to the same.
  let { context, page, complaints, signed } = await visitor();
  await page.goto(`${issuer}/login`);
  await page.getByRole("tab", { name: "Bitcoin" }).click();
  await page.getByLabel("Address or public key").fill(keeperPubkey);
  await press(page, "Continue");
  const challenge = (await page.locator("#challenge").innerText()).trim();
  const signature = bitcoinMessage.sign(challenge, Buffer.from(keeper, "hex"), true).toString("base64");
  await page.getByLabel("Signature", { exact: true }).fill(signature);
  await press(page, "Sign in");
  const npub = await page.evaluate(() => window.nostr.getPublicKey());
  const adding = page.locator("form[action='/account/keys/challenge']");
  await adding.getByRole("textbox").fill(npub);
  await adding.getByRole("button").click();
  await page.getByRole("button", { name: "Sign with your extension" }).waitFor();
  if (signed.length > 0) faults.push("the extension was used before anybody asked");
  faults.push(...(await look(page, folder, "prove-link-extension")));
  await Promise.all([
    page.waitForURL(`${issuer}/account*`),
    page.getByRole("button", { name: "Sign with your extension" }).click(),
  ]);
  await page.getByRole("status").filter({ hasText: "linked" }).waitFor();
  const account = await page.locator("#profile dd.mono").innerText();
  faults.push(...complaints);
  await context.close();

  ({ context, page, complaints, signed } = await visitor());
  await page.goto(`${issuer}/login`);
  await page.getByRole("tab", { name: "Nostr" }).click();
  await page.getByRole("button", { name: "Sign in with your extension" }).waitFor();
  if (signed.length > 0) faults.push("the extension was used before anybody asked");
  faults.push(...(await look(page, folder, "login-extension")));
  await Promise.all([
    page.waitForURL(`${issuer}/account`),
    page.getByRole("button", { name: "Sign in with your extension" }).click(),
  ]);
  if ((await page.locator("#profile dd.mono").innerText()) !== account) faults.push("it is another account");
  if (signed.length !== 1 || signed[0].kind !== 22242) faults.push(`signed: ${JSON.stringify(signed)}`);
  faults.push(...complaints);
  settle(faults);
} finally {
  await browser.close();
}
