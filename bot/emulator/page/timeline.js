// The talk: what is drawn of it, and what changes in it.

import { isMine } from "./authors.js";
import { dayKey } from "./dates.js";
import { dayLine } from "./days.js";
import { h, icon } from "./dom.js";
import { Dots } from "./dots.js";
import { drawFoot, drawRow, frame, groupKey } from "./rows.js";
import { Scroll } from "./scroll.js";
import { t } from "./strings.js";

const DRAWN = 200; // more is drawn on demand
const STRETCH = 20; // the browser draws a talk by stretches of so many groups

export class Timeline {
  constructor(phone) {
    this.phone = phone;
    this.list = h("div", { class: "talk-list", role: "log", "aria-live": "polite", "aria-label": t("talk") });
    this.more = h("button", { type: "button", class: "older", hidden: true, on: { click: () => this.goBack() } }, icon("up"), h("span", {}));
    this.dots = new Dots(this.list);
    this.scroll = new Scroll(this.list, this.more);
    this.element = this.scroll.element;
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
    this.scroll.reset();
    this.empty();
  }

  empty() {
    this.items = [];
    this.rows = new Map();
    this.group = undefined;
    this.stretch = undefined;
    this.list.replaceChildren();
  }

  /** The last message; lines about who came and went do not count. */
  get last() {
    return this.items.findLast((item) => !item.notice);
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
    this.scroll.toEnd();
  }

  /** Draw more of the past; what is on the screen stays where it is. */
  goBack(count = DRAWN) {
    this.drawn = this.items.length + count;
    this.scroll.keeping(() => this.load([...this.earlier, ...this.items], this.arrived.length));
  }

  /** Bring a message into sight, drawing the past up to it. */
  show(messageId) {
    const place = this.earlier.findIndex((item) => item.id === messageId);
    if (place >= 0) this.goBack(this.earlier.length - place + DRAWN / 10);
    const row = this.rows.get(messageId);
    if (!row) return;
    this.scroll.stuck = false;
    row.scrollIntoView({ block: "center", behavior: place >= 0 ? "auto" : "smooth" });
    row.classList.add("is-found");
    setTimeout(() => row.classList.remove("is-found"), 1600);
  }

  /** One more item, unless it is already there. */
  append(item) {
    if (this.known.has(item.id)) return false;
    this.known.set(item.id, item);
    this.arrived.push(item);
    const follow = this.scroll.stuck || isMine(this.phone, item);
    if (item.direction === "out") this.loading(0);
    this.add(item);
    this.stretch.lastElementChild.classList.add("is-new");
    this.hint?.remove();
    if (follow) this.scroll.toEnd();
    else this.scroll.offer();
    return true;
  }

  add(item) {
    const before = this.items.at(-1);
    if (!before || dayKey(before.at) !== dayKey(item.at)) {
      this.place(dayLine(item.at));
      this.group = undefined;
    }
    this.items.push(item);
    const row = drawRow(this.phone, item);
    this.rows.set(item.id, row);
    const key = groupKey(this.phone, item);
    if (this.group?.key !== key || item.unsent || item.notice) {
      this.group = { key, items: [], bubbles: h("div", { class: "bubbles" }), foot: h("footer", { class: "foot" }) };
      this.place(frame(this.phone, this.group, item));
    }
    this.group.items.push(item);
    this.group.bubbles.append(row);
    drawFoot(this.group);
  }

  /** Put a group or a line between days at the end. */
  place(element) {
    if (!this.stretch || this.stretch.childElementCount >= STRETCH) {
      this.stretch = h("div", { class: "stretch" });
      this.list.append(this.stretch);
    }
    this.stretch.append(element);
  }

  /** Draw one row anew: the message was taken back, edited or read. */
  redraw(item) {
    const row = this.rows.get(item.id);
    if (!row) return;
    const fresh = drawRow(this.phone, item);
    row.replaceWith(fresh);
    this.rows.set(item.id, fresh);
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

  /** A message was taken back or edited. */
  change(messageId, change) {
    const item = this.known.get(messageId);
    if (!item) return;
    Object.assign(item, change);
    this.redraw(item);
  }

  /** The account is preparing an answer, for so many seconds. */
  loading(seconds) {
    this.dots.show(seconds);
    if (seconds) this.scroll.toEnd();
  }

  drawEmpty() {
    this.hint?.remove();
    if (this.items.length || !this.phone.mayTalk) return;
    this.hint = h("p", { class: "talk-empty" }, t("newChat"));
    this.list.append(this.hint);
  }
}

const looksLike = (one, other) => one.id === other.id && Boolean(one.unsent) === Boolean(other.unsent) && one.message?.text === other.message?.text;
