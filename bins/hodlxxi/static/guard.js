// What looks like a private key is refused here and never sent.

import { words } from "./words.js";

// The same rules as the server's, whose reasons stand in http/private_key.rs.
const PREFIXED = /^([xtyzuv]prv|nsec1|ncryptsec1)/i;
const ENCODED = /^([5KL9c][1-9A-HJ-NP-Za-km-z]{50,51}|6P[1-9A-HJ-NP-Za-km-z]{56})$/;

/** Whether `text` looks like a private key or a recovery phrase, or has a key inside. */
export function looksPrivate(text) {
  const entered = text.trim();
  const isKey = (word) => ENCODED.test(word) || (word.length > 24 && PREFIXED.test(word));
  const parts = entered.toLowerCase().split(/\s+/);
  const phrase = [12, 15, 18, 21, 24].includes(parts.length) && parts.every((part) => /^[a-z]{3,8}$/.test(part));
  return phrase || PREFIXED.test(entered) || entered.split(/[^0-9A-Za-z+/=]+/).some(isKey);
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
