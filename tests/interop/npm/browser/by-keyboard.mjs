// A person with a keyboard alone, in Chromium. Wherever the focus comes it is on something, inside the window, with an outline.
import bitcoinMessage from "bitcoinjs-message";
import { open, settle, watch } from "./chromium.mjs";

// What has the focus: its name, and whether a person can see that.
const focused = (page) => page.evaluate(() => {
  const element = document.activeElement;
  if (!element || element === document.body) return null;
  const { top, bottom, left, right } = element.getBoundingClientRect();
  const style = getComputedStyle(element);
  const label = element.getAttribute("aria-label") ?? element.labels?.[0]?.textContent ?? element.textContent;
  return {
    name: label.trim().replace(/\s+/g, " "),
    tag: element.tagName,
    outlined: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
    inside: bottom > 0 && right > 0 && top < innerHeight && left < innerWidth,
  };
});

// Lets `act` do its work by a keyboard at the issuer's pages, and fails with all that is wrong.
export async function byKeyboard(issuer, act) {
  const faults = [];
  const browser = await open();
  try {
    const context = await browser.newContext({ viewport: { width: 1024, height: 700 } });
    const { page, complaints } = await watch(context, issuer, [issuer]);
    const { keyboard } = page;

    const seen = async () => {
      const now = await focused(page);
      const where = `${new URL(page.url()).pathname}: ${now?.tag} "${now?.name.slice(0, 40)}"`;
      if (!now) throw new Error(`${page.url()}: the focus is lost`);
      if (!now.outlined) faults.push(`${where} has the focus and does not show it`);
      if (!now.inside) faults.push(`${where} has the focus out of sight`);
      return now;
    };
    // Goes on by Tab until what has the focus is called `name`, past the page's end if that is before.
    const tabTo = async (name) => {
      const passed = [];
      for (let step = 0; step < 120; step += 1) {
        await keyboard.press("Tab");
        if (!(await focused(page))) continue;
        const now = await seen();
        if (now.name.startsWith(name)) return;
        passed.push(now.name.slice(0, 30));
      }
      throw new Error(`${page.url()}: no way by Tab to "${name}", past ${passed.join(" | ")}`);
    };
    // Goes to a link or a button, presses it by `key`, and waits for the page that it leads to.
    const press = async (name, key = "Enter") => {
      await tabTo(name);
      await Promise.all([page.waitForNavigation(), keyboard.press(key)]);
    };
    const type = async (name, text) => {
      await tabTo(name);
      await keyboard.press("Control+A");
      await keyboard.insertText(text);
    };
    // What the page says, which has the focus.
    const told = async (text) => {
      await page.locator(":focus", { hasText: text }).waitFor();
    };
    // Signs the challenge of the page as a wallet does, and hands in the signature.
    const prove = async (key, button) => {
      const challenge = (await page.locator("#challenge").innerText()).trim();
      await type("Signature", bitcoinMessage.sign(challenge, Buffer.from(key, "hex"), true).toString("base64"));
      await press(button);
    };
    // Signs in with the key whose pubkey is given.
    const signIn = async (key, pubkey) => {
      await page.goto(`${issuer}/login`);
      const tabs = page.getByRole("tab");
      await tabTo(await page.locator("[role=tab][aria-selected=true]").innerText());
      await keyboard.press("End");
      if ((await seen()).name !== (await tabs.last().innerText())) faults.push("the key End does not lead to the last tab");
      await keyboard.press("Home");
      // The tab of the way that was used last comes first.
      for (let turn = 0; (await seen()).name !== "Bitcoin"; turn += 1) {
        if (turn > 3) throw new Error("the arrow key does not lead to the next tab");
        await keyboard.press("ArrowRight");
      }
      await type("Address or public key", pubkey);
      await Promise.all([page.waitForNavigation(), keyboard.press("Enter")]);
      await prove(key, "Sign in");
      // There may be keys and devices that are new here.
      if (page.url().includes("/account/review")) await press(await page.locator("main .primary").innerText(), "Space");
      if (new URL(page.url()).pathname !== "/account") throw new Error(`signed in, it is at ${page.url()}`);
    };

    await act({ page, keyboard, faults, seen, tabTo, press, type, told, prove, signIn });
    faults.push(...complaints);
    settle(faults);
  } finally {
    await browser.close();
  }
}
