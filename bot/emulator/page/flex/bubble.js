// A Flex message: one bubble, or a carousel of them to swipe through.

import { h } from "../dom.js";
import { flexBox, flexComponent } from "./box.js";
import { BUBBLES, color } from "./sizes.js";

function block(name, content, styles, tappable) {
  if (!content) return null;
  const style = styles?.[name] ?? {};
  return h("div", {
    class: `flex-block is-${name}${style.separator ? " has-separator" : ""}`,
    style: {
      "background-color": color(style.backgroundColor),
      "border-top-color": style.separator ? color(style.separatorColor) : undefined,
    },
  }, content.type === "box" ? flexComponent(content, tappable) : flexComponent({ margin: "none", ...content }, tappable));
}

function flexBubble(bubble, tappable) {
  const size = Object.hasOwn(BUBBLES, bubble.size ?? "") ? bubble.size : "mega";
  const element = h("div", {
    class: `flex-bubble is-${size}${bubble.footer ? " has-footer" : ""}`,
    dir: bubble.direction === "rtl" ? "rtl" : "ltr",
    style: { "--bubble-width": BUBBLES[size] },
  }, ["header", "hero", "body", "footer"].map((name) => block(name, bubble[name], bubble.styles, tappable)));
  if (bubble.action) tappable(element, bubble.action);
  return element;
}

/** Draw the contents of a Flex message. `tappable(element, action, label?)` makes an element tappable. */
export function flexContents(contents, tappable, altText) {
  if (contents?.type === "carousel") {
    const bubbles = (contents.contents ?? []).map((bubble) => flexBubble(bubble, tappable));
    return h("div", { class: "carousel", role: "group", "aria-label": altText, tabindex: "0" }, bubbles);
  }
  if (contents?.type === "bubble") return h("div", { class: `flex-single${contents.size === "giga" ? " has-giga" : ""}`, role: "group", "aria-label": altText }, flexBubble(contents, tappable));
  return h("div", { class: "flex-single" }, flexBox({ type: "box", layout: "vertical", contents: [] }, tappable));
}
