// Sections become tabs (WAI-ARIA tabs pattern, activated as the focus moves); the one used last comes first.

const KEPT = "hodlxxi.method";

function remembered() {
  try { return localStorage.getItem(KEPT); } catch { return null; }
}

function remember(id) {
  try { localStorage.setItem(KEPT, id); } catch { /* Storage may be switched off. */ }
}

function build(container) {
  const list = document.createElement("div");
  list.className = "tablist";
  list.setAttribute("role", "tablist");
  list.setAttribute("aria-label", container.dataset.tabs);

  const panels = [...container.querySelectorAll("[data-tab]")];
  const last = remembered();
  panels.sort((a, b) => (b.id === last) - (a.id === last));
  const tabs = panels.map((panel) => {
    const tab = document.createElement("button");
    tab.type = "button";
    tab.id = `${panel.id}-tab`;
    tab.textContent = panel.dataset.tab;
    tab.setAttribute("role", "tab");
    tab.setAttribute("aria-controls", panel.id);
    panel.setAttribute("role", "tabpanel");
    panel.setAttribute("aria-labelledby", tab.id);
    tab.addEventListener("click", () => show(tab));
    panel.addEventListener("submit", () => remember(panel.id));
    panel.querySelector("[data-nostr] button")?.addEventListener("click", () => remember(panel.id));
    list.append(tab);
    return tab;
  });

  function show(chosen) {
    for (const [index, tab] of tabs.entries()) {
      const on = tab === chosen;
      tab.setAttribute("aria-selected", String(on));
      tab.tabIndex = on ? 0 : -1;
      panels[index].hidden = !on;
    }
  }

  list.addEventListener("keydown", (event) => {
    const at = tabs.indexOf(document.activeElement);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const tab = tabs[(to + tabs.length) % tabs.length];
    show(tab);
    tab.focus();
  });

  container.prepend(list);
  const open = container.dataset.open || location.hash.slice(1);
  show(tabs[Math.max(0, panels.findIndex((panel) => panel.id === open))]);
}

for (const container of document.querySelectorAll("[data-tabs]")) build(container);
