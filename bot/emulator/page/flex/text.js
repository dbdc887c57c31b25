// Flex text with its spans, and the icons that stand beside it in baseline boxes.

import { h } from "../dom.js";
import { loadable } from "../origins.js";
import { align, gravity } from "./place.js";
import { color, FONTS, length, ratio } from "./sizes.js";

const DECORATIONS = { underline: "underline", "line-through": "line-through", none: "none" };

function glyphs(component, defaults = {}) {
  return {
    "font-size": length(component.size, FONTS, defaults.size),
    color: color(component.color, defaults.color),
    "font-weight": component.weight === "bold" ? "700" : component.weight === "regular" ? "400" : undefined,
    "font-style": component.style === "italic" ? "italic" : component.style === "normal" ? "normal" : undefined,
    "text-decoration": Object.hasOwn(DECORATIONS, component.decoration ?? "") ? DECORATIONS[component.decoration] : undefined,
  };
}

function spans(component) {
  return component.contents.map((span) => h("span", { style: glyphs(span) }, String(span.text ?? "")));
}

/** Make the letters smaller until one line holds them. */
export function shrinkToFit(paragraph) {
  const fit = () => {
    let size = parseFloat(getComputedStyle(paragraph).fontSize);
    while (size > 8 && paragraph.scrollWidth > paragraph.clientWidth + 1) {
      size -= 0.5;
      paragraph.style.fontSize = `${size}px`;
    }
  };
  const watch = new ResizeObserver(() => {
    if (!paragraph.clientWidth) return;
    watch.disconnect();
    fit();
  });
  watch.observe(paragraph);
}

export function flexText(component) {
  const lines = Number.isInteger(component.maxLines) && component.maxLines > 0 ? component.maxLines : 0;
  const spacing = length(component.lineSpacing);
  const paragraph = h("p", {
    class: `flex-text${component.wrap ? " is-wrapped" : ""}${component.wrap && lines ? " is-clamped" : ""}`,
    style: {
      ...glyphs(component, { size: "16px", color: "#111111" }),
      "text-align": align(component.align),
      "line-height": spacing ? `calc(1.4em + ${spacing})` : undefined,
      "-webkit-line-clamp": component.wrap && lines ? String(lines) : undefined,
    },
  }, Array.isArray(component.contents) && component.contents.length ? spans(component) : String(component.text ?? ""));
  if (component.adjustMode === "shrink-to-fit" && !component.wrap) shrinkToFit(paragraph);
  return h("div", { class: "flex-item flex-text-item", style: { "justify-content": gravity(component.gravity) } }, paragraph);
}

export function flexIcon(component) {
  const url = loadable(component.url);
  const style = { "font-size": length(component.size, FONTS, "16px"), "aspect-ratio": ratio(component.aspectRatio) };
  return h("div", { class: "flex-item flex-icon", style }, url ? h("img", { src: url, alt: "", loading: "lazy" }) : "");
}
