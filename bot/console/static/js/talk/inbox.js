// The inbox: list, talk and customer side by side, live, and all of it by keyboard.
import { Composer } from "./composer.js";
import { List } from "./list.js";
import { follow } from "./live.js";
import { notice } from "./notices.js";
import { elements, part, send } from "./requests.js";
import { Thread } from "./thread.js";
import { tell } from "../shell.js";

const inbox = document.getElementById("inbox");
const place = document.getElementById("talk");
const lost = document.getElementById("lost");
const list = new List(inbox);
let thread = null;
let composer = null;

function address(id) {
  const path = id ? `/console/talk/${id}` : "/console/talk";
  return inbox.dataset.query ? `${path}?${inbox.dataset.query}` : path;
}

function begin() {
  const pane = place.querySelector(".talk-pane");
  inbox.classList.toggle("has-talk", Boolean(pane));
  inbox.classList.remove("shows-panel");
  if (!pane) return;
  thread = new Thread(pane, { onTail });
  list.open(thread.id);
  const form = pane.querySelector("#composer");
  composer = form ? new Composer(form, thread) : null;
  globalThis.htmx?.process(place);
}

function end() {
  composer?.close();
  thread?.close();
  thread = composer = null;
}

function onTail(tail) {
  if (tail.isGone) return void location.assign(address(null));
  if (tail.offer) composer?.setOffer(tail.offer);
}

let opening = 0;
async function open(id, { pushes = true } = {}) {
  if (thread?.id === id) return inbox.classList.add("has-talk");
  const turn = ++opening;
  if (pushes) history.pushState({ id }, "", address(id));
  list.open(id);
  const html = id ? await part(`${address(id)}`).catch(() => null) : "";
  if (turn !== opening) return;
  if (html === null) return void location.assign(address(id));
  end();
  place.replaceChildren(elements(html));
  begin();
}

function back({ pushes = true } = {}) {
  if (pushes) history.pushState({}, "", address(null));
  opening++;
  end();
  place.replaceChildren();
  inbox.classList.remove("has-talk", "shows-panel");
  list.open(null);
}

addEventListener("popstate", () => {
  const id = location.pathname.match(/^\/console\/talk\/(\d+)$/)?.[1];
  if (id) open(id, { pushes: false });
  else back({ pushes: false });
});

document.addEventListener("click", (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  const row = event.target.closest(".talk-row > a");
  if (row) {
    event.preventDefault();
    open(row.parentElement.dataset.id);
  } else if (event.target.closest(".talk-back")) {
    event.preventDefault();
    back();
  } else if (event.target.closest("[data-quote]")) {
    composer?.quote(event.target.closest(".said"));
  } else if (event.target.closest("[data-info]")) {
    inbox.classList.toggle("shows-panel");
  }
});

// A picture that is not to be had leaves the letter, or the words, that stand below it.
const fade = (picture) => picture.matches?.("img[data-fades]") && picture.remove();
document.addEventListener("error", (event) => fade(event.target), true);
for (const picture of document.querySelectorAll("img[data-fades]"))
  if (picture.complete && !picture.naturalWidth) fade(picture);

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("form[data-deed]");
  if (!form || !thread) return;
  event.preventDefault();
  if (form.dataset.asks && !(await agrees(form.dataset.asks))) return;
  await deed(form, event.submitter);
});

document.addEventListener("change", (event) => event.target.closest("form[data-auto]")?.submit());

/** Ask before something that costs. */
function agrees(question) {
  const dialog = document.getElementById("asks");
  dialog.querySelector("p").textContent = question;
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((answer) => dialog.addEventListener("close", () => answer(dialog.returnValue === "yes"), { once: true }));
}

async function deed(form, submitter) {
  const fields = new URLSearchParams(new FormData(form, submitter));
  for (const details of document.querySelectorAll(".talk-menu[open]")) details.open = false;
  const answer = await send(form.getAttribute("action"), fields).catch(() => null);
  if (!answer?.body) return tell(document.getElementById("says").content.firstElementChild.dataset.offline, "bad");
  thread?.show(answer.body);
  if (answer.body.problem) tell(answer.body.problem, "bad");
}

