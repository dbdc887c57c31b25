// Quoting: the strip in a bubble that shows what it answers, and the bar over the input while one is written.

import { contentOf } from "./api.js";
import { authorName } from "./authors.js";
import { h, icon, iconButton } from "./dom.js";
import { picture } from "./flex/media.js";
import { t } from "./strings.js";
import { drawing } from "./stickers.js";

// What LINE gives quote tokens to.
const QUOTABLE = new Set(["text", "textV2", "sticker", "image", "video", "template", "flex"]);
const WORDS = { image: "image", video: "video", audio: "audio", file: "file", sticker: "sticker", location: "location", coupon: "coupon" };

export const isQuotable = (item) => QUOTABLE.has(item.message?.type);

/** A message in one line. */
export function excerpt(item) {
  if (!item || item.unsent) return t(item ? "unsent" : "quotedGone");
  const message = item.message ?? {};
  const said = message.text ?? message.altText ?? message.title;
  return String(said ?? t(WORDS[message.type] ?? "message")).replace(/\s+/g, " ").slice(0, 120);
}

function thumbnail(item) {
  const message = item?.unsent ? {} : item?.message ?? {};
  if (message.type === "sticker") return drawing(message.stickerId);
  if (message.type === "image") return picture(message.previewImageUrl ?? message.contentProvider?.previewImageUrl ?? new URL(contentOf(item.id), location.href).href, "");
  if (message.type === "video" && message.previewImageUrl) return picture(message.previewImageUrl, "");
  return null;
}

const words = (phone, item) => h("span", { class: "quote-words" }, item ? h("strong", {}, authorName(phone, item)) : null, h("span", {}, excerpt(item)));

/** Put the strip of what is quoted above a bubble's content; other bubbles stay as they are. */
export function quoteIn(phone, item, bubble) {
  const quotedId = item.quotedMessageId ?? item.message?.quotedMessageId;
  if (!quotedId) return bubble;
  const quoted = phone.timeline.known.get(quotedId);
  const strip = h("button", { type: "button", class: "quote", "aria-label": `${t("quoted")} ${excerpt(quoted)}`, on: { click: () => phone.timeline.show(quotedId) } },
    thumbnail(quoted), words(phone, quoted));
  if (bubble.classList.contains("text-bubble")) {
    bubble.classList.add("has-quote");
    bubble.prepend(strip);
    return bubble;
  }
  return h("div", { class: "quoting" }, h("div", { class: "bubble has-quote" }, strip), bubble);
}

/** The bar over the input: what the next text or sticker will quote. */
export class QuoteBar {
  constructor(phone) {
    this.phone = phone;
    this.element = h("div", { class: "quote-bar", role: "group", "aria-label": t("quoting"), hidden: true });
    this.item = null;
  }

  set(item) {
    this.item = item;
    this.element.hidden = item === null;
    this.element.replaceChildren(...(item ? [icon("quote"), thumbnail(item) ?? "", words(this.phone, item), iconButton("close", t("quoteCancel"), () => this.set(null))] : []));
  }

  /** The message with its quote, if it can carry one. */
  onto(message) {
    if (!this.item || !["text", "sticker"].includes(message.type)) return message;
    const quotedMessageId = this.item.id;
    this.set(null);
    return { ...message, quotedMessageId };
  }
}
