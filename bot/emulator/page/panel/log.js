// A log that grows at the top: one line per entry, its details on demand.

import { h } from "../dom.js";
import { showJson, toast } from "../sheet.js";
import { t } from "../strings.js";

const KEPT = 200;

export class Log {
  /** `draw(entry)` gives {summary, details(): elements}; entries of one id replace each other. */
  constructor(draw) {
    this.draw = draw;
    this.rows = new Map();
    this.none = h("p", { class: "panel-none" }, t("none"));
    this.list = h("div", { class: "log" });
    this.element = h("div", { class: "log-frame" }, this.none, this.list);
  }

  /** Read all entries again with `read()`. */
  async refresh(read) {
    try {
      const entries = await read();
      this.rows.clear();
      this.list.replaceChildren();
      for (const entry of entries.slice(-KEPT)) this.put(entry);
    } catch (error) {
      toast(error.message, "error");
    }
  }

  put(entry) {
    const { summary, details } = this.draw(entry);
    const old = this.rows.get(entry.id);
    const row = h("details", { class: "log-row", open: old?.open === true }, h("summary", {}, summary));
    const fill = () => row.open && row.childElementCount === 1 && row.append(h("div", { class: "log-details" }, details()));
    row.addEventListener("toggle", fill);
    fill();
    this.rows.set(entry.id, row);
    if (old) old.replaceWith(row);
    else this.list.prepend(row);
    while (this.list.childElementCount > KEPT) this.list.lastElementChild.remove();
    this.none.hidden = true;
  }
}

/** A block of JSON with its title; a click shows it large. */
export function jsonBlock(title, value) {
  if (value === null || value === undefined) return null;
  return h("div", { class: "json-block" },
    h("button", { type: "button", class: "json-title", on: { click: () => showJson(title, value) } }, title),
    h("pre", { class: "json is-small" }, JSON.stringify(value, null, 1)));
}

/** A small coloured word. */
export const mark = (kind, text) => h("span", { class: `mark is-${kind}` }, text);
