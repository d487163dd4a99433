/* A page about work in the background fetches itself every few seconds until it is done; without script there is a link. */
(() => {
  "use strict";
  const look = async () => {
    const here = document.querySelector("[data-kemajuan]");
    if (!here || "selesai" in here.dataset) return;
    try {
      const answer = await fetch(window.location.href, { credentials: "same-origin" });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const there = answer.ok && page.querySelector("[data-kemajuan]");
      if (there) {
        here.replaceChildren(...there.childNodes);
        if ("selesai" in there.dataset) {
          here.dataset.selesai = "";
          if ("muatUlang" in here.dataset) window.location.reload();
        }
      }
    } catch {
      // no signal: the next round tries again
    }
    setTimeout(look, 2500);
  };
  setTimeout(look, 2500);
})();
