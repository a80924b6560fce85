// The page with the code for a Lightning wallet: it goes on by itself, and renews the code before it expires.

import { withTime } from "./words.js";

const page = document.getElementById("lightning");
const state = document.getElementById("state");
const left = document.getElementById("left");
const form = document.getElementById("finish");

/** Before its end a code is replaced; the old one stays good until then, for a scan in flight. */
const RENEW = 20;
const POLL = 3000;
const RETRY = 10000;

const pause = (milliseconds) => new Promise((done) => { setTimeout(done, milliseconds); });

const sources = new Set();
let end = performance.timeOrigin + Number(page.dataset.expiresIn) * 1000;
let renewing = false;

function say(text, bad = false) {
  if (state.textContent !== text) state.textContent = text;
  state.classList.toggle("bad", bad);
}

function finish(session) {
  for (const source of sources) source.close();
  say(page.dataset.approved);
  form.elements.session_id.value = session;
  form.requestSubmit();
}

/** Acts on what the server tells of `session`; whether there is more to come. */
function told(session, text) {
  const { status } = JSON.parse(text);
  if (status === "authenticated") finish(session);
  else if (status === "pending") say(page.dataset.waiting);
  return status === "pending";
}

/** Asks how it stands: what is left where a proxy holds the stream back. */
async function poll(session, until) {
  while (Date.now() < until) {
    await pause(POLL);
    try {
      const response = await fetch(`/api/lnurl-auth/events/${session}?once=true`);
      if (response.status === 404) return;
      if (!response.ok) continue;
      const event = await response.text();
      if (!told(session, event.slice("data: ".length))) return;
    } catch {
      say(page.dataset.offline, true);
    }
  }
}

function listen(session, until) {
  const source = new EventSource(`/api/lnurl-auth/events/${session}`);
  let failures = 0;
  const close = () => {
    source.close();
    sources.delete(source);
  };
  source.onmessage = ({ data }) => {
    failures = 0;
    if (!told(session, data)) close();
  };
  source.onerror = () => {
    if (Date.now() >= until) return close();
    say(page.dataset.offline, true);
    if (source.readyState === EventSource.CLOSED || ++failures >= 3) {
      close();
      poll(session, until);
    }
  };
  sources.add(source);
}

function show(code) {
  const image = document.querySelector("#code img");
  image.src = `/api/lnurl-auth/qr/${code.session_id}.svg`;
  document.getElementById("code").href = code.uri;
  document.getElementById("open-wallet").href = code.uri;
  document.getElementById("keyauth").href = code.keyauth_uri;
  document.getElementById("lnurl").textContent = code.lnurl;
  form.elements.session_id.value = code.session_id;
  page.dataset.session = code.session_id;
}

async function renew() {
  renewing = true;
  try {
    const response = await fetch("/api/lnurl-auth/create", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ action: page.dataset.action }),
    });
    if (response.ok) {
      const code = await response.json();
      end = Date.now() + code.expires_in * 1000;
      show(code);
      listen(code.session_id, end);
      renewing = false;
      return;
    }
  } catch { /* As when it is refused: tried again in a while. */ }
  await pause(RETRY);
  renewing = false;
}

function tick() {
  if (document.hidden) return;
  const seconds = Math.ceil((end - Date.now()) / 1000);
  if (seconds <= RENEW && !renewing) renew();
  left.textContent = seconds > 0 ? withTime(page.dataset.left, seconds) : "";
  if (seconds <= 0) say(page.dataset.expired, true);
}

listen(page.dataset.session, end);
setInterval(tick, 1000);
document.addEventListener("visibilitychange", tick);
tick();
