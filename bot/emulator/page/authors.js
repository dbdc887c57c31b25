// Who wrote what stands in a talk.

import { state } from "./state.js";

/** Whether the owner of the phone wrote it. */
export const isMine = (phone, item) => item.direction === "in" && (item.userId ?? phone.userId) === phone.userId;

/** The name and picture beside a message of somebody else. */
export function author(item) {
  if (item.direction === "in") {
    const user = state.users.get(item.userId);
    return { name: user?.displayName ?? "?", picture: user?.pictureUrl, seed: item.userId };
  }
  const sender = item.message?.sender ?? {};
  const name = sender.name ?? state.account.displayName;
  return { name, picture: sender.iconUrl ?? (sender.name ? null : state.account.pictureUrl), seed: state.account.basicId + name };
}

/** Who wrote an item, as this phone calls them. */
export const authorName = (phone, item) => (isMine(phone, item) ? phone.user.displayName : author(item).name);
