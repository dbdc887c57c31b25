// The words of Flex sizes in pixels, and the checks that keep odd values out of the page's styles.

export const GAPS = { none: "0px", xs: "2px", sm: "4px", md: "8px", lg: "12px", xl: "16px", xxl: "20px" };
export const FONTS = { xxs: "11px", xs: "13px", sm: "14px", md: "16px", lg: "19px", xl: "22px", xxl: "29px", "3xl": "35px", "4xl": "48px", "5xl": "74px" };
export const IMAGES = { xxs: "40px", xs: "60px", sm: "80px", md: "100px", lg: "120px", xl: "140px", xxl: "160px", "3xl": "180px", "4xl": "200px", "5xl": "220px", full: "100%" };
export const BORDERS = { none: "0px", light: "0.5px", normal: "1px", medium: "2px", "semi-bold": "3px", bold: "4px" };
export const BUBBLES = { nano: "120px", micro: "160px", deca: "220px", hecto: "241px", kilo: "260px", mega: "300px", giga: "386px" };

const LENGTH = /^\d+(\.\d+)?(px|%)$/;
const SIGNED = /^-?\d+(\.\d+)?(px|%)$/;
const COLOR = /^#([0-9a-f]{6}|[0-9a-f]{8})$/i;
const RATIO = /^(\d+(?:\.\d+)?):(\d+(?:\.\d+)?)$/;
const ANGLE = /^\d+(\.\d+)?deg$/;
const PERCENT = /^\d+(\.\d+)?%$/;

/** A keyword of `words` or a length in px or %; anything else is `fallback`. */
export function length(value, words = {}, fallback = undefined) {
  if (typeof value !== "string") return fallback;
  return Object.hasOwn(words, value) ? words[value] : LENGTH.test(value) ? value : fallback;
}

/** Like `length`, for offsets, which may be negative. */
export function offset(value) {
  if (typeof value !== "string") return undefined;
  return Object.hasOwn(GAPS, value) ? GAPS[value] : SIGNED.test(value) ? value : undefined;
}

/** #RRGGBB or #RRGGBBAA, else `fallback`. */
export const color = (value, fallback = undefined) => (typeof value === "string" && COLOR.test(value) ? value : fallback);

/** "20:13" as CSS writes it. */
export function ratio(value, fallback = "1 / 1") {
  const found = typeof value === "string" ? RATIO.exec(value) : null;
  return found ? `${found[1]} / ${found[2]}` : fallback;
}

/** A linearGradient object as CSS writes it, or undefined. */
export function gradient(background) {
  if (background?.type !== "linearGradient") return undefined;
  const angle = ANGLE.test(background.angle ?? "") ? background.angle : "0deg";
  const start = color(background.startColor);
  const end = color(background.endColor);
  if (!start || !end) return undefined;
  const center = color(background.centerColor);
  const at = PERCENT.test(background.centerPosition ?? "") ? background.centerPosition : "50%";
  return `linear-gradient(${[angle, start, ...(center ? [`${center} ${at}`] : []), end].join(", ")})`;
}
