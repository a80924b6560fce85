// Nostr extensions (NIP-07): offered when found, used only when asked.

import { announce } from "./page.js";

const REFUSED = "The extension did not sign. Confirm the request there, then try again.";

/** An error whose message is meant for the person. */
class Told extends Error {}

async function post(path, body) {
  let response;
  try {
    response = await fetch(path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  } catch {
    throw new Told("You seem to be offline. Check the connection, then try again.");
  }
  const answer = await response.json().catch(() => ({}));
  if (response.ok) return answer;
  throw new Told({
    "auth.challenge_expired": "That took too long. Try again.",
    "auth.challenge_used": "That was used already. Try again.",
    "auth.invalid_signature": "The signature does not match. Check that the clock of this device is right, then try again.",
    "auth.account_disabled": "This account is disabled. Ask the operator of this server.",
  }[answer.code] ?? (response.status === 429
    ? "Too many attempts. Wait a minute, then try again."
    : `${answer.detail ?? "That did not work."} Try again.`));
}

/** The event for `challenge`, signed by the extension. */
async function sign(challenge, issuer) {
  try {
    return await window.nostr.signEvent({
      kind: 22242,
      created_at: Math.floor(Date.now() / 1000),
      tags: [["relay", issuer], ["challenge", challenge]],
      content: challenge,
    });
  } catch {
    throw new Told(REFUSED);
  }
}

/** A path of this origin, or the start page. */
function path(text) {
  const url = new URL(text, location.origin);
  return url.origin === location.origin ? url.href : "/";
}

async function signIn(data, say) {
  say("Waiting for your extension …");
  const pubkey = await window.nostr.getPublicKey().catch(() => { throw new Told(REFUSED); });
  const { challenge_id, challenge } = await post("/api/challenge", { pubkey });
  say("Confirm the request in your extension.");
  const event = await sign(challenge, data.issuer);
  say("Checking the signature …");
  await post("/api/verify", { challenge_id, pubkey, event });
  say("Signed in. One moment …");
  location.assign(path(data.continue));
}

async function fillIn(data, say) {
  say("Confirm the request in your extension.");
  const event = await sign(data.challenge, data.issuer);
  say("Checking the signature …");
  const form = document.getElementById("proof");
  form.elements.signature.value = JSON.stringify(event);
  form.requestSubmit();
}

function offer(block) {
  const button = block.querySelector("button");
  const state = block.querySelector(".state");
  const say = (text, bad = false) => {
    state.textContent = text;
    state.classList.toggle("bad", bad);
  };
  const run = block.dataset.nostr === "login" ? signIn : fillIn;
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      await run(block.dataset, say);
    } catch (error) {
      say(error instanceof Told ? error.message : "That did not work. Try again.", true);
      button.disabled = false;
      button.focus();
    }
  });
  block.hidden = false;
}

// Extensions may take a moment to appear. An element with this id would pass for one, but not for its function.
const blocks = [...document.querySelectorAll("[data-nostr]")];
let tries = blocks.length ? 15 : 0;
function look() {
  if (typeof window.nostr?.signEvent === "function") {
    blocks.forEach(offer);
    announce("A Nostr extension was found.");
  } else if (tries-- > 0) setTimeout(look, 200);
}
look();
