// Walks through a page on which everything is wrong that a walk finds. Prints what it found, a line each.
import { open, violations } from "./chromium.mjs";
import { walk } from "./walk.mjs";

const browser = await open();
try {
  const page = await browser.newPage();
  await page.setContent(`<!doctype html><html lang="en"><title>Faults</title>
    <style>html { background: white } button { display: block; min-width: 50px; min-height: 50px } :focus { outline: 3px solid black }</style>
    <main><h1>One</h1><h1>Another</h1>
      <a href="#here" tabindex="-1">left out</a>
      <div tabindex="-1" role="button">not for keys</div>
      <button style="outline: none">unmarked</button>
      <button style="outline: 3px solid #eee">pale</button>
      <button style="min-width: 0; min-height: 0; width: 30px; height: 30px; padding: 0">tiny</button>
      <button></button>
      <div style="position: relative"><button>covered</button><div style="position: absolute; inset: 0"></div></div>
      <button style="position: fixed; left: -100px">away</button>
      <div style="display: flex; flex-direction: column-reverse"><button>below</button><button>above</button></div>
      <form action="/one"><button>Do it</button></form><form action="/two"><button>Do it</button></form>
      <div style="overflow: auto; height: 50px" tabindex="0"><p style="height: 200px">long</p></div>
      <button tabindex="1">too soon</button>
      <div role="tablist"><button role="tab" aria-selected="true">first tab</button><button role="tab" tabindex="-1" aria-selected="false">second tab</button></div>
    </main>`);
  // Puts axe-core in.
  await violations(page, "colours");
  console.log((await walk(page)).join("\n"));
} finally {
  await browser.close();
}
