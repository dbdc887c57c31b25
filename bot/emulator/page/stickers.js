// The page's own sticker set: a knotted bun in eight moods, drawn here.
// The ids are of LINE's sendable list, so that a bot may send the same sticker back.

import { svg } from "./dom.js";
import { lang } from "./strings.js";

const PACKAGE = "446";
const INK = "#4a3b34";

const MOODS = [
  { id: "1988", ja: "わーい", en: "Yay", eyes: "M35 52q5-7 10 0M55 52q5-7 10 0", mouth: "M40 61q10 13 20 0z", extra: "M16 40l-6-8M84 40l6-8M14 56H6M86 56h8", cheeks: true },
  { id: "1989", ja: "ありがとう", en: "Thanks", eyes: "M35 53q5 5 10 0M55 53q5 5 10 0", mouth: "M44 62q6 5 12 0", extra: "", cheeks: true, heart: true },
  { id: "1990", ja: "OK", en: "OK", eyes: "M40 50v4M60 50v4", mouth: "M42 61q8 7 16 0", extra: "M70 78l7 8 14-18", cheeks: false },
  { id: "1991", ja: "はーい", en: "Here", eyes: "M40 50v4M60 50v4", mouth: "M45 60q5 9 10 0z", extra: "M82 60q10-8 8-24M86 36h8", cheeks: true },
  { id: "1992", ja: "ごめん", en: "Sorry", eyes: "M34 54l10-4M66 54l-10-4", mouth: "M43 66q7-7 14 0", extra: "M72 40q5 8 0 11q-5-3 0-11", cheeks: false },
  { id: "1993", ja: "うーん", en: "Hmm", eyes: "M36 52h8M56 52h8", mouth: "M44 64h12", extra: "M80 24q0-8 7-8t7 7q0 5-7 8v5M87 44v1", cheeks: false },
  { id: "1994", ja: "びっくり", en: "Wow", eyes: "M40 48a4 4 0 10.1 0M60 48a4 4 0 10.1 0", mouth: "M50 60a5 6 0 10.1 0", extra: "M14 22l6 8M86 22l-6 8M50 6v6", cheeks: false },
  { id: "1995", ja: "おやすみ", en: "Good night", eyes: "M35 52q5 5 10 0M55 52q5 5 10 0", mouth: "M46 63q4 3 8 0", extra: "M74 26h10l-10 12h10M88 12h7l-7 8h7", cheeks: true },
];

/** The set to choose from. */
export const STICKERS = MOODS.map(({ id, ja, en }) => ({ packageId: PACKAGE, stickerId: id, name: lang === "en" ? en : ja }));

/** The name of one of our stickers, or undefined for any other. */
export const nameOf = (packageId, stickerId) => STICKERS.find((one) => one.packageId === String(packageId) && one.stickerId === String(stickerId))?.name;

const line = (d, props = {}) => svg("path", { d, fill: "none", stroke: INK, "stroke-width": 3, "stroke-linecap": "round", "stroke-linejoin": "round", ...props });

/** Draw one sticker; without a known id, a faceless bun. */
export function drawing(stickerId) {
  const mood = MOODS.find((one) => one.id === String(stickerId));
  const known = mood !== undefined;
  return svg("svg", { viewBox: "0 0 100 100", class: "sticker-drawing", "aria-hidden": "true" },
    svg("path", { d: "M50 24c24 0 38 16 38 36 0 19-15 29-38 29S12 79 12 60c0-20 14-36 38-36z", fill: known ? "#fff6e6" : "#eef1f4", stroke: known ? INK : "#9aa7b3", "stroke-width": 3 }),
    line("M50 25c-14-2-20-16-9-17 8-1 9 9 9 17 0-8 1-18 9-17 11 1 5 15-9 17z", { stroke: known ? "#d2444a" : "#9aa7b3", fill: known ? "#f6c9c4" : "#dde3e8" }),
    known ? [
      line(mood.eyes, { "stroke-width": 4 }),
      line(mood.mouth, { fill: mood.mouth.endsWith("z") ? "#d2444a" : "none" }),
      mood.cheeks ? [svg("ellipse", { cx: 29, cy: 61, rx: 6, ry: 4, fill: "#f5b5a8" }), svg("ellipse", { cx: 71, cy: 61, rx: 6, ry: 4, fill: "#f5b5a8" })] : null,
      mood.extra ? line(mood.extra, { stroke: "#d2444a" }) : null,
      mood.heart ? svg("path", { d: "M84 84c-10-7-12-11-10-15 2-4 8-3 10 2 2-5 8-6 10-2 2 4 0 8-10 15z", fill: "#e0565b" }) : null,
    ] : line("M40 56v4M60 56v4M46 66h8", { stroke: "#9aa7b3" }));
}
