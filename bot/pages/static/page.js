// The changing code, the clock and the lamp of a page. Time is the server's: the phone's may be wrong.
const main = document.querySelector("[data-rotating]");
const at = (name) => main?.querySelector(`[data-${name}]`);
let known = JSON.parse(main?.dataset.rotating ?? "null");
let offset = (known?.now ?? Number(main?.dataset.now)) - performance.now();
let shown = null;
let asking = false;
let lastTry = -Infinity;

const now = () => offset + performance.now();
let day, time; // made after the first paint: they are what costs a slow phone most

function show(code) {
  shown = code;
  at("path").setAttribute("d", code.path);
  at("path").ownerSVGElement.setAttribute("viewBox", `0 0 ${code.side} ${code.side}`);
  if (at("digits")) at("digits").textContent = `${code.digits.slice(0, 3)} ${code.digits.slice(3)}`;
  if (at("typed")) at("typed").textContent = code.typed;
}

function hide(hidden) {
  for (const part of main.querySelectorAll(".rotating")) part.classList.toggle("is-old", hidden);
}

async function ask() {
  if (asking || performance.now() - lastTry < 2000) return;
  asking = true;
  lastTry = performance.now();
  try {
    const answer = await fetch(`${location.pathname}/code`, { cache: "no-store", signal: AbortSignal.timeout(8000) });
    if (answer.status === 410) return close();
    if (!answer.ok) return;
    const fresh = await answer.json();
    if (fresh.state && fresh.state !== "held") return end(fresh);
    known = fresh;
    offset = fresh.now - performance.now();
  } catch {
    // The next second tries again; the page says so once its codes have run out.
  } finally {
    asking = false;
  }
}

function close() {
  known = { codes: [] };
  at("closed").hidden = false;
  at("offline").hidden = true;
  hide(true);
  clearInterval(ticking);
}

function end({ state, used }) {
  clearInterval(ticking);
  main.className = `coupon is-${state}`;
  if (at("usable")) at("usable").hidden = true;
  if (state === "used") at("used").textContent = used;
  at(state === "used" ? "done" : "over").hidden = false;
  at(state === "used" ? "done" : "over").scrollIntoView({ block: "center" });
}

function tick() {
  const moment = new Date(now());
  if (at("day")) at("day").textContent = day.format(moment);
  if (at("time")) at("time").textContent = time.format(moment);
  if (!known) return;
  const current = known.codes.find((code) => code.until > now());
  hide(!current);
  if (at("offline")) at("offline").hidden = Boolean(current);
  if (current && current !== shown) show(current);
  if (current && at("left")) at("left").value = Math.max(0, (current.until - now()) / 1000);
  // The second code is at hand; ask for the one after it in good time.
  if (!current || current === known.codes.at(-1) || (known.codes[0].until - now() < 5000 && current === known.codes[0])) ask();
}

let ticking;
function start() {
  if (ticking) return;
  day = new Intl.DateTimeFormat("ja-JP", { timeZone: "Asia/Tokyo", month: "long", day: "numeric", weekday: "short" });
  time = new Intl.DateTimeFormat("ja-JP", { timeZone: "Asia/Tokyo", hour: "2-digit", minute: "2-digit", second: "2-digit" });
  ticking = setInterval(tick, 500);
  tick();
}
requestAnimationFrame(() => setTimeout(start));
setTimeout(start, 300); // where no frame is painted

// Asked every few seconds as well, so that the page shows when staff have used the coupon.
if (main?.dataset.stage === "held" && known) setInterval(() => document.hidden || ask(), 4000);

// The PIN's pad is a script of its own, and says so here.
document.addEventListener("enishi:used", (event) => end(event.detail));

// The phone lets go of the lamp when the page is hidden, and whenever it likes: take it anew when it can be had.
let lamp = null;
let asksForLamp = false;
async function keepAwake() {
  if (document.hidden || asksForLamp || (lamp && !lamp.released)) return;
  asksForLamp = true;
  try {
    lamp = await navigator.wakeLock?.request("screen");
    lamp?.addEventListener("release", () => setTimeout(keepAwake, 1000));
  } catch {
    lamp = null; // not allowed now, such as with an empty battery
  } finally {
    asksForLamp = false;
  }
}
document.addEventListener("visibilitychange", () => {
  if (document.hidden) return;
  keepAwake();
  if (known) ask();
});
document.addEventListener("pointerdown", keepAwake); // some phones give it to a touch alone
keepAwake();
