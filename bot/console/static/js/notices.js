// Web push of this browser: on, off, and why not. <section data-push data-key="the server's key">.
import { csrf } from "./shell.js";

const place = document.querySelector("[data-push]");
const isAble = "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;

if (place?.dataset.key) {
  place.querySelector("[data-push-on]").addEventListener("click", turnOn);
  place.querySelector("[data-push-off]").addEventListener("click", turnOff);
  look().catch(() => show("unable"));
}

async function look() {
  if (!isAble) return show("unable");
  if (Notification.permission === "denied") return show("denied");
  const kept = await subscription();
  if (!kept || Notification.permission !== "granted" || !listed(kept)) return show("off");
  if (!isOurs(kept)) await subscribe(); // the server has another key than it had
  show("on");
}

async function turnOn(event) {
  const button = event.currentTarget;
  button.disabled = true;
  say(place.dataset.saving);
  try {
    if ((await Notification.requestPermission()) !== "granted") {
      say("");
      return show(Notification.permission === "denied" ? "denied" : "off");
    }
    await subscribe();
    location.reload();
  } catch {
    say(place.dataset.failed);
  } finally {
    button.disabled = false;
  }
}

async function turnOff() {
  const kept = await subscription();
  const form = kept && listed(kept);
  await kept?.unsubscribe();
  if (form) form.requestSubmit();
  else show("off");
}

/** Return the line of this browser in the list of devices: the server knows it. */
function listed(kept) {
  const ending = kept.endpoint.slice(-40);
  return [...place.querySelectorAll("form[data-device]")].find((form) => form.dataset.device === ending);
}

async function subscribe() {
  const { pushManager } = await navigator.serviceWorker.ready;
  const before = await pushManager.getSubscription();
  if (before && !isOurs(before)) await before.unsubscribe();
  await keep(await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(place.dataset.key) }));
}

async function subscription() {
  const registration = await navigator.serviceWorker.ready;
  return registration.pushManager.getSubscription();
}

/** Whether a subscription is made for this server's key: another key's pushes would be refused. */
function isOurs(kept) {
  const key = kept.options?.applicationServerKey;
  return !key || String(new Uint8Array(key)) === String(bytes(place.dataset.key));
}

async function keep(made) {
  const { endpoint, keys } = made.toJSON();
  const answer = await fetch("/console/notices/devices", {
    method: "POST",
    headers: { "X-CSRF-Token": csrf() },
    body: new URLSearchParams({ endpoint, p256dh: keys.p256dh, auth: keys.auth }),
  });
  if (!answer.ok) throw new Error(String(answer.status));
}

function bytes(text) {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (sign) => sign.charCodeAt(0));
}

function show(state) {
  for (const part of place.querySelectorAll("[data-push-when]")) part.hidden = part.dataset.pushWhen !== state;
}

function say(words) {
  place.querySelector("[data-push-says]").textContent = words;
}
