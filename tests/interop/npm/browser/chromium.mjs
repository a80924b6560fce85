// Debian's Chromium, driven by playwright-core, with a new profile each time.
import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";
import { walk } from "./walk.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

// A rule of axe-core that is off by itself, though WCAG 2.2 AA asks for it.
const MORE = { "target-size": { enabled: true } };
// What a colour scheme changes: most of what axe-core takes its time for.
const COLOURS = ["color-contrast", "link-in-text-block"];
const PARTS = {
  everything: { rules: MORE },
  shape: { rules: { ...MORE, ...Object.fromEntries(COLOURS.map((rule) => [rule, { enabled: false }])) } },
  colours: { runOnly: { type: "rule", values: COLOURS } },
};

// Puts axe-core into the page, unless it is there. The driver does so: the pages' own policy lets no script of another in.
async function equip(page) {
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(AXE);
}

// What axe-core has against the page as it stands, or a part of that.
export async function violations(page, part = "everything") {
  await equip(page);
  return page.evaluate(async (rules) => {
    // Where scripts are off, timers never run: nothing may wait for one.
    const preload = !matchMedia("(scripting: none)").matches;
    if (!preload) window.setTimeout = (act) => { Promise.resolve().then(act); return 1; };
    const { violations } = await window.axe.run(document, { resultTypes: ["violations"], preload, ...rules });
    const places = (violation) => violation.nodes.map((node) => node.target.join(" ")).join(", ");
    return violations.map((violation) => `${violation.id}: ${violation.help}: ${places(violation)}`);
  }, PARTS[part]);
}

// What is done where, besides a screenshot. Either layout meets either palette once.
const EVERYTHING = [
  [320, "light", "shape", "colours", "keyboard"],
  [768, "light", "shape"],
  [1440, "light", "shape"],
  [320, "dark"],
  [768, "dark"],
  [1440, "dark", "colours", "keyboard"],
];
// Without scripts there are other parts of pages, by the same styles.
const PLAIN = [
  [320, "light", "shape", "colours", "keyboard"],
  [768, "light", "shape"],
  [1440, "dark", "shape", "colours"],
];
// Another language changes texts, and with them what has room; neither colours nor the order of anything.
const TEXTS = [[320, "light", "shape"], [768, "light"], [1440, "light"]];

// Keeps a screenshot: a larger file than that of playwright-core, in little more than half the time.
async function capture(page, path, captureBeyondViewport) {
  const session = await page.context().newCDPSession(page);
  const { cssContentSize, cssVisualViewport } = await session.send("Page.getLayoutMetrics");
  const { clientWidth: width, clientHeight } = cssVisualViewport;
  const height = captureBeyondViewport ? Math.max(cssContentSize.height, clientHeight) : clientHeight;
  const clip = { x: 0, y: 0, width, height, scale: 1 };
  const { data } = await session.send("Page.captureScreenshot", { clip, captureBeyondViewport, optimizeForSpeed: true });
  await writeFile(path, data, "base64");
  await session.detach();
}

// Looks at the page as it stands: narrow and wide, light and dark. Keeps a screenshot of each, asks axe-core for
// violations, walks through it by the keyboard, and answers what is wrong, with how far the page is wider than its window.
export async function look(page, folder, name) {
  const faults = [];
  const english = (await page.evaluate(() => document.documentElement.lang)) === "en";
  const plain = await page.evaluate(() => matchMedia("(scripting: none)").matches);
  for (const [width, colorScheme, ...checks] of english ? (plain ? PLAIN : EVERYTHING) : TEXTS) {
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    // What nothing is asked about in the dark is as long as it is in the light.
    const fullPage = colorScheme === "light" || checks.length > 0;
    await capture(page, `${folder}/${name}-${width}-${colorScheme}.png`, fullPage);
    const found = [];
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    if (wide > 0) found.push(`${wide} px wider than the window`);
    for (const check of checks) found.push(...(await (check === "keyboard" ? walk(page) : violations(page, check))));
    faults.push(...found.map((fault) => `${name} (${width} px, ${colorScheme}): ${fault}`));
  }
  return faults;
}

// Presses a button of the page that sends a form, and waits for the answer.
export async function press(page, name) {
  const button = page.getByRole("button", { name, exact: true }).filter({ visible: true }).first();
  await Promise.all([page.waitForNavigation(), button.click()]);
}

// Fails with all that was found, if anything was.
export function settle(faults) {
  if (faults.length > 0) throw new Error(faults.join("\n"));
}

// Chromium reads no certificate authority from the environment. Where the tests have one of their own, Node has checked
// it, and Chromium takes what it is shown.
const trust = process.env.NODE_EXTRA_CA_CERTS ? ["--ignore-certificate-errors"] : [];

export async function open() {
  return chromium.launch({
    executablePath: "/usr/bin/chromium",
    headless: true,
    args: [
      ...trust,
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

// A page that takes note of everything that the issuer's pages must not do: errors, refusals by the policy, and
// requests that leave the origins given.
export async function watch(context, issuer, origins) {
  const page = await context.newPage();
  const complaints = [];
  await page.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (report) => {
      console.error(`policy: ${report.effectiveDirective} refuses ${report.blockedURI || report.sample}`);
    });
  });
  page.on("pageerror", (error) => complaints.push(`script error: ${error.message}`));
  page.on("console", (message) => {
    const own = message.location().url.startsWith(issuer);
    const policy = message.text().startsWith("policy: ");
    if (message.type() === "error" && (own || policy)) complaints.push(`console: ${message.text()}`);
  });
  page.on("request", (request) => {
    const { protocol, origin } = new URL(request.url());
    if (protocol.startsWith("http") && !origins.includes(origin)) complaints.push(`request to ${request.url()}`);
  });
  return { page, complaints };
}
