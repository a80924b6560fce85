// Debian's Chromium, driven by playwright-core, with a new profile each time.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";
import { walk } from "./walk.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

// A rule of axe-core that is off by itself, though WCAG 2.2 AA asks for it.
const MORE = { "target-size": { enabled: true } };
// What a colour scheme changes.
const COLOURS = { type: "rule", values: ["color-contrast", "link-in-text-block"] };

// Puts axe-core into the page, unless it is there. The driver does so: the pages' own policy lets no script of another in.
async function equip(page) {
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(AXE);
}

// What axe-core has against the page as it stands; its colours alone where that is asked.
export async function violations(page, colours = false) {
  await equip(page);
  return page.evaluate(async ([rules, runOnly]) => {
    // Where scripts are off, timers never run: nothing may wait for one.
    const preload = !matchMedia("(scripting: none)").matches;
    if (!preload) window.setTimeout = (act) => { Promise.resolve().then(act); return 1; };
    const { violations } = await window.axe.run(document, { resultTypes: ["violations"], preload, ...(runOnly ? { runOnly } : { rules }) });
    const places = (violation) => violation.nodes.map((node) => node.target.join(" ")).join(", ");
    return violations.map((violation) => `${violation.id}: ${violation.help}: ${places(violation)}`);
  }, [MORE, colours ? COLOURS : null]);
}

const WIDTHS = [320, 768, 1440];
// In which of them, and in which colour, the keyboard walks through a page.
const WALKED = { 320: "light", 1440: "dark" };

// Looks at the page as it stands: narrow and wide, light and dark. Keeps a screenshot of each, asks axe-core for
// violations, walks through it by the keyboard, and answers what is wrong, with how far the page is wider than its window.
export async function look(page, folder, name) {
  const faults = [];
  for (const width of WIDTHS) {
    for (const colorScheme of ["light", "dark"]) {
      const where = `${name} (${width} px, ${colorScheme})`;
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await page.screenshot({ path: `${folder}/${name}-${width}-${colorScheme}.png`, fullPage: true });
      const found = await violations(page, colorScheme === "dark");
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      if (wide > 0) found.push(`${wide} px wider than the window`);
      if (WALKED[width] === colorScheme) found.push(...(await walk(page)));
      faults.push(...found.map((fault) => `${where}: ${fault}`));
    }
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
