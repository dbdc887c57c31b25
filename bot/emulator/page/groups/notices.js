// Lines in a group's talk that tell who came and went.

import { h } from "../dom.js";
import { state } from "../state.js";
import { t } from "../strings.js";

const WORDS = { joined: "noticeJoined", left: "noticeLeft", "account-joined": "noticeJoined", "account-left": "noticeLeft" };

const nameOf = (userId) => state.users.get(userId)?.displayName ?? "?";

export function noticeLine(notice) {
  const names = notice.kind.startsWith("account") ? state.account.displayName : notice.userIds.map(nameOf).join(t("comma"));
  return h("p", { class: "unsent" }, t(WORDS[notice.kind] ?? notice.kind, { names }));
}

const entry = (notice, index) => ({ id: `notice-${index}`, notice, at: notice.at });

/** The notices of a group as items of its talk. */
export const noticeItems = (group) => (group?.notices ?? []).map(entry);

/** Messages with the notices where they belong among them. */
export function weave(items, notices) {
  const woven = [];
  let next = 0;
  items.forEach((item, place) => {
    while (notices[next]?.notice.place <= place) woven.push(notices[next++]);
    woven.push(item);
  });
  return [...woven, ...notices.slice(next)];
}
