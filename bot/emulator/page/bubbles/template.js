// Template messages: buttons, confirm, carousel, image carousel.

import { h } from "../dom.js";
import { picture } from "../flex/media.js";
import { color } from "../flex/sizes.js";

function actionButton(action, tappable) {
  const button = h("button", { type: "button", class: "template-action" }, String(action?.label ?? ""));
  tappable(button, action, action?.label);
  return button;
}

function card(column, options, tappable) {
  const image = column.thumbnailImageUrl ?? column.imageUrl;
  const words = h("div", { class: "template-words" },
    column.title ? h("strong", {}, String(column.title)) : null,
    h("p", {}, String(column.text ?? "")));
  const upper = h("div", { class: "template-upper" },
    image ? h("div", {
      class: `template-image${options.imageAspectRatio === "square" ? " is-square" : ""}${options.imageSize === "contain" ? " is-contain" : ""}`,
      style: { "background-color": color(column.imageBackgroundColor, "#ffffff") },
    }, picture(image, "")) : null, words);
  if (column.defaultAction) tappable(upper, column.defaultAction);
  return h("div", { class: "template-card" }, upper,
    h("div", { class: "template-actions" }, (column.actions ?? []).map((action) => actionButton(action, tappable))));
}

function confirmCard(template, tappable) {
  return h("div", { class: "template-card is-confirm" },
    h("div", { class: "template-words" }, h("p", {}, String(template.text ?? ""))),
    h("div", { class: "template-actions is-row" }, (template.actions ?? []).map((action) => actionButton(action, tappable))));
}

function imageColumn(column, tappable) {
  const label = column.action?.label;
  const button = h("button", { type: "button", class: "image-column" }, picture(column.imageUrl, label ?? ""), label ? h("span", {}, label) : null);
  tappable(button, column.action, label);
  return button;
}

export function templateBubble({ message, tappable }) {
  const template = message.template ?? {};
  const label = String(message.altText ?? "");
  switch (template.type) {
    case "confirm": return confirmCard(template, tappable);
    case "carousel": return h("div", { class: "carousel", role: "group", "aria-label": label, tabindex: "0" },
      (template.columns ?? []).map((column) => card(column, template, tappable)));
    case "image_carousel": return h("div", { class: "carousel", role: "group", "aria-label": label, tabindex: "0" },
      (template.columns ?? []).map((column) => imageColumn(column, tappable)));
    default: return card(template, template, tappable);
  }
}
