// What opens when a link is tapped: a page inside the phone, or words for what only LINE can do.

import { opened } from "./api.js";
import { h, icon, iconButton } from "./dom.js";
import { isOfLine, loadable, mappingOf } from "./origins.js";
import { openFeature } from "./features.js";
import { sheet } from "./sheet.js";
import { t } from "./strings.js";

const LIFF = /^https:\/\/(?:liff|miniapp)\.line\.me\/(\d{10}-\w{8})/;

function explain(uri) {
  if (/^tel:/i.test(uri)) return t("opensPhone", { number: uri.slice(4) });
  if (/^line:/i.test(uri)) return t("opensLine", { uri });
  return t("opensOther", { uri });
}

/** The page over a phone's talk. */
export class Browser {
  constructor(phone) {
    this.phone = phone;
    this.element = h("section", { class: "browser", role: "dialog", hidden: true, on: { keydown: (event) => event.key === "Escape" && this.close() } });
    // A frame's keys and taps do not reach this page; that it took the focus does.
    addEventListener("blur", () => document.activeElement === this.frame && this.identify());
    addEventListener("message", (event) => {
      if (event.source === this.frame?.contentWindow && event.data?.type === "liff.closeWindow") this.close();
    });
  }

  /** Open what a link points to. */
  open(uri) {
    if (typeof uri !== "string" || !uri || openFeature(this.phone, uri)) return;
    const address = loadable(uri);
    if (!address) {
      sheet({ title: uri.split(":")[0], body: () => h("p", { class: "told" }, explain(uri)) });
      return;
    }
    this.uri = uri;
    this.cameFrom = document.activeElement;
    this.element.setAttribute("aria-label", uri);
    this.element.replaceChildren(this.bar(uri), ...this.hints(uri), this.page(uri, address));
    this.element.hidden = false;
    this.element.querySelector("button").focus();
  }

  bar(uri) {
    const liff = LIFF.exec(uri);
    return h("header", { class: "browser-bar" }, iconButton("close", t("closePage"), () => this.close()),
      h("span", { class: "address", title: uri }, h("strong", {}, liff ? "LIFF" : new URL(uri).hostname), h("small", {}, liff ? liff[1] : uri)),
      h("a", { class: "icon-button", href: opened(this.phone.userId, uri), target: "_blank", rel: "noopener noreferrer", "aria-label": t("openTab"), title: t("openTab") }, icon("open")));
  }

  hints(uri) {
    const mapping = mappingOf(uri);
    return mapping ? [h("p", { class: "hint" }, t("mapped", { origin: mapping[0], target: mapping[1] }))] : [];
  }

  /** Pages of others keep their own storage; one of this server could reach the phone page, and may not. */
  page(uri, address) {
    const own = new URL(address).origin === location.origin && !isOfLine(uri);
    this.frame = h("iframe", {
      class: "browser-frame", src: opened(this.phone.userId, uri), title: uri, referrerpolicy: "no-referrer", allow: "clipboard-write; camera; geolocation; screen-wake-lock",
      sandbox: `allow-scripts allow-forms allow-popups allow-modals allow-downloads${own ? "" : " allow-same-origin"}`,
    });
    return this.frame;
  }

  /** Login pages know people by a cookie: whoever uses their phone's page is the one from now on. */
  identify() {
    fetch(opened(this.phone.userId, this.uri), { redirect: "manual" }).catch(() => undefined);
  }

  close() {
    this.element.hidden = true;
    this.element.replaceChildren();
    this.frame = undefined;
    this.cameFrom?.focus?.();
  }
}

/** Show a picture as large as the window. */
export function enlarge(url, alt) {
  sheet({ title: alt || t("image"), className: "is-lightbox", wide: true, body: (close) => h("img", { src: url, alt, on: { click: () => close() } }) });
}
