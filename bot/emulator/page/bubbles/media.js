// Pictures, films, sounds, files and places.

import { contentOf } from "../api.js";
import { enlarge } from "../browser.js";
import { h, icon, tell } from "../dom.js";
import { picture } from "../flex/media.js";
import { loadable } from "../origins.js";
import { t } from "../strings.js";

const own = (item) => new URL(contentOf(item.id), location.href).href;
const given = (message) => (message.contentProvider?.type === "external" ? message.contentProvider : message);
const original = (item) => (given(item.message).originalContentUrl ? loadable(given(item.message).originalContentUrl) : own(item));

export function imageBubble({ item }) {
  const full = original(item);
  const { previewImageUrl, originalContentUrl } = given(item.message);
  const shown = previewImageUrl ?? originalContentUrl ?? own(item);
  return h("button", { type: "button", class: "bubble media-bubble", "aria-label": t("enlarge"), on: { click: () => full && enlarge(full, t("image")) } },
    picture(shown, t("image")));
}

export function videoBubble({ item }) {
  const preview = given(item.message).previewImageUrl;
  const poster = preview ? loadable(preview) : undefined;
  const { trackingId } = item.message;
  const ended = (event) => trackingId && tell(event.currentTarget, "watched", trackingId);
  return h("div", { class: "bubble media-bubble" },
    h("video", { on: { ended }, controls: true, preload: poster ? "none" : "metadata", playsinline: true, src: original(item), poster, "aria-label": t("video") }));
}

export function audioBubble({ item }) {
  const seconds = Math.round((item.message.duration ?? 0) / 1000);
  return h("div", { class: "bubble audio-bubble" },
    h("audio", { controls: true, preload: "none", src: original(item), "aria-label": t("audio") }),
    seconds ? h("span", { class: "duration" }, `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`) : null);
}

export function fileBubble({ item }) {
  const size = item.message.fileSize ? `${Math.ceil(item.message.fileSize / 1024)} KB` : "";
  return h("a", { class: "bubble file-bubble", href: own(item), target: "_blank", rel: "noopener noreferrer" },
    icon("file"), h("span", {}, h("strong", {}, String(item.message.fileName ?? t("file"))), h("small", {}, size)));
}

export function locationBubble({ message }) {
  const map = `https://www.openstreetmap.org/?mlat=${Number(message.latitude)}&mlon=${Number(message.longitude)}#map=17/${Number(message.latitude)}/${Number(message.longitude)}`;
  return h("button", { type: "button", class: "bubble location-bubble", on: { click: (event) => tell(event.currentTarget, "browse", map) } },
    h("span", { class: "map-drawing", "aria-hidden": "true" }, icon("pin")),
    h("span", { class: "location-words" }, h("strong", {}, String(message.title || t("location"))), h("span", {}, String(message.address ?? "")),
      h("small", {}, `${message.latitude}, ${message.longitude}`)));
}
