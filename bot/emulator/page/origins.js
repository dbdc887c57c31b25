// Addresses in messages: public origins are loaded from the local server that stands for them.

// LINE's own pages: this server has those that people are sent to.
const LINE = ["https://access.line.me", "https://liff.line.me", "https://miniapp.line.me"];

let origins = {};

/** Learn which public origins have a local stand-in: {"https://shop.example": "http://127.0.0.1:8000"}. */
export function learnOrigins(map) {
  origins = map ?? {};
}

const isUnder = (url, origin) => url === origin || ["/", "?", "#"].some((mark) => url.startsWith(origin + mark));

const standIn = (url) => Object.entries(origins).find(([origin]) => isUnder(url, origin));

/** Whether an address is one of LINE's own pages. */
export const isOfLine = (url) => LINE.some((origin) => isUnder(url, origin));

/** The address to load, or null when it is not an http(s) address. */
export function loadable(url) {
  if (typeof url !== "string") return null;
  const ofLine = LINE.find((origin) => isUnder(url, origin));
  const found = standIn(url) ?? (ofLine && [ofLine, location.origin]);
  const mapped = found ? found[1].replace(/\/$/, "") + url.slice(found[0].length) : url;
  try {
    return ["http:", "https:"].includes(new URL(mapped).protocol) ? mapped : null;
  } catch {
    return null;
  }
}

/** The stand-in used for an address: [origin, target], or undefined. */
export const mappingOf = (url) => (typeof url === "string" ? standIn(url) : undefined);
