// Faults: make LINE's API fail, be slow or lie, to see what the bot does.

import { api } from "../api.js";
import { h, iconButton } from "../dom.js";
import { field, toast } from "../sheet.js";
import { t } from "../strings.js";

/** The words for each kind of fault. */
export const KINDS = { status: "kindStatus", delay: "kindDelay", reset: "kindReset", "accept-then-timeout": "kindAcceptTimeout", "accept-then-500": "kindAcceptError" };
const PATHS = ["/v2/bot/message/reply", "/v2/bot/message/push", "/v2/bot/message/", "/v2/bot/user/{userId}/richmenu/", "/v2/bot/profile/", "/v2/bot/"];

const choice = (label, name, options) => h("label", { class: "field" }, h("span", {}, label), h("select", { name }, options.map(([value, text]) => h("option", { value }, text))));

export class FaultsTab {
  name = "faults";
  title = "tabFaults";

  constructor() {
    this.now = h("ul", { class: "faults" });
    const kind = choice(t("faultKind"), "kind", Object.entries(KINDS).map(([value, key]) => [value, t(key)]));
    this.status = field(t("faultStatus"), "status", { type: "number", min: 400, max: 599, value: 500 });
    this.delay = field(t("faultDelay"), "delaySeconds", { type: "number", min: 0, step: "any", value: 3 });
    kind.querySelector("select").addEventListener("change", (event) => this.suit(event.target.value));
    this.suit("status");
    this.element = h("div", { class: "tab-body" },
      h("form", { class: "panel-form", on: { submit: (event) => this.add(event) } },
        field(t("faultPath"), "path", { value: PATHS[0], required: true, list: "fault-paths" }),
        h("datalist", { id: "fault-paths" }, PATHS.map((value) => h("option", { value }))),
        kind, this.status, this.delay,
        field(t("faultTimes"), "times", { type: "number", min: 1, value: 1, placeholder: t("any") }),
        h("button", { type: "submit", class: "button is-primary" }, t("faultAdd"))),
      h("h3", {}, t("faultNow")), this.now,
      h("button", { type: "button", class: "button is-danger", on: { click: () => this.run(() => api.clearFaults()) } }, t("faultClear")));
  }

  suit(kind) {
    this.status.hidden = kind !== "status";
    this.delay.hidden = kind !== "delay";
  }

  async run(call) {
    try {
      await call();
      await this.refresh();
    } catch (error) {
      toast(error.message, "error");
    }
  }

  add(event) {
    event.preventDefault();
    const values = Object.fromEntries(new FormData(event.target));
    const fault = { path: values.path, kind: values.kind };
    if (values.kind === "status") fault.status = Number(values.status);
    if (values.kind === "delay") fault.delaySeconds = Number(values.delaySeconds);
    if (values.times) fault.times = Number(values.times);
    return this.run(() => api.addFault(fault));
  }

  async refresh() {
    const { faults } = await api.faults();
    this.now.replaceChildren(...(faults.length ? faults.map((fault) => this.line(fault)) : [h("li", { class: "panel-none" }, t("none"))]));
  }

  line(fault) {
    const left = fault.times ? `${fault.struck ?? 0}/${fault.times}` : `${fault.struck ?? 0}`;
    return h("li", {}, h("span", {}, h("strong", {}, t(KINDS[fault.kind] ?? fault.kind)), fault.kind === "status" ? ` ${fault.status}` : "", h("small", {}, `${fault.method ?? ""} ${fault.path} · ${left}`)),
      iconButton("close", t("faultClear"), () => this.run(() => api.clearFault(fault.id))));
  }
}
