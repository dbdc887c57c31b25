// What stands behind the plus: files of this machine, places, a sample picture, a beacon.

import { h, icon } from "./dom.js";
import { pickPlace } from "./picker.js";
import { toast } from "./sheet.js";
import { t } from "./strings.js";
import { fileMessage } from "./uploads.js";

const ATTACHMENTS = [
  { kind: "image", icon: "image", label: "sendImage", accept: "image/jpeg,image/png" },
  { kind: "video", icon: "video", label: "sendVideo", accept: "video/*" },
  { kind: "audio", icon: "mic", label: "sendAudio", accept: "audio/*" },
  { kind: "file", icon: "file", label: "sendFile", accept: "" },
];

/** Choose a file of the machine; resolves with its message, or undefined. `camera` asks a real phone for its camera. */
export function pickFile(phone, kind, camera = false) {
  const { accept } = ATTACHMENTS.find((one) => one.kind === kind);
  return new Promise((resolve) => {
    const picker = h("input", { type: "file", accept, capture: camera ? "environment" : undefined, class: "file-picker", tabindex: "-1", "aria-hidden": "true" });
    const end = (message) => {
      picker.remove();
      resolve(message);
    };
    picker.addEventListener("cancel", () => end(undefined));
    picker.addEventListener("change", async () => end(picker.files[0] && await phone.attempt(() => fileMessage(kind, picker.files[0]))));
    phone.composer.element.append(picker);
    picker.click();
  });
}

async function sendFile(phone, kind) {
  const message = await pickFile(phone, kind);
  if (message) await phone.composer.send(message);
}

async function sendPlace(phone) {
  const place = await pickPlace();
  if (place) await phone.composer.send({ type: "location", ...place });
}

/** Pass by a beacon; the bot hears of it, the talk shows nothing. */
async function meetBeacon(phone) {
  phone.composer.toggle(null);
  if (await phone.attempt(() => phone.api.beacon(phone.userId))) toast(t("beaconMet"));
}

/** The buttons behind the plus. */
export function attachments(phone) {
  const button = (symbol, label, run) => h("button", { type: "button", class: "attachment", on: { click: run } }, icon(symbol), h("span", {}, label));
  return [
    ...ATTACHMENTS.map((one) => button(one.icon, t(one.label), () => sendFile(phone, one.kind))),
    button("pin", t("sendLocation"), () => sendPlace(phone)),
    button("landscape", t("sendSample"), () => phone.composer.send({ type: "image" })),
    button("beacon", t("beacon"), () => meetBeacon(phone)),
  ];
}
