// Where a talk is scrolled to: at its end it follows what arrives, elsewhere it stays and offers the way down.

import { h, icon } from "./dom.js";
import { t } from "./strings.js";

const NEAR_END = 120;
const HAND = 1000; // ms in which a scroll is the person's own

export class Scroll {
  constructor(list, ...before) {
    this.below = h("button", { type: "button", class: "new-below", hidden: true, on: { click: () => this.toEnd() } }, icon("down"), t("newBelow"));
    this.view = h("div", { class: "talk-scroller", tabindex: "0" }, before, list);
    this.element = h("div", { class: "talk" }, this.view, this.below);
    this.stuck = true;
    this.handled = -HAND;
    const follow = new ResizeObserver(() => this.stuck && this.toEnd());
    follow.observe(this.view);
    follow.observe(list);
    for (const kind of ["wheel", "touchmove", "pointerdown", "keydown"]) {
      this.view.addEventListener(kind, () => (this.handled = performance.now()), { passive: true });
    }
    this.view.addEventListener("scroll", () => this.look(performance.now() - this.handled < HAND), { passive: true });
  }

  /** Only a person leaves the end; pictures that come late and move everything do not. */
  look(byHand) {
    const near = this.view.scrollHeight - this.view.scrollTop - this.view.clientHeight < NEAR_END;
    if (near || byHand) this.stuck = near;
    if (near) this.below.hidden = true;
  }

  reset() {
    this.stuck = true;
    this.below.hidden = true;
  }

  toEnd() {
    this.view.scrollTop = this.view.scrollHeight;
    this.reset();
  }

  /** Something new stands below what is on the screen. */
  offer() {
    this.below.hidden = false;
  }

  /** Let something be drawn above; what is on the screen stays where it is. */
  keeping(draw) {
    const below = this.view.scrollHeight - this.view.scrollTop;
    draw();
    this.view.scrollTop = this.view.scrollHeight - below;
    this.look(true);
  }
}
