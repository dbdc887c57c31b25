// Imagemaps: one wide picture whose areas can be tapped.

import { h } from "../dom.js";
import { picture } from "../flex/media.js";
import { loadable } from "../origins.js";
import { t } from "../strings.js";

const percent = (part, whole) => `${(100 * Number(part)) / Number(whole)}%`;

/** Where an area stands on a picture of `size`. */
export function areaStyle(area, size) {
  return { left: percent(area.x, size.width), top: percent(area.y, size.height), width: percent(area.width, size.width), height: percent(area.height, size.height) };
}

export function imagemapBubble({ message, tappable }) {
  const size = { width: message.baseSize?.width || 1040, height: message.baseSize?.height || 1040 };
  const areas = (message.actions ?? []).map((action, index) => {
    const label = action.label ?? action.text ?? action.linkUri ?? action.clipboardText ?? t("area", { n: index + 1 });
    const button = h("button", { type: "button", class: "map-area", "aria-label": label, title: label, style: areaStyle(action.area ?? {}, size) });
    tappable(button, action, label);
    return button;
  });
  const video = message.video;
  const film = video?.area && loadable(video.originalContentUrl) ? h("video", {
    class: "map-video", controls: true, preload: "none", playsinline: true, src: loadable(video.originalContentUrl),
    poster: loadable(video.previewImageUrl), style: areaStyle(video.area, size),
  }) : null;
  return h("div", { class: "imagemap", role: "group", "aria-label": String(message.altText ?? ""), style: { "aspect-ratio": `${Number(size.width)} / ${Number(size.height)}` } },
    picture(`${message.baseUrl}/1040`, String(message.altText ?? "")), areas, film);
}
