// The month's quota: what was billed and by which kind of call.

import { api } from "../api.js";
import { h } from "../dom.js";
import { toast } from "../sheet.js";
import { t } from "../strings.js";
import { jsonBlock } from "./log.js";

const COSTLY = new Set(["push", "multicast", "narrowcast", "broadcast"]);

/** What was sent this month by kind of call, from the days of the ledger. */
function monthOf({ month, sent }) {
  const sums = {};
  const days = Object.entries(sent ?? {}).filter(([day]) => day.startsWith(String(month).replace("-", "")));
  for (const [kind, count] of days.flatMap(([, day]) => Object.entries(day))) sums[kind] = (sums[kind] ?? 0) + count;
  return sums;
}

function kinds(sent) {
  return Object.entries(sent ?? {}).filter(([, count]) => typeof count === "number").map(([kind, count]) =>
    h("tr", {}, h("th", { scope: "row" }, kind), h("td", {}, String(count)), h("td", {}, COSTLY.has(kind) ? t("paid", { n: count }) : t("free"))));
}

export class QuotaTab {
  name = "quota";
  title = "tabQuota";

  constructor() {
    this.element = h("div", { class: "tab-body" });
  }

  async refresh() {
    try {
      this.show(await api.quota());
    } catch (error) {
      toast(error.message, "error");
    }
  }

  show(quota) {
    const { used, value: limit } = quota;
    const words = limit === null ? t("quotaUnlimited", { used }) : t("quotaUsed", { used, limit });
    const rows = kinds(monthOf(quota));
    this.element.replaceChildren(
      h("p", { class: "quota-words" }, words),
      ...(limit === null ? [] : [h("meter", { class: "quota-meter", min: 0, max: limit, high: limit * 0.8, value: used, "aria-label": words }), h("p", { class: "hint" }, t("quotaRemaining", { n: quota.remaining ?? limit - used }))]),
      ...(rows.length ? [h("table", { class: "quota-kinds" }, h("tbody", {}, rows))] : []),
      jsonBlock("JSON", quota));
  }

  hear(event) {
    if (event.type === "request" || event.type === "reset") this.refresh();
  }
}
