// How long the challenge is still good. Counted from when the page came, so that a wrong clock does not matter.

const element = document.querySelector("[data-expires-in]");

function words(left) {
  const minutes = Math.floor(left / 60);
  const seconds = String(left % 60).padStart(2, "0");
  return `It is good for another ${minutes}:${seconds} minutes.`;
}

if (element) {
  const state = document.getElementById("countdown-state");
  const end = performance.timeOrigin + Number(element.dataset.expiresIn) * 1000;
  const tick = () => {
    const left = Math.max(0, Math.ceil((end - Date.now()) / 1000));
    element.textContent = left ? words(left) : "It has expired.";
    if (left === 60) state.textContent = "One minute left.";
    if (left > 0) return;
    clearInterval(timer);
    state.classList.add("bad");
    state.textContent = "This text has expired. Get a new challenge and sign that.";
  };
  const timer = setInterval(tick, 1000);
  tick();
}
