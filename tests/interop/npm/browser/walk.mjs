// Walks through a page by the keyboard alone, as it stands. What a person needs of it: Tab reaches everything that can be
// acted on, in the order of the page; each has a name, is large enough, and shows when it has the focus.

// Takes the focus to where it is when a page was opened.
const rewind = () => {
  document.body.tabIndex = -1;
  document.body.focus();
  document.body.removeAttribute("tabindex");
  window.scrollTo(0, 0);
};

// What Tab has to reach, in order, and what it passes by.
const collect = () => {
  const candidates = [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex]")];
  const shown = candidates.filter((element) => element.checkVisibility() && element.type !== "hidden" && !element.disabled);
  window.axe.setup(document.documentElement);
  const found = shown.map((element) => ({
    element,
    name: window.axe.commons.text.accessibleText(element).trim().replace(/\s+/g, " "),
  }));
  window.axe.teardown();
  const stops = found.filter(({ element }) => element.tabIndex >= 0);
  // What Tab passes by: headings and messages that take the focus once; the other tabs of a list; and what is there twice.
  const passed = found.filter(({ element }) => element.tabIndex < 0
    && !element.matches("main, h1, h2, [role=status], [role=alert], [role=tab]")
    && !(element.href && stops.some((stop) => stop.element.href === element.href)));
  return { stops, passed };
};

// What is wrong without anybody moving.
const still = ({ stops, passed }) => {
  const LARGE = "button, .button, input, select, textarea, summary, [role=tab]";
  const acts = {};
  const faults = passed.map(({ name, element }) => `Tab passes ${element.tagName} "${name}" by`);
  const titles = [...document.querySelectorAll("h1")].filter((title) => title.checkVisibility());
  if (titles.length !== 1) faults.push(`${titles.length} titles (h1)`);
  for (const { element, name } of stops) {
    if (!name) faults.push(`${element.outerHTML.slice(0, 120)} has no name`);
    // A box to tick is as large as its label.
    const target = element.type === "checkbox" ? element.closest("label") ?? element : element;
    const { width, height } = target.getBoundingClientRect();
    if (element.matches(LARGE) && Math.min(width, height) < 44) {
      faults.push(`${element.tagName} "${name}" is ${width.toFixed()} by ${height.toFixed()} px`);
    }
    // Read alone, links and buttons of one name must do the same.
    const hidden = [...(element.form?.querySelectorAll("input[type=hidden]") ?? []), element];
    const sent = hidden.map((part) => `${part.name}=${part.value}`).join("&");
    const act = element.href ?? element.dataset.copy ?? `${element.form?.getAttribute("action")}?${sent}`;
    const called = `${element.tagName} "${name}"`;
    if (element.matches("main :is(a, button)") && (acts[called] ??= act) !== act) faults.push(`${called} is there for two things`);
  }
  return faults;
};

// What has the focus: its place among the stops, or -1 where nothing has it, and what is wrong with that.
const inspect = ({ stops }) => {
  const element = document.activeElement;
  if (!element || element === document.body) return { at: -1, faults: [] };
  const at = stops.findIndex((stop) => stop.element === element);
  const name = stops[at]?.name ?? element.textContent.trim().slice(0, 120);
  const faults = [];
  if (at < 0 && element.getAttribute("role") !== "tab") faults.push("has the focus and is nothing to act on");

  const channels = (colour) => colour.match(/[\d.]+/g).map(Number);
  const luminance = (colour) => {
    const [red, green, blue] = channels(colour).map((part) => (part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  let behind = element.parentElement;
  const ground = () => getComputedStyle(behind).backgroundColor;
  while (behind.parentElement && channels(ground())[3] === 0) behind = behind.parentElement;
  const style = getComputedStyle(element);
  const tones = [luminance(style.outlineColor), luminance(ground())].sort((a, b) => b - a);
  const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2 && (tones[0] + 0.05) / (tones[1] + 0.05) >= 3;
  if (!outlined) faults.push("has the focus and does not show it");

  const box = element.getBoundingClientRect();
  const [line] = [...element.getClientRects()].sort((a, b) => b.width * b.height - a.width * a.height);
  const top = Math.max(line.top, 0);
  const bottom = Math.min(line.bottom, innerHeight);
  const hit = document.elementFromPoint((Math.max(line.left, 0) + Math.min(line.right, innerWidth)) / 2, (top + bottom) / 2);
  if (!element.contains(hit)) faults.push(`has the focus under ${hit ? hit.outerHTML.slice(0, 60) : "the edge of the window"}`);
  else if (bottom - top < Math.min(line.height, 24) - 1) faults.push("has the focus out of sight");
  const { scrollX, scrollY } = window;
  const place = { left: box.left + scrollX, right: box.right + scrollX, top: box.top + scrollY, bottom: box.bottom + scrollY };
  return { at, name, place, selected: element.getAttribute("aria-selected"), faults: faults.map((fault) => `"${name}" ${fault}`) };
};

// Whether a person who reads from the left and down would not go from one place to the other.
const back = (from, to) => to.bottom <= from.top + 1 && to.left < from.right - 1;

// Once through all that Tab reaches.
async function through(page) {
  await page.evaluate(rewind);
  const known = await page.evaluateHandle(collect);
  const names = await known.evaluate(({ stops }) => stops.map(({ name }) => name));
  const faults = await known.evaluate(still);
  let before = { at: -1 };
  for (let pressed = 0; pressed <= names.length && before.at < names.length - 1; pressed += 1) {
    await page.keyboard.press("Tab");
    const now = await known.evaluate(inspect);
    faults.push(...now.faults);
    if (now.at !== before.at + 1) faults.push(`Tab leads from "${before.name}" to "${now.name}", not to "${names[before.at + 1]}"`);
    if (now.at < 0) break;
    if (before.place && back(before.place, now.place)) faults.push(`Tab leads back up from "${before.name}" to "${now.name}"`);
    before = now;
  }
  if (before.at !== names.length - 1) faults.push(`Tab does not reach "${names.at(-1)}"`);
  await page.keyboard.press("Tab");
  const { at } = await known.evaluate(inspect);
  if (at > 0) faults.push(`after "${names.at(-1)}" Tab goes on to "${names[at]}"`);
  await known.dispose();
  return faults;
}

// Through the page, and through what each of its tabs shows; axe-core must be in the page. Answers what is wrong.
export async function walk(page) {
  const faults = await through(page);
  const tabs = page.getByRole("tab");
  const names = await tabs.allInnerTexts();
  const chosen = await tabs.evaluateAll((all) => all.findIndex((tab) => tab.ariaSelected === "true"));
  for (let turn = 1; turn <= names.length; turn += 1) {
    const known = await page.evaluateHandle(collect);
    await page.locator("[role=tab][aria-selected=true]").focus();
    await page.keyboard.press("ArrowRight");
    const now = await known.evaluate(inspect);
    faults.push(...now.faults);
    if (now.name !== names[(chosen + turn) % names.length]) faults.push(`the arrow key leads to "${now.name}"`);
    if (now.selected !== "true") faults.push(`"${now.name}" shows nothing when the arrow key leads there`);
    await known.dispose();
    if (turn < names.length) faults.push(...(await through(page)));
  }
  await page.evaluate(rewind);
  return [...new Set(faults)];
}
