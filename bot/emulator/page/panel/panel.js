// The developer panel: a drawer beside the phones.

import { h } from "../dom.js";
import { t } from "../strings.js";

export class Panel {
  constructor() {
    this.element = h("aside", { class: "panel", "aria-label": t("panel"), hidden: true });
  }

  toggle() {
    this.element.hidden = !this.element.hidden;
  }

  hear() {}
}
