// Nostr extensions (NIP-07): offered when found, used only when asked.

import { announce } from "./page.js";
import { words } from "./words.js";

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
    throw new Told(words.offline);
  }
  const answer = await response.json().catch(() => ({}));
  if (response.ok) return answer;
  throw new Told({
    "auth.challenge_expired": words.late,
    "auth.challenge_used": words.used,
    "auth.invalid_signature": words.wrong,
    "auth.account_disabled": words.disabled,
  }[answer.code] ?? (response.status === 429
    ? words.often : words.failed));
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
    throw new Told(words.refused);
  }
}

/** A path of this origin, or the start page. */
function path(text) {
  const url = new URL(text, location.origin);
  return url.origin === location.origin ? url.href : "/";
}

async function signIn(data, say) {
  say(words.waiting);
  const pubkey = await window.nostr.getPublicKey().catch(() => { throw new Told(words.refused); });
  const { challenge_id, challenge } = await post("/api/challenge", { pubkey });
  say(words.confirm);
  const event = await sign(challenge, data.issuer);
  say(words.checking);
  await post("/api/verify", { challenge_id, pubkey, event });
  say(words.done);
  location.assign(path(data.continue));
}

async function fillIn(data, say) {
  say(words.confirm);
  const event = await sign(data.challenge, data.issuer);
  say(words.checking);
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
      say(error instanceof Told ? error.message : words.failed, true);
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
    announce(words.found);
  } else if (tries-- > 0) setTimeout(look, 200);
}
look();
