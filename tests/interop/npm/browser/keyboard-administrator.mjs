// An administrator with a keyboard alone signs in, vouches for an application and disables it, gives an account a level, and
// finds both in the audit log.
// Arguments: the issuer, the private key (hex), its pubkey, the name of an application, a key of somebody else's account.
import { byKeyboard } from "./by-keyboard.mjs";

const [issuer, key, pubkey, application, somebody] = process.argv.slice(2);

await byKeyboard(issuer, async ({ keyboard, tabTo, press, type, told, signIn }) => {
  // Chooses by the first letters of what there is to choose from.
  const choose = async (name, beginning) => {
    await tabTo(name);
    await keyboard.type(beginning);
  };
  const act = async (what) => {
    await choose("What to do", what);
    await press("Do it", "Space");
    await told("Done, and written to the audit log");
  };

  // From what was changed to its entry in the audit log.
  const look = async (action) => {
    await press("Audit log");
    await choose("Action", action);
    await press("Search", "Space");
    await told("1 shown");
  };

  await signIn(key, pubkey);
  await press("HODLXXI");
  await press("Administration");
  await press("Applications");
  await type("Name, client_id or redirect URI", application);
  await press("Search");
  await told("1 shown");
  for (const what of ["Vouch", "Disable"]) await act(what);
  await look("admin.client_disabled");

  await press("Accounts");
  await type("Account id or public key", somebody);
  await press("Search");
  await act("Give");
  await look("admin.level_granted");
});
