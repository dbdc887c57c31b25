// The top of a phone: whose it is, whom they talk with, and the card of those who are no friends.

import { follow, unfollow } from "./deeds.js";
import { h, icon, iconButton } from "./dom.js";
import { openMembers } from "./groups/members.js";
import { avatar } from "./people.js";
import { closePhone, hasUnread, state } from "./state.js";
import { t } from "./strings.js";

const accountAvatar = () => avatar(state.account.displayName, state.account.pictureUrl, state.account.basicId + state.account.displayName);

/** All that the top of a phone shows, in one string, to tell whether it changed. */
export function lookOf(phone) {
  const { displayName, pictureUrl, state: tie } = phone.user;
  const { group } = phone;
  return JSON.stringify([displayName, tie, pictureUrl, phone.talkId, group?.name, group?.memberIds, group?.hasBot,
    state.account.displayName, state.account.pictureUrl, hasUnread(phone.userId)]);
}

export function drawOwner(phone) {
  const { displayName, pictureUrl, state: tie } = phone.user;
  const block = tie === "friend" && !phone.group ? [iconButton("block", t("unfollow"), () => unfollow(phone))] : [];
  phone.owner.replaceChildren(avatar(displayName, pictureUrl, phone.userId), h("h2", { title: displayName }, displayName), h("span", { class: `tie is-${tie}` }, t(tie)),
    ...block, iconButton("close", t("closePhone"), () => closePhone(phone.userId)));
}

export function drawHead(phone) {
  const { group } = phone;
  const talks = iconButton("talks", t("talks") + (hasUnread(phone.userId) ? t("unread") : ""), () => phone.talks.toggle(),
    { "aria-expanded": String(!phone.talks.element.hidden), class: `icon-button talks-button${hasUnread(phone.userId) ? " has-unread" : ""}` });
  phone.talksButton = talks;
  if (!group) {
    phone.head.replaceChildren(talks, accountAvatar(), h("div", {}, h("strong", {}, state.account.displayName), h("small", {}, state.account.basicId)));
    return;
  }
  const without = group.hasBot ? "" : ` · ${t("withoutAccount")}`;
  phone.head.replaceChildren(talks, avatar(group.name, group.pictureUrl, group.groupId),
    h("div", {}, h("strong", {}, group.name), h("small", {}, t("memberCount", { n: group.memberIds.length }) + without)),
    iconButton("group", t("members"), () => openMembers(phone)));
}

export function drawGate(phone) {
  const open = phone.mayTalk;
  const blocked = phone.user.state === "blocked";
  phone.gate.hidden = open;
  phone.element.classList.toggle("is-gated", !open);
  phone.element.classList.toggle("is-fresh", !open && !blocked && phone.timeline.items.length === 0);
  phone.gate.replaceChildren(...(open ? [] : [
    h("div", { class: "gate-card" }, accountAvatar(),
      h("strong", {}, state.account.displayName), h("small", {}, state.account.basicId),
      h("p", {}, t(blocked ? "blockedLead" : "strangerLead")),
      h("button", { type: "button", class: "button is-primary is-big", on: { click: () => follow(phone) } },
        icon(blocked ? "redo" : "add"), t(blocked ? "unblock" : "follow")))]));
}
