// What pages weigh, as Chromium loads them for the first time, without compression.
// Arguments: the issuer, then paths. Prints the bytes of each, and the names of the scripts that were loaded, as JSON.
import { open, settle, watch } from "./chromium.mjs";

const [issuer, ...paths] = process.argv.slice(2);
const browser = await open();
try {
  const weights = {};
  const faults = [];
  for (const path of paths) {
    const context = await browser.newContext();
    const { page, complaints } = await watch(context, issuer, [issuer]);
    const bodies = [];
    page.on("response", (response) => bodies.push(response.body().then((body) => [response.request().resourceType(), body.length])));
    await page.goto(issuer + path, { waitUntil: "networkidle" });
    const weight = { all: 0, script: 0 };
    for (const [kind, length] of await Promise.all(bodies)) {
      weight.all += length;
      if (kind === "script") weight.script += length;
    }
    weights[path] = weight;
    faults.push(...complaints);
    await context.close();
  }
  settle(faults);
  console.log(JSON.stringify(weights));
} finally {
  await browser.close();
}
