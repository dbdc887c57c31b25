// Text bubbles: line breaks, links, LINE emoji as small marks, mentions.

import { h, tell } from "../dom.js";
import { state } from "../state.js";

const LINK = /(?:https?:\/\/|(?:tel|line):)[^\s<>「」『』（）【】、。！？"'`]+/gi;

function link(url) {
  return h("a", { href: url, class: "text-link", rel: "noopener noreferrer", on: { click: (event) => {
    event.preventDefault();
    tell(event.currentTarget, "browse", url);
  } } }, url);
}

function withLinks(text) {
  const parts = [];
  let from = 0;
  for (const found of text.matchAll(LINK)) {
    const url = found[0].replace(/[.,;:)\]]+$/, "");
    parts.push(text.slice(from, found.index), link(url));
    from = found.index + url.length;
  }
  parts.push(text.slice(from));
  return parts;
}

const emoji = (id) => h("span", { class: "line-emoji", role: "img", "aria-label": "emoji", title: String(id ?? "") }, "☺");

const named = (text) => h("strong", { class: "mention" }, text);

/** LINE emoji and mentions stand at places of the text, counted in UTF-16 units as JavaScript does. */
function withMarks(message) {
  const text = String(message.text ?? "");
  const emojis = (message.emojis ?? []).map((mark) => ({ from: mark.index, length: mark.length ?? 1, draw: () => emoji(mark.emojiId) }));
  const mentions = (message.mention?.mentionees ?? []).map((mark) => ({ from: mark.index, length: mark.length, draw: named }));
  const parts = [];
  let at = 0;
  for (const mark of [...emojis, ...mentions].sort((a, b) => a.from - b.from)) {
    parts.push(...withLinks(text.slice(at, mark.from)), mark.draw(text.slice(mark.from, mark.from + mark.length)));
    at = mark.from + mark.length;
  }
  return [...parts, ...withLinks(text.slice(at))];
}

const nameOf = (userId) => (userId ? state.users.get(userId)?.displayName ?? userId : "All");

function substitute(message) {
  return String(message.text ?? "").split(/(\{\{|\}\}|\{[0-9a-zA-Z_]{1,20}\})/).flatMap((part) => {
    if (part === "{{" || part === "}}") return part[0];
    const value = /^\{\w+\}$/.test(part) ? message.substitution?.[part.slice(1, -1)] : undefined;
    if (value?.type === "emoji") return emoji(value.emojiId);
    if (value?.type === "mention") return named(`@${nameOf(value.mentionee?.userId)}`);
    return withLinks(part);
  });
}

export function textBubble(message) {
  return h("div", { class: "bubble text-bubble" }, message.type === "textV2" ? substitute(message) : withMarks(message));
}
