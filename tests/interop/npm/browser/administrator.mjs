// A developer who is an administrator goes through the forms of a client and of /admin, and looks at what they answer.
// Arguments: the issuer, a session cookie ("name=value"), a language, "on" or "off" for JavaScript, a folder for
// screenshots, what their names end with, a redirect URI, the id of somebody else's account.
import { look, open, settle, watch } from "./chromium.mjs";
import { send as sendOn, unfold } from "./person.mjs";

const [issuer, cookie, locale, scripts, folder, suffix, redirect, somebody] = process.argv.slice(2);
const [name, value] = cookie.split("=");
const faults = [];
const browser = await open();

try {
  const context = await browser.newContext({ locale, javaScriptEnabled: scripts === "on" });
  await context.addCookies([{ name, value, url: issuer }]);
  const { page, complaints } = await watch(context, issuer, [issuer]);
  const send = async (...form) => faults.push(...(await sendOn(page, ...form)));
  const see = async (what) => faults.push(...(await look(page, folder, what + suffix)));
  const follow = (link) => Promise.all([page.waitForNavigation(), link.click()]);

  await page.goto(`${issuer}/developers`);
  await follow(page.locator("main a[href$='kind=web']"));
  await send("/developers/new", { name: "A mill", redirect_uris: "http://example.com/" });
  await see("client-refused");
  await send("/developers/new", { redirect_uris: redirect });
  await see("client-secret");
  await follow(page.locator("main a.primary"));
  const own = new URL(page.url()).pathname;
  await send(`${own}/secret`);
  await see("client-secret-rotated");
  await follow(page.locator("main a.primary"));
  await unfold(page);
  await see("client-own-unfolded");
  await send(own, { redirect_uris: "not an address" });
  await see("client-own-refused");
  await send(own, { name: "A wind mill", redirect_uris: redirect });
  await send(`${own}/secret/end-old`);

  await page.goto(`${issuer}/admin/clients`);
  const search = (action) => page.locator(`main form[role=search][action="${action}"]`);
  await send(search("/admin/clients"), { q: "wind" });
  const acts = page.locator("main form.acts");
  for (const act of ["verify", "disable", "enable"]) await send(acts.first(), { act });
  await see("admin-clients-changed");
  await page.goto(`${issuer}${own}`);
  await see("client-own-verified");
  await send(`${own}/delete`);
  await see("developers-deleted");

  await page.goto(`${issuer}/admin/users`);
  await send(search("/admin/users"), { q: somebody });
  for (const act of ["disable", "enable", "full"]) await send(acts, { act });
  await see("admin-user-changed");
  await page.goto(`${issuer}/admin/audit`);
  await send(search("/admin/audit"), { action: "oauth.client_registered" });
  await see("admin-audit-found");
  await send(search("/admin/audit"), { action: "", person: somebody, client: "nobody" });
  await see("admin-audit-none");
  faults.push(...complaints.filter((line) => !line.includes("Failed to load resource")));
  settle(faults);
} finally {
  await browser.close();
}
