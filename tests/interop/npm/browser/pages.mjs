// Looks at pages in Chromium: narrow and wide, light and dark. Keeps a screenshot of each, asks axe-core for violations,
// and refuses pages that scroll sideways, log errors or ask another origin for anything.
// Arguments: the issuer, a session cookie ("name=value"), a folder for screenshots, then each page as "name=path".
import { axe, open, violations, watch } from "./chromium.mjs";

const [issuer, cookie, folder, ...pages] = process.argv.slice(2);
const [cookieName, cookieValue] = cookie.split("=");
const faults = [];
const browser = await open();
try {
  for (const width of [320, 768, 1440]) {
    for (const colorScheme of ["light", "dark"]) {
      const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme, reducedMotion: "reduce" });
      await context.addInitScript(axe);
      if (cookieName) await context.addCookies([{ name: cookieName, value: cookieValue, url: issuer }]);
      for (const entry of pages) {
        const [, name, path] = /^([^=]+)=(.*)$/s.exec(entry);
        const where = `${name} (${width} px, ${colorScheme})`;
        const { page, complaints } = await watch(context, issuer, [issuer]);
        const answer = await page.goto(issuer + path, { waitUntil: "load" });
        await page.screenshot({ path: `${folder}/${name}-${width}-${colorScheme}.png`, fullPage: true });
        for (const violation of await violations(page)) faults.push(`${where}: ${violation}`);
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        if (wide > 0) faults.push(`${where}: ${wide} px wider than the window`);
        // A page that answers an error status is told so by the browser's own console.
        const own = complaints.filter((line) => answer.ok() || !line.includes("Failed to load resource"));
        for (const complaint of own) faults.push(`${where}: ${complaint}`);
        await page.close();
      }
      await context.close();
    }
  }
} finally {
  await browser.close();
}
if (faults.length > 0) {
  console.error(faults.join("\n"));
  process.exitCode = 1;
}
