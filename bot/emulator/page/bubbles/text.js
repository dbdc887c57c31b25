// Text bubbles: line breaks, links, LINE emoji as small marks, mentions.

import { browse } from "../browser.js";
import { h } from "../dom.js";
import { state } from "../state.js";

const LINK = /(?:https?:\/\/|(?:tel|line):)[^\s<>「」『』（）【】、。！？"'`]+/gi;

function link(url) {
  return h("a", { href: url, class: "text-link", rel: "noopener noreferrer", on: { click: (event) => {
    event.preventDefault();
    browse(url);
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

function withEmojis(message) {
  const text = String(message.text ?? "");
  const parts = [];
  let from = 0;
  for (const mark of [...(message.emojis ?? [])].sort((a, b) => a.index - b.index)) {
    parts.push(...withLinks(text.slice(from, mark.index)), emoji(mark.emojiId));
    from = mark.index + (mark.length ?? 1);
  }
  parts.push(...withLinks(text.slice(from)));
  return parts;
}

const nameOf = (userId) => (userId ? state.users.get(userId)?.displayName ?? userId : "All");

function substitute(message) {
  return String(message.text ?? "").split(/(\{\{|\}\}|\{[0-9a-zA-Z_]{1,20}\})/).flatMap((part) => {
    if (part === "{{" || part === "}}") return part[0];
    const value = /^\{\w+\}$/.test(part) ? message.substitution?.[part.slice(1, -1)] : undefined;
    if (value?.type === "emoji") return emoji(value.emojiId);
    if (value?.type === "mention") return h("strong", { class: "mention" }, `@${nameOf(value.mentionee?.userId)}`);
    return withLinks(part);
  });
}

export function textBubble(message) {
  return h("div", { class: "bubble text-bubble" }, message.type === "textV2" ? substitute(message) : withEmojis(message));
}
