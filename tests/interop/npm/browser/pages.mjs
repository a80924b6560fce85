// Looks at pages in Chromium: narrow and wide, light and dark. Keeps a screenshot of each, asks axe-core for violations,
// walks through it by the keyboard, and refuses pages that scroll sideways, log errors, break their own policy or ask
// another origin for anything.
// Arguments: the issuer, a session cookie ("name=value"), a language, "on" or "off" for JavaScript, a folder for
// screenshots, then each page as "name=path".
import { look, open, settle, watch } from "./chromium.mjs";

const [issuer, cookie, locale, scripts, folder, ...pages] = process.argv.slice(2);
const [cookieName, cookieValue] = cookie.split("=");
const faults = [];
const browser = await open();
try {
  const context = await browser.newContext({ locale, javaScriptEnabled: scripts === "on" });
  if (cookieName) await context.addCookies([{ name: cookieName, value: cookieValue, url: issuer }]);
  for (const entry of pages) {
    const [, name, path] = /^([^=]+)=(.*)$/s.exec(entry);
    const { page, complaints } = await watch(context, issuer, [issuer]);
    const answer = await page.goto(issuer + path, { waitUntil: "load" });
    faults.push(...(await look(page, folder, name)));
    // A page that answers an error status is told so by the browser's own console.
    const own = complaints.filter((line) => answer.ok() || !line.includes("Failed to load resource"));
    faults.push(...own.map((complaint) => `${name}: ${complaint}`));
    await page.close();
  }
  settle(faults);
} finally {
  await browser.close();
}
