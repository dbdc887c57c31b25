// Stickers: our own drawings for those of the page's own set, a neat card for any other.

import { h } from "../dom.js";
import { drawing, nameOf } from "../stickers.js";
import { t } from "../strings.js";

export function stickerBubble({ message }) {
  const id = `${message.packageId}/${message.stickerId}`;
  const name = nameOf(message.packageId, message.stickerId);
  if (name) return h("figure", { class: "sticker", role: "img", "aria-label": `${t("sticker")} ${name}`, title: id }, drawing(message.stickerId));
  return h("figure", { class: "sticker is-placeholder", role: "img", "aria-label": `${t("sticker")} ${id}` },
    drawing(), h("figcaption", {}, t("sticker"), h("small", {}, id)));
}
