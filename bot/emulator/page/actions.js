// Tapping: numbering the actions of a message as the server counts them, and what a tap shows afterwards.

import { pickFile } from "./attachments.js";
import { pickDatetime, pickPlace } from "./picker.js";
import { copyText, toast } from "./sheet.js";
import { t } from "./strings.js";

// The blocks of a bubble are counted from top to bottom, whatever their order in the JSON.
const BLOCKS = ["header", "hero", "body", "footer"];
const rank = ([name]) => BLOCKS.indexOf(name);

/** The actions of a message in document order; quick replies are counted apart. */
export function actionsOf(message) {
  const found = [];
  const visit = (value) => {
    if (Array.isArray(value)) {
      value.forEach(visit);
    } else if (value && typeof value === "object") {
      for (const [name, child] of Object.entries(value).sort((one, other) => rank(one) - rank(other))) {
        if ((name === "action" || name === "defaultAction") && child && typeof child === "object") found.push(child);
        else if (name === "actions" && Array.isArray(child)) found.push(...child);
        else visit(child);
      }
    }
  };
  const { quickReply, ...rest } = message ?? {};
  visit(rest);
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

/** What an action needs before it can be tapped: {params}, or undefined when the person backs out. */
async function asked(phone, action) {
  switch (action.type) {
    case "datetimepicker": return wrap(await pickDatetime(action));
    case "location": return wrap(await pickPlace());
    case "camera":
    case "cameraRoll": return wrap(await pickFile(phone, "image", action.type === "camera"));
    default: return {};
  }
}

const wrap = (params) => params && { params };

/** Tap an action: ask what it needs, tell the server, then show its effect on the phone. Resolves with the effect. */
export async function perform(phone, action, tap) {
  const more = await asked(phone, action);
  if (!more) return undefined;
  const outcome = await phone.attempt(() => phone.api.tap(phone.userId, { ...tap, ...more, ...phone.place }));
  if (outcome) show(phone, action, outcome);
  return outcome;
}

function show(phone, action, outcome) {
  const uri = outcome.uri ?? action.uri ?? action.linkUri;
  if (uri) phone.browser.open(uri);
  const copied = outcome.clipboardText ?? action.clipboardText;
  if (copied) copyText(copied);
  if (action.inputOption === "openRichMenu") phone.menu.open();
  if (action.inputOption === "closeRichMenu") phone.menu.close();
  if (action.inputOption === "openVoice") toast(t("voice"));
  if (action.inputOption === "openKeyboard") phone.composer.write(action.fillInText ?? "");
}
