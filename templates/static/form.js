// The applicant's pages with JavaScript: a file is sent as soon as it is chosen, and sent again when the line breaks.
// What people wrote is only ever shown as text.

const PAUSES = [0, 1, 3, 8, 20]; // seconds before each try, give or take a third
const STALLED = 30; // seconds without a byte
const sleep = (seconds, signal) =>
  new Promise((done) => {
    setTimeout(done, seconds * 1000);
    signal?.addEventListener("abort", done);
  });
const find = (selector, root = document) => root.querySelector(selector);

const [, language, , token] = location.pathname.split("/");
const application = `/api/applications/${(token || "").split(".")[0]}`;

function ask(method, path, body) {
  const headers = { Authorization: `Bearer ${token}`, ...(body && { "Content-Type": "application/json" }) };
  return fetch(application + path, { method, headers, body: body && JSON.stringify(body), cache: "no-store" });
}

const fill = (sentence, values) => sentence.replace(/\{(\w+)\}/g, (all, name) => values[name] ?? all);

function size(bytes) {
  const [number, unit] = bytes < 1e6 ? [Math.max(1, Math.round(bytes / 1e3)), "kilobyte"] : [bytes / 1e6, "megabyte"];
  return new Intl.NumberFormat(language, { style: "unit", unit, maximumFractionDigits: 1 }).format(number);
}

// Sending a file

class Stopped extends Error {}

function upload(form) {
  const input = find("#file", form);
  const error = find("#file-error", form);
  const sending = find(".sending", form);
  const bar = find("progress", form);
  const line = find("[data-line]", form);
  const retry = find("[data-retry]", form);
  const stop = find("[data-stop]", form);
  const aloud = find("[role=status]", form);
  const say = JSON.parse(find("#sentences").textContent);
  const title = document.title;
  let run = null;

  find(".without-script", form).hidden = true;
  input.required = false;
  input.addEventListener("change", () => input.files[0] && start(input.files[0]));
  retry.addEventListener("click", () => start(input.files[0]));
  stop.addEventListener("click", () => run?.abort());
  form.addEventListener("submit", (event) => event.preventDefault());
  addEventListener("beforeunload", (event) => run && event.preventDefault());
  // Chosen before this script arrived; what a browser restored may have been sent.
  if (input.files[0] && performance.getEntriesByType("navigation")[0]?.type === "navigate") start(input.files[0]);
  else input.value = "";

  async function start(file) {
    run?.abort();
    const mine = (run = new AbortController());
    const values = { name: file.name, size: size(file.size) };
    fail("");
    const unfit = refusal(file);
    if (unfit) return finish(mine, () => fail(fill(say[unfit], values)));
    sending.hidden = stop.hidden = false;
    retry.hidden = true;
    find("[data-sending]", form).textContent = `${file.name}, ${values.size}`;
    aloud.textContent = fill(say.selected, values);
    const lock = await navigator.wakeLock?.request("screen").catch(() => null);
    try {
      await send(file, values, mine.signal);
      finish(mine, () => received(file, values));
    } catch (problem) {
      finish(mine, () => {
        stop.hidden = true;
        retry.hidden = false;
        line.textContent = "";
        fail(problem instanceof Stopped ? problem.message : fill(say.broken, values));
      });
    } finally {
      lock?.release();
    }
  }

  function finish(mine, then) {
    if (run !== mine) return; // another file was chosen meanwhile
    run = null;
    then();
  }

  function refusal(file) {
    if (file.size === 0) return "empty";
    if (file.size > Number(form.dataset.max)) return "large";
    return /^(image|audio|video)\//.test(file.type) ? "picture" : null;
  }

  async function send(file, values, signal) {
    for (const [attempt, pause] of PAUSES.entries()) {
      const seconds = pause * (0.7 + Math.random() * 0.6);
      if (attempt) line.textContent = fill(say.again, { seconds: Math.ceil(seconds) });
      await sleep(seconds, signal);
      await connection(signal);
      try {
        await post(await ticket(file, values), file, values, signal);
        line.textContent = say.checking;
        if (await hasArrived()) return;
      } catch (problem) {
        if (problem instanceof Stopped) throw problem;
      }
      if (signal.aborted) throw new Stopped(say.stopped);
    }
    throw new Error("given up");
  }

  async function connection(signal) {
    if (navigator.onLine || signal.aborted) return;
    line.textContent = aloud.textContent = say.waiting;
    await new Promise((done) => {
      addEventListener("online", done, { once: true });
      signal.addEventListener("abort", done, { once: true });
    });
  }

  async function ticket(file, values) {
    const answer = await ask("POST", `/documents/${form.dataset.kind}/upload`, { filename: file.name, size: file.size });
    if (answer.ok) return (await answer.json()).upload;
    throw answer.status < 500 ? new Stopped(fill(say.refused, values)) : new Error("not now");
  }

  async function post({ url, fields }, file, values, signal) {
    if (signal.aborted) throw new Stopped(say.stopped);
    const body = new FormData();
    for (const [name, value] of Object.entries(fields)) body.append(name, value);
    body.append("file", file);
    return new Promise((done, failed) => {
      const request = new XMLHttpRequest();
      const began = performance.now();
      let idle;
      const alive = () => {
        clearTimeout(idle);
        idle = setTimeout(() => request.abort(), STALLED * 1000);
      };
      request.upload.onprogress = ({ loaded, total }) => {
        alive();
        progress(loaded / total, (performance.now() - began) / 1000, values);
      };
      request.onloadend = () => {
        clearTimeout(idle);
        signal.removeEventListener("abort", cancel);
        request.status === 201 ? done() : failed(new Error(`answer ${request.status}`));
      };
      const cancel = () => request.abort();
      signal.addEventListener("abort", cancel);
      request.open("POST", url);
      alive();
      request.send(body);
    });
  }

  function progress(part, elapsed, values) {
    const percent = Math.round(part * 100);
    bar.value = percent;
    const seconds = Math.ceil((elapsed / part) * (1 - part));
    line.textContent = fill(elapsed > 3 && part < 1 ? say.left : say.percent, { percent, seconds });
    if (elapsed > 5 && part >= 0.5 && !form.dataset.half) {
      form.dataset.half = "said";
      aloud.textContent = fill(say.half, values);
    }
  }

  // Only what our server finds in the store was received.
  async function hasArrived() {
    const answer = await ask("GET", "");
    if (!answer.ok) throw new Error("not now");
    const found = (await answer.json()).documents.find(({ kind }) => kind === form.dataset.kind);
    return found.status !== "expected";
  }

  function received(file, values) {
    const present = find("#present");
    find("[data-name]", present).textContent = file.name;
    const state = find("[data-state]", present);
    state.textContent = say.state;
    state.className = "state quiet";
    find("[data-facts]", present)?.remove();
    for (const old of present.querySelectorAll("p:not([class])")) old.remove();
    present.hidden = false;
    find("[data-continue]")?.removeAttribute("hidden");
    find("[data-skip]")?.setAttribute("hidden", "");
    find("#problems")?.remove();
    const label = find("label", form);
    label.textContent = label.dataset.another;
    sending.hidden = true;
    input.value = "";
    delete form.dataset.half;
    aloud.textContent = fill(say.received, values);
  }

  function fail(sentence) {
    error.textContent = sentence;
    error.hidden = !sentence;
    form.classList.toggle("wrong", Boolean(sentence));
    input.setAttribute("aria-invalid", String(Boolean(sentence)));
    input.setAttribute("aria-describedby", sentence ? "file-error file-hint" : "file-hint");
    document.title = sentence ? `${say.error} ${title}` : title;
    if (sentence) aloud.textContent = sentence;
  }
}

