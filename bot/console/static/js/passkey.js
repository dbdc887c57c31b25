// Passkeys: <form data-passkey="get|create" data-options="where a challenge comes from" data-origin="…">.
// The device's answer goes into the form's field "credential", and the form on its way.
import { csrf } from "./shell.js";

for (const form of document.querySelectorAll("form[data-passkey]")) {
  const state = location.origin !== form.dataset.origin ? "elsewhere" : isAble() ? "form" : "unable";
  for (const part of form.closest("[data-passkey-place]").querySelectorAll("[data-passkey-when]"))
    part.hidden = part.dataset.passkeyWhen !== state;
  form.addEventListener("submit", ask);
}

function isAble() {
  return typeof window.PublicKeyCredential?.parseCreationOptionsFromJSON === "function";
}

async function ask(event) {
  event.preventDefault();
  const form = event.currentTarget;
  const button = form.querySelector("[type=submit]");
  say(form, "");
  button.disabled = true;
  try {
    const answer = await fetch(form.dataset.options, {
      method: "POST",
      headers: { "X-CSRF-Token": csrf() },
      body: new URLSearchParams(new FormData(form)),
    });
    const options = await answer.json();
    if (!answer.ok) return say(form, options.problem);
    const credential = await (form.dataset.passkey === "create" ? create(options) : get(options));
    form.elements.credential.value = JSON.stringify(credential.toJSON());
    form.submit();
  } catch (error) {
    const reasons = { NotAllowedError: "cancelled", AbortError: "cancelled", InvalidStateError: "known" };
    say(form, form.dataset[reasons[error.name] ?? "failed"]);
  } finally {
    button.disabled = false;
  }
}

function create(options) {
  return navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) });
}

function get(options) {
  return navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
}

function say(form, words) {
  const problem = form.querySelector("[data-passkey-problem]");
  problem.textContent = words;
  problem.hidden = !words;
}
