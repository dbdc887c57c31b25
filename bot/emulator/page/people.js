// The people at the top of the page: add one, open and close their phones.

import { api } from "./api.js";
import { h, icon } from "./dom.js";
import { loadable } from "./origins.js";
import { field, formSheet, toast } from "./sheet.js";
import { changed, closePhone, hasUnread, openPhone, state } from "./state.js";
import { t } from "./strings.js";

const HUES = [205, 28, 152, 338, 262, 92, 12, 180];

/** A round picture, or the first letter of a name on a colour of its own. */
export function avatar(name, pictureUrl, seed = name) {
  const url = pictureUrl && loadable(pictureUrl);
  if (url) return h("img", { class: "avatar", src: url, alt: "" });
  const sum = [...String(seed)].reduce((total, letter) => total + letter.codePointAt(0), 0);
  return h("span", { class: "avatar", "aria-hidden": "true", style: { "--hue": String(HUES[sum % HUES.length]) } }, [...String(name || "?")][0]);
}

/** Ask for a name and make that person; their phone opens. */
export async function addPerson() {
  const values = await formSheet({
    title: t("addPerson"), lead: t("addPersonLead"),
    fields: field(t("name"), "name", { required: true, maxlength: 20, autofocus: true, placeholder: t("namePlaceholder") }),
    submit: t("create"),
  });
  const name = values?.name.trim();
  if (!name) return;
  try {
    const { userId } = await api.addUser(name);
    if (!state.users.has(userId)) state.users.set(userId, { userId, displayName: name, pictureUrl: null, state: "stranger" });
    openPhone(userId);
  } catch (error) {
    toast(error.message, "error");
  }
}

function chip(user, narrow) {
  const shown = state.open.includes(user.userId) && (!narrow || state.active === user.userId);
  const unread = hasUnread(user.userId);
  const label = t(shown && !narrow ? "hidePhone" : "showPhone", { name: user.displayName }) + (unread ? t("unread") : "");
  const toggle = () => (shown && !narrow ? closePhone(user.userId) : openPhone(user.userId));
  return h("button", {
    type: "button", class: `person is-${user.state}`, "aria-pressed": String(shown), "aria-label": label, title: `${user.displayName} · ${t(user.state)}`,
    data: { userId: user.userId }, on: { click: toggle },
  }, avatar(user.displayName, user.pictureUrl, user.userId), h("span", { class: "person-name" }, user.displayName), unread ? h("span", { class: "unread", "aria-hidden": "true" }) : null);
}

/** Draw the list of people into `place`. */
export function drawPeople(place, narrow) {
  const focused = document.activeElement?.dataset?.userId;
  place.replaceChildren(
    ...[...state.users.values()].map((user) => chip(user, narrow)),
    h("button", { type: "button", class: "person is-add", on: { click: addPerson } }, icon("add"), h("span", {}, t("addPerson"))));
  if (focused) place.querySelector(`[data-user-id="${CSS.escape(focused)}"]`)?.focus();
}

/** Note that a person changed. */
export function learnUser(user) {
  state.users.set(user.userId, { ...state.users.get(user.userId), ...user });
  changed();
}
