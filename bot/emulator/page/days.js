// The lines between the days of a talk.

import { dayName } from "./dates.js";
import { h } from "./dom.js";
import { now } from "./state.js";

export const dayLine = (at) => h("p", { class: "day", data: { at } }, h("span", {}, dayName(at, now())));

/** Say 今日 and 昨日 anew: the clock was moved. */
export function nameDays() {
  for (const line of document.querySelectorAll(".day")) line.firstChild.textContent = dayName(Number(line.dataset.at), now());
}
