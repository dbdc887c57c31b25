// Quick replies: those of the last message only, gone after a tap or a newer message.

import { perform } from "./actions.js";
import { h, icon } from "./dom.js";
import { picture } from "./flex/media.js";
import { t } from "./strings.js";

const ICONS = { camera: "camera", cameraRoll: "image", location: "pin", datetimepicker: "clock", uri: "open" };

// Nothing was said yet after these: the buttons stay.
const STAYING = new Set(["uri", "clipboard"]);

export class QuickReplies {
  constructor(phone) {
    this.phone = phone;
    this.element = h("div", { class: "quick", role: "group", "aria-label": t("quickReplies"), hidden: true });
    this.usedUp = null;
  }

  /** Show the buttons of the talk's last message, if it has any. */
  refresh(used = this.usedUp) {
    this.usedUp = used;
    const item = this.phone.timeline.last;
    const items = item?.direction === "out" && item.id !== this.usedUp && !item.unsent ? item.message?.quickReply?.items ?? [] : [];
    this.element.replaceChildren(...items.map((entry, index) => this.button(item, entry, index)));
    this.element.hidden = !items.length;
  }

  button(item, entry, index) {
    const action = entry.action ?? {};
    const symbol = entry.imageUrl ? picture(entry.imageUrl, "") : ICONS[action.type] ? icon(ICONS[action.type]) : null;
    return h("button", {
      type: "button", class: "quick-button",
      on: { click: () => this.tap(item, action, index) },
    }, symbol, h("span", {}, String(action.label ?? "")));
  }

  async tap(item, action, index) {
    if (this.busy) return; // a double click is one tap
    this.busy = true;
    this.phone.refusal = null;
    const outcome = await perform(this.phone, action, { target: "quickreply", index });
    this.busy = false;
    const over = outcome ? outcome.webhookEventId || !STAYING.has(action.type) : this.phone.refusal === 409;
    if (over) this.refresh(item.id);
  }
}
