// What scripts say, in the language of the page: it brings the words along.

export const words = document.getElementById("words")?.dataset ?? {};

/** `text` with the minutes and seconds that `left` seconds are. */
export function withTime(text, left) {
  const seconds = String(left % 60).padStart(2, "0");
  return text.replace("{$time}", `${Math.floor(left / 60)}:${seconds}`);
}
