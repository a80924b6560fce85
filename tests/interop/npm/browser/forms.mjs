// Looks at the pages that only forms lead to.
// Arguments: the issuer, a session cookie ("name=value"), a language, a folder for screenshots, what their names end with,
// the private key (hex) and the pubkey of that account, a pubkey of another one, a private key (hex) of a Lightning wallet
// that was never here. The account is left in the end.
import bitcoinMessage from "bitcoinjs-message";
import { axe, look, open, settle, watch } from "./chromium.mjs";
import { approve } from "./wallets.mjs";

const [issuer, cookie, locale, folder, suffix, key, pubkey, other, lightning] = process.argv.slice(2);
const [name, value] = cookie.split("=");
const faults = [];
const browser = await open();

try {
  const context = await browser.newContext({ locale });
  await context.addInitScript(axe);
  const { page, complaints } = await watch(context, issuer, [issuer]);
  // Sends a form with what is entered, past tabs and what is folded up.
  const send = async (action, fields = {}) => {
    const form = page.locator(`form[action="${action}"]`).first();
    await form.evaluate((form) => {
      for (let at = form; at; at = at.parentElement) {
        if (at.tagName === "DETAILS") at.open = true;
        at.hidden = false;
      }
    });
    for (const [field, text] of Object.entries(fields)) await form.locator(`[name="${field}"]`).fill(text);
    await Promise.all([page.waitForNavigation(), form.locator("button").first().click()]);
  };
  const see = async (what) => faults.push(...(await look(page, folder, what + suffix)));
  const sign = async () => {
    const challenge = (await page.locator("#challenge").innerText()).trim();
    return bitcoinMessage.sign(challenge, Buffer.from(key, "hex"), true).toString("base64");
  };

  await page.goto(`${issuer}/login`);
  await send("/login/challenge", { identifier: pubkey });
  await see("prove");
  await page.locator("details").evaluateAll((all) => all.forEach((details) => { details.open = true; }));
  await see("prove-unfolded");
  await send("/login/verify", { signature: "not a signature" });
  await see("prove-refused");
  await page.goto(`${issuer}/login`);
  await send("/login/challenge", { identifier: "not a key" });
  await see("login-refused");
  await page.goto(`${issuer}/login`);
  await send("/login/lightning");
  await page.locator("#lightning details").evaluate((details) => { details.open = true; });
  await see("lightning-unfolded");
  await send("/login/lightning/finish");
  await see("lightning-too-soon");
  await approve((await page.locator("#lnurl").innerText()).trim(), lightning);
  await page.locator("button[name=confirm]").waitFor();
  await see("welcome");

  await context.addCookies([{ name, value, url: issuer }]);
  const account = `${issuer}/account`;
  await page.goto(account);
  await send("/account/keys/challenge", { identifier: other });
  await see("prove-link");
  await page.goto(account);
  await send("/account/merge/challenge", { identifier: other });
  await see("prove-merge");
  await page.goto(account);
  await send("/account/profile", { name: "Satoshi" });
  await page.locator("details").evaluateAll((all) => all.forEach((details) => { details.open = true; }));
  await see("account-unfolded");
  await send("/account/delete/challenge", { identifier: pubkey });
  await see("prove-delete");
  await send("/account/delete/verify", { signature: await sign() });
  await see("farewell");
  faults.push(...complaints);
  settle(faults);
} finally {
  await browser.close();
}
