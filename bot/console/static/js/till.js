// The till. Every act has a key of its own and a deadline: when the connection breaks, the page asks the
// server by that key until it knows whether the act was done, or that it never will be.
import { csrf } from "./shell.js";

const main = document.querySelector(".till-main");
const words = document.querySelector("[data-words]").dataset;
const said = main.querySelector("[data-said]");
const member = main.querySelector("[data-member]");
const input = main.querySelector("#code");
const PATIENCE = 8000; // until an answer is missed
const DEADLINE = 12000; // after this the server does nothing any more
const RETRY = 1500;

const offset = Number(main.dataset.now) - performance.now();
const now = () => Math.round(offset + performance.now());
const wait = (ms) => new Promise((done) => setTimeout(done, ms));
let busy = false;

function say(text, kind = "bad") {
  said.textContent = text;
  said.className = `till-said is-${kind}`;
  said.hidden = !text;
}

class LostError extends Error {}

async function call(path, fields, method = "POST") {
  let answer;
  const body = new URLSearchParams(fields);
  const address = method === "GET" ? `/console/till/${path}?${body}` : `/console/till/${path}`;
  try {
    answer = await fetch(address, {
      method,
      body: method === "GET" ? undefined : body,
      headers: { "X-CSRF-Token": csrf() },
      redirect: "manual",
      cache: "no-store",
      signal: AbortSignal.timeout(PATIENCE),
    });
    if (answer.type === "opaqueredirect") return leave(words.signedOut, "/console/till");
    if (answer.status === 409) return leave("", "/console/till");
    if (answer.status === 403) return { done: false, kind: "bad", said: words.refused };
    if (answer.status >= 500) throw new LostError(String(answer.status));
    if (!answer.ok) return { done: false, kind: "bad", said: words.broken };
    return await answer.json();
  } catch (error) {
    throw new LostError(error.message);
  }
}

async function leave(text, to) {
  if (text) say(text);
  await wait(text ? 1200 : 0);
  location.assign(to);
  return { done: false, said: text, kind: "bad" };
}

function show(came) {
  if (came.html) {
    member.innerHTML = came.html;
    member.querySelector(".is-chosen button")?.focus();
  }
  say(came.said, came.kind);
}

async function whileBusy(work) {
  if (busy) return;
  busy = true;
  main.classList.add("is-busy");
  try {
    await work();
  } finally {
    busy = false;
    main.classList.remove("is-busy");
  }
}

function scan(text) {
  return whileBusy(async () => {
    stopCamera();
    member.replaceChildren(); // nobody acts on the customer before
    say(words.working, "wait");
    try {
      const came = await call("scan", { text });
      show(came);
      input.value = "";
    } catch {
      say(words.unread);
    }
    if (!member.querySelector(".is-chosen") && matchMedia("(pointer: fine)").matches) input.focus();
  });
}

function act(name, fields, form) {
  return whileBusy(() => perform(name, { ...fields, key: crypto.randomUUID?.() ?? random(), person: person(), live: member.querySelector("[data-live]")?.dataset.live ?? "", until: now() + DEADLINE }, form));
}

async function perform(name, fields, form) {
  say(words.working, "wait");
  let came;
  try {
    came = await call(name, fields);
  } catch {
    came = await learn(fields);
  }
  if (came.asks) {
    say("");
    return confirmed(came.said, () => whileBusy(() => perform(name, { ...fields, until: now() + DEADLINE, confirmed: "yes" }, form)));
  }
  if (came.done) form?.reset?.();
  show(came);
}

// Nobody knows yet whether it was done: ask until the server knows it, or its deadline has passed.
async function learn(fields) {
  say(words.asking, "wait");
  for (;;) {
    await wait(RETRY);
    try {
      const came = await call("outcome", fields, "GET");
      if (came.done) return came;
      if (came.late) return { done: false, kind: "bad", said: words.notDone };
    } catch {
      // still without a connection
    }
  }
}

function confirmed(question, yes) {
  const dialog = document.getElementById("sure");
  dialog.querySelector("[data-sure]").textContent = question;
  dialog.querySelector("[data-yes]").onclick = () => {
    dialog.close();
    yes();
  };
  dialog.showModal();
}

