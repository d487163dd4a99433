/* Passkeys: asks the browser for one and sends its answer with the form. Needs webauthn-json of allauth. */
(() => {
  "use strict";
  const form = document.querySelector("form[data-kunci]");
  if (!form || !globalThis.webauthnJSON || !globalThis.webauthnJSON.supported()) return;
  const { create, get } = globalThis.webauthnJSON;
  const failed = document.getElementById("kunci-gagal");
  const none = document.getElementById("tanpa-kunci");
  let answered = false;

  form.hidden = false;
  if (none) none.hidden = true;
  form.addEventListener("submit", async (event) => {
    if (answered) return;
    event.preventDefault();
    failed.hidden = true;
    try {
      const question = JSON.parse(form.dataset.tanya);
      const answer = await (form.dataset.kunci === "buat" ? create(question) : get(question));
      form.elements.kredensial.value = JSON.stringify(answer);
    } catch {
      failed.hidden = false;
      return;
    }
    answered = true;
    form.requestSubmit();
  }, true);
})();
