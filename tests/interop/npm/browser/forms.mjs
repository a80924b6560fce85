// A person goes through the forms of sign-in and of the account, and looks at the pages that only they lead to.
// Arguments: the issuer, a session cookie ("name=value"), a language, "on" or "off" for JavaScript, a folder for
// screenshots, what their names end with; the private key (hex) and the pubkey of that account, a further address in it,
// the private key and pubkey of another account, a private key of a Lightning wallet that was never here. The account
// has three keys or more, other sessions and applications; it is left in the end.
import bitcoinMessage from "bitcoinjs-message";
import { look, open, settle, watch } from "./chromium.mjs";
import { send as sendOn, unfold } from "./person.mjs";
import { approve } from "./wallets.mjs";

const [issuer, cookie, locale, scripts, folder, suffix, key, pubkey, spare, otherKey, other, lightning] = process.argv.slice(2);
const [name, value] = cookie.split("=");
const faults = [];
const browser = await open();

try {
  const context = await browser.newContext({ locale, javaScriptEnabled: scripts === "on" });
  const { page, complaints } = await watch(context, issuer, [issuer]);
  const send = async (...form) => faults.push(...(await sendOn(page, ...form)));
  const see = async (what) => faults.push(...(await look(page, folder, what + suffix)));
  const sign = async (key) => {
    const challenge = (await page.locator("#challenge").innerText()).trim();
    return bitcoinMessage.sign(challenge, Buffer.from(key, "hex"), true).toString("base64");
  };

  await page.goto(`${issuer}/login`);
  await send("/login/challenge", { identifier: pubkey });
  await see("prove");
  await unfold(page);
  await see("prove-unfolded");
  await send("/login/verify", { signature: "not a signature" });
  await see("prove-refused");
  await send("/login/challenge");
  await page.goto(`${issuer}/login`);
  await send("/login/challenge", { identifier: "not a key" });
  await see("login-refused");
  await page.goto(`${issuer}/login`);
  await send("/login/lightning");
  await unfold(page);
  await see("lightning-unfolded");
  await send("/login/lightning/finish");
  await see("lightning-too-soon");
  await approve((await page.locator("#lnurl").innerText()).trim(), lightning);
  // With scripts the page goes on by itself.
  if (scripts === "on") await page.locator("button[name=confirm]").waitFor();
  else await send("/login/lightning/finish");
  await see("welcome");
  await send("/login/lightning/finish");
  await see("account-first");
  await send("/account/keys/enough");
  await page.goto(`${issuer}/oauth/logout`);
  await send("/oauth/logout/confirm");
  await see("logged-out");

  await context.addCookies([{ name, value, url: issuer }]);
  const account = `${issuer}/account`;
  const row = (action, inside) => page.locator(`main li:has-text("${inside}") form[action="${action}"]`).first();
  await page.goto(account);
  await send("/account/keys/lightning");
  await see("lightning-link");
  await page.goto(account);
  await send("/account/keys/challenge", { identifier: other });
  await see("prove-link");
  await send("/account/keys/verify", { signature: await sign(otherKey) });
  await see("prove-link-refused");
  await page.goto(account);
  await send("/account/profile", { name: "Satoshi" });
  await send(row("/account/keys/label", spare), { label: "In the safe" });
  await send(row("/account/keys/primary", spare));
  await send(row("/account/keys/freeze", spare));
  await unfold(page);
  await see("account-unfolded");
  await send(row("/account/keys/unlink", spare));
  await send("/account/sessions/end");
  await send("/account/sessions/end-others");
  await send("/account/connections/revoke");
  await send("/account/merge/challenge", { identifier: other });
  await see("prove-merge");
  await send("/account/merge/verify", { signature: await sign(otherKey) });
  await send("/account/delete/challenge", { identifier: pubkey });
  await see("prove-delete");
  await send("/account/delete/verify", { signature: await sign(key) });
  await see("farewell");
  // Refused, and told why, by the browser's own console, too.
  faults.push(...complaints.filter((line) => !line.includes("Failed to load resource")));
  settle(faults);
} finally {
  await browser.close();
}
