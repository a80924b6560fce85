// What a person does with a page's forms, with or without its scripts.

// Opens what hides a part of the page, as a person does: its tab, and what it is folded up in.
export async function uncover(page, part) {
  const panel = part.locator("xpath=ancestor-or-self::*[@role='tabpanel']");
  if (await panel.count()) await page.locator(`[role=tab][aria-controls="${await panel.getAttribute("id")}"]`).click();
  const closed = part.locator("xpath=ancestor::details[not(@open)]").first();
  while (await closed.count()) await closed.locator("> summary").click();
}

// Unfolds everything on the page.
export async function unfold(page) {
  const closed = page.locator("main details:not([open]) > summary").filter({ visible: true }).first();
  while (await closed.count()) await closed.click();
}

// What is wrong with how a page answers a form: a person who does not see it must be told. The focus is on the heading or
// on the message.
async function silence(page) {
  const told = () => {
    const at = document.activeElement;
    return at.matches("h1, [role=status], [role=alert]") && at.textContent.trim() !== "" && at.checkVisibility();
  };
  for (let tries = 0; tries < 40; tries += 1) {
    if (await page.evaluate(told)) return [];
    await new Promise((done) => { setTimeout(done, 25); });
  }
  return [`${page.url()}: nothing tells that the form was answered`];
}

// Fills in a form and sends it by its button; `form` is its action or a locator.
// Answers what is wrong with how that is told.
export async function send(page, form, fields = {}) {
  const found = typeof form === "string" ? page.locator(`main form[action="${form}"]`).first() : form;
  await uncover(page, found);
  for (const [name, value] of Object.entries(fields)) {
    const field = found.locator(`[name="${name}"]`);
    if (await field.evaluate((field) => field.tagName === "SELECT")) await field.selectOption(value);
    else await field.fill(value);
  }
  const action = await found.getAttribute("action");
  const stays = () => { throw new Error(`${page.url()}: the form to ${action} leads nowhere`); };
  await Promise.all([page.waitForNavigation().catch(stays), found.locator("button").first().click()]);
  return silence(page);
}
