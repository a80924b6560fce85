// A person with a keyboard alone signs in, labels a key, ends another session and signs out. On the way the focus is
// always on something, inside the window, with an outline.
// Arguments: the issuer, the private key (hex), its pubkey.
import bitcoinMessage from "bitcoinjs-message";
import { open, settle, watch } from "./chromium.mjs";

const [issuer, key, pubkey] = process.argv.slice(2);
const faults = [];
const browser = await open();

// What has the focus: its name, and whether a person can see that.
const focused = (page) => page.evaluate(() => {
  const element = document.activeElement;
  if (!element || element === document.body) return null;
  const { top, bottom, left, right } = element.getBoundingClientRect();
  const style = getComputedStyle(element);
  const label = element.labels?.[0]?.textContent ?? element.textContent;
  return {
    name: label.trim().replace(/\s+/g, " "),
    tag: element.tagName,
    outlined: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
    inside: bottom > 0 && right > 0 && top < innerHeight && left < innerWidth,
  };
});

try {
  const context = await browser.newContext({ viewport: { width: 1024, height: 700 } });
  const { page, complaints } = await watch(context, issuer, [issuer]);
  const seen = async () => {
    const now = await focused(page);
    const where = `${new URL(page.url()).pathname}: ${now?.tag} "${now?.name.slice(0, 40)}"`;
    if (!now) throw new Error(`${page.url()}: the focus is lost`);
    if (!now.outlined) faults.push(`${where} has the focus and does not show it`);
    if (!now.inside) faults.push(`${where} has the focus out of sight`);
    return now;
  };
  // Goes on by Tab until what has the focus is called `name`.
  const tabTo = async (name) => {
    const passed = [];
    for (let step = 0; step < 80; step += 1) {
      await page.keyboard.press("Tab");
      const now = await seen();
      if (now.name.startsWith(name)) return;
      passed.push(now.name.slice(0, 30));
    }
    throw new Error(`${page.url()}: no way by Tab to "${name}", past ${passed.join(" | ")}`);
  };
  const enter = async () => Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);

  await page.goto(`${issuer}/`);
  await page.keyboard.press("Tab");
  if ((await seen()).name !== "Skip to the content") faults.push("the first stop is not the way past the navigation");
  await tabTo("Sign in");
  await enter();
  await tabTo("Lightning");
  await page.keyboard.press("ArrowRight");
  if ((await seen()).name !== "Bitcoin") faults.push("the arrow key does not lead to the next tab");
  await page.keyboard.press("End");
  await seen();
  await page.keyboard.press("Home");
  await page.keyboard.press("ArrowRight");
  await tabTo("Address or public key");
  await page.keyboard.type(pubkey);
  await enter();
  const challenge = (await page.locator("#challenge").innerText()).trim();
  await tabTo("Signature");
  await page.keyboard.insertText(bitcoinMessage.sign(challenge, Buffer.from(key, "hex"), true).toString("base64"));
  await tabTo("Sign in");
  await enter();
  // The other session is one on a device that is not known here.
  if (page.url().includes("/account/review")) {
    await tabTo("Continue");
    await enter();
  }
  if (new URL(page.url()).pathname !== "/account") throw new Error(`signed in, it is at ${page.url()}`);

  await tabTo("Change");
  await page.keyboard.press("Enter");
  await tabTo("Label");
  await page.keyboard.type("In the safe");
  await tabTo("Save");
  await enter();
  await page.getByRole("heading", { name: "In the safe" }).waitFor();
  if ((await focused(page))?.name !== "The key has its new label.") faults.push("the focus is not on what is new");
  await tabTo("End");
  await enter();
  await page.getByRole("status").filter({ hasText: "ended" }).waitFor();
  if ((await page.locator("#sessions .rows > li").count()) !== 1) faults.push("the other session is still there");
  await tabTo("Sign out");
  await enter();
  if ((await page.getByRole("button", { name: "Sign out" }).count()) > 0) faults.push("it is not signed out");
  faults.push(...complaints);
  settle(faults);
} finally {
  await browser.close();
}
