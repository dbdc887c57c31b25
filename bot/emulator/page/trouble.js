// A bot that does not answer is told on the phones that wait for it.

import { t } from "./strings.js";

const REASONS = {
  ja: { could_not_connect: "接続できません", request_timeout: "時間切れ", unclassified: "原因不明" },
  en: { could_not_connect: "cannot connect", request_timeout: "timed out", unclassified: "unknown" },
};

/** An attempt's reason in words. */
export function reasonInWords(reason, lang) {
  return REASONS[lang][reason] ?? reason;
}

function words(delivery, lang) {
  if (delivery.state === "dropped") return t("botNowhere");
  const attempt = delivery.attempts?.at(-1);
  if (!attempt?.reason) return "";
  if (attempt.status) return t("botError", { status: attempt.status });
  return t("botSilent", { reason: reasonInWords(attempt.reason, lang), hint: t("botSilentHint") });
}

/** Tell trouble with the bot's server to whom it concerns, and take it back when it is over. */
export function botTrouble(delivery, phones, lang) {
  if (!delivery.attempts.length && delivery.state !== "dropped") return;
  const text = words(delivery, lang);
  for (const event of delivery.events ?? []) phones.get(event.source?.userId)?.tell(text);
}
