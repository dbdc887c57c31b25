// Making a group, and who is in it: people and the account come and go.

import { api } from "../api.js";
import { h, icon } from "../dom.js";
import { avatar } from "../people.js";
import { field, formSheet, sheet } from "../sheet.js";
import { openTalk, state, watch } from "../state.js";
import { t } from "../strings.js";

const others = (memberIds) => [...state.users.values()].filter((user) => !memberIds.includes(user.userId));

const tick = (name, value, label, checked = false) => h("label", { class: "tick" }, h("input", { type: "checkbox", name, value, checked }), label);

/** Ask for a name and people, make the group, and open its talk. */
export async function newGroup(phone) {
  const form = { memberIds: [phone.userId], hasBot: true };
  const note = (event) => {
    const { name, value, checked } = event.target;
    if (name === "hasBot") form.hasBot = checked;
    if (name === "member") form.memberIds = checked ? [...form.memberIds, value] : form.memberIds.filter((id) => id !== value);
  };
  const values = await formSheet({
    title: t("newGroup"), lead: t("newGroupLead"),
    fields: [
      field(t("groupName"), "name", { required: true, maxlength: 50, autofocus: true, value: t("groupDefault") }),
      h("fieldset", { class: "ticks", on: { change: note } }, h("legend", {}, t("invite")),
        tick("hasBot", "1", t("officialAccountOf", { name: state.account.displayName }), true),
        others([phone.userId]).map((user) => tick("member", user.userId, user.displayName))),
    ],
    submit: t("createGroup"),
  });
  if (!values) return;
  const made = await phone.attempt(() => api.addGroup({ name: values.name, ...form }));
  if (!made) return;
  state.groups.set(made.groupId, made);
  phone.talks.toggle();
  openTalk(phone.userId, made.groupId);
}

function line(picture, name, button) {
  return h("li", { class: "member" }, picture, h("span", {}, name), button ?? null);
}

const small = (symbol, label, name, run) => h("button", { type: "button", class: "button is-small", "aria-label": `${name}：${label}`, on: { click: run } }, icon(symbol), label);

/** Show who is in the group; everything there can be changed from any member's phone. */
export async function openMembers(phone) {
  const { groupId } = phone.group;
  let stop;
  await sheet({
    title: phone.group.name,
    body: (close) => {
      const list = h("ul", { class: "members" });
      const run = phone.attempt.bind(phone); // the news of it draws the list anew
      const draw = () => {
        const group = state.groups.get(groupId);
        if (!group) {
          close();
          return;
        }
        const { account } = state;
        const bot = group.hasBot ? small("close", t("remove"), account.displayName, () => run(() => api.removeBot(groupId))) : small("add", t("invite"), account.displayName, () => run(() => api.inviteBot(groupId)));
        list.replaceChildren(
          line(avatar(account.displayName, account.pictureUrl, account.basicId + account.displayName), t("officialAccountOf", { name: account.displayName }), bot),
          ...group.memberIds.map((id) => member(id, group)),
          ...others(group.memberIds).map((user) => line(avatar(user.displayName, user.pictureUrl, user.userId), user.displayName,
            small("add", t("invite"), user.displayName, () => run(() => api.join(groupId, [user.userId]))))));
      };
      const member = (id, group) => {
        const user = state.users.get(id) ?? { displayName: "?" };
        const own = id === phone.userId;
        const leave = async () => {
          await run(() => api.leave(groupId, [id]));
          if (own) close();
        };
        return line(avatar(user.displayName, user.pictureUrl, id), user.displayName, group.memberIds.length > 1 ? small("close", t(own ? "leaveGroup" : "remove"), user.displayName, leave) : null);
      };
      draw();
      stop = watch(draw);
      return list;
    },
  });
  stop();
}
