// The dots that move while the account prepares an answer.

import { h } from "./dom.js";
import { avatar } from "./people.js";
import { state } from "./state.js";
import { t } from "./strings.js";

export class Dots {
  constructor(list) {
    this.list = list;
  }

  /** Show them for so many seconds; 0 takes them away. */
  show(seconds) {
    clearTimeout(this.timer);
    this.element?.remove();
    this.element = undefined;
    if (!seconds) return;
    const { displayName, pictureUrl, basicId } = state.account;
    this.element = h("div", { class: "group is-out is-loading", role: "status", "aria-label": t("loading") },
      avatar(displayName, pictureUrl, basicId + displayName), h("div", { class: "bubble text-bubble dots" }, h("i"), h("i"), h("i")));
    this.list.append(this.element);
    this.timer = setTimeout(() => this.show(0), seconds * 1000);
  }
}
