// The playground: a sign-in by the code flow with PKCE, in this page, with every request, answer and check shown.

const form = document.querySelector("[data-playground]");
const steps = document.getElementById("steps");
const words = Object.fromEntries([...document.querySelectorAll("[data-word]")].map((e) => [e.dataset.word, e.textContent]));
const KEPT = "hodlxxi.playground";
const text = new TextEncoder();

const base64url = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const bytes = (coded) => Uint8Array.from(atob(coded.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const random = () => base64url(crypto.getRandomValues(new Uint8Array(32)));
const digest = (name, value) => crypto.subtle.digest(name, text.encode(value));
const shown = (value) => (typeof value === "string" ? value : JSON.stringify(value, null, 2));

function element(name, properties, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

/** One step of the flow, as a section with what went out and what came back. */
function step(title) {
  const section = element("section", { className: "card" }, element("h2", { textContent: title, tabIndex: -1 }));
  steps.append(section);
  return {
    section,
    /** Tells a screen reader that there is something new. */
    focus() {
      section.querySelector("h2").focus();
    },
    show(label, value) {
      section.append(element("h3", { textContent: label }), element("pre", { textContent: shown(value) }));
    },
    checks(list) {
      const items = list.map(([name, good, detail]) =>
        element("li", { className: good === null ? "skipped" : good ? "" : "bad" },
          element("strong", { textContent: name }), ` ${good === null ? words.skipped : good ? words.good : words.bad}`, detail ? ` (${detail})` : ""));
      section.append(element("ul", { className: "check-list" }, ...items));
    },
  };
}

async function ask(part, method, address, fields, token) {
  const body = fields && new URLSearchParams(fields);
  const headers = token ? { authorization: `Bearer ${token}` } : {};
  const lines = [`${method} ${address}`, ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`)];
  part.show(words.request, body ? `${lines.join("\n")}\n\n${[...body].map((pair) => pair.join("=")).join("\n&")}` : lines.join("\n"));
  const response = await fetch(address, { method, body, headers, credentials: "omit" });
  const answer = await response.text();
  let value = answer;
  try { value = JSON.parse(answer); } catch { /* Revocation answers nothing. */ }
  part.show(`${words.answer}: ${response.status}`, value);
  return { ok: response.ok, value };
}

const KINDS = {
  RS256: [{ name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" }, "SHA-256"],
  ES256: [{ name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" }, "SHA-256"],
  EdDSA: [{ name: "Ed25519" }, "SHA-512"],
};

/** Whether a JWT is signed by the key of the set that it names; null where this browser cannot tell. */
async function signed(token, header, keys) {
  const key = keys.find((one) => one.kid === header.kid);
  const [kind] = KINDS[header.alg] ?? [];
  if (!key || (key.alg && key.alg !== header.alg)) return false;
  if (!kind) return null;
  const { kty, crv, x, y, n, e } = key;
  try {
    const imported = await crypto.subtle.importKey("jwk", { kty, crv, x, y, n, e }, kind, false, ["verify"]);
    const [head, claims, signature] = token.split(".");
    return await crypto.subtle.verify(kind, imported, bytes(signature), text.encode(`${head}.${claims}`));
  } catch {
    return null;
  }
}

function decoded(token) {
  return token.split(".").slice(0, 2).map((part) => JSON.parse(new TextDecoder().decode(bytes(part))));
}

async function idToken(token, flow, access) {
  const part = step(words.idToken);
  const [header, claims] = decoded(token);
  part.show(words.header, header);
  part.show(words.claims, claims);
  const [, hash] = KINDS[header.alg] ?? [];
  const half = hash && access && base64url((await digest(hash, access)).slice(0, hash === "SHA-512" ? 32 : 16));
  const now = Date.now() / 1000;
  part.checks([
    [words.signature, await signed(token, header, flow.keys), `${header.alg}, ${header.kid}`],
    ["iss", claims.iss === flow.provider.issuer, claims.iss],
    ["aud", [claims.aud].flat().includes(flow.client), flow.client],
    ["exp", claims.exp > now, new Date(claims.exp * 1000).toISOString()],
    ["iat", claims.iat <= now + 60, new Date(claims.iat * 1000).toISOString()],
    ["nonce", flow.refreshed ? null : claims.nonce === flow.nonce, claims.nonce],
    ["at_hash", claims.at_hash && half ? claims.at_hash === half : null, claims.at_hash],
    ["acr", flow.acr && !flow.refreshed ? flow.acr === claims.acr : null, claims.acr],
  ]);
}

async function accessToken(token, flow) {
  const part = step(words.accessToken);
  const [header, claims] = decoded(token);
  part.show(words.header, header);
  part.show(words.claims, claims);
  part.checks([
    [words.signature, await signed(token, header, flow.keys), `${header.alg}, ${header.kid}`],
    ["typ", header.typ === "at+jwt", header.typ],
    ["iss", claims.iss === flow.provider.issuer, claims.iss],
    ["client_id", claims.client_id === flow.client, claims.client_id],
  ]);
}

async function tokens(part, flow, fields) {
  const { ok, value } = await ask(part, "POST", flow.provider.token_endpoint, { ...fields, client_id: flow.client });
  if (!ok) return false;
  Object.assign(flow, { access: value.access_token, refresh: value.refresh_token ?? flow.refresh });
  if (value.id_token) await idToken(value.id_token, flow, value.access_token);
  await accessToken(value.access_token, flow);
  return true;
}

/** What can be done with the tokens, as buttons. */
function further(flow) {
  const part = step(words.further);
  const { provider } = flow;
  const acts = [
    [words.userinfo, (p) => ask(p, "GET", provider.userinfo_endpoint, null, flow.access)],
    [words.introspect, (p) => ask(p, "POST", provider.introspection_endpoint, { token: flow.access, client_id: flow.client })],
    [words.refresh, (p) => { flow.refreshed = true; return tokens(p, flow, { grant_type: "refresh_token", refresh_token: flow.refresh }); }],
    [words.revoke, (p) => ask(p, "POST", provider.revocation_endpoint, { token: flow.access, client_id: flow.client })],
  ];
  const buttons = acts.map(([label, act]) => {
    const button = element("button", { type: "button", textContent: label });
    if (label === words.refresh && !flow.refresh) {
      Object.assign(button, { disabled: true, title: words.noRefresh });
    }
    button.addEventListener("click", () => {
      const made = step(label);
      act(made).catch((error) => made.show(words.failed, String(error)));
      made.focus();
    });
    return button;
  });
  part.section.append(element("p", { className: "buttons" }, ...buttons));
  if (!flow.refresh) part.section.append(element("p", { className: "hint", textContent: words.noRefresh }));
}

/** What the form asks for, as an authorization request. */
async function request(flow) {
  const entered = new FormData(form);
  const optional = ["prompt", "acr_values", "ui_locales"].map((name) => [name, entered.get(name)]).filter(([, value]) => value);
  const client = entered.get("client_id");
  Object.assign(flow, { client, acr: entered.get("acr_values") });
  const address = new URL(flow.provider.authorization_endpoint);
  address.search = new URLSearchParams({
    response_type: "code",
    client_id: client,
    redirect_uri: form.dataset.callback,
    scope: ["openid", ...entered.getAll("scope")].join(" "),
    state: flow.state,
    nonce: flow.nonce,
    code_challenge: base64url(await digest("SHA-256", flow.verifier)),
    code_challenge_method: "S256",
    ...Object.fromEntries(optional),
  });
  return address;
}

async function begin(provider) {
  const flow = { provider, state: random(), nonce: random(), verifier: random() };
  const place = document.getElementById("request");
  const show = async () => { place.textContent = String(await request(flow)).replace(/[?&]/g, "\n$&"); };
  form.addEventListener("change", show);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const address = await request(flow);
    const { client, state, nonce, verifier, acr } = flow;
    sessionStorage.setItem(KEPT, JSON.stringify({ client, state, nonce, verifier, acr }));
    location.assign(address);
  });
  await show();
  form.hidden = false;
}

async function finish(provider) {
  const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? "{}");
  sessionStorage.removeItem(KEPT);
  const answer = Object.fromEntries(new URLSearchParams(location.search));
  // The code stays out of the history.
  history.replaceState(null, "", location.pathname);
  const back = step(words.back);
  back.focus();
  back.show(words.answer, answer);
  const checks = [
    ["state", Boolean(kept.state) && answer.state === kept.state, answer.state],
    ["iss", answer.iss === provider.issuer, answer.iss],
    ["code", Boolean(answer.code), answer.error],
  ];
  back.checks(checks);
  if (!checks.every(([, good]) => good)) return back.show(words.failed, words.again);
  const { keys } = await (await fetch(provider.jwks_uri, { credentials: "omit" })).json();
  const flow = { ...kept, provider, keys };
  const part = step(words.exchange);
  const fields = { grant_type: "authorization_code", code: answer.code, redirect_uri: form.dataset.callback, code_verifier: kept.verifier };
  if (await tokens(part, flow, fields)) further(flow);
}

async function run() {
  if (!crypto.subtle) throw new Error(words.insecure);
  const provider = await (await fetch("/.well-known/openid-configuration", { credentials: "omit" })).json();
  await (form.dataset.playground === "begin" ? begin(provider) : finish(provider));
  document.body.dataset.done = form.dataset.playground;
}

run().catch((error) => {
  const part = step(words.failed);
  part.show(words.failed, String(error));
  part.focus();
});
