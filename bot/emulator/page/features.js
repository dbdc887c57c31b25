// Links that open a feature of the LINE app instead of a page.

import { pickFile } from "./attachments.js";
import { pickPlace } from "./picker.js";

const FEATURE = /^(?:line:\/\/|https:\/\/line\.me\/R\/)(.*)$/i;

/** A text to write to an account: oaMessage/@id/?text */
function prefill(phone, rest) {
  const [, query = ""] = rest.split("?");
  try {
    phone.composer.write(decodeURIComponent(query));
  } catch {
    phone.composer.write(query);
  }
}

async function place(phone) {
  const found = await pickPlace();
  if (found) await phone.composer.send({ type: "location", ...found });
}

async function photo(phone, camera) {
  const message = await pickFile(phone, "image", camera);
  if (message) await phone.composer.send(message);
}

const FEATURES = [
  [/^oaMessage\//i, prefill],
  [/^nv\/camera\/?$/i, (phone) => photo(phone, true)],
  [/^nv\/cameraRoll\b/i, (phone) => photo(phone, false)],
  [/^nv\/location\b/i, place],
];

/** Open the feature a link names; false when it names none that this phone has. */
export function openFeature(phone, uri) {
  const rest = FEATURE.exec(uri)?.[1] ?? "";
  const found = FEATURES.find(([pattern]) => pattern.test(rest));
  found?.[1](phone, rest);
  return found !== undefined;
}
