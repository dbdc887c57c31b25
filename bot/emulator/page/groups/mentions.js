// Mentions in a group: "@" offers who is there, and the message says where their names stand.

import { h } from "../dom.js";
import { state } from "../state.js";
import { t } from "../strings.js";

export class Mentions {
  constructor(phone, input) {
    this.phone = phone;
    this.input = input;
    this.chosen = new Map();
    this.element = h("div", { class: "mentions", role: "listbox", "aria-label": t("mention"), hidden: true });
    input.addEventListener("input", () => this.offer());
    input.addEventListener("blur", () => setTimeout(() => (this.element.hidden = true), 150));
  }

  clear() {
    this.chosen.clear();
    this.element.hidden = true;
  }

  /** Whom one can mention here: [name, what the message says of them]. */
  candidates() {
    const { group, userId } = this.phone;
    if (!group) return [];
    const people = group.memberIds.filter((id) => id !== userId).map((id) => [state.users.get(id)?.displayName ?? "?", { type: "user", userId: id, isSelf: false }]);
    const bot = group.hasBot ? [[state.account.displayName, { type: "user", userId: state.account.userId, isSelf: true }]] : [];
    return [...bot, ...people, ["All", { type: "all" }]];
  }

  /** Offer names while the word before the cursor begins with "@". */
  offer() {
    const before = this.input.value.slice(0, this.input.selectionStart);
    const begun = /@([^\s@]*)$/.exec(before)?.[1];
    const fitting = begun === undefined ? [] : this.candidates().filter(([name]) => name.toLowerCase().startsWith(begun.toLowerCase()));
    this.element.hidden = !fitting.length;
    this.element.replaceChildren(...fitting.map(([name, mentionee]) => h("button", {
      type: "button", role: "option", class: "mention-choice", on: { click: () => this.choose(name, mentionee, begun.length + 1) },
    }, `@${name}`)));
  }

  choose(name, mentionee, begun) {
    const { selectionStart: end, value } = this.input;
    this.input.value = `${value.slice(0, end - begun)}@${name} ${value.slice(end)}`;
    this.chosen.set(name, mentionee);
    this.element.hidden = true;
    this.input.focus();
    this.input.setSelectionRange(end - begun + name.length + 2, end - begun + name.length + 2);
    this.input.dispatchEvent(new Event("input", { bubbles: true }));
  }

  /** Arrow down leads into the offered names. */
  key(event) {
    if (this.element.hidden || !["ArrowDown", "Tab"].includes(event.key)) return false;
    event.preventDefault();
    this.element.firstChild.focus();
    return true;
  }

  /** {mention} for the names that stand in the text, or nothing. */
  of(text) {
    const mentionees = [...this.chosen].flatMap(([name, mentionee]) =>
      [...text.matchAll(new RegExp(`@${RegExp.escape?.(name) ?? name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}`, "g"))].map((found) => ({ index: found.index, length: name.length + 1, ...mentionee })));
    this.clear();
    return mentionees.length ? { mention: { mentionees: mentionees.sort((a, b) => a.index - b.index) } } : {};
  }
}
