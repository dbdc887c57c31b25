// The screen on the shop's wall: drawn anew when a talk changes, and now and then for the clock.
const part = document.getElementById("now");
const lost = document.querySelector(".wall-lost");
const EVERY = 20_000;
const GATHER = 400;
let due = null;

async function draw() {
  due = null;
  try {
    const answer = await fetch(part.dataset.address, { headers: { "HX-Request": "true" } });
    if (answer.redirected || answer.status === 401) return location.reload(); // signed out meanwhile
    if (!answer.ok) throw new Error(String(answer.status));
    part.innerHTML = await answer.text();
    lost.hidden = true;
  } catch {
    lost.hidden = false;
  }
}

function soon() {
  due ??= setTimeout(draw, GATHER);
}

const news = new EventSource("/console/talk/live");
for (const kind of ["row", "counts", "reload", "here"]) news.addEventListener(kind, soon);
news.addEventListener("error", () => { lost.hidden = false; });
setInterval(draw, EVERY);

// A screen that nobody touches shall not go dark.
const awake = () => navigator.wakeLock?.request("screen").catch(() => {});
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && awake());
awake();
