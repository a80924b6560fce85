// A person signs in at a single-page application of another origin, in Chromium: once they do not allow it, then they do;
// the page renews its tokens, is loaded anew, and signs them out.
// Arguments: the application's address, the issuer, its client id, private key (hex), address, a folder for screenshots.
// Prints what was seen as JSON.
import bitcoinMessage from "bitcoinjs-message";
import { open, press, watch } from "./chromium.mjs";

const [home, issuer, client, key, identifier, folder] = process.argv.slice(2);
const browser = await open();
try {
  // Behind https, the issuer has a certificate of the tests' own.
  const context = await browser.newContext({ ignoreHTTPSErrors: issuer.startsWith("https:") });
  const { page, complaints } = await watch(context, issuer, [issuer, new URL(home).origin]);
  const expect = (holds, words) => holds || complaints.push(words);
  const asked = new Set(); // at the issuer, by the application's scripts
  page.on("request", (request) => {
    const { origin, pathname } = new URL(request.url());
    if (request.resourceType() === "fetch" && origin === issuer && request.frame().url().startsWith(home)) asked.add(pathname);
  });
  const shown = async () => {
    await page.locator("#shown").filter({ hasText: /./ }).waitFor();
    return page.locator("#shown").innerText();
  };
  const user = () =>
    page.evaluate(() => {
      const kept = Object.entries(sessionStorage).find(([name]) => name.startsWith("oidc.user:"));
      return kept && JSON.parse(kept[1]);
    });
  const signIn = () => Promise.all([page.waitForURL(`${issuer}/**`), page.locator("#login").click()]);

  await page.goto(home);
  const authorization = page.waitForRequest((request) => request.url().startsWith(`${issuer}/oauth/authorize`));
  await signIn();
  const request = new URL((await authorization).url()).searchParams;
  for (const name of ["state", "nonce", "code_challenge"]) expect((request.get(name) ?? "").length >= 32, `no ${name} sent`);
  expect(request.get("code_challenge_method") === "S256", "no PKCE with S256");
  await page.getByRole("tab", { name: "Bitcoin" }).click();
  await page.getByLabel("Address or public key").fill(identifier);
  await press(page, "Continue");
  const challenge = (await page.locator("#challenge").innerText()).trim();
  const signature = bitcoinMessage.sign(challenge, Buffer.from(key, "hex"), true, { segwitType: "p2wpkh" });
  await page.getByLabel("Signature", { exact: true }).fill(signature.toString("base64"));
  await press(page, "Sign in");
  await press(page, "Deny");
  expect((await shown()).startsWith("access_denied: "), `a refusal shows ${await shown()}`);

  await signIn();
  await press(page, "Allow");
  const signedIn = JSON.parse(await shown());
  expect(page.url() === home, `the code stays in ${page.url()}`);
  await page.screenshot({ path: `${folder}/single-page.png`, fullPage: true });
  const kept = await page.evaluate(() => ({ local: localStorage.length, session: Object.keys(sessionStorage) }));
  expect(kept.local === 0 && kept.session.length === 1, `left behind: ${JSON.stringify(kept)}`);
  const before = await user();

  await Promise.all([page.waitForResponse((response) => response.url() === `${issuer}/oauth/userinfo` && response.ok()), page.locator("#renew").click()]);
  await page.waitForFunction((old) => !Object.values(sessionStorage).join().includes(old), before.access_token);
  const after = await user();
  expect(after.refresh_token && after.refresh_token !== before.refresh_token, "the refresh token stays");
  const renewed = JSON.parse(await shown());
  await page.reload();
  const reloaded = JSON.parse(await shown());

  // What its library has no use for, but others do.
  const keys = await page.evaluate(async (address) => {
    const { jwks_uri } = await (await fetch(address)).json();
    return (await (await fetch(jwks_uri)).json()).keys.length;
  }, `${issuer}/.well-known/openid-configuration`);
  expect(keys > 0, "no keys");

  await Promise.all([page.waitForRequest((request) => request.url().startsWith(`${issuer}/oauth/logout`)), page.locator("#logout").click()]);
  await page.waitForURL(home);
  await page.locator("#login").waitFor();
  expect((await user()) === undefined, "still signed in at the application");
  const body = new URLSearchParams({ grant_type: "refresh_token", client_id: client, refresh_token: after.refresh_token });
  const refused = await fetch(`${issuer}/oauth/token`, { method: "POST", body });
  const afterSignOut = { status: refused.status, error: (await refused.json()).error };
  await signIn();
  expect(new URL(page.url()).pathname === "/login", `still signed in at the issuer: ${page.url()}`);
  if (complaints.length > 0) throw new Error(complaints.join("\n"));
  console.log(JSON.stringify({ signed_in: signedIn, renewed, reloaded, asked: [...asked].sort(), after_sign_out: afterSignOut }));
} finally {
  await browser.close();
}
