// The talk: what is drawn of it, where it is scrolled to, and what changes in it.

import { isMine } from "./authors.js";
import { dayKey, dayName } from "./dates.js";
import { h, icon } from "./dom.js";
import { avatar } from "./people.js";
import { drawFoot, drawRow, frame, groupKey } from "./rows.js";
import { now, state } from "./state.js";
import { t } from "./strings.js";

const NEAR_END = 120;
const DRAWN = 200; // more is drawn on demand

export class Timeline {
  constructor(phone) {
    this.phone = phone;
    this.list = h("div", { class: "talk-list", role: "log", "aria-live": "polite", "aria-label": t("talk") });
    this.below = h("button", { type: "button", class: "new-below", hidden: true, on: { click: () => this.toEnd() } }, icon("down"), t("newBelow"));
    this.more = h("button", { type: "button", class: "older", hidden: true, on: { click: () => this.goBack() } }, icon("up"), h("span", {}));
    this.scroller = h("div", { class: "talk-scroller", tabindex: "0" }, this.more, this.list);
    this.element = h("div", { class: "talk" }, this.scroller, this.below);
    const follow = new ResizeObserver(() => this.stuck && this.toEnd());
    follow.observe(this.scroller);
    follow.observe(this.list);
    this.scroller.addEventListener("scroll", () => {
      this.stuck = this.atEnd();
      if (this.stuck) this.below.hidden = true;
    }, { passive: true });
    this.clear();
  }

  /** Forget the talk: another one follows. */
  clear() {
    this.loading(0);
    this.arrived = [];
    this.earlier = [];
    this.known = new Map();
    this.drawn = DRAWN;
    this.readUntil = 0;
    this.stuck = true;
    this.below.hidden = true;
    this.empty();
  }

  empty() {
    this.items = [];
    this.rows = new Map();
    this.group = undefined;
    this.list.replaceChildren();
  }

  /** The last message; lines about who came and went do not count. */
  get last() {
    return this.items.findLast((item) => !item.notice);
  }

  /** A message of this talk, drawn or not. */
  find(messageId) {
    return this.known.get(messageId);
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
    const ids = new Set(read.map((item) => item.id));
    const all = [...read, ...this.arrived.slice(mark).filter((item) => !ids.has(item.id))];
    this.known = new Map(all.map((item) => [item.id, item]));
    const items = all.slice(-this.drawn);
    this.earlier = all.slice(0, all.length - items.length);
    const same = this.items.length <= items.length && this.items.every((item, index) => looksLike(item, items[index]));
    if (!same) this.empty();
    for (const item of items.slice(this.items.length)) this.add(item);
    this.drawEmpty();
    this.more.hidden = !this.earlier.length;
    this.more.lastChild.textContent = t("older", { n: this.earlier.length });
    this.toEnd();
  }

  /** Draw more of the past; what is on the screen stays where it is. */
  goBack(count = DRAWN) {
    const below = this.scroller.scrollHeight - this.scroller.scrollTop;
    this.drawn = this.items.length + count;
    this.load([...this.earlier, ...this.items], this.arrived.length);
    this.scroller.scrollTop = this.scroller.scrollHeight - below;
  }

  /** Bring a message into sight, drawing the past up to it. */
  show(messageId) {
    const place = this.earlier.findIndex((item) => item.id === messageId);
    if (place >= 0) this.goBack(this.earlier.length - place + DRAWN / 10);
    const row = this.rows.get(messageId);
    if (!row) return;
    row.scrollIntoView({ block: "center", behavior: place >= 0 ? "auto" : "smooth" });
    row.classList.add("is-found");
    setTimeout(() => row.classList.remove("is-found"), 1600);
  }

  /** One more item, unless it is already there. */
  append(item) {
    if (this.known.has(item.id)) return false;
    this.known.set(item.id, item);
    this.arrived.push(item);
    const follow = this.stuck || isMine(this.phone, item);
    if (item.direction === "out") this.loading(0);
    this.add(item);
    this.hint?.remove();
    if (follow) this.toEnd();
    else this.below.hidden = false;
    return true;
  }

  add(item) {
    const before = this.items.at(-1);
    if (!before || dayKey(before.at) !== dayKey(item.at)) {
      this.list.append(h("p", { class: "day", data: { at: item.at } }, h("span", {}, dayName(item.at, now()))));
      this.group = undefined;
    }
    this.items.push(item);
    const row = drawRow(this.phone, item);
    this.rows.set(item.id, row);
    const key = groupKey(this.phone, item);
    if (this.group?.key !== key || item.unsent || item.notice) {
      this.group = { key, items: [], bubbles: h("div", { class: "bubbles" }), foot: h("footer", { class: "foot" }) };
      this.list.append(frame(this.phone, this.group, item));
    }
    this.group.items.push(item);
    this.group.bubbles.append(row);
    drawFoot(this.group);
  }

  /** Draw one row anew: the message was taken back, edited or read. */
  redraw(item) {
    const row = this.rows.get(item.id);
    if (!row) return;
    const fresh = drawRow(this.phone, item);
    row.replaceWith(fresh);
    this.rows.set(item.id, fresh);
  }

  /** Say 今日 and 昨日 anew: the clock was moved. */
  nameDays() {
    for (const day of this.list.querySelectorAll(".day")) day.firstChild.textContent = dayName(Number(day.dataset.at), now());
  }

  /** The account has read everything up to this instant. */
  readUpTo(upTo) {
    const from = this.readUntil;
    this.readUntil = Math.max(from, Number(upTo) || 0);
    for (const item of this.items) {
      if (item.direction !== "in" || item.at <= from || item.at > this.readUntil) continue;
      const mark = this.rows.get(item.id)?.querySelector(".read");
      if (mark) mark.textContent = t("read");
    }
  }

  unsend(messageId) {
    const item = this.known.get(messageId);
    if (!item) return;
    item.unsent = true;
    this.redraw(item);
  }

  edit(changed) {
    const item = this.known.get(changed.id);
    if (!item) return;
    Object.assign(item, changed);
    this.redraw(item);
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
    if (this.items.length || !this.phone.mayTalk) return;
    this.hint = h("p", { class: "talk-empty" }, t("newChat"));
    this.list.append(this.hint);
  }
}

const looksLike = (one, other) => one.id === other.id && Boolean(one.unsent) === Boolean(other.unsent) && one.message?.text === other.message?.text;
