// Forms: sent once, never into a dead line, and what was typed outlives a session that ended.
//
//   submit -> keep -> the next page: saved? forget it · the same form, empty again? put it back
//
// Kept in this window alone, for half an hour, for the member who typed it; passwords, codes and files never.
import { tell } from "./shell.js";

const KEY = "enishi-typed";
const KEPT_FOR = 30 * 60 * 1000;
const RELEASED_AFTER = 10 * 1000; // an answer that is a download leaves the page, and its form, where they were
const UNKEPT = new Set(["password", "file", "hidden", "submit", "button"]);

const says = document.getElementById("form-says")?.dataset ?? {};

addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.getAttribute("aria-busy") === "true") return event.preventDefault();
  if (!navigator.onLine) {
    event.preventDefault();
    if (says.offline) tell(says.offline, "bad");
    return;
  }
  keep(form);
  form.setAttribute("aria-busy", "true");
  setTimeout(() => release(form), RELEASED_AFTER);
});

// A part that finds the session ended leads to signing in, away from what is being typed.
addEventListener("htmx:beforeOnLoad", (event) => {
  const form = event.detail.elt.closest("form");
  if (event.detail.xhr.status === 401 && form?.method === "post") keep(form);
});

addEventListener("pageshow", (event) => {
  if (event.persisted) document.querySelectorAll('form[aria-busy="true"]').forEach(release);
});

function release(form) {
  form.removeAttribute("aria-busy");
}

function* fields(form) {
  const seen = {};
  for (const each of form.elements) {
    if (!each.name || UNKEPT.has(each.type) || each.autocomplete === "one-time-code") continue;
    seen[each.name] = (seen[each.name] ?? -1) + 1;
    yield [`${each.name} ${seen[each.name]}`, each];
  }
}

function valueOf(each) {
  if (each.type === "checkbox" || each.type === "radio") return each.checked;
  return each.multiple ? [...each.selectedOptions].map((option) => option.value) : each.value;
}

function put(each, value) {
  if (each.type === "checkbox" || each.type === "radio") each.checked = value;
  else if (each.multiple) for (const option of each.options) option.selected = value.includes(option.value);
  else each.value = value;
}

function keep(form) {
  if (!says.member) return; // signing in again: what waits goes on waiting
  const typed = Object.fromEntries([...fields(form)].map(([name, each]) => [name, valueOf(each)]));
  if (form.hasAttribute("data-unkept") || !Object.keys(typed).length) return forget();
  const { pathname } = location;
  const kept = { typed, pathname, action: form.getAttribute("action"), member: says.member, at: Date.now() };
  try { sessionStorage.setItem(KEY, JSON.stringify(kept)); } catch { /* full, or not allowed here */ }
}

function forget() {
  sessionStorage.removeItem(KEY);
}

function wasTaken(kept) {
  // The server fills in what it did not take, and says what it took; else the form's page would be the one before.
  if (document.querySelector(".toast-good, .has-problem, .alert-bad")) return true;
  const before = document.referrer && new URL(document.referrer).pathname;
  return before === kept.pathname && location.pathname !== kept.pathname;
}

function putBack() {
  const kept = JSON.parse(sessionStorage.getItem(KEY) ?? "null");
  if (!kept || !says.member) return; // signing in, or a page of trouble: not yet
  if (kept.member !== says.member || Date.now() - kept.at > KEPT_FOR || wasTaken(kept)) return forget();
  if (location.pathname !== kept.pathname) return;
  forget();
  const form = [...document.forms].find((each) => each.method === "post" && each.getAttribute("action") === kept.action);
  const differing = form ? [...fields(form)].filter(([name, each]) => name in kept.typed && String(valueOf(each)) !== String(kept.typed[name])) : [];
  for (const [name, each] of differing) {
    put(each, kept.typed[name]);
    each.dispatchEvent(new Event("input", { bubbles: true }));
  }
  if (differing.length) tell(says.putBack, "warn");
}

addEventListener("offline", () => document.getElementById("offline")?.removeAttribute("hidden"));
addEventListener("online", () => document.getElementById("offline")?.setAttribute("hidden", ""));
if (!navigator.onLine) document.getElementById("offline")?.removeAttribute("hidden");
document.querySelector('form[action="/console/sign-out"]')?.addEventListener("submit", forget);
document.addEventListener("DOMContentLoaded", putBack); // once htmx listens to what is typed
