// Every page: copy buttons, and times in the reader's own zone. All of it works without this, too.

const live = document.getElementById("announcer");

/** Says `text` to screen readers, without moving the focus. */
export function announce(text) {
  live.textContent = "";
  setTimeout(() => { live.textContent = text; }, 50);
}

function select(element) {
  const range = document.createRange();
  range.selectNodeContents(element);
  const selection = getSelection();
  selection.removeAllRanges();
  selection.addRange(range);
}

async function copy(button) {
  const source = document.getElementById(button.dataset.copy);
  const label = button.firstChild;
  try {
    await navigator.clipboard.writeText(source.textContent);
    label.data = live.dataset.copied;
    announce(live.dataset.copied);
    setTimeout(() => { label.data = live.dataset.copy; }, 2000);
  } catch {
    // No clipboard without https, or no permission: leave the text selected.
    select(source);
    announce(live.dataset.selected);
  }
}

for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", () => copy(button));
}

for (const element of document.querySelectorAll("time[datetime]")) {
  const time = new Date(element.dateTime);
  if (Number.isNaN(time.getTime())) continue;
  element.title = element.textContent;
  element.textContent = "clock" in element.dataset
    ? time.toLocaleTimeString()
    : time.toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });
}
