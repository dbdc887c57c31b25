// The month's quota: what was billed and by which kind of call.

import { api } from "../api.js";
import { h } from "../dom.js";
import { toast } from "../sheet.js";
import { t } from "../strings.js";
import { jsonBlock } from "./log.js";

const COSTLY = new Set(["push", "multicast", "narrowcast", "broadcast"]);

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
    const used = quota.used ?? quota.consumption ?? quota.totalUsage ?? 0;
    const limit = quota.limit ?? quota.value ?? null;
    const words = limit === null ? t("quotaUnlimited", { used }) : t("quotaUsed", { used, limit });
    const rows = kinds(quota.sent ?? quota.byKind);
    this.element.replaceChildren(
      h("p", { class: "quota-words" }, words),
      ...(limit === null ? [] : [h("meter", { class: "quota-meter", min: 0, max: limit, high: limit * 0.8, value: used, "aria-label": words }), h("p", { class: "hint" }, t("quotaRemaining", { n: Math.max(0, limit - used) }))]),
      ...(rows.length ? [h("table", { class: "quota-kinds" }, h("tbody", {}, rows))] : []),
      jsonBlock("JSON", quota));
  }

  hear(event) {
    if (event.type === "request" || event.type === "reset") this.refresh();
  }
}
