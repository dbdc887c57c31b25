// Writing: text, stickers, and everything behind the plus.

import { attachments } from "./attachments.js";
import { h, iconButton } from "./dom.js";
import { Mentions } from "./groups/mentions.js";
import { QuoteBar } from "./quote.js";
import { drawing, STICKERS } from "./stickers.js";
import { t } from "./strings.js";

export class Composer {
  constructor(phone) {
    this.phone = phone;
    this.input = h("textarea", {
      rows: 1, class: "write", placeholder: t("message"), "aria-label": t("message"), maxlength: 5000, enterkeyhint: "send",
      on: { keydown: (event) => this.key(event), input: () => this.grow(), focus: () => this.makeRoom() },
    });
    this.sendButton = iconButton("send", t("send"), () => this.sendText(), { class: "icon-button send", disabled: true });
    this.drawer = h("div", { class: "drawer", hidden: true });
    this.quoting = new QuoteBar(phone);
    this.mentions = new Mentions(phone, this.input);
    this.plus = iconButton("add", t("attach"), () => this.toggle("attach"), { "aria-expanded": "false" });
    this.smile = iconButton("smile", t("stickers"), () => this.toggle("stickers"), { "aria-expanded": "false" });
    this.element = h("form", { class: "composer", on: { submit: (event) => event.preventDefault(), keydown: (event) => event.key === "Escape" && this.toggle(null) } },
      this.drawer, this.quoting.element, this.mentions.element, h("div", { class: "composer-row" }, this.plus, this.input, this.smile, this.sendButton));
  }

  key(event) {
    if (this.mentions.key(event)) return;
    // While an input method composes, Enter only confirms the characters.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    this.sendText();
  }

  grow() {
    this.sendButton.disabled = !this.input.value.trim();
    this.input.style.height = "auto";
    this.input.style.height = `${Math.min(this.input.scrollHeight, 132)}px`;
  }

  /** On a real phone the keyboard needs the menu's place. */
  makeRoom() {
    if (matchMedia("(pointer: coarse)").matches) this.phone.menu.close();
  }

  /** Put the cursor here, with a text to begin from. */
  write(text) {
    if (text) this.input.value = text;
    this.grow();
    this.input.focus();
  }

  /** Answer a message of the talk. */
  quote(item) {
    this.quoting.set(item);
    this.input.focus();
  }

  /** Begin anew: another talk is on the screen. */
  clear() {
    this.toggle(null);
    this.quoting.set(null);
    this.mentions.clear();
    this.input.value = "";
    this.grow();
  }

  async send(message) {
    this.toggle(null);
    const { place, userId } = this.phone;
    return this.phone.attempt(() => this.phone.api.send(userId, { ...this.quoting.onto(message), ...place }));
  }

  async sendText() {
    const text = this.input.value;
    if (!text.trim() || this.busy) return;
    this.busy = true;
    this.input.value = "";
    this.grow();
    const sent = await this.send({ type: "text", text, ...this.mentions.of(text) });
    this.busy = false;
    if (!sent && !this.input.value) {
      this.input.value = text;
      this.grow();
    }
  }

  toggle(name) {
    const next = this.opened === name ? null : name;
    this.opened = next;
    this.drawer.hidden = next === null;
    this.plus.setAttribute("aria-expanded", String(next === "attach"));
    this.smile.setAttribute("aria-expanded", String(next === "stickers"));
    if (next === "attach") this.drawer.replaceChildren(...attachments(this.phone));
    if (next === "stickers") this.drawer.replaceChildren(...this.stickers());
    this.drawer.className = `drawer is-${next}`;
  }

  stickers() {
    return STICKERS.map(({ packageId, stickerId, name }) => h("button", {
      type: "button", class: "sticker-choice", "aria-label": `${t("sticker")} ${name}`,
      on: { click: () => this.send({ type: "sticker", packageId, stickerId }) },
    }, drawing(stickerId), h("span", {}, name)));
  }
}
