// Where a component stands in its box: its weight, margin, offsets and position.

import { GAPS, length, offset } from "./sizes.js";

const WEIGHTED = new Set(["box", "button", "image", "text", "filler", "video"]);

function weight(component, layout) {
  const flex = Number.isInteger(component.flex) && component.flex >= 0 ? component.flex : undefined;
  if (layout === "vertical") {
    const own = flex ?? (component.type === "filler" ? 1 : 0);
    return own === 0 ? "0 0 auto" : `${own} 0 auto`;
  }
  if (flex === undefined && component.type === "box" && length(component.width)) return "0 0 auto";
  const own = flex ?? (WEIGHTED.has(component.type) ? 1 : 0);
  return own === 0 ? "0 0 auto" : `${own} 0 0px`;
}

/** The styles a component takes from its place in a box of `layout`; `gap` is the box's spacing before it. */
export function placement(component, layout, gap) {
  const absolute = component.position === "absolute";
  const margin = length(component.margin, GAPS) ?? (component.type === "filler" ? undefined : gap);
  const styles = absolute ? { position: "absolute" } : { flex: weight(component, layout) };
  if (margin && !absolute) styles[layout === "vertical" ? "margin-top" : "margin-inline-start"] = margin;
  if (!absolute && ["offsetTop", "offsetBottom", "offsetStart", "offsetEnd"].some((name) => component[name])) styles.position = "relative";
  return {
    ...styles,
    top: offset(component.offsetTop),
    bottom: offset(component.offsetBottom),
    "inset-inline-start": offset(component.offsetStart),
    "inset-inline-end": offset(component.offsetEnd),
  };
}

const MAIN = { center: "center", "flex-start": "flex-start", "flex-end": "flex-end", "space-between": "space-between", "space-around": "space-around", "space-evenly": "space-evenly" };
const ALIGN = { start: "start", center: "center", end: "end" };
const GRAVITY = { top: "flex-start", center: "center", bottom: "flex-end" };

export const justify = (value) => (Object.hasOwn(MAIN, value ?? "") ? MAIN[value] : undefined);
export const alignItems = (value) => (["center", "flex-start", "flex-end"].includes(value) ? value : undefined);
export const align = (value, fallback) => (Object.hasOwn(ALIGN, value ?? "") ? ALIGN[value] : fallback);
export const gravity = (value) => (Object.hasOwn(GRAVITY, value ?? "") ? GRAVITY[value] : undefined);
