// One person's phone: the talk it shows, the rich menu and what they can do.

import { api } from "./api.js";
import { openCoupon } from "./bubbles/coupon.js";
import { Browser } from "./browser.js";
import { Composer } from "./composer.js";
import { h } from "./dom.js";
import { noticeItems, weave } from "./groups/notices.js";
import { TalkList } from "./groups/talks.js";
import { drawGate, drawHead, drawOwner, lookOf } from "./head.js";
import { QuickReplies } from "./quickreply.js";
import { RichMenuView } from "./richmenu.js";
import { toast } from "./sheet.js";
import { state, talkOf } from "./state.js";
import { t } from "./strings.js";
import { Timeline } from "./timeline.js";

export class Phone {
  constructor(userId) {
    this.userId = userId;
    this.talkId = talkOf(userId);
    this.api = api;
    this.timeline = new Timeline(this);
    this.quick = new QuickReplies(this);
    this.menu = new RichMenuView(this);
    this.composer = new Composer(this);
    this.talks = new TalkList(this);
    this.browser = new Browser(this);
    this.owner = h("header", { class: "owner" });
    this.head = h("div", { class: "talk-head" });
    this.gate = h("div", { class: "gate", hidden: true });
    this.notice = h("p", { class: "notice", role: "alert", hidden: true });
    this.screen = h("div", { class: "phone" }, this.head, this.notice, this.timeline.element, this.gate, this.quick.element,
      this.composer.element, this.menu.element, this.talks.element, this.browser.element);
    this.element = h("section", { class: "phone-column", data: { userId } }, this.owner, this.screen);
    this.element.addEventListener("phone:browse", (event) => this.browser.open(event.detail));
    this.element.addEventListener("phone:coupon", (event) => openCoupon(this, event.detail));
    this.element.addEventListener("phone:watched", (event) => this.attempt(() => api.watched(userId, event.detail)));
  }

  get user() {
    return state.users.get(this.userId) ?? { displayName: "", state: "stranger" };
  }

  /** The group on the screen; undefined in the talk with the account. */
  get group() {
    return this.talkId === this.userId ? undefined : state.groups.get(this.talkId);
  }

  /** What orders to the emulator add, so that they happen in the talk on the screen. */
  get place() {
    return this.group ? { groupId: this.talkId } : {};
  }

  get mayTalk() {
    return this.group !== undefined || this.user.state === "friend";
  }

  /** Draw what depends on the person, the talk and the account. */
  draw() {
    const talkId = talkOf(this.userId);
    if (talkId !== this.talkId) this.turnTo(talkId);
    this.talks.draw();
    const look = lookOf(this);
    if (look === this.look) return;
    this.look = look;
    this.element.setAttribute("aria-label", t("phoneOf", { name: this.user.displayName }));
    this.element.classList.toggle("is-group", this.group !== undefined);
    drawOwner(this);
    drawHead(this);
    drawGate(this);
    this.timeline.drawEmpty();
  }

  turnTo(talkId) {
    this.talkId = talkId;
    this.timeline.clear();
    this.composer.clear();
    this.quick.refresh(null);
    this.tell("");
    this.read();
  }

  /** Run a call; a refusal is told on the phone and gives undefined. */
  async attempt(run) {
    this.refusal = null;
    try {
      return (await run()) ?? {};
    } catch (error) {
      console.warn(error);
      this.refusal = error.status ?? null;
      toast(error.message, "error");
      return undefined;
    }
  }

  /** Read everything again: at the start, in another talk, and after the stream was away. */
  async read() {
    const { talkId } = this;
    const mark = this.timeline.arrived.length;
    const data = await this.attempt(() => api.timeline(talkId));
    if (talkId !== this.talkId) return; // another talk was opened meanwhile
    if (data) {
      const items = data.items ?? [];
      this.timeline.load(weave(items, noticeItems(this.group)), mark);
      this.timeline.readUpTo(Math.max(0, ...items.filter((item) => item.read).map((item) => item.at)));
      if (data.loadingSeconds) this.timeline.loading(data.loadingSeconds);
      this.quick.refresh(data.quickReplyUsed ?? null);
      this.look = undefined;
      this.draw();
    }
    await this.readMenu();
  }

  async readMenu() {
    try {
      this.menu.show(await api.richMenu(this.userId));
    } catch (error) {
      console.warn(error);
    }
  }

  /** Take in one piece of news from the stream, of the person or of the talk on the screen. */
  hear(event) {
    if (event.type === "richmenu" && event.userId === this.userId) this.readMenu();
    if (event.userId !== this.talkId) return;
    switch (event.type) {
      case "timeline":
        if (this.timeline.append(event.item)) this.quick.refresh();
        if (event.item.direction === "out") this.tell("");
        break;
      case "read": this.timeline.readUpTo(event.upTo); break;
      case "loading": this.timeline.loading(event.seconds); break;
      case "unsend": this.timeline.change(event.messageId, { unsent: true }); this.quick.refresh(); break;
      case "edit": this.timeline.change(event.item.id, event.item); break;
      default:
    }
  }

  /** The group on the screen changed: say who came or went. */
  hearGroup(group) {
    if (group.groupId === this.talkId) for (const item of noticeItems(group)) this.timeline.append(item);
  }

  /** Show a line of trouble over the talk, or take it away. */
  tell(text) {
    this.notice.hidden = !text;
    this.notice.textContent = text;
  }
}
