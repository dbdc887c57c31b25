// Flex boxes and what stands in them. A component draws itself; its box tells it where to stand.

import { h } from "../dom.js";
import { flexImage, flexVideo } from "./media.js";
import { alignItems, gravity, justify, placement } from "./place.js";
import { BORDERS, color, GAPS, gradient, length } from "./sizes.js";
import { flexIcon, flexText, shrinkToFit } from "./text.js";

const LAYOUTS = new Set(["horizontal", "vertical", "baseline"]);

function padding(box) {
  const all = length(box.paddingAll, GAPS);
  return {
    "padding-top": length(box.paddingTop, GAPS, all),
    "padding-bottom": length(box.paddingBottom, GAPS, all),
    "padding-inline-start": length(box.paddingStart, GAPS, all),
    "padding-inline-end": length(box.paddingEnd, GAPS, all),
  };
}

function flexButton(component, tappable) {
  const style = ["primary", "secondary"].includes(component.style) ? component.style : "link";
  const paint = color(component.color);
  const label = String(component.action?.label ?? "");
  const button = h("button", {
    type: "button",
    class: `flex-button is-${style}${component.height === "sm" ? " is-sm" : ""}`,
    style: style === "link" ? { color: paint } : { "background-color": paint },
  }, h("span", {}, label));
  if (component.adjustMode === "shrink-to-fit") shrinkToFit(button.firstChild);
  tappable(button, component.action, label);
  return h("div", { class: "flex-item", style: { "justify-content": gravity(component.gravity) } }, button);
}

function separator(component) {
  return h("div", { class: "flex-separator", role: "presentation", style: { "background-color": color(component.color) } });
}

function draw(component, tappable) {
  switch (component.type) {
    case "box": return flexBox(component, tappable);
    case "button": return flexButton(component, tappable);
    case "image": return flexImage(component);
    case "video": return flexVideo(component);
    case "text": return flexText(component);
    case "icon": return flexIcon(component);
    case "separator": return separator(component);
    case "filler": return h("div", { class: "flex-item" });
    case "spacer": return h("div", { class: "flex-spacer", style: { "--gap": length(component.size, GAPS, GAPS.md) } });
    default: return h("div", { class: "flex-item flex-unknown" }, String(component.type));
  }
}

/** Draw a component as a child of a box (or alone, as a block of a bubble). */
export function flexComponent(component, tappable, layout = "vertical", gap = undefined) {
  const element = draw(component, tappable);
  for (const [property, value] of Object.entries(placement(component, layout, gap))) {
    if (value !== undefined) element.style.setProperty(property, value);
  }
  if (component.position === "absolute") element.classList.add("is-absolute");
  if (component.action && component.type !== "button" && component.type !== "video") tappable(element, component.action);
  return element;
}

export function flexBox(box, tappable) {
  const layout = LAYOUTS.has(box.layout) ? box.layout : "vertical";
  const gap = length(box.spacing, GAPS);
  const border = length(box.borderWidth, BORDERS);
  let flowing = 0;
  const children = (Array.isArray(box.contents) ? box.contents : []).filter(Boolean).map((child) => {
    const before = flowing > 0 ? gap : undefined;
    if (child.position !== "absolute") flowing += 1;
    return flexComponent(child, tappable, layout, before);
  });
  return h("div", {
    class: `flex-item flex-box is-${layout}`,
    style: {
      ...padding(box),
      width: length(box.width), height: length(box.height),
      "max-width": length(box.maxWidth), "max-height": length(box.maxHeight),
      "background-color": color(box.backgroundColor), "background-image": gradient(box.background),
      "border-radius": length(box.cornerRadius, GAPS),
      "border-width": border, "border-style": border ? "solid" : undefined, "border-color": border ? color(box.borderColor, "#d4d6da") : undefined,
      "justify-content": justify(box.justifyContent), "align-items": layout === "baseline" ? undefined : alignItems(box.alignItems),
    },
  }, children);
}
