/* Small comforts; every page works without them: no second send, focus on the error box, a print button. */
(() => {
  "use strict";
  const sent = new Map();

  const release = (form) => {
    const pressed = sent.get(form);
    sent.delete(form);
    if (pressed && pressed.button) {
      pressed.button.textContent = pressed.label;
      pressed.button.removeAttribute("aria-disabled");
    }
  };

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    if (sent.has(form)) {
      event.preventDefault();
      return;
    }
    const button = event.submitter && event.submitter.matches(".btn") ? event.submitter : null;
    sent.set(form, { button, label: button && button.textContent });
    // after the browser has read the form: changing the pressed button earlier could drop its value
    setTimeout(() => {
      if (button && sent.has(form) && document.body.dataset.mengirim) {
        button.textContent = document.body.dataset.mengirim;
        button.setAttribute("aria-disabled", "true");
      }
    });
    // an answer that is a download leaves the page standing
    setTimeout(() => release(form), 10000);
  });

  window.addEventListener("pageshow", (event) => {
    if (event.persisted) [...sent.keys()].forEach(release);
  });

  const summary = document.getElementById("ada-kesalahan");
  if (summary) {
    summary.focus();
    summary.addEventListener("click", (event) => {
      const link = event.target.closest("a[href^='#']");
      const field = link && document.getElementById(link.hash.slice(1));
      if (!field) return;
      event.preventDefault();
      const group = field.closest("fieldset");
      const label = (group && group.querySelector("legend")) || (field.labels && field.labels[0]) || field;
      label.scrollIntoView({ block: "start" });
      field.focus({ preventScroll: true });
    });
  }

  for (const button of document.querySelectorAll("[data-cetak]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
})();
