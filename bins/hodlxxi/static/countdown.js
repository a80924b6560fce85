// How long the challenge is still good. Counted from when the page came, so that a wrong clock does not matter.

import { withTime, words } from "./words.js";

const element = document.querySelector("[data-expires-in]");

if (element) {
  const state = document.getElementById("countdown-state");
  const end = performance.timeOrigin + Number(element.dataset.expiresIn) * 1000;
  const tick = () => {
    const left = Math.max(0, Math.ceil((end - Date.now()) / 1000));
    element.textContent = left ? withTime(words.left, left) : "";
    if (left === 60) state.textContent = words.minute;
    if (left > 0) return;
    clearInterval(timer);
    state.classList.add("bad");
    state.textContent = words.expired;
  };
  const timer = setInterval(tick, 1000);
  tick();
}
