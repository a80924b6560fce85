// A person signs in with a Lightning wallet, in a Chromium that runs no scripts.
// Arguments: the issuer, the wallet's private key (hex), a folder for screenshots.
import { open, press, settle, watch } from "./chromium.mjs";
import { approve } from "./wallets.mjs";

const [issuer, key, folder] = process.argv.slice(2);
const faults = [];
const browser = await open();

async function begin() {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const { page, complaints } = await watch(context, issuer, [issuer]);
  await page.goto(`${issuer}/login?continue=/legal/terms`);
  await press(page, "Show the code");
  return { context, page, complaints };
}

async function shot(page, name) {
  for (const width of [320, 1440]) {
    await page.setViewportSize({ width, height: 900 });
    await page.screenshot({ path: `${folder}/lightning-by-hand-${name}-${width}.png`, fullPage: true });
  }
}

const code = async (page) => (await page.locator("#lnurl").innerText()).trim();
const done = "I approved it in my wallet";

try {
  const { context, page, complaints } = await begin();
  const shown = await code(page);
  await shot(page, "code");
  await press(page, done);
  await page.getByText("Your wallet has not answered yet.").waitFor();
  if ((await code(page)) !== shown) faults.push("asked too soon, the code is another one");
  await shot(page, "too-soon");
  // What the server does not know is as good as expired.
  await page.locator("#finish [name=session_id]").evaluate((field) => { field.value = "A".repeat(43); });
  await press(page, done);
  await page.getByText("The code has expired.").waitFor();
  const fresh = await code(page);
  if (fresh === shown) faults.push("expired, the code is still the same");
  await approve(fresh, key);
  await press(page, done);
  await page.getByRole("heading", { name: "Continue as" }).waitFor();
  await shot(page, "welcome");
  await press(page, "Make the account and continue");
  if (page.url() !== `${issuer}/legal/terms`) faults.push(`it went on to ${page.url()}`);
  faults.push(...complaints);
  await context.close();

  const again = await begin();
  await approve(await code(again.page), key);
  await press(again.page, done);
  if (again.page.url() !== `${issuer}/legal/terms`) faults.push(`the second time it went on to ${again.page.url()}`);
  faults.push(...again.complaints);
  settle(faults);
} finally {
  await browser.close();
}
