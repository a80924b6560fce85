// What looks like a private key is refused here and never sent.

import { words } from "./words.js";

const FORMS = [
  /^n(cryptse|se)c1/i, // Nostr, NIP-19 and NIP-49
  /^[KLc59][1-9A-HJ-NP-Za-km-z]{50,51}$/, // WIF
  /^6P[1-9A-HJ-NP-Za-km-z]{56}$/, // BIP-38
  /(^|[^\w+/])[xyztuv]prv[1-9A-HJ-NP-Z]{20}/i, // extended keys, in descriptors too
];

/** Whether `text` looks like a private key or a recovery phrase. */
export function looksPrivate(text) {
  const entered = text.trim();
  const parts = entered.toLowerCase().split(/\s+/);
  const phrase = parts.length >= 12 && parts.length <= 25 && parts.every((part) => /^[a-z]{3,8}$/.test(part));
  return phrase || FORMS.some((form) => form.test(entered));
}

function warn(field) {
  let message = field.form.querySelector("[data-guarded]");
  if (!message) {
    message = document.createElement("div");
    message.className = "problem";
    message.dataset.guarded = "";
    message.setAttribute("role", "alert");
    const title = document.createElement("strong");
    title.textContent = words.privateTitle;
    const advice = document.createElement("p");
    advice.textContent = words.privateAdvice;
    message.append(title, advice);
    field.before(message);
  }
  field.value = "";
  field.setAttribute("aria-invalid", "true");
  field.focus();
}

for (const form of document.querySelectorAll("form[data-guard]")) {
  const fields = () => [...form.querySelectorAll("input:not([type=hidden]), textarea")];
  const check = (event) => {
    const bad = fields().find((field) => looksPrivate(field.value));
    if (!bad) return;
    event.preventDefault();
    warn(bad);
  };
  form.addEventListener("submit", check);
  // Looked at before a field cuts it to its length.
  form.addEventListener("paste", (event) => {
    if (!looksPrivate(event.clipboardData.getData("text"))) return;
    event.preventDefault();
    warn(event.target);
  });
  form.addEventListener("input", (event) => {
    if (looksPrivate(event.target.value)) return warn(event.target);
    form.querySelector("[data-guarded]")?.remove();
    event.target.removeAttribute("aria-invalid");
  });
}
