// Every API call the bot made, and in plain words why one was refused.

import { api } from "../api.js";
import { clockTime } from "../dates.js";
import { h } from "../dom.js";
import { lang, t } from "../strings.js";
import { explain } from "./explain.js";
import { KINDS } from "./faults.js";
import { jsonBlock, Log, mark } from "./log.js";

const kindOf = (status) => (status < 300 ? "good" : status === 409 || status === 202 ? "wait" : "bad");

function draw(call) {
  const summary = [
    h("time", {}, clockTime(call.at)),
    h("span", { class: "log-what" }, h("small", {}, call.method), call.path.replace(/^\/v2\/bot/, "")),
    call.fault ? mark("wait", t("fault")) : null,
    call.warnings?.length ? mark("wait", "!") : null,
    h("small", {}, `${Math.round(call.latencyMs)} ms`),
    mark(kindOf(call.status), String(call.status)),
  ];
  const reasons = call.status >= 400 ? explain(call.status, call.response, lang) : [];
  const details = () => [
    reasons.length ? h("div", { class: "why" }, h("strong", {}, t("whyFailed")), h("ul", {}, reasons.map((reason) => h("li", {}, reason)))) : null,
    call.fault ? h("p", { class: "hint" }, t("faultStruck", { kind: t(KINDS[call.fault] ?? call.fault) })) : null,
    call.warnings?.length ? h("div", { class: "why is-mild" }, h("strong", {}, t("nearEdge")), h("ul", {}, call.warnings.map((warning) => h("li", {}, warning)))) : null,
    h("p", { class: "hint" }, `${call.method} ${call.path}`, h("br"), `x-line-request-id ${call.requestId}`, call.retryKey ? [h("br"), `x-line-retry-key ${call.retryKey}`] : null),
    jsonBlock(t("body"), call.body), jsonBlock(t("response"), call.response),
  ];
  return { summary, details };
}

export class RequestsTab {
  name = "requests";
  title = "tabApi";

  constructor() {
    this.log = new Log(draw);
    this.element = h("div", { class: "tab-body" }, this.log.element);
  }

  refresh() {
    return this.log.refresh(async () => (await api.requests()).requests);
  }

  hear(event) {
    if (event.type === "request") this.log.put(event.request);
    if (event.type === "reset") this.refresh();
  }
}
