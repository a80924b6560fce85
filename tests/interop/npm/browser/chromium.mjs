// Debian's Chromium, driven by playwright-core, with a new profile each time.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

// Put into a page by the driver: the pages' own policy lets no script of another in.
export const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

// What axe-core has against the page as it stands.
export async function violations(page) {
  return page.evaluate(async () => {
    const { violations } = await window.axe.run(document, { resultTypes: ["violations"] });
    const places = (violation) => violation.nodes.map((node) => node.target.join(" ")).join(", ");
    return violations.map((violation) => `${violation.id}: ${violation.help}: ${places(violation)}`);
  });
}

export async function open() {
  return chromium.launch({
    executablePath: "/usr/bin/chromium",
    headless: true,
    args: [
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
  page.on("pageerror", (error) => complaints.push(`script error: ${error.message}`));
  page.on("console", (message) => {
    const own = message.location().url.startsWith(issuer);
    if (message.type() === "error" && own) complaints.push(`console: ${message.text()}`);
  });
  page.on("request", (request) => {
    const { protocol, origin } = new URL(request.url());
    if (protocol.startsWith("http") && !origins.includes(origin)) complaints.push(`request to ${request.url()}`);
  });
  return { page, complaints };
}
