// From a message to what stands in the talk. A new message type needs one line here.

import { h, icon } from "../dom.js";
import { flexContents } from "../flex/bubble.js";
import { t } from "../strings.js";
import { couponBubble } from "./coupon.js";
import { imagemapBubble } from "./imagemap.js";
import { audioBubble, fileBubble, imageBubble, locationBubble, videoBubble } from "./media.js";
import { stickerBubble } from "./sticker.js";
import { templateBubble } from "./template.js";
import { textBubble } from "./text.js";

function unknownBubble({ message }) {
  return h("details", { class: "bubble unknown-bubble" },
    h("summary", {}, icon("code"), t("unknown", { type: String(message.type) })),
    h("pre", {}, JSON.stringify(message, null, 2)));
}

const DRAW = {
  text: ({ message }) => textBubble(message),
  textV2: ({ message }) => textBubble(message),
  sticker: stickerBubble,
  image: imageBubble,
  video: videoBubble,
  audio: audioBubble,
  file: fileBubble,
  location: locationBubble,
  imagemap: imagemapBubble,
  template: templateBubble,
  flex: ({ message, tappable }) => flexContents(message.contents, tappable, String(message.altText ?? "")),
  coupon: couponBubble,
};

const WIDE = new Set(["flex", "template", "imagemap"]);

/** Draw an item's message; a drawing that fails becomes a card with the JSON instead of breaking the talk. */
export function drawMessage(item, tappable) {
  const message = item.message ?? {};
  const draw = Object.hasOwn(DRAW, message.type ?? "") ? DRAW[message.type] : unknownBubble;
  try {
    return draw({ item, message, tappable });
  } catch (error) {
    console.error("message could not be drawn", error);
    return unknownBubble({ message });
  }
}

/** Messages that use the talk's whole width. */
export const isWide = (message) => WIDE.has(message?.type);
