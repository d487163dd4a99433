/* Keys of the desk: they move and open, they never decide. Loaded only for officers who left them switched on. */
(() => {
  "use strict";
  const links = [...document.querySelectorAll("table.queue tbody td.who a")];
  const rowOf = (node) => node.closest("table.queue tbody tr");
  const places = document.body.dataset;
  let waiting = 0;

  const current = () => {
    const row = document.activeElement && rowOf(document.activeElement);
    return row ? links.findIndex((link) => rowOf(link) === row) : -1;
  };

  const goTo = (index) => {
    const link = links[Math.min(Math.max(index, 0), links.length - 1)];
    if (!link) return false;
    link.focus();
    rowOf(link).scrollIntoView({ block: "nearest" });
    return true;
  };

  const press = (selector) => {
    const found = document.querySelector(selector);
    if (found) found.click();
    return Boolean(found);
  };

  const openFilters = (field) => {
    const panel = document.querySelector("details.filters");
    if (!panel) return false;
    panel.open = true;
    panel.querySelector(field).focus();
    return true;
  };

  const pick = () => {
    const at = current();
    const box = at >= 0 && rowOf(links[at]).querySelector("input[type=checkbox]");
    if (box) box.click();
    return Boolean(box);
  };

  const leave = (address) => {
    if (address) location.assign(address);
    return Boolean(address);
  };

  const keys = {
    j: () => (links.length ? goTo(current() + 1) : press("a[rel=next]")),
    k: () => (links.length ? goTo(current() - 1) : press("a[rel=prev]")),
    o: () => current() >= 0 && leave(links[current()].href),
    x: pick,
    u: () => press("a.back"),
    f: () => openFilters("summary"),
    "/": () => openFilters("input[type=search]"),
    "?": () => leave(places.pintasan),
  };
  const places_after_g = { a: () => leave(places.antrean), s: () => leave(places.milikSaya) };

  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]");
    if (typing || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const second = Date.now() - waiting < 1500;
    waiting = !second && event.key === "g" ? Date.now() : 0;
    const act = second ? places_after_g[event.key] : keys[event.key];
    if (act && act()) event.preventDefault();
  });
})();
