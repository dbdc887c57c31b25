// What opens when a link is tapped: a page inside the phone, or words for what only LINE can do.

import { h, icon } from "./dom.js";
import { loadable, mappingOf } from "./origins.js";
import { sheet } from "./sheet.js";
import { t } from "./strings.js";

function explain(uri) {
  if (/^tel:/i.test(uri)) return t("opensPhone", { number: uri.slice(4) });
  if (/^line:/i.test(uri)) return t("opensLine", { uri });
  return t("opensOther", { uri });
}

function page(uri, address) {
  const mapping = mappingOf(uri);
  const foreign = new URL(address).origin !== location.origin;
  return [
    h("p", { class: "browser-bar" }, h("span", { class: "address", title: uri }, uri),
      h("a", { class: "button", href: address, target: "_blank", rel: "noopener noreferrer" }, icon("open"), t("openTab"))),
    mapping ? h("p", { class: "hint" }, t("mapped", { origin: mapping[0], target: mapping[1] })) : null,
    h("iframe", {
      class: "browser-frame", src: address, title: uri, referrerpolicy: "no-referrer",
      sandbox: `allow-scripts allow-forms allow-popups allow-modals${foreign ? " allow-same-origin" : ""}`,
    }),
    h("p", { class: "hint" }, t("frameHint")),
  ];
}

/** Open what a link points to. */
export function browse(uri) {
  if (typeof uri !== "string" || !uri) return;
  const address = loadable(uri);
  if (address) sheet({ title: new URL(uri).hostname, className: "is-browser", wide: true, body: () => page(uri, address) });
  else sheet({ title: uri.split(":")[0], body: () => h("p", { class: "told" }, explain(uri)) });
}

/** Show a picture as large as the window. */
export function enlarge(url, alt) {
  sheet({ title: alt || t("image"), className: "is-lightbox", wide: true, body: (close) => h("img", { src: url, alt, on: { click: () => close() } }) });
}
