// The frame: menu on a phone, command bar, dialogs, toasts. Pages without scripts work, but for these.
import "./commands.js";

document.addEventListener("click", (event) => {
  const target = event.target.closest("[data-opens], [data-closes], [data-dismisses]");
  if (target?.dataset.opens) open(target.dataset.opens, target);
  else if (target?.hasAttribute("data-closes")) target.closest("dialog")?.close();
  else if (target) target.closest(".toast").remove();
  if (event.target instanceof HTMLDialogElement) event.target.close(); // the backdrop
  for (const details of document.querySelectorAll("details[data-closes-outside][open]"))
    if (!details.contains(event.target)) details.open = false;
  const menu = document.getElementById("menu");
  if (menu?.classList.contains("is-open") && !menu.contains(event.target) && !target) fold(menu);
});

// <button data-copies="id of a field">: its text goes to the clipboard.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copies]");
  if (!button) return;
  const source = document.getElementById(button.dataset.copies);
  source.select?.();
  // Without https there is no clipboard to write to; what is selected can still be copied.
  if (navigator.clipboard) await navigator.clipboard.writeText(source.value ?? source.textContent);
  else if (!document.execCommand("copy")) return;
  button.classList.add("is-done");
  setTimeout(() => button.classList.remove("is-done"), 1500);
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const details of document.querySelectorAll("details[data-closes-outside][open]")) {
    details.open = false;
    details.querySelector("summary").focus();
  }
  const menu = document.querySelector("#menu.is-open");
  if (menu) fold(menu, true);
});

function open(id, by) {
  const what = document.getElementById(id);
  if (what instanceof HTMLDialogElement) return what.showModal();
  const isOpen = what.classList.toggle("is-open");
  by.setAttribute("aria-expanded", String(isOpen));
  if (isOpen) what.querySelector("a, button")?.focus();
}

function fold(menu, returns = false) {
  menu.classList.remove("is-open");
  const button = document.querySelector(`[data-opens="${menu.id}"]`);
  button?.setAttribute("aria-expanded", "false");
  if (returns) button?.focus();
}

// Good news goes by itself; what is to be mended stays until it is closed.
function fade(toast) {
  if (toast.classList.contains("toast-good")) setTimeout(() => toast.remove(), 6000);
}
document.querySelectorAll(".toast").forEach(fade);

/** What a request that changes something sends as X-CSRF-Token. */
export function csrf() {
  return JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRF-Token"];
}

/** Say something in a corner: kind is good, warn or bad. Pages import this. */
export function tell(words, kind = "good") {
  const toast = document.createElement("div");
  toast.className = `toast toast-${kind}`;
  const text = document.createElement("span");
  text.textContent = words;
  toast.append(text);
  document.getElementById("toasts")?.append(toast);
  setTimeout(() => toast.remove(), kind === "good" ? 6000 : 15000);
}

// A refused request shows the reason that came with it.
document.addEventListener("htmx:responseError", (event) => {
  const part = document.createElement("template");
  part.innerHTML = event.detail.xhr.responseText;
  const toast = part.content.querySelector(".toast");
  if (toast) document.getElementById("toasts")?.append(toast);
});

// Who signs out here is told nothing here any more.
document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (form.getAttribute("action") !== "/console/sign-out" || form.dataset.isReady) return;
  event.preventDefault();
  form.dataset.isReady = "yes";
  const leaving = navigator.serviceWorker?.getRegistration("/console/").then((registration) =>
    registration?.pushManager?.getSubscription().then((kept) => kept?.unsubscribe()));
  await Promise.race([leaving, new Promise((done) => setTimeout(done, 1500))]).catch(() => {});
  form.submit();
});

navigator.serviceWorker?.register("/console/service-worker.js", { scope: "/console/" }).catch(() => {});
