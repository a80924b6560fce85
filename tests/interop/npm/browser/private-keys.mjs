// A person types private keys into every field of a page: each is refused there and then, and never sent.
// Arguments: the issuer, the private key (hex) and pubkey that sign in, then the secrets.
import { readFileSync } from "node:fs";
import bitcoinMessage from "bitcoinjs-message";
import { open, press, settle, watch } from "./chromium.mjs";

const [issuer, key, pubkey, ...secrets] = process.argv.slice(2);
const faults = [];
const browser = await open();
let fields = 0;

try {
  const context = await browser.newContext();
  const { page, complaints } = await watch(context, issuer, [issuer]);
  page.on("request", (request) => {
    const sent = decodeURIComponent(`${request.url()} ${request.postData() ?? ""}`.replaceAll("+", " "));
    for (const secret of secrets) if (sent.includes(secret.slice(0, 20))) faults.push(`sent: ${sent}`);
  });

  // Tries every field that a person can fill in.
  const tryAll = async () => {
    await page.locator("details").evaluateAll((all) => all.forEach((details) => { details.open = true; }));
    await page.locator("[role=tabpanel]").evaluateAll((all) => all.forEach((panel) => { panel.hidden = false; }));
    for (const field of await page.locator("main :is(input:not([type=hidden]), textarea)").all()) {
      const where = `${new URL(page.url()).pathname} ${await field.getAttribute("id")}`;
      fields += 1;
      for (const secret of secrets) {
        const before = page.url();
        await field.fill("");
        await field.focus();
        await page.keyboard.insertText(secret);
        if ((await field.inputValue()) !== "") faults.push(`${where} keeps ${secret.slice(0, 5)}…`);
        const warned = await field.evaluate((field) => field.form.querySelector("[data-guarded]")?.getAttribute("role"));
        if (warned !== "alert") faults.push(`${where} does not warn of ${secret.slice(0, 5)}…`);
        // Put in by a script, past all events, it is stopped when it is sent.
        await field.evaluate((field, secret) => {
          field.value = secret;
          field.form.requestSubmit();
        }, secret);
        if ((await field.inputValue()) !== "") faults.push(`${where} sends ${secret.slice(0, 5)}…`);
        if (page.url() !== before) faults.push(`${where} went on to ${page.url()}`);
      }
    }
  };

  await page.goto(`${issuer}/login`);
  // The page judges as the server does, by the table that is the server's too.
  const table = JSON.parse(readFileSync(new URL("../../../vectors/private-keys.json", import.meta.url), "utf8"));
  const judged = await page.evaluate(async (texts) => {
    const scripts = performance.getEntriesByType("resource").map((entry) => entry.name);
    const { looksPrivate } = await import(scripts.find((name) => /\/guard[^/]*\.js/.test(name)));
    return texts.map((text) => looksPrivate(text));
  }, [...table.private, ...table.public]);
  for (const [index, text] of [...table.private, ...table.public].entries()) {
    if (judged[index] !== index < table.private.length) faults.push(`judged ${judged[index]}: ${text}`);
  }
  await tryAll();
  await page.goto(`${issuer}/login`);
  await page.getByRole("tab", { name: "Bitcoin" }).click();
  await page.getByLabel("Address or public key").fill(pubkey);
  await press(page, "Continue");
  await tryAll();
  const challenge = (await page.locator("#challenge").innerText()).trim();
  const signature = bitcoinMessage.sign(challenge, Buffer.from(key, "hex"), true).toString("base64");
  await page.getByLabel("Signature", { exact: true }).fill(signature);
  await press(page, "Sign in");
  await page.waitForURL(`${issuer}/account`);
  await tryAll();
  if (fields !== 8) faults.push(`${fields} fields were tried`);
  faults.push(...complaints);
  settle(faults);
} finally {
  await browser.close();
}
