// The phone page: people at the top, their phones below, live from the emulator's stream.

import { api } from "./api.js";
import { nameDays } from "./days.js";
import { h, icon, iconButton } from "./dom.js";
import { learnOrigins } from "./origins.js";
import { addPerson, drawPeople, learnUser } from "./people.js";
import { Panel } from "./panel/panel.js";
import { Phone } from "./phone.js";
import { toast } from "./sheet.js";
import { changed, learnClock, learnGroups, learnUsers, markUnread, recallPhones, state, talkOf, watch } from "./state.js";
import { follow } from "./stream.js";
import { lang, t } from "./strings.js";
import { botTrouble } from "./trouble.js";

const COLUMN = 400;
const narrow = matchMedia("(max-width: 760px)");
const phones = new Map();

const panel = new Panel();
const banner = h("p", { class: "banner", role: "alert", hidden: true }, h("span", { class: "spinner", "aria-hidden": "true" }), t("offline"));
const people = h("nav", { class: "people", "aria-label": t("people") });
const stage = h("main", { class: "stage", id: "stage" });

function drawFrame() {
  document.documentElement.lang = lang;
  document.title = `縁 Enishi ${t("title")}`;
  document.getElementById("app").append(
    h("a", { class: "skip", href: "#stage" }, t("skip")),
    h("header", { class: "top" },
      h("div", { class: "brand" }, h("img", { src: "/page/icon.svg", alt: "", width: 28, height: 28 }), h("h1", {}, h("b", {}, "縁 Enishi"), h("span", {}, t("title")))),
      people,
      h("div", { class: "top-tools" },
        iconButton("panel", t("panel"), () => panel.toggle(), { class: "icon-button panel-toggle" }))),
    banner,
    h("div", { class: "ground" }, stage, panel.element),
    h("footer", { class: "small-print" }, t("notLine"), " · ",
      h("a", { href: languageAddress(), on: { click: (event) => (event.currentTarget.href = languageAddress()) } }, t("language"))));
}

function languageAddress() {
  const url = new URL(location.href);
  url.searchParams.set("lang", lang === "en" ? "ja" : "en");
  return url.href;
}

function drawEmpty() {
  const none = state.users.size === 0;
  return h("div", { class: "empty" },
    h("img", { src: "/page/empty.svg", alt: "", width: 220, height: 150 }),
    h("h2", {}, none ? t("emptyTitle") : t("selectPerson")),
    none ? h("p", {}, t("emptyLead")) : null,
    none ? h("button", { type: "button", class: "button is-primary is-big", on: { click: addPerson } }, icon("add"), t("addPerson")) : null);
}

function drawPhones() {
  for (const [userId, phone] of phones) {
    if (state.open.includes(userId)) continue;
    phone.element.remove();
    phones.delete(userId);
  }
  stage.querySelector(".empty")?.remove();
  if (!state.open.length) stage.append(drawEmpty());
  state.open.forEach((userId, index) => {
    let phone = phones.get(userId);
    if (!phone) {
      phone = new Phone(userId);
      phones.set(userId, phone);
      phone.read();
    }
    const arrives = !phone.element.isConnected;
    phone.element.classList.toggle("is-active", userId === state.active);
    if (stage.children[index] !== phone.element) stage.insertBefore(phone.element, stage.children[index] ?? null);
    phone.draw();
    if (arrives && userId === state.active) phone.element.scrollIntoView({ inline: "nearest", block: "nearest" });
  });
}

function draw() {
  banner.hidden = state.online;
  drawPeople(people, narrow.matches);
  drawPhones();
}

async function readAll(first) {
  const [account, users, groups, clock] = await Promise.all([api.account(), api.users(), api.groups(), api.clock()]);
  state.account = account;
  learnOrigins(account.origins);
  learnUsers(users.users ?? []);
  learnGroups(groups.groups ?? []);
  learnClock(clock);
  if (first) recallPhones(Math.max(1, Math.min(3, Math.floor(innerWidth / COLUMN))));
  const before = [...phones.values()];
  changed(); // phones that open now read their talk themselves
  await Promise.all(before.map((phone) => phone.read()));
}

const inSight = (userId) => state.open.includes(userId) && (!narrow.matches || state.active === userId);

/** Mark whoever has something new in a talk they do not look at. */
function noteUnread({ userId: talkId, item }) {
  const readers = state.users.has(talkId) ? (item.direction === "out" ? [talkId] : []) : state.groups.get(talkId)?.memberIds ?? [];
  const missed = readers.filter((reader) => reader !== item.userId && !(inSight(reader) && talkOf(reader) === talkId));
  if (missed.map((reader) => markUnread(reader, talkId)).includes(true)) changed();
}

function learnGroup(group) {
  state.groups.set(group.groupId, group);
  for (const phone of phones.values()) phone.hearGroup(group);
  changed();
}

function hear(event) {
  for (const phone of phones.values()) phone.hear(event);
  if (event.type === "timeline") noteUnread(event);
  if (event.type === "user") learnUser(event.user);
  if (event.type === "group") learnGroup(event.group);
  if (event.type === "clock") {
    learnClock(event);
    nameDays();
  }
  if (event.type === "reset") startAfresh();
  if (event.type === "webhook") botTrouble(event.delivery, phones, lang);
  panel.hear(event);
}

function startAfresh() {
  for (const phone of phones.values()) phone.element.remove();
  phones.clear();
  state.unread.clear();
  state.talks.clear();
  readAll(false).catch((error) => toast(error.message, "error"));
}

drawFrame();
watch(draw);
narrow.addEventListener("change", draw);
follow({
  onEvent: hear,
  onBack: (first) => {
    state.online = true;
    readAll(first).catch((error) => toast(error.message, "error"));
  },
  onLost: () => {
    state.online = false;
    changed();
  },
});
