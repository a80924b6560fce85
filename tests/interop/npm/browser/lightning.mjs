// A person signs in with a Lightning wallet, in Chromium: the page goes on by itself.
// Arguments: the issuer, two private keys of wallets (hex), the private key (hex) of another wallet to link.
import { open, press, settle, watch } from "./chromium.mjs";
import { approve } from "./wallets.mjs";

const [issuer, key, other, linked] = process.argv.slice(2);
const faults = [];
const browser = await open();

function check(good, what) {
  if (!good) faults.push(what);
}

// A browser of its own, at the page with the code. Its clock may be one that `passes` alone moves.
async function begin({ clock = false, events = true } = {}) {
  const context = await browser.newContext();
  if (!events) {
    // As by a proxy that holds each answer back until its end.
    await context.route("**/api/lnurl-auth/events/*", async (route) => {
      if (route.request().resourceType() === "eventsource") return route.abort();
      return route.fulfill({ response: await route.fetch() });
    });
  }
  const { page, complaints } = await watch(context, issuer, [issuer]);
  if (clock) await page.clock.install();
  await page.goto(`${issuer}/login?continue=/legal/terms`);
  await page.getByRole("tab", { name: "Lightning" }).click();
  await press(page, "Show the code");
  // The page's script has begun to count.
  await page.getByText("Good for another", { exact: false }).waitFor();
  if (clock) await page.clock.pauseAt(await page.evaluate(() => Date.now() + 20_000));
  return { context, page, complaints };
}

const passes = (page, seconds) => page.clock.runFor(seconds * 1_000);

// For how many seconds the code is good, as the page says it.
async function left(page) {
  const [, minutes, seconds] = /another (\d):(\d\d)/.exec(await page.locator("#left").innerText());
  return 60 * Number(minutes) + Number(seconds);
}

const code = async (page) => (await page.locator("#lnurl").innerText()).trim();
const renewal = (page, old) => page.waitForFunction((old) => document.getElementById("lnurl").textContent !== old, old);
const arrives = (page) => page.waitForURL(`${issuer}/legal/terms`, { timeout: 30_000 });

async function end(name, { context, complaints }) {
  faults.push(...complaints.map((complaint) => `${name}: ${complaint}`));
  await context.close();
}

// A key that was never here: it is asked about first.
async function first() {
  const visit = await begin();
  const { page } = visit;
  const shown = await code(page);
  check(/^LNURL1[02-9AC-HJ-NP-Z]+$/.test(shown), `not a code: ${shown}`);
  const href = await page.locator("#code").getAttribute("href");
  check(href === `lightning:${shown}`, `the code leads to ${href}`);
  check(await page.locator("#code img").evaluate((image) => image.naturalWidth > 0), "there is no picture of the code");
  check((await page.locator("#state").innerText()).startsWith("Waiting"), "it does not say that it waits");
  page.on("request", (request) => {
    const asks = request.resourceType() === "fetch" && request.url().includes("/api/lnurl-auth/events/");
    check(!asks, "it asked, where events come through");
  });
  await approve(shown, key);
  await page.getByRole("heading", { name: "Continue as" }).waitFor();
  await Promise.all([arrives(page), page.getByRole("button", { name: "Make the account and continue" }).click()]);
  await end("first", visit);
}

// The same key again goes straight on.
async function again() {
  const visit = await begin();
  await Promise.all([arrives(visit.page), approve(await code(visit.page), key)]);
  await end("again", visit);
}

// Where no stream of events comes through, it asks.
async function withoutEvents() {
  const visit = await begin({ events: false });
  // It is answered while it waits, not only when the stream would end.
  const asked = (response) => response.request().resourceType() === "fetch" && response.url().includes("/events/");
  const answer = await visit.page.waitForResponse(asked, { timeout: 25_000 });
  check((await answer.text()).includes('"pending"'), "it was not told that it waits");
  await Promise.all([arrives(visit.page), approve(await code(visit.page), key)]);
  visit.complaints = visit.complaints.filter((line) => !line.includes("net::ERR_FAILED"));
  await end("without events", visit);
}

// The code renews itself before its end; whichever the wallet has seen is good.
async function renewed(which) {
  const visit = await begin({ clock: true });
  const { page } = visit;
  const old = await code(page);
  await passes(page, (await left(page)) - 25);
  check((await code(page)) === old, "it was renewed too soon");
  check((await left(page)) === 25, `left: ${await left(page)}`);
  const picture = await page.locator("#code img").getAttribute("src");
  await passes(page, 5);
  await renewal(page, old);
  const fresh = await code(page);
  await passes(page, 2);
  check([298, 299].includes(await left(page)), `left of the new one: ${await left(page)}`);
  check((await page.locator("#code").getAttribute("href")) === `lightning:${fresh}`, "the link kept the old code");
  check((await page.locator("#open-wallet").getAttribute("href")) === `lightning:${fresh}`, "the button kept the old code");
  check((await page.locator("#code img").getAttribute("src")) !== picture, "the picture is the old one");
  await Promise.all([arrives(page), approve(which === "old" ? old : fresh, key)]);
  await end(`renewed, ${which}`, visit);
}

// Nothing is renewed where nobody looks.
async function hidden() {
  const visit = await begin({ clock: true });
  const { page } = visit;
  const old = await code(page);
  const hide = (hidden) => page.evaluate((hidden) => {
    Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
    document.dispatchEvent(new Event("visibilitychange"));
  }, hidden);
  await hide(true);
  await passes(page, 400);
  check((await code(page)) === old, "it was renewed in a hidden tab");
  await hide(false);
  await renewal(page, old);
  await end("hidden", visit);
}

// Another wallet is linked to the account.
async function link() {
  const visit = await begin();
  const { page } = visit;
  await approve(await code(page), other);
  await page.getByRole("heading", { name: "Continue as" }).waitFor();
  await Promise.all([arrives(page), page.getByRole("button", { name: "Make the account and continue" }).click()]);
  await page.goto(`${issuer}/account`);
  await press(page, "Add a Lightning wallet");
  await Promise.all([page.waitForURL(`${issuer}/account*`), approve(await code(page), linked)]);
  await page.getByRole("status").filter({ hasText: "linked" }).waitFor();
  check((await page.locator("#keys .rows > li").count()) === 2, "the account has not two keys");
  await end("link", visit);
}

try {
  await first();
  await again();
  await withoutEvents();
  await renewed("old");
  await renewed("new");
  await hidden();
  await link();
  settle(faults);
} finally {
  await browser.close();
}
