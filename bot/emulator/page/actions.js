// Tapping: numbering the actions of a message as the server counts them, and what a tap shows afterwards.

import { browse } from "./browser.js";
import { pickDatetime } from "./picker.js";
import { copyText } from "./sheet.js";

const LISTS = new Set(["actions"]);
const SINGLES = new Set(["action", "defaultAction"]);

/** The actions of a message in document order; quick replies are counted apart. */
export function actionsOf(message) {
  const found = [];
  const visit = (value, key) => {
    if (Array.isArray(value)) {
      for (const item of value) {
        if (LISTS.has(key) && item && typeof item === "object") found.push(item);
        else visit(item, key);
      }
    } else if (value && typeof value === "object") {
      if (SINGLES.has(key)) {
        found.push(value);
        return;
      }
      for (const [name, child] of Object.entries(value)) {
        if (name !== "quickReply") visit(child, name);
      }
    }
  };
  visit(message, "");
  return found;
}

/** A function that makes elements of one message tappable. */
export function tapper(phone, item) {
  const order = new Map(actionsOf(item.message).map((action, index) => [action, index]));
  return (element, action, label) => {
    if (!action || !order.has(action)) return;
    const tap = (event) => {
      event.preventDefault();
      event.stopPropagation();
      perform(phone, action, { target: "message", messageId: item.id, index: order.get(action) });
    };
    element.addEventListener("click", tap);
    if (element instanceof HTMLButtonElement) return;
    element.classList.add("is-tappable");
    element.setAttribute("role", "button");
    element.tabIndex = 0;
    const spoken = label ?? action.label;
    if (spoken) element.setAttribute("aria-label", spoken);
    element.addEventListener("keydown", (event) => {
      if (event.target === element && (event.key === "Enter" || event.key === " ")) tap(event);
    });
  };
}

/** Tap an action: ask what it needs, tell the server, then show its effect on the phone. True when it was done. */
export async function perform(phone, action, tap) {
  const body = { ...tap };
  if (action.type === "datetimepicker") {
    const params = await pickDatetime(action);
    if (!params) return false;
    body.params = params;
  } else if (action.type === "location") {
    return Boolean(await phone.composer.sendLocation());
  } else if (action.type === "camera" || action.type === "cameraRoll") {
    return Boolean(await phone.composer.sendPicture(action.type === "camera"));
  }
  const result = await phone.attempt(() => phone.api.tap(phone.userId, body));
  if (!result) return false;
  after(phone, action, result);
  return true;
}

function after(phone, action, result) {
  if (action.type === "uri" || result.uri) browse(result.uri ?? action.uri ?? action.linkUri);
  else if (action.linkUri) browse(action.linkUri);
  if (action.type === "clipboard") copyText(action.clipboardText);
  if (action.inputOption === "openRichMenu") phone.menu.open();
  if (action.inputOption === "closeRichMenu") phone.menu.close();
  if (action.inputOption === "openKeyboard") phone.composer.write(action.fillInText ?? "");
}
