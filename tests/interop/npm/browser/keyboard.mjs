// A person with a keyboard alone signs in, does everything that the account's page is for, asks for its deletion, and is
// signed out. The account has two keys, another session and an application.
// Arguments: the issuer, the private key (hex), its pubkey, an address of the other key.
import { byKeyboard } from "./by-keyboard.mjs";

const [issuer, key, pubkey, spare] = process.argv.slice(2);

await byKeyboard(issuer, async ({ page, keyboard, faults, seen, tabTo, press, type, told, prove, signIn }) => {
  await page.goto(`${issuer}/`);
  await keyboard.press("Tab");
  if ((await seen()).name !== "Skip to the content") faults.push("the first stop is not the way past the navigation");
  await press("Sign in");
  await signIn(key, pubkey);

  await type("Name", "Hal");
  await press("Save");
  await told("Your name is saved.");
  // The other key, which is told by its address in the list.
  const rows = await page.locator("#keys .rows > li").allInnerTexts();
  const number = rows.findIndex((row) => row.includes(spare)) + 1;
  const change = async () => {
    await tabTo(`Change key ${number}`);
    await keyboard.press(number % 2 ? "Enter" : "Space");
  };
  await change();
  await type("Label", "In the safe");
  await press("Save");
  await told("The key has its new label.");
  await page.getByRole("heading", { name: "In the safe" }).waitFor();
  await change();
  await press("Make primary", "Space");
  await told("the primary one now");
  await change();
  await press("Lost");
  await told("The key is frozen.");
  await press(`Unlink key ${number}`, "Space");
  await told("The key is unlinked");
  if ((await page.locator("#keys .rows > li").count()) !== 1) faults.push("the key is still there");
  await press("End");
  await told("The session has ended.");
  if ((await page.locator("#sessions .rows > li").count()) !== 1) faults.push("the other session is still there");
  await press("Disconnect");
  await told("is disconnected");
  if ((await page.locator("#applications .rows > li").count()) !== 0) faults.push("the application is still there");

  await press("Sign out");
  if ((await page.getByRole("button", { name: "Sign out" }).count()) > 0) faults.push("it is not signed out");
  await signIn(key, pubkey);
  await tabTo("Delete");
  await keyboard.press("Space");
  await type("Address or public key of this account", pubkey);
  await press("Continue");
  await prove(key, "Delete");
  await told("deleted");
  if ((await page.getByRole("button", { name: "Sign out" }).count()) > 0) faults.push("it is not signed out");
});
