// What a person does besides talking: follow and block, take back and edit what they said.

import { api } from "./api.js";
import { field, formSheet } from "./sheet.js";
import { state } from "./state.js";
import { t } from "./strings.js";

function become(phone, tie) {
  state.users.set(phone.userId, { ...phone.user, state: tie });
  phone.draw();
  phone.readMenu();
}

/** Add the account as a friend, or unblock it. */
export async function follow(phone) {
  if (!(await phone.attempt(() => api.follow(phone.userId)))) return;
  become(phone, "friend");
  if (matchMedia("(pointer: fine)").matches) phone.composer.write("");
}

/** Block the account. */
export async function unfollow(phone) {
  if (await phone.attempt(() => api.unfollow(phone.userId))) become(phone, "blocked");
}

/** Take a message back. */
export async function unsend(phone, item) {
  if (await phone.attempt(() => api.unsend(phone.userId, item.id))) phone.timeline.change(item.id, { unsent: true });
}

/** Change a text in a group. */
export async function edit(phone, item) {
  const fields = field(t("message"), "text", { value: item.message.text, required: true, maxlength: 5000, autofocus: true });
  const values = await formSheet({ title: t("edit"), fields, submit: t("done") });
  if (values?.text) await phone.attempt(() => api.edit(phone.userId, item.id, values.text));
}
