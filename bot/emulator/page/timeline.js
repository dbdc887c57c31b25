// The talk: groups of bubbles by call, days between them, read marks and what each answer cost.

import { drawMessage, isWide } from "./bubbles/index.js";
import { tapper } from "./actions.js";
import { clockTime, dayKey, dayName } from "./dates.js";
import { h, icon, iconButton } from "./dom.js";
import { avatar } from "./people.js";
import { showJson } from "./sheet.js";
import { now, state } from "./state.js";
import { t } from "./strings.js";

const NEAR_END = 120;
const DRAWN = 200; // more is drawn on demand

export class Timeline {
  constructor(phone) {
    this.phone = phone;
    this.items = [];
    this.arrived = [];
    this.list = h("div", { class: "talk-list", role: "log", "aria-live": "polite", "aria-label": t("talk") });
    this.below = h("button", { type: "button", class: "new-below", hidden: true, on: { click: () => this.toEnd() } }, icon("down"), t("newBelow"));
    this.drawn = DRAWN;
    this.earlier = [];
    this.more = h("button", { type: "button", class: "older", hidden: true, on: { click: () => this.goBack() } }, icon("up"), h("span", {}));
    this.scroller = h("div", { class: "talk-scroller", tabindex: "0", on: { scroll: () => this.atEnd() && (this.below.hidden = true) } }, this.more, this.list);
    this.element = h("div", { class: "talk" }, this.scroller, this.below);
    new ResizeObserver(() => this.stuck && this.toEnd()).observe(this.scroller);
    new ResizeObserver(() => this.stuck && this.toEnd()).observe(this.list);
    this.scroller.addEventListener("scroll", () => (this.stuck = this.atEnd()), { passive: true });
    this.stuck = true;
    this.readUntil = 0;
  }

  get last() {
    return this.items.at(-1);
  }

  atEnd() {
    return this.scroller.scrollHeight - this.scroller.scrollTop - this.scroller.clientHeight < NEAR_END;
  }

  toEnd() {
    this.scroller.scrollTop = this.scroller.scrollHeight;
    this.below.hidden = true;
  }

  /** Show these items, read from `mark` on; those already there stay untouched, and so does what arrived meanwhile. */
  load(read, mark) {
    const known = new Set(read.map((item) => item.id));
    const all = [...read, ...this.arrived.slice(mark).filter((item) => !known.has(item.id))];
    const items = all.slice(-this.drawn);
    this.earlier = all.slice(0, all.length - items.length);
    const same = this.items.length <= items.length && this.items.every((item, index) => item.id === items[index].id && Boolean(item.unsent) === Boolean(items[index].unsent));
    if (!same) {
      this.items = [];
      this.list.replaceChildren();
      this.group = undefined;
    }
    for (const item of items.slice(this.items.length)) this.add(item);
    this.drawEmpty();
    this.more.hidden = !this.earlier.length;
    this.more.lastChild.textContent = t("older", { n: this.earlier.length });
    this.toEnd();
  }

  /** Draw more of the past; what is on the screen stays where it is. */
  goBack() {
    const below = this.scroller.scrollHeight - this.scroller.scrollTop;
    this.drawn = this.items.length + DRAWN;
    this.load([...this.earlier, ...this.items], this.arrived.length);
    this.scroller.scrollTop = this.scroller.scrollHeight - below;
  }

  /** One more item, unless it is already there. */
  append(item) {
    if (this.items.some((known) => known.id === item.id)) return false;
    this.arrived.push(item);
    const follow = this.atEnd() || item.direction === "in";
    if (item.direction === "out") this.loading(0);
    this.add(item);
    this.drawEmpty();
    if (follow) this.toEnd();
    else this.below.hidden = false;
    return true;
  }

  add(item) {
    const before = this.last;
    if (!before || dayKey(before.at) !== dayKey(item.at)) {
      this.list.append(h("p", { class: "day", data: { at: item.at } }, h("span", {}, dayName(item.at, now()))));
      this.group = undefined;
    }
    this.items.push(item);
    const key = item.direction === "out" && item.callId ? item.callId : item.id;
    if (this.group?.key === key && this.group.direction === item.direction && !item.unsent) {
      this.group.items.push(item);
      this.group.bubbles.append(this.row(item));
      this.drawFoot(this.group);
      return;
    }
    this.group = { key, direction: item.direction, items: [item], bubbles: h("div", { class: "bubbles" }), foot: h("footer", { class: "foot" }) };
    this.group.bubbles.append(this.row(item));
    this.drawFoot(this.group);
    this.list.append(this.frame(this.group, item));
  }

