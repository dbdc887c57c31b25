// The developer panel: a drawer beside the phones, with a tab for each side of the platform.

import { h, iconButton } from "../dom.js";
import { t } from "../strings.js";
import { FaultsTab } from "./faults.js";
import { QuotaTab } from "./quota.js";
import { RequestsTab } from "./requests.js";
import { SettingsTab } from "./settings.js";
import { WebhooksTab } from "./webhooks.js";

export class Panel {
  constructor() {
    this.tabs = [new WebhooksTab(), new RequestsTab(), new QuotaTab(), new FaultsTab(), new SettingsTab()];
    this.buttons = this.tabs.map((tab, index) => h("button", {
      type: "button", role: "tab", id: `tab-${tab.name}`, "aria-controls": `panel-${tab.name}`,
      on: { click: () => this.choose(index), keydown: (event) => this.arrow(event, index) },
    }, t(tab.title)));
    for (const tab of this.tabs) {
      tab.element.setAttribute("role", "tabpanel");
      tab.element.setAttribute("aria-labelledby", `tab-${tab.name}`);
      tab.element.id = `panel-${tab.name}`;
    }
    this.element = h("aside", { class: "panel", "aria-label": t("panel"), hidden: true, on: { keydown: (event) => event.key === "Escape" && this.toggle() } },
      h("header", { class: "panel-head" }, h("h2", {}, t("panel")), iconButton("close", t("close"), () => this.toggle())),
      h("div", { class: "tabs", role: "tablist" }, this.buttons), this.tabs.map((tab) => tab.element));
    this.choose(0, false);
    if (new URLSearchParams(location.search).get("panel") === "1") this.toggle();
  }

  get shown() {
    return this.element.hidden ? null : this.tabs[this.chosen];
  }

  choose(index, refresh = true) {
    this.chosen = index;
    this.tabs.forEach((tab, place) => (tab.element.hidden = place !== index));
    this.buttons.forEach((button, place) => {
      button.setAttribute("aria-selected", String(place === index));
      button.tabIndex = place === index ? 0 : -1;
    });
    if (refresh) this.tabs[index].refresh();
  }

  arrow(event, index) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const next = (index + step + this.tabs.length) % this.tabs.length;
    this.choose(next);
    this.buttons[next].focus();
  }

  toggle() {
    this.element.hidden = !this.element.hidden;
    const url = new URL(location.href);
    if (this.element.hidden) url.searchParams.delete("panel");
    else url.searchParams.set("panel", "1");
    history.replaceState(null, "", url.href.replaceAll("%2C", ","));
    if (!this.element.hidden) this.tabs[this.chosen].refresh();
  }

  /** Pass news to the tab on show. */
  hear(event) {
    this.shown?.hear?.(event);
  }
}
