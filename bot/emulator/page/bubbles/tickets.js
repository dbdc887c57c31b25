// What became of a person's coupons. LINE tells bots nothing of it, so only this browser remembers.

const key = (userId, couponId) => `coupon ${userId} ${couponId}`;

/** {won?, lost?, usedAt?} */
export function outcomeOf(userId, couponId) {
  try {
    return JSON.parse(sessionStorage.getItem(key(userId, couponId))) ?? {};
  } catch {
    return {};
  }
}

export function remember(userId, couponId, change) {
  sessionStorage.setItem(key(userId, couponId), JSON.stringify({ ...outcomeOf(userId, couponId), ...change }));
}

/** Take part in the lottery of a coupon, once. */
export function draw(userId, couponId, percent) {
  const won = Math.random() * 100 < percent;
  remember(userId, couponId, won ? { won } : { lost: true });
}
