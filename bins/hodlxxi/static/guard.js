// What looks like a private key is refused here and never sent.

const FORMS = [
  /^n(cryptse|se)c1/i, // Nostr, NIP-19 and NIP-49
  /^[KLc59][1-9A-HJ-NP-Za-km-z]{50,51}$/, // WIF
  /^6P[1-9A-HJ-NP-Za-km-z]{56}$/, // BIP-38
  /[xyztuvXYZTUV]prv[1-9A-HJ-NP-Za-km-z]{20}/, // extended keys, in descriptors too
];

/** Whether `text` looks like a private key or a recovery phrase. */
export function looksPrivate(text) {
  const entered = text.trim();
  const words = entered.toLowerCase().split(/\s+/);
  const phrase = words.length >= 12 && words.length <= 25 && words.every((word) => /^[a-z]{3,8}$/.test(word));
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
    title.textContent = "That looks like a private key or a recovery phrase.";
    const advice = document.createElement("p");
    advice.textContent = "It was not sent, and the field is empty again. Nobody needs it to know that it is you: use the address or the public key, and sign in your wallet.";
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
  form.addEventListener("input", (event) => {
    if (looksPrivate(event.target.value)) return warn(event.target);
    form.querySelector("[data-guarded]")?.remove();
    event.target.removeAttribute("aria-invalid");
  });
}
