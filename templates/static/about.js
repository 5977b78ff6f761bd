// The form comes back when it is sent sooner than a person can fill it in, or without the work that was asked for. With
// this script nobody meets that: it works while people type, and holds back what is sent too soon.

const form = document.querySelector("form[data-wait]");
const sleep = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));
let ready = Promise.resolve();
let isReady = false;
let waiting = false;

if (form?.dataset.challenge && crypto.subtle) ready = solve(JSON.parse(form.dataset.challenge));
ready = Promise.allSettled([ready, sleep((form?.dataset.wait ?? 0) * 1000)]).then(() => (isReady = true));

form?.addEventListener("submit", (event) => {
  if (isReady) return;
  event.preventDefault();
  event.stopImmediatePropagation(); // nothing was sent yet
  if (!waiting) ready.then(() => form.requestSubmit());
  waiting = true;
});

// The number for which the hash of the salt and it is the challenge, a hundred at a time so that typing stays smooth.
async function solve({ maxnumber, ...challenge }) {
  const encoder = new TextEncoder();
  const hash = async (number) => {
    const digest = await crypto.subtle.digest("SHA-256", encoder.encode(challenge.salt + number));
    return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  };
  for (let first = 0; first <= maxnumber; first += 100) {
    const hashes = await Promise.all(Array.from({ length: 100 }, (_, n) => hash(first + n)));
    const found = hashes.indexOf(challenge.challenge);
    if (found < 0) continue;
    form.proof.value = btoa(JSON.stringify({ ...challenge, number: first + found }));
    return;
  }
}
