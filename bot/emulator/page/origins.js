// Addresses in messages: public origins are loaded from the local server that stands for them.

let origins = {};

/** Learn which public origins have a local stand-in: {"https://shop.example": "http://127.0.0.1:8000"}. */
export function learnOrigins(map) {
  origins = map ?? {};
}

function standIn(url) {
  return Object.entries(origins).find(([origin]) => url === origin || url.startsWith(`${origin}/`) || url.startsWith(`${origin}?`) || url.startsWith(`${origin}#`));
}

/** The address to load, or null when it is not an http(s) address. */
export function loadable(url) {
  if (typeof url !== "string") return null;
  const found = standIn(url);
  const mapped = found ? found[1].replace(/\/$/, "") + url.slice(found[0].length) : url;
  try {
    return ["http:", "https:"].includes(new URL(mapped).protocol) ? mapped : null;
  } catch {
    return null;
  }
}

/** The stand-in used for an address: [origin, target], or undefined. */
export const mappingOf = (url) => (typeof url === "string" ? standIn(url) : undefined);