const person = () => member.querySelector("[data-person]")?.dataset.person ?? "";
const random = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.matches("[data-scan]")) {
    event.preventDefault();
    scan(input.value);
  } else if (form.matches("[data-act]")) {
    event.preventDefault();
    act(form.dataset.act, Object.fromEntries(new FormData(form)), form);
  } else if (form.matches("[data-undo]")) {
    event.preventDefault();
    form.closest("dialog").close();
    act("undo", { what: form.dataset.what, reason: form.elements.reason.value }, form);
  } else if (form.matches("[data-switch]")) {
    event.preventDefault();
    takeOver(form);
  }
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button?.dataset.what) {
    const dialog = document.getElementById("undo");
    dialog.querySelector("form").dataset.what = button.dataset.what;
    dialog.querySelector("[data-undo-what]").textContent = button.closest("li").querySelector("[data-text]").textContent;
    dialog.showModal();
  } else if (button?.dataset.reason) {
    document.getElementById("reason").value = button.dataset.reason;
  }
});

async function takeOver(form) {
  const problem = form.querySelector("[data-switch-said]");
  try {
    const came = await call("switch", Object.fromEntries(new FormData(form)));
    if (came.done) return location.reload();
    problem.textContent = came.said;
  } catch {
    problem.textContent = words.unread;
  }
  problem.hidden = false;
  form.elements.pin.value = "";
  form.elements.pin.focus();
}

// A USB scanner types fast and ends with Enter, wherever the focus is; what it typed into a field is
// taken out again. Japanese input turned on hides the signs, so keys are read by their place then.
const FAST = 100;
let burst = { text: "", at: -Infinity, field: null, before: "" };
document.addEventListener(
  "keydown",
  (event) => {
    const sign = signOf(event);
    const field = event.target.matches?.("input, textarea") ? event.target : null;
    if (event.key === "Enter" || event.code === "Enter") {
      const text = burst.text;
      const isScan = text.length >= 8 && event.timeStamp - burst.at < FAST * 2;
      burst.text = "";
      if (!isScan || document.querySelector("dialog[open]")) return;
      const takes = field === input || field?.matches("[data-takes-scan]");
      if (takes && !event.isComposing && event.key === "Enter") return; // the form sends it whole
      event.preventDefault();
      event.stopPropagation();
      if (burst.field) burst.field.value = burst.before;
      scan(text);
    } else if (sign) {
      if (event.timeStamp - burst.at > FAST) burst = { text: "", at: 0, field, before: field?.value ?? "" };
      burst.text += sign;
      burst.at = event.timeStamp;
    }
  },
  true,
);

function signOf(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return "";
  if (event.key.length === 1 && event.key !== " ") return event.key;
  if (event.key !== "Process" && !event.isComposing) return "";
  const found = /^(?:Digit|Numpad|Key)([0-9A-Z])$/.exec(event.code);
  if (found) return found[1];
  return event.code === "Period" || event.code === "NumpadDecimal" ? "." : "";
}

// The camera, where the browser reads barcodes by itself.
const viewer = main.querySelector("[data-viewer]");
const video = viewer.querySelector("video");
let stream = null;
if ("BarcodeDetector" in window && navigator.mediaDevices) {
  const button = main.querySelector("[data-camera]");
  button.hidden = false;
  button.addEventListener("click", startCamera);
  viewer.querySelector("[data-camera-off]").addEventListener("click", stopCamera);
}

async function startCamera() {
  try {
    const detector = new BarcodeDetector({ formats: ["qr_code", "ean_13", "code_128", "codabar"] });
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    video.srcObject = stream;
    viewer.hidden = false;
    await video.play();
    while (stream) {
      const [found] = await detector.detect(video);
      if (found && stream) return scan(found.rawValue.replace(/^[A-D](\d+)[A-D]$/, "$1"));
      await wait(150);
    }
  } catch {
    stopCamera();
    say(words.noCamera);
  }
}

function stopCamera() {
  for (const track of stream?.getTracks() ?? []) track.stop();
  stream = null;
  viewer.hidden = true;
}
