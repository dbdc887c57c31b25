// Asking the server for parts of the page; what changes something carries the token of the page.
import { csrf } from "../shell.js";

/** GET a part; null: it is not ours to see, or not there. */
export async function part(path) {
  const answer = await fetch(path, { headers: { "HX-Request": "true" } });
  if (answer.headers.has("HX-Redirect")) location.assign(answer.headers.get("HX-Redirect"));
  return answer.ok ? answer.text() : null;
}

/** POST fields; returns {status, body}. Throws where nothing came back. */
export async function send(path, fields, options = {}) {
  const body = fields instanceof FormData ? fields : new URLSearchParams(fields);
  const answer = await fetch(path, {
    method: "POST", body, headers: { "HX-Request": "true", "X-CSRF-Token": csrf() }, ...options,
  });
  if (answer.headers.has("HX-Redirect")) location.assign(answer.headers.get("HX-Redirect"));
  const isJson = answer.headers.get("Content-Type")?.startsWith("application/json");
  return { status: answer.status, body: isJson ? await answer.json() : null, text: isJson ? "" : await answer.text() };
}

/** Make elements of what the server drew. */
export function elements(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
}
