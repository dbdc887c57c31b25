// Every webhook sent to the bot: what happened, how often it was tried, what the bot said.

import { api } from "../api.js";
import { clockTime, fullTime } from "../dates.js";
import { h, icon } from "../dom.js";
import { state } from "../state.js";
import { toast } from "../sheet.js";
import { lang, t } from "../strings.js";
import { reasonInWords } from "../trouble.js";
import { jsonBlock, Log, mark } from "./log.js";

const kindOf = (event) => (event.type === "message" ? `message/${event.message?.type}` : event.type);
const nameOf = (event) => state.users.get(event.source?.userId)?.displayName ?? "";

const STATES = { delivered: "good", pending: "wait", failed: "bad", dropped: "bad" };

function attemptLine(attempt, index) {
  return h("li", {}, `${t("attempts", { n: index + 1 })} ${fullTime(attempt.at)} · ${attempt.status ?? "–"} · ${Math.round(attempt.latencyMs)} ms`,
    attempt.reason ? ` · ${reasonInWords(attempt.reason, lang)}` : "",
    attempt.signature ? [h("br"), h("code", { class: "signature" }, `x-line-signature ${attempt.signature}`)] : null);
}

async function redeliver(delivery) {
  try {
    await api.redeliver(delivery.id);
  } catch (error) {
    toast(error.message, "error");
  }
}

function draw(delivery) {
  const events = delivery.events ?? [];
  const last = delivery.attempts?.at(-1);
  const summary = [
    h("time", {}, clockTime(delivery.at)),
    h("span", { class: "log-what" }, events.map(kindOf).join(", ") || "verify", h("small", {}, [...new Set(events.map(nameOf))].filter(Boolean).join(", "))),
    delivery.attempts?.length > 1 ? mark("wait", `×${delivery.attempts.length}`) : null,
    delivery.duplicate ? mark("wait", "dup") : null,
    h("small", {}, last ? `${Math.round(last.latencyMs)} ms` : ""),
    mark(STATES[delivery.state] ?? "wait", String(last?.status ?? t(`state_${delivery.state}`))),
  ];
  const details = () => [
    h("ol", { class: "attempts" }, (delivery.attempts ?? []).map(attemptLine)),
    h("button", { type: "button", class: "button", on: { click: () => redeliver(delivery) } }, icon("redo"), t("redeliver")),
    jsonBlock(t("events"), events),
  ];
  return { summary, details };
}

export class WebhooksTab {
  name = "webhooks";
  title = "tabWebhook";

  constructor() {
    this.log = new Log(draw);
    this.element = h("div", { class: "tab-body" }, this.log.element);
  }

  refresh() {
    return this.log.refresh(async () => (await api.webhooks()).webhooks);
  }

  hear(event) {
    if (event.type === "webhook") this.log.put(event.delivery);
    if (event.type === "reset") this.refresh();
  }
}
