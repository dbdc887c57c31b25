// Times as a phone in Japan shows them.

import { lang, t } from "./strings.js";

const ZONE = "Asia/Tokyo";
const locale = lang === "en" ? "en-GB" : "ja-JP";
const clockFormat = new Intl.DateTimeFormat(locale, { timeZone: ZONE, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const dayFormat = new Intl.DateTimeFormat(locale, { timeZone: ZONE, year: "numeric", month: "long", day: "numeric", weekday: "short" });
const shortDay = new Intl.DateTimeFormat(locale, { timeZone: ZONE, month: "numeric", day: "numeric", weekday: "short" });
const dateFormat = new Intl.DateTimeFormat(locale, { timeZone: ZONE, dateStyle: "medium" });
const fullFormat = new Intl.DateTimeFormat(locale, { timeZone: ZONE, dateStyle: "medium", timeStyle: "medium" });
const keyFormat = new Intl.DateTimeFormat("en-CA", { timeZone: ZONE });

/** 14:05 */
export const clockTime = (ms) => clockFormat.format(ms);
/** 2026-11-22, to tell days apart */
export const dayKey = (ms) => keyFormat.format(ms);
/** the day and the second, for logs */
export const fullTime = (ms) => fullFormat.format(ms);

/** 2026/11/22 */
export const dateOf = (ms) => dateFormat.format(ms);

/** 今日, 昨日, 11/20(木) or a full date for other years. */
export function dayName(ms, now) {
  const day = dayKey(ms);
  if (day === dayKey(now)) return t("today");
  if (day === dayKey(now - 86_400_000)) return t("yesterday");
  return day.slice(0, 4) === dayKey(now).slice(0, 4) ? shortDay.format(ms) : dayFormat.format(ms);
}
