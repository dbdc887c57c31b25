// The list of a person's talks: with the account, and the groups they are in.

import { h, icon } from "../dom.js";
import { avatar } from "../people.js";
import { groupsOf, openTalk, state } from "../state.js";
import { t } from "../strings.js";
import { newGroup } from "./members.js";

export class TalkList {
  constructor(phone) {
    this.phone = phone;
    this.element = h("nav", { class: "talks", "aria-label": t("talks"), hidden: true, on: { keydown: (event) => event.key === "Escape" && this.toggle() } });
  }

  toggle() {
    this.element.hidden = !this.element.hidden;
    this.phone.talksButton?.setAttribute("aria-expanded", String(!this.element.hidden));
    this.draw();
    if (this.element.hidden) this.phone.talksButton?.focus();
    else this.element.querySelector("button")?.focus();
  }

  choose(talkId) {
    this.toggle();
    openTalk(this.phone.userId, talkId);
  }

  line(talkId, picture, name, about) {
    const unread = state.unread.get(this.phone.userId)?.has(talkId);
    return h("button", {
      type: "button", class: "talk-line", "aria-current": talkId === this.phone.talkId ? "true" : undefined,
      "aria-label": name + (unread ? t("unread") : ""), on: { click: () => this.choose(talkId) },
    }, picture, h("span", {}, h("strong", {}, name), h("small", {}, about)), unread ? h("span", { class: "unread", "aria-hidden": "true" }) : null);
  }

  draw() {
    if (this.element.hidden) {
      this.element.replaceChildren();
      return;
    }
    const { account } = state;
    const { userId } = this.phone;
    this.element.replaceChildren(
      this.line(userId, avatar(account.displayName, account.pictureUrl, account.basicId + account.displayName), account.displayName, t("officialAccount")),
      ...groupsOf(userId).map((group) => this.line(group.groupId, avatar(group.name, group.pictureUrl, group.groupId), group.name, t("memberCount", { n: group.memberIds.length }))),
      h("button", { type: "button", class: "talk-line is-add", on: { click: () => newGroup(this.phone) } }, icon("add"), h("span", {}, t("newGroup"))));
  }
}
