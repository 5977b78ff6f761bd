// The form comes back when it is sent sooner than a person can fill it in. Who has a browser fill it in waits here instead.

const form = document.querySelector("form[data-wait]");
const shown = performance.now();
let waiting = null;

form?.addEventListener("submit", (event) => {
  const early = form.dataset.wait * 1000 - (performance.now() - shown);
  if (early <= 0) return;
  event.preventDefault();
  event.stopImmediatePropagation(); // nothing was sent yet
  waiting ??= setTimeout(() => {
    waiting = null;
    form.requestSubmit();
  }, early);
});