  frame(group, item) {
    if (item.direction === "in") return h("article", { class: "group is-in", data: { key: group.key } }, group.bubbles);
    const sender = item.message?.sender ?? {};
    const name = sender.name ?? state.account.displayName;
    return h("article", { class: "group is-out", data: { key: group.key } },
      avatar(name, sender.iconUrl ?? (sender.name ? null : state.account.pictureUrl), state.account.basicId + name),
      h("div", { class: "group-main" }, h("p", { class: "sender" }, name), group.bubbles, group.foot));
  }

  row(item) {
    if (item.unsent) return h("p", { class: "unsent", data: { id: item.id } }, t("unsent"));
    const tools = h("span", { class: "tools" },
      iconButton("code", t("json"), () => showJson(t("json"), item)),
      item.direction === "in" ? iconButton("undo", t("unsend"), () => this.phone.unsend(item)) : null);
    const meta = item.direction === "in" ? h("span", { class: "meta" }, h("span", { class: "read" }, this.isRead(item) ? t("read") : ""), h("time", {}, clockTime(item.at))) : null;
    return h("div", { class: `row is-${item.message?.type ?? "unknown"}${isWide(item.message) ? " is-wide" : ""}`, data: { id: item.id } },
      drawMessage(item, tapper(this.phone, item)), h("span", { class: "beside" }, tools, meta));
  }

  drawFoot(group) {
    if (group.direction !== "out") return;
    const billed = group.items.reduce((sum, item) => sum + (item.billed ?? 0), 0);
    const { via, at } = group.items.at(-1);
    group.foot.replaceChildren(h("time", {}, clockTime(at)), ...(via ? [badge(via, billed)] : []));
  }

  /** Say 今日 and 昨日 anew: the clock was moved. */
  nameDays() {
    for (const day of this.list.querySelectorAll(".day")) day.firstChild.textContent = dayName(Number(day.dataset.at), now());
  }

  isRead(item) {
    return item.read === true || (this.readUntil > 0 && item.at <= this.readUntil);
  }

  /** The account has read everything up to this instant. */
  readUpTo(upTo) {
    this.readUntil = Math.max(this.readUntil, Number(upTo) || 0);
    for (const item of this.items) {
      if (item.direction !== "in" || !this.isRead(item)) continue;
      const mark = this.list.querySelector(`[data-id="${CSS.escape(item.id)}"] .read`);
      if (mark) mark.textContent = t("read");
    }
  }

  unsend(messageId) {
    const item = this.items.find((one) => one.id === messageId);
    if (!item) return;
    item.unsent = true;
    this.list.querySelector(`[data-id="${CSS.escape(messageId)}"]`)?.replaceWith(this.row(item));
  }

  /** The account is preparing an answer, for so many seconds. */
  loading(seconds) {
    clearTimeout(this.loadingTimer);
    this.dots?.remove();
    this.dots = undefined;
    if (!seconds) return;
    this.dots = h("div", { class: "group is-out is-loading", role: "status", "aria-label": t("loading") },
      avatar(state.account.displayName, state.account.pictureUrl, state.account.basicId + state.account.displayName),
      h("div", { class: "bubble text-bubble dots" }, h("i"), h("i"), h("i")));
    this.list.append(this.dots);
    this.toEnd();
    this.loadingTimer = setTimeout(() => this.loading(0), seconds * 1000);
  }

  drawEmpty() {
    this.hint?.remove();
    const user = state.users.get(this.phone.userId);
    if (this.items.length || user?.state !== "friend") return;
    this.hint = h("p", { class: "talk-empty" }, t("newChat"));
    this.list.append(this.hint);
  }
}

/** What a call cost: replies are free, anything billed says how many. */
function badge(via, billed) {
  if (billed > 0) return h("span", { class: "badge is-paid", title: t("via", { via }) }, t("paid", { n: billed }));
  if (via === "reply") return h("span", { class: "badge is-free", title: t("viaReply") }, t("free"));
  return h("span", { class: "badge is-free", title: t("via", { via }) }, `${t("unbilled")} ${via}`);
}
