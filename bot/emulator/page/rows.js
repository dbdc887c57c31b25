// One entry of a talk: the bubble with its time, read mark, tools and price.

import { tapper } from "./actions.js";
import { drawMessage, isWide } from "./bubbles/index.js";
import { author, isMine } from "./authors.js";
import { clockTime } from "./dates.js";
import { edit, unsend } from "./deeds.js";
import { h, iconButton } from "./dom.js";
import { noticeLine } from "./groups/notices.js";
import { avatar } from "./people.js";
import { isQuotable, quoteIn } from "./quote.js";
import { showJson } from "./sheet.js";
import { t } from "./strings.js";

/** Bubbles of one key stand together: a call of the bot, or what a member says in a row. */
export function groupKey(phone, item) {
  if (item.direction === "out" && item.callId) return `call ${item.callId}`;
  return isMine(phone, item) || item.notice ? item.id : `by ${item.userId ?? "account"}`;
}

/** The element around a group of bubbles. */
export function frame(phone, group, item) {
  if (item.notice) return group.bubbles;
  if (isMine(phone, item)) return h("article", { class: "group is-in" }, group.bubbles);
  const { name, picture, seed } = author(item);
  return h("article", { class: `group is-out${item.direction === "in" ? " is-member" : ""}` }, avatar(name, picture, seed),
    h("div", { class: "group-main" }, h("p", { class: "sender" }, name), group.bubbles, group.foot));
}

function tools(phone, item) {
  const mine = isMine(phone, item);
  const mayEdit = mine && phone.group && item.message?.type === "text";
  return h("span", { class: "tools" },
    isQuotable(item) ? iconButton("quote", t("quote"), () => phone.composer.quote(item)) : null,
    mayEdit ? iconButton("edit", t("edit"), () => edit(phone, item)) : null,
    mine ? iconButton("bin", t("unsend"), () => unsend(phone, item)) : null,
    iconButton("code", t("json"), () => showJson(t("json"), item)));
}

function meta(phone, item) {
  if (item.direction !== "in") return item.edited ? h("span", { class: "meta" }, t("edited")) : null;
  const isRead = isMine(phone, item) && (item.read === true || item.at <= phone.timeline.readUntil);
  return h("span", { class: "meta" }, item.edited ? h("span", {}, t("edited")) : null,
    h("span", { class: "read" }, isRead ? t("read") : ""), h("time", {}, clockTime(item.at)));
}

export function drawRow(phone, item) {
  if (item.notice) return noticeLine(item.notice);
  if (item.unsent) return h("p", { class: "unsent", data: { id: item.id } }, t("unsent"));
  const type = item.message?.type ?? "unknown";
  const row = h("div", { class: `row is-${type}${isWide(item.message) ? " is-wide" : ""}`, tabindex: "0", data: { id: item.id } },
    quoteIn(phone, item, drawMessage(item, tapper(phone, item))), h("span", { class: "beside" }, meta(phone, item)));
  // Long talks stay light: the tools of a bubble come when it is pointed at or reached with the keyboard.
  const equip = () => row.lastChild.className === "tools" || row.append(tools(phone, item));
  row.addEventListener("pointerenter", equip);
  row.addEventListener("focusin", equip);
  return row;
}

/** Under the bubbles of a call: when it came and what it cost. */
export function drawFoot(group) {
  const item = group.items.at(-1);
  if (item.direction !== "out") return;
  const billed = group.items.reduce((sum, one) => sum + (one.billed ?? 0), 0);
  group.foot.replaceChildren(h("time", {}, clockTime(item.at)), ...(item.via ? [badge(item.via, billed)] : []));
}

/** What a call cost: replies are free, anything billed says how many. */
function badge(via, billed) {
  if (billed > 0) return h("span", { class: "badge is-paid", title: t("via", { via }) }, t("paid", { n: billed }));
  if (via === "reply") return h("span", { class: "badge is-free", title: t("viaReply") }, t("free"));
  return h("span", { class: "badge is-free", title: t("via", { via }) }, `${t("unbilled")} ${via}`);
}
