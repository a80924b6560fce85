// A developer with a keyboard alone signs in, makes a client, sees its secret, changes it and takes a new secret, tries it
// in the playground's form, and deletes it.
// Arguments: the issuer, the private key (hex), its pubkey.
import { byKeyboard } from "./by-keyboard.mjs";

const [issuer, key, pubkey] = process.argv.slice(2);

await byKeyboard(issuer, async ({ page, keyboard, faults, tabTo, press, type, told, signIn }) => {
  await signIn(key, pubkey);
  await press("Developers");
  await press("Web application");
  await type("Name", "A mill");
  await type("Redirect URIs, one a line", "http://example.com/");
  await press("Create");
  await told("http://example.com/");
  await type("Redirect URIs, one a line", "https://mill.example.org/callback");
  await tabTo("offline_access");
  await keyboard.press("Space");
  await press("Create", "Space");
  await told("A mill");
  const secret = await page.locator("#client-secret").innerText();
  await tabTo("Copy client_secret");
  await keyboard.press("Enter");
  await page.getByRole("status").filter({ hasText: /Copied|selected/ }).waitFor({ state: "attached" });
  await press("Continue");
  await press("New secret");
  if ((await page.locator("#client-secret").innerText()) === secret) faults.push("the secret is the old one");
  await press("Continue");
  await press("End the old one now", "Space");
  await told("old");
  await type("Name", "A wind mill");
  await press("Save");
  await told("saved");
  await page.getByRole("heading", { name: "A wind mill" }).waitFor();
  if (!(await page.getByRole("checkbox", { name: "offline_access" }).isChecked())) faults.push("the scope was not kept");
  await tabTo("Node: openid-client");
  await keyboard.press("Enter");
  await tabTo("Copy Node");
  await press("Delete this application", "Space");
  await told("deleted");

  await press("Playground");
  await page.locator("body[data-done=begin]").waitFor();
  await tabTo("prompt");
  await keyboard.type("consent");
  await press("Go there");
  await press("Allow", "Space");
  await page.locator("body[data-done=finish]").waitFor();
  await told("Back from the server");
  await tabTo("Userinfo");
  await keyboard.press("Enter");
  await page.locator(":focus", { hasText: "Userinfo" }).waitFor();
  await page.getByText("Answer: 200").last().waitFor();
});
