// A person signs in at a relying party, in Chromium, by the product's own pages.
// Arguments: the relying party's login address, the issuer, private key (hex), address, "on" or "off" for JavaScript, and
// a folder for screenshots. Prints what the relying party shows in the end.
import bitcoinMessage from "bitcoinjs-message";
import { open, violations, watch } from "./chromium.mjs";

const [address, issuer, key, identifier, scripts, folder] = process.argv.slice(2);
const browser = await open();
try {
  const context = await browser.newContext({ javaScriptEnabled: scripts === "on" });
  const { page, complaints } = await watch(context, issuer, [issuer, new URL(address).origin]);
  let shot = 0;
  const look = async (name) => {
    await page.screenshot({ path: `${folder}/sign-in-${scripts}-${(shot += 1)}-${name}.png`, fullPage: true });
    if (scripts === "on" && page.url().startsWith(issuer)) complaints.push(...(await violations(page)));
  };
  const press = (name) => Promise.all([page.waitForNavigation(), page.getByRole("button", { name, exact: true }).first().click()]);

  await page.goto(address);
  await look("login");
  if (scripts === "on") await page.getByRole("tab", { name: "Bitcoin" }).click();
  await page.getByLabel("Address or public key").fill(identifier);
  await press("Continue");
  await look("challenge");
  const challenge = (await page.locator("#challenge").innerText()).trim();
  const signature = bitcoinMessage.sign(challenge, Buffer.from(key, "hex"), true, { segwitType: "p2wpkh" });
  await page.getByLabel("Signature", { exact: true }).fill(signature.toString("base64"));
  await press("Sign in");
  await look("consent");
  await press("Allow");
  await look("relying-party");
  if (complaints.length > 0) throw new Error(complaints.join("\n"));
  console.log(await page.locator("body").innerText());
} finally {
  await browser.close();
}
