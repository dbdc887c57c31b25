// Things laid over the page: sheets, toasts and the clipboard.

import { h, iconButton } from "./dom.js";
import { t } from "./strings.js";

/** Show a modal sheet; resolves with what `close(value)` was given, or undefined. */
export function sheet({ title, body, className = "", wide = false }) {
  return new Promise((resolve) => {
    const close = (value) => {
      dialog.returned = value;
      dialog.close();
    };
    const dialog = h("dialog", { class: `sheet ${wide ? "is-wide" : ""} ${className}`, "aria-label": title },
      h("header", { class: "sheet-head" }, h("h2", {}, title), iconButton("close", t("close"), () => close())),
      h("div", { class: "sheet-body" }, body(close)));
    dialog.addEventListener("click", (event) => {
      if (event.target === dialog) close();
    });
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returned);
    });
    document.body.append(dialog);
    dialog.showModal();
    dialog.querySelector("[autofocus]")?.focus();
  });
}

/** A sheet with a form; resolves with the form's values, or undefined. */
export function formSheet({ title, lead, fields, submit }) {
  return sheet({
    title,
    body: (close) => h("form", {
      class: "sheet-form", method: "dialog",
      on: {
        submit: (event) => {
          event.preventDefault();
          close(Object.fromEntries(new FormData(event.target)));
        },
      },
    }, lead ? h("p", { class: "lead" }, lead) : null, fields,
    h("footer", { class: "sheet-foot" },
      h("button", { type: "button", class: "button", on: { click: () => close() } }, t("cancel")),
      h("button", { type: "submit", class: "button is-primary" }, submit))),
  });
}

/** A labelled input of a form. */
export function field(label, name, props = {}) {
  return h("label", { class: "field" }, h("span", {}, label), h("input", { name, autocomplete: "off", ...props }));
}

/** Ask before something that cannot be undone. */
export async function confirmed(question) {
  const values = await formSheet({ title: question, fields: [], submit: t("yes") });
  return values !== undefined;
}

let toasts;

/** Say something for a few seconds, above everything else. */
export function toast(text, kind = "info", milliseconds = 4500) {
  toasts ??= document.body.appendChild(h("div", { class: "toasts", role: "status", "aria-live": "polite", popover: "manual" }));
  const line = h("p", { class: `toast is-${kind}` }, text);
  toasts.append(line);
  toasts.hidePopover?.();
  toasts.showPopover?.();
  setTimeout(() => {
    line.remove();
    if (!toasts.childElementCount) toasts.hidePopover?.();
  }, milliseconds);
}

export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    toast(t("copied"));
  } catch {
    toast(t("clipboardRefused", { text }), "info", 9000);
  }
}

/** Show a value as JSON, with a copy button. */
export function showJson(title, value) {
  const text = JSON.stringify(value, null, 2);
  return sheet({
    title, wide: true, className: "is-json",
    body: () => [
      h("pre", { class: "json", tabindex: "0" }, text),
      h("footer", { class: "sheet-foot" }, h("button", { type: "button", class: "button", on: { click: () => copyText(text) } }, t("copy"))),
    ],
  });
}
