// Flex images and the hero video.

import { h } from "../dom.js";
import { loadable } from "../origins.js";
import { t } from "../strings.js";
import { align, gravity } from "./place.js";
import { color, IMAGES, length, ratio } from "./sizes.js";

const SIDES = { start: "flex-start", center: "center", end: "flex-end" };

/** An image that says so when it cannot be loaded. */
export function picture(url, alt, props = {}) {
  const source = loadable(url);
  const broken = () => h("span", { class: "broken-image", role: "img", "aria-label": `${t("imageBroken")} ${url}`, title: String(url) }, t("imageBroken"));
  if (!source) return broken();
  const image = h("img", { src: source, alt, draggable: "false", ...props });
  image.addEventListener("error", () => image.replaceWith(broken()), { once: true });
  return image;
}

export function flexImage(component) {
  const frame = h("div", {
    class: `flex-image-frame${component.aspectMode === "cover" ? " is-cover" : ""}`,
    style: {
      width: length(component.size, IMAGES, IMAGES.md),
      "aspect-ratio": ratio(component.aspectRatio),
      "background-color": color(component.backgroundColor),
    },
  }, picture(component.url, ""));
  return h("div", {
    class: "flex-item flex-image",
    style: { "align-items": SIDES[align(component.align, "center")], "justify-content": gravity(component.gravity) },
  }, frame);
}

export function flexVideo(component) {
  const source = loadable(component.url);
  const video = h("video", {
    class: "flex-video", controls: true, preload: "none", playsinline: true,
    src: source, poster: loadable(component.previewUrl), "aria-label": t("video"),
    style: { "aspect-ratio": ratio(component.aspectRatio) },
  });
  return h("div", { class: "flex-item" }, video);
}
