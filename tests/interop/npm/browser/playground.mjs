// A developer goes through the playground in Chromium, signed in already: every step, then everything the tokens are
// good for, then an answer that belongs to no request.
// Arguments: the issuer, a session cookie ("name=value"), a folder for screenshots. Prints what was seen as JSON.
import { open, violations, watch } from "./chromium.mjs";

const [issuer, cookie, folder] = process.argv.slice(2);
const [cookieName, cookieValue] = cookie.split("=");
const browser = await open();
try {
  const context = await browser.newContext({ viewport: { width: 768, height: 900 } });
  await context.addCookies([{ name: cookieName, value: cookieValue, url: issuer }]);
  const { page, complaints } = await watch(context, issuer, [issuer]);
  const look = async (name) => {
    await page.screenshot({ path: `${folder}/playground-${name}.png`, fullPage: true });
    complaints.push(...(await violations(page)));
  };
  const section = (title) => page.locator("#steps section", { has: page.getByRole("heading", { name: title, exact: true }) }).last();
  const answer = async (title) => {
    const shown = section(title).locator("h3", { hasText: "Answer: " });
    await shown.waitFor();
    return { status: (await shown.innerText()).replace("Answer: ", ""), body: await section(title).locator("pre").last().innerText() };
  };
  const use = async (title) => {
    await page.getByRole("button", { name: title, exact: true }).click();
    return answer(title);
  };

  await page.goto(`${issuer}/developers/playground`);
  await page.locator("body[data-done=begin]").waitFor();
  await page.getByLabel("acr_values").selectOption("urn:hodlxxi:acr:bitcoin");
  const asked = (await page.locator("#request").innerText()).replaceAll("\n", "");
  await look("begin");
  await Promise.all([page.waitForURL((url) => url.pathname !== "/developers/playground"), page.getByRole("button", { name: "Go there" }).click()]);
  await page.getByRole("button", { name: "Allow", exact: true }).click();
  await page.locator("body[data-done=finish]").waitFor();
  const left = page.url();
  await look("finish");
  const userinfo = await use("Userinfo");
  const introspected = await use("Introspect");
  const refreshed = await use("Refresh");
  await page.locator("#steps section", { hasText: "Access token" }).nth(1).waitFor();
  const revoked = await use("Revoke");
  const after = await use("Introspect");
  await look("after");
  const checks = await page.locator(".check-list li").allInnerTexts();
  const bad = await page.locator(".check-list li.bad").allInnerTexts();

  await page.goto(`${issuer}/developers/playground/callback?code=made-up&state=made-up`);
  await page.locator("body[data-done=finish]").waitFor();
  const strangers = await page.locator(".check-list li.bad").count();
  await look("stranger");
  if (complaints.length > 0) throw new Error(complaints.join("\n"));
  console.log(JSON.stringify({ asked, left, userinfo, introspected, refreshed: refreshed.status, revoked: revoked.status, after, checks, bad, strangers }));
} finally {
  await browser.close();
}
