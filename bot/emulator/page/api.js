// The control API of the emulator. Every refusal becomes an ApiError that speaks in words.

import { t } from "./strings.js";

export class ApiError extends Error {
  constructor(status, detail, message) {
    super(message);
    this.status = status;
    this.detail = detail;
  }
}

function inWords(status, detail) {
  if (status === 404) return t("err404", { detail });
  if (status === 409) return detail && !detail.startsWith("not on the screen") ? t("errTap", { detail }) : t("err409");
  return t("errOther", { status, detail });
}

async function call(method, path, body, raw) {
  let response;
  try {
    response = await fetch(`/_emulator/${path}`, {
      method,
      cache: "no-store",
      headers: body === undefined ? {} : { "Content-Type": raw ? body.type || "application/octet-stream" : "application/json" },
      body: body === undefined ? undefined : raw ? body : JSON.stringify(body),
    });
  } catch {
    throw new ApiError(0, "", t("errNetwork"));
  }
  const text = await response.text();
  let data = null;
  try {
    data = text ? JSON.parse(text) : null;
  } catch {
    data = { message: text.slice(0, 200) };
  }
  if (!response.ok) {
    const detail = data?.message ?? data?.error ?? data?.detail ?? "";
    throw new ApiError(response.status, detail, inWords(response.status, detail));
  }
  return data;
}

const user = (userId) => `users/${encodeURIComponent(userId)}`;
const group = (groupId) => `groups/${encodeURIComponent(groupId)}`;
const talk = (talkId) => (talkId.startsWith("U") ? user(talkId) : group(talkId));

export const api = {
  account: () => call("GET", "account"),
  users: () => call("GET", "users"),
  addUser: (displayName) => call("POST", "users", { displayName, language: "ja" }),
  follow: (userId) => call("POST", `${user(userId)}/follow`, {}),
  unfollow: (userId) => call("POST", `${user(userId)}/unfollow`, {}),
  timeline: (talkId) => call("GET", `${talk(talkId)}/timeline`),
  send: (userId, message) => call("POST", `${user(userId)}/messages`, message),
  tap: (userId, tap) => call("POST", `${user(userId)}/tap`, tap),
  unsend: (userId, messageId) => call("POST", `${user(userId)}/unsend`, { messageId }),
  edit: (userId, messageId, text) => call("POST", `${user(userId)}/edit`, { messageId, text }),
  beacon: (userId) => call("POST", `${user(userId)}/beacon`, {}),
  watched: (userId, trackingId) => call("POST", `${user(userId)}/videoPlayComplete`, { trackingId }),
  groups: () => call("GET", "groups"),
  addGroup: (order) => call("POST", "groups", order),
  join: (groupId, userIds) => call("POST", `${group(groupId)}/join`, { userIds }),
  leave: (groupId, userIds) => call("POST", `${group(groupId)}/leave`, { userIds }),
  inviteBot: (groupId) => call("POST", `${group(groupId)}/invite-bot`, {}),
  removeBot: (groupId) => call("POST", `${group(groupId)}/remove-bot`, {}),
  coupon: (couponId) => call("GET", `coupons/${encodeURIComponent(couponId)}`),
  clock: () => call("GET", "clock"),
  advance: (seconds) => call("POST", "clock", { advance: seconds }),
  requests: () => call("GET", "requests"),
  quota: () => call("GET", "quota"),
  webhooks: () => call("GET", "webhooks"),
  faults: () => call("GET", "faults"),
  addFault: (fault) => call("POST", "faults", fault),
  clearFaults: () => call("DELETE", "faults"),
  clearFault: (faultId) => call("DELETE", `faults/${encodeURIComponent(faultId)}`),
  behaviour: () => call("GET", "behaviour"),
  behave: (settings) => call("POST", "webhook", settings),
  redeliver: (deliveryId) => call("POST", `webhooks/${encodeURIComponent(deliveryId)}/redeliver`, {}),
  reset: () => call("POST", "reset", {}),

  /** The menu the user sees now, or null. */
  async richMenu(userId) {
    try {
      return await call("GET", `${user(userId)}/richmenu`);
    } catch (error) {
      if (error.status === 404) return null;
      throw error;
    }
  },
};

export const menuImage = (richMenuId) => `/_emulator/richmenu/${encodeURIComponent(richMenuId)}/image`;
/** The address that opens another as this person: LIFF links lead to their app, login pages know who comes. */
export const opened = (userId, url) => `/_emulator/${user(userId)}/open?url=${encodeURIComponent(url)}`;
export const contentOf = (messageId) => `/_emulator/content/${encodeURIComponent(messageId)}`;