// How checks stand, less and less often

async function follow(list) {
  const aloud = find("[role=status]:not(form *)");
  for (let pause = 3; pause < 60 && find("[data-pending]", list); pause *= 1.4) {
    await sleep(pause);
    if (document.hidden) continue;
    const answer = await ask("GET", "").catch(() => null);
    if (!answer?.ok) continue;
    const { documents } = await answer.json();
    const done = documents.filter(({ kind, status }) => status === "checked" && find(`[data-kind=${kind}][data-pending]`, list));
    if (!done.length) continue;
    const shown = await fetch(find("[data-again]").href, { cache: "no-store" });
    const page = new DOMParser().parseFromString(await shown.text(), "text/html");
    for (const { kind } of done) {
      const [old, fresh] = [list, page].map((root) => find(`[data-kind=${kind}]`, root));
      if (!fresh) continue;
      old.replaceWith(fresh);
      aloud.textContent = `${find("h3", fresh).textContent}: ${find("[data-state]", fresh).textContent}`;
    }
  }
  if (!find("[data-pending]", list)) find("[data-checking]")?.remove();
}

// Everywhere

find("#problems")?.focus();
if (document.readyState !== "loading") ready();
else addEventListener("DOMContentLoaded", ready);

function ready() {
  const form = find("form.upload");
  if (form && window.FormData && new XMLHttpRequest().upload) upload(form);
  const list = find("[data-documents]");
  if (list && find("[data-pending]", list)) follow(list);
  for (const button of document.querySelectorAll("[data-copy]")) {
    if (!navigator.clipboard) continue;
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(find(`#${button.dataset.copy}`).value);
      button.textContent = button.dataset.copied;
    });
  }
  // The service would do it once anyway.
  for (const posted of document.querySelectorAll("form:not(.upload)")) {
    posted.addEventListener("submit", (event) => {
      if (posted.dataset.sent) event.preventDefault();
      posted.dataset.sent = "yes";
    });
  }
  addEventListener("pageshow", () => document.querySelectorAll("[data-sent]").forEach((sent) => delete sent.dataset.sent));
}
