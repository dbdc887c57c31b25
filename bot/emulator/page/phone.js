// One person's phone: their talk with the account, its rich menu and what they can do.

import { api } from "./api.js";
import { Composer } from "./composer.js";
import { h, icon, iconButton } from "./dom.js";
import { avatar } from "./people.js";
import { QuickReplies } from "./quickreply.js";
import { RichMenuView } from "./richmenu.js";
import { toast } from "./sheet.js";
import { closePhone, state } from "./state.js";
import { t } from "./strings.js";
import { Timeline } from "./timeline.js";

export class Phone {
  constructor(userId) {
    this.userId = userId;
    this.api = api;
    this.timeline = new Timeline(this);
    this.quick = new QuickReplies(this);
    this.menu = new RichMenuView(this);
    this.composer = new Composer(this);
    this.owner = h("header", { class: "owner" });
    this.head = h("div", { class: "talk-head" });
    this.gate = h("div", { class: "gate", hidden: true });
    this.notice = h("p", { class: "notice", role: "alert", hidden: true });
    this.element = h("section", { class: "phone-column", data: { userId } }, this.owner,
      h("div", { class: "phone" }, this.head, this.notice, this.timeline.element, this.gate, this.quick.element, this.composer.element, this.menu.element));
  }

  get user() {
    return state.users.get(this.userId) ?? { displayName: "", state: "stranger" };
  }

  /** Draw what depends on the person and the account. */
  draw() {
    const { displayName, pictureUrl, state: tie } = this.user;
    const shown = `${displayName}/${tie}/${pictureUrl}/${state.account.displayName}/${state.account.pictureUrl}`;
    if (shown === this.shown) return;
    this.shown = shown;
    this.element.setAttribute("aria-label", t("phoneOf", { name: displayName }));
    const block = tie === "friend" ? [iconButton("block", t("unfollow"), () => this.unfollow())] : [];
    this.owner.replaceChildren(avatar(displayName, pictureUrl, this.userId), h("h2", {}, displayName), h("span", { class: `tie is-${tie}` }, t(tie)),
      ...block, iconButton("close", t("closePhone"), () => closePhone(this.userId)));
    this.head.replaceChildren(avatar(state.account.displayName, state.account.pictureUrl, state.account.basicId + state.account.displayName),
      h("div", {}, h("strong", {}, state.account.displayName), h("small", {}, state.account.basicId)));
    this.drawGate(tie);
    this.timeline.drawEmpty();
  }

  drawGate(tie) {
    const friend = tie === "friend";
    this.gate.hidden = friend;
    this.element.classList.toggle("is-gated", !friend);
    this.element.classList.toggle("is-fresh", tie === "stranger" && this.timeline.items.length === 0);
    if (friend) {
      this.gate.replaceChildren();
      return;
    }
    this.gate.replaceChildren(
      h("div", { class: "gate-card" },
        avatar(state.account.displayName, state.account.pictureUrl, state.account.basicId + state.account.displayName),
        h("strong", {}, state.account.displayName), h("small", {}, state.account.basicId),
        h("p", {}, t(tie === "blocked" ? "blockedLead" : "strangerLead")),
        h("button", { type: "button", class: "button is-primary is-big", on: { click: () => this.follow() } }, icon(tie === "blocked" ? "redo" : "add"), t(tie === "blocked" ? "unblock" : "follow"))));
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

  async follow() {
    if (!(await this.attempt(() => api.follow(this.userId)))) return;
    this.learn({ state: "friend" });
    if (matchMedia("(pointer: fine)").matches) this.composer.write("");
  }

  async unfollow() {
    if (await this.attempt(() => api.unfollow(this.userId))) this.learn({ state: "blocked" });
  }

  learn(change) {
    state.users.set(this.userId, { ...this.user, ...change });
    this.draw();
    this.readMenu();
  }

  async unsend(item) {
    if (await this.attempt(() => api.unsend(this.userId, item.id))) this.timeline.unsend(item.id);
  }

  /** Read everything again: at the start, and after the stream was away. */
  async read() {
    const mark = this.timeline.arrived.length;
    const data = await this.attempt(() => api.timeline(this.userId));
    if (data) {
      this.timeline.load(data.items ?? [], mark);
      this.timeline.readUpTo(Math.max(0, ...(data.items ?? []).filter((item) => item.read).map((item) => item.at)));
      if (data.loadingSeconds) this.timeline.loading(data.loadingSeconds);
      this.quick.refresh(data.quickReplyUsed ?? undefined);
      this.shown = undefined;
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

  /** Take in one piece of news from the stream. */
  hear(event) {
    switch (event.type) {
      case "timeline":
        if (this.timeline.append(event.item)) this.quick.refresh();
        if (event.item.direction === "out") this.tell("");
        break;
      case "read": this.timeline.readUpTo(event.upTo); break;
      case "richmenu": this.readMenu(); break;
      case "loading": this.timeline.loading(event.seconds); break;
      case "unsend": this.timeline.unsend(event.messageId); this.quick.refresh(); break;
      default:
    }
  }

  /** Show a line of trouble over the talk, or take it away. */
  tell(text) {
    this.notice.hidden = !text;
    this.notice.textContent = text;
  }
}