/** What a friend did may be a purchase, an answer, a coupon; what is being edited is left alone. */
async function refreshPanel() {
  const { id } = thread ?? {};
  const panel = document.getElementById("talk-panel");
  const isEdited = () => panel?.querySelector("details[open]") || panel?.contains(document.activeElement);
  if (!id || isEdited()) return;
  const html = await part(`/console/talk/panel/${id}`).catch(() => null);
  if (html === null || thread?.id !== id || isEdited() || panel.innerHTML === html) return;
  panel.innerHTML = html;
  globalThis.htmx?.process(panel);
}

/* News. */
const timers = new Map();
function soon(name, act, ms = 60) {
  clearTimeout(timers.get(name));
  timers.set(name, setTimeout(act, ms));
}

const shop = inbox.dataset.shop ? `?shop=${encodeURIComponent(inbox.dataset.shop)}` : "";
follow(`/console/talk/live${shop}`, inbox.dataset.cursor, {
  row(talk) {
    const isNews = list.update(talk);
    if (talk.id === thread?.id) soon("tail", () => thread?.refresh(), 20), soon("panel", refreshPanel, 1200);
    const isOurs = talk.staff === "" || talk.staff === inbox.dataset.me;
    if (isNews && talk.isUnread && talk.state === "open" && isOurs) notice(talk, open);
  },
  counts(counts) {
    for (const [view, count] of Object.entries(counts))
      for (const shown of document.querySelectorAll(`[data-count="${view}"]`)) shown.textContent = count || "";
  },
  presence(other) {
    if (other.friend === thread?.id) thread.met(other);
  },
  reload: () => location.reload(),
  back() {
    if (!lost.hidden) thread?.refresh();
    lost.hidden = true;
  },
  lost: () => (lost.hidden = false),
});

/* Keys. */
const KEYS = {
  j: () => step(1),
  k: () => step(-1),
  a: () => press("take"),
  e: () => press("close"),
  n: () => composer?.show("note", true),
  r: () => composer?.show("reply", true),
  "/": () => (composer ? (composer.show("reply"), composer.canned()) : document.getElementById("talk-q").focus()),
  "?": () => document.getElementById("shortcuts").showModal(),
  Escape: () => (inbox.classList.contains("shows-panel") ? inbox.classList.remove("shows-panel") : null),
};

async function step(by) {
  let rows = list.all;
  const at = rows.findIndex((row) => row.querySelector("a[aria-current]"));
  if (by > 0 && at === rows.length - 1) {
    await list.moreNow();
    rows = list.all;
  }
  const next = rows[at < 0 ? 0 : Math.min(rows.length - 1, Math.max(0, at + by))];
  if (!next) return;
  next.scrollIntoView({ block: "nearest" });
  open(next.dataset.id);
}

function press(name) {
  place.querySelector(`form[data-deed="${name}"] button`)?.click();
}

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (document.querySelector("dialog[open]")) return;
  if (event.target.closest("input, textarea, select, [contenteditable]")) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  const act = KEYS[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});

/* What a keyboard leaves of the window: some phones lay it over the page and say so only here. */
const visible = globalThis.visualViewport;
function fit() {
  if (visible.scale > 1.01) return; // somebody looks closer
  const height = Math.round(visible.height);
  document.documentElement.style.setProperty("--visible", `${height}px`);
  document.body.classList.toggle("is-short", height < 520);
  if (visible.offsetTop) scrollTo(0, 0);
}
if (visible) (visible.addEventListener("resize", fit), fit());

addEventListener("pagehide", () => thread?.be("gone"));
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState !== "visible" || !thread) return;
  thread.be("viewing");
  thread.markSeen();
});
begin();
inbox.dataset.ready = "yes"; // keys and clicks are heard from here on
