// Pictures of menus: dropped or chosen, checked by the server, mended there if that helps.
import { csrf } from "./shell.js";

const form = document.querySelector("[data-drop]");
const said = document.getElementById("checked");
let file = null;

async function send(mends = []) {
  if (!file) return;
  if (file.size > 12 * 1024 * 1024) return tell(form.dataset.tooHeavy);
  const body = new FormData();
  body.append("picture", file);
  for (const mend of mends) body.append("mend", mend);
  form.classList.add("is-busy");
  said.textContent = form.dataset.sending;
  try {
    const answer = await fetch(form.dataset.drop, { method: "POST", body, headers: { "X-CSRF-Token": csrf() } });
    if (answer.status === 204) return location.assign(answer.headers.get("X-Next"));
    if (answer.status === 413) return tell(form.dataset.tooHeavy);
    if (answer.status !== 422) return tell(form.dataset.lost);
    said.innerHTML = await answer.text(); // our own template, escaped
    said.querySelector("[data-mends]")?.focus();
  } catch {
    tell(form.dataset.lost);
  } finally {
    form.classList.remove("is-busy");
  }
}

function tell(words) {
  const line = document.createElement("p");
  line.className = "alert alert-bad";
  line.textContent = words;
  said.replaceChildren(line);
}

if (form) {
  const input = form.querySelector("input[type=file]");
  form.addEventListener("submit", (event) => event.preventDefault());
  input.addEventListener("change", () => {
    file = input.files[0] ?? null;
    input.value = ""; // the same file again is a change, too
    send();
  });
  for (const name of ["dragenter", "dragover"])
    form.addEventListener(name, (event) => {
      event.preventDefault();
      form.classList.add("is-over");
    });
  for (const name of ["dragleave", "drop"]) form.addEventListener(name, () => form.classList.remove("is-over"));
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    file = event.dataTransfer.files[0] ?? null;
    send();
  });
  // A picture that misses the field must not replace the page.
  for (const name of ["dragover", "drop"]) document.addEventListener(name, (event) => event.preventDefault());
  said.addEventListener("click", (event) => {
    const button = event.target.closest("[data-mends]");
    if (button) send(button.dataset.mends.split(","));
  });
}
