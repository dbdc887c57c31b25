// The clock, how webhooks are delivered, and the clean slate.

import { api } from "../api.js";
import { fullTime } from "../dates.js";
import { h } from "../dom.js";
import { confirmed, field, toast } from "../sheet.js";
import { learnClock, now, state } from "../state.js";
import { t } from "../strings.js";

const STEPS = [["minute1", 60], ["hour1", 3600], ["day1", 86_400], ["day7", 604_800], ["month1", 2_592_000]];

async function told(call, words) {
  try {
    const result = await call();
    if (words) toast(words);
    return result ?? {};
  } catch (error) {
    toast(error.message, "error");
    return undefined;
  }
}

const tick = (label, name, checked) => h("label", { class: "tick" }, h("input", { type: "checkbox", name, checked }), label);

export class SettingsTab {
  name = "settings";
  title = "tabSettings";

  constructor() {
    this.time = h("p", { class: "clock-now" });
    this.form = h("form", { class: "panel-form", on: { submit: (event) => this.behave(event) } },
      tick(t("redelivery"), "redelivery", true), tick(t("reorder"), "reorder", false),
      field(t("duplicate"), "duplicate", { type: "number", min: 0, max: 10, value: 0 }),
      field(t("batch"), "batch", { type: "number", min: 1, max: 100, value: 1 }),
      h("button", { type: "submit", class: "button is-primary" }, t("apply")));
    this.element = h("div", { class: "tab-body" },
      h("h3", {}, t("clockNow")), this.time,
      h("div", { class: "steps" }, STEPS.map(([key, seconds]) => h("button", { type: "button", class: "button", on: { click: () => this.advance(seconds) } }, `+${t(key)}`))),
      h("h3", {}, t("tabWebhook")),
      this.form,
      h("h3", {}, t("reset")),
      h("button", { type: "button", class: "button is-danger", on: { click: () => this.reset() } }, t("reset")));
    setInterval(() => this.element.hidden || this.showTime(), 1000);
  }

  showTime() {
    this.time.textContent = fullTime(now()) + (state.frozenAt === null ? "" : t("frozen"));
  }

  async advance(seconds) {
    await told(() => api.advance(seconds));
    await this.refresh();
  }

  async refresh() {
    const clock = await told(() => api.clock());
    if (clock) learnClock(clock);
    this.showTime();
    const behaviour = await told(() => api.behaviour());
    if (behaviour) this.fill(behaviour);
  }

  fill(behaviour) {
    const { redelivery, reorder, duplicate, batch } = this.form.elements;
    redelivery.checked = behaviour.redelivery;
    reorder.checked = behaviour.reorder;
    duplicate.value = behaviour.duplicate;
    batch.value = behaviour.batch;
  }

  behave(event) {
    event.preventDefault();
    const values = new FormData(event.target);
    return told(() => api.behave({
      redelivery: values.has("redelivery"), reorder: values.has("reorder"),
      duplicate: Number(values.get("duplicate")), batch: Number(values.get("batch")),
    }), t("applied"));
  }

  async reset() {
    if (await confirmed(t("resetSure"))) await told(() => api.reset(), t("resetDone"));
  }

  hear(event) {
    if (event.type === "clock") this.showTime();
  }
}
