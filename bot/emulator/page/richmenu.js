// The rich menu: its picture with tap areas over it, and the bar that opens and closes it.

import { perform } from "./actions.js";
import { menuImage } from "./api.js";
import { areaStyle } from "./bubbles/imagemap.js";
import { h, icon } from "./dom.js";
import { t } from "./strings.js";

export class RichMenuView {
  constructor(phone) {
    this.phone = phone;
    this.menu = null;
    this.opened = false;
    this.stage = h("div", { class: "menu-stage" });
    this.news = h("p", { class: "menu-news", role: "status", "aria-live": "polite" });
    this.fold = h("div", { class: "menu-fold" }, h("div", { class: "menu-clip" }, this.stage, this.news));
    this.bar = h("button", { type: "button", class: "menu-bar", "aria-expanded": "false", on: { click: () => (this.opened ? this.close() : this.open()) } });
    this.element = h("section", { class: "menu", "aria-label": t("menu"), hidden: true }, this.fold, this.bar);
  }

  open() {
    this.opened = true;
    this.drawBar();
  }

  close() {
    this.opened = false;
    this.drawBar();
  }

  drawBar() {
    const open = this.opened && this.menu !== null;
    this.element.classList.toggle("is-open", open);
    this.bar.setAttribute("aria-expanded", String(open));
    this.fold.inert = !open;
    this.bar.replaceChildren(h("span", {}, String(this.menu?.chatBarText ?? t("menu"))), icon(open ? "down" : "up"));
  }

  /** Show this menu (or none); a change under the thumb fades over and says its name. */
  show(menu) {
    const before = this.menu;
    if (before && menu && before.richMenuId === menu.richMenuId && before.source === menu.source) return;
    this.menu = menu;
    this.element.hidden = menu === null;
    if (menu === null) {
      this.stage.replaceChildren();
      return;
    }
    if (before === null) this.opened = menu.selected !== false;
    this.bar.title = `${t("menuOf", { name: menu.name ?? "" })} · ${t(menu.source === "user" ? "menuUser" : "menuDefault")}`;
    const layer = this.layer(menu);
    const old = [...this.stage.children];
    this.stage.append(layer);
    for (const one of old) {
      one.inert = true;
      one.setAttribute("aria-hidden", "true");
    }
    if (old.length) {
      requestAnimationFrame(() => layer.classList.add("is-new"));
      setTimeout(() => old.forEach((one) => one.remove()), 260);
      this.announce(t("menuChanged", { name: menu.chatBarText ?? menu.name ?? "" }));
    }
    this.drawBar();
  }

  announce(text) {
    this.news.textContent = text;
    this.news.classList.add("is-shown");
    clearTimeout(this.newsTimer);
    this.newsTimer = setTimeout(() => this.news.classList.remove("is-shown"), 2400);
  }

  layer(menu) {
    const size = menu.size ?? { width: 2500, height: 1686 };
    const layer = h("div", { class: "menu-layer", data: { richMenuId: menu.richMenuId }, style: { "--ratio": String(Number(size.width) / Number(size.height)), "aspect-ratio": `${Number(size.width)} / ${Number(size.height)}` } });
    const image = h("img", { src: menuImage(menu.richMenuId), alt: t("menuOf", { name: menu.name ?? "" }), draggable: "false" });
    image.addEventListener("error", () => {
      layer.classList.add("has-no-image");
      image.replaceWith(h("p", { class: "menu-broken" }, t("menuNoImage")));
    }, { once: true });
    layer.append(image, ...(menu.areas ?? []).map((area, index) => this.area(area, index, size)));
    return layer;
  }

  area(area, index, size) {
    const action = area.action ?? {};
    const label = action.label || action.displayText || action.text || action.uri || t("area", { n: index + 1 });
    return h("button", {
      type: "button", class: "map-area", "aria-label": label, title: label, style: areaStyle(area.bounds ?? {}, size),
      on: { click: () => perform(this.phone, action, { target: "richmenu", index }) },
    }, h("span", { "aria-hidden": "true" }, label));
  }
}
