// Coupons: the card in the talk, and the screen that is shown at the till.

import { api } from "../api.js";
import { dateOf, fullTime } from "../dates.js";
import { h, icon, tell } from "../dom.js";
import { picture } from "../flex/media.js";
import { confirmed, sheet } from "../sheet.js";
import { now } from "../state.js";
import { t } from "../strings.js";
import { draw, outcomeOf, remember } from "./tickets.js";

const yen = (amount) => `¥${Number(amount).toLocaleString("ja-JP")}`;

/** What the coupon gives, in a few large letters. */
function reward(coupon) {
  const { type, priceInfo: price } = coupon.reward ?? {};
  const kind = t(`reward_${type ?? "others"}`);
  if (price?.type === "percentage") return `${price.percentage}% ${kind}`;
  if (price?.type === "fixed") return `${yen(price.fixedAmount)} ${kind}`;
  if (price?.type === "explicit") return `${yen(price.originalPrice)} → ${yen(price.priceAfterDiscount)}`;
  return kind;
}

const period = (coupon) => t("couponPeriod", { from: dateOf(coupon.startTimestamp * 1000), to: dateOf(coupon.endTimestamp * 1000) });

/** Why it cannot be used now, or undefined. */
function refusal(coupon, userId) {
  const ticket = outcomeOf(userId, coupon.couponId);
  if (coupon.status === "CLOSED") return t("couponOver");
  if (now() < coupon.startTimestamp * 1000) return t("couponEarly", { at: fullTime(coupon.startTimestamp * 1000) });
  if (ticket.lost) return t("couponLost");
  if (ticket.usedAt && coupon.maxUseCountPerTicket === 1) return t("couponUsed", { at: fullTime(ticket.usedAt) });
  return undefined;
}

function details(coupon) {
  return [
    coupon.imageUrl ? h("div", { class: "coupon-image" }, picture(coupon.imageUrl, "")) : null,
    h("p", { class: "coupon-reward" }, reward(coupon)), h("h3", {}, String(coupon.title)),
    coupon.description ? h("p", {}, String(coupon.description)) : null,
    h("p", { class: "hint" }, period(coupon)),
    coupon.usageCondition ? h("p", { class: "hint" }, String(coupon.usageCondition)) : null,
  ];
}

function ticket(coupon, userId, redraw) {
  const refused = refusal(coupon, userId);
  if (refused) return [h("p", { class: "coupon-over" }, refused)];
  const { acquisitionCondition: condition } = coupon;
  if (condition?.type === "lottery" && !outcomeOf(userId, coupon.couponId).won) {
    const roll = () => {
      draw(userId, coupon.couponId, condition.lotteryProbability);
      redraw();
    };
    return [h("button", { type: "button", class: "button is-primary is-big", on: { click: roll } }, t("couponLottery"))];
  }
  const use = async () => {
    if (!(await confirmed(t("couponSure")))) return;
    remember(userId, coupon.couponId, { usedAt: now() });
    redraw();
  };
  return [
    coupon.couponCode ? h("p", { class: "coupon-code" }, String(coupon.couponCode)) : null,
    coupon.barcodeImageUrl ? h("div", { class: "coupon-barcode" }, picture(coupon.barcodeImageUrl, t("couponBarcode"))) : null,
    h("button", { type: "button", class: "button is-primary is-big", on: { click: use } }, t("couponUse")),
  ];
}

/** The screen of a coupon on a person's phone. */
export async function openCoupon(phone, couponId) {
  const coupon = await phone.attempt(() => api.coupon(couponId));
  if (!coupon) return;
  await sheet({
    title: t("coupon"), className: "is-coupon",
    body: () => {
      const place = h("div", { class: "coupon-ticket" });
      const redraw = () => place.replaceChildren(...ticket(coupon, phone.userId, redraw).filter(Boolean));
      redraw();
      return [...details(coupon), place];
    },
  });
}

export function couponBubble({ message }) {
  const couponId = String(message.couponId ?? "");
  const words = h("span", { class: "coupon-words" }, h("strong", {}, t("coupon")), h("small", {}, t("couponHint", { id: couponId })));
  const card = h("button", { type: "button", class: "bubble coupon-bubble", on: { click: () => tell(card, "coupon", couponId) } },
    h("span", { class: "coupon-cut", "aria-hidden": "true" }, icon("coupon")), words, h("span", { class: "coupon-see" }, t("couponSee")));
  api.coupon(couponId).then((coupon) => {
    words.replaceChildren(h("strong", {}, String(coupon.title)), h("span", { class: "coupon-reward" }, reward(coupon)), h("small", {}, period(coupon)));
    if (coupon.imageUrl) card.prepend(h("span", { class: "coupon-image" }, picture(coupon.imageUrl, "")));
  }, (error) => console.warn(error));
  return card;
}
