// The visit code on the counter's tablet: always that of this half minute, by the server's time.
const main = document.querySelector("[data-codes]");
const svg = main.querySelector("svg");
const left = main.querySelector("progress");
let known = JSON.parse(main.dataset.codes);
let offset = known.now - performance.now();
let shown = known.codes[0];
let asking = false;

const now = () => offset + performance.now();

async function ask() {
  if (asking) return;
  asking = true;
  try {
    const answer = await fetch("/console/till/visit-qr/code", { cache: "no-store", redirect: "manual", signal: AbortSignal.timeout(8000) });
    if (answer.type === "opaqueredirect" || answer.status === 401) main.querySelector("[data-signed-out]").hidden = false;
    else if (answer.ok) {
      known = await answer.json();
      offset = known.now - performance.now();
    }
  } catch {
    // tried again in a moment; without a code of now the page shows none
  } finally {
    setTimeout(() => (asking = false), 2000);
  }
}

setInterval(() => {
  const current = known.codes.find((code) => code.until > now());
  svg.classList.toggle("is-old", !current);
  main.querySelector("[data-offline]").hidden = Boolean(current);
  if (current && current !== shown) {
    shown = current;
    svg.setAttribute("viewBox", `0 0 ${current.side} ${current.side}`);
    svg.querySelector("path").setAttribute("d", current.path);
  }
  if (current) left.value = (current.until - now()) / 1000;
  if (current !== known.codes[0] || current.until - now() < 5000) ask();
}, 500);

async function keepAwake() {
  if (document.hidden) return;
  try {
    await navigator.wakeLock?.request("screen");
  } catch {
    // the tablet's own settings decide then
  }
}
document.addEventListener("visibilitychange", keepAwake);
keepAwake();
