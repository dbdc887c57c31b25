// Writing: an answer that leaves free where it can, or a note for colleagues.
// What was written stays until the server has it; asked twice for the same answer, it says it once.
import { chooseReply } from "./canned.js";
import { Attachment } from "./attachment.js";
import { Mentions } from "./mentions.js";
import { send } from "./requests.js";
import { chooseSticker } from "./stickers.js";
import { say } from "./say.js";

const MOST_BUBBLES = 5;
export const drafts = new Map(); // friend -> {texts, tab}

export class Composer {
  constructor(form, thread) {
    this.form = form;
    this.thread = thread;
    this.tab = "reply";
    this.requestId = null;
    this.isBusy = false;
    this.bubbles = form.querySelector("#bubbles");
    this.problem = form.querySelector("#composer-problem");
    this.attachment = new Attachment(form, thread.id, (words) => this.complain(words), () => (this.requestId = null));
    this.setOffer(JSON.parse(form.dataset.offer));
    new Mentions(form, form.querySelector("#mentions"), () => this.tab === "note");
    this.settings();
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit(event.submitter?.value || this.way());
    });
    form.addEventListener("input", (event) => {
      if (!event.target.matches("textarea")) return;
      this.requestId = null;
      this.problem.hidden = true;
      this.thread.typed();
      this.count();
    });
    form.addEventListener("keydown", (event) => this.key(event));
    for (const tab of form.querySelectorAll("[data-tab]")) {
      tab.addEventListener("click", () => this.show(tab.dataset.tab, true));
      tab.addEventListener("keydown", (event) => {
        if (event.key === "ArrowLeft" || event.key === "ArrowRight") this.show(this.tab === "reply" ? "note" : "reply", false, true);
      });
    }
    form.querySelector("#open-canned").addEventListener("click", () => this.canned());
    form.querySelector("#add-bubble").addEventListener("click", () => this.add("").focus());
    this.ticking = setInterval(() => this.draw(), 500);
    form.querySelector("#open-stickers").addEventListener("click", async () => {
      const chosen = await chooseSticker();
      if (chosen) this.attachment.stick(chosen);
      this.focus();
    });
    this.waits = form.querySelector("#waits");
    this.waits.addEventListener("change", () => this.sayWaits());
    this.quoting = form.querySelector("#quoting");
    this.quoting.querySelector("button").addEventListener("click", () => { this.quote(null); this.focus(); });
    const draft = drafts.get(thread.id);
    if (draft) this.restore(draft);
    this.draw();
  }

  close() {
    clearInterval(this.ticking);
    const texts = this.areas.map((area) => area.value);
    if (texts.some((text) => text.trim())) drafts.set(this.thread.id, { texts, tab: this.tab });
    else drafts.delete(this.thread.id);
  }

  restore({ texts, tab }) {
    texts.forEach((text, at) => { if (at) this.add(text); else this.areas[0].value = text; });
    this.show(tab);
  }

  get areas() { return [...this.bubbles.querySelectorAll("textarea")]; }
  get texts() { return this.areas.map((area) => area.value.trim()).filter(Boolean); }
  get last() { return this.areas.at(-1); }
  focus() { this.last.focus(); }

  settings() {
    for (const [id, key] of [["enter-sends", "enishi.enter"], ["as-me", "enishi.as-me"], ["with-sound", "enishi.sound"], ["with-notices", "enishi.notices"]]) {
      const box = this.form.querySelector(`#${id}`);
      if (!box) continue;
      box.checked = localStorage.getItem(key) === "yes";
      box.addEventListener("change", async () => {
        if (id === "with-notices" && box.checked && (await Notification.requestPermission()) !== "granted") box.checked = false;
        localStorage.setItem(key, box.checked ? "yes" : "no");
      });
    }
  }

  setOffer(offer) {
    this.offer = offer;
    const held = this.form.querySelector("#held");
    held.hidden = !offer?.held;
    held.textContent = offer?.held ? say("held", offer.held) : "";
    this.freeUntil = offer ? performance.now() + offer.freeSeconds * 1000 : 0;
    this.draw();
  }

  get freeSeconds() { return Math.max(0, Math.ceil((this.freeUntil - performance.now()) / 1000)); }
  way() { return this.freeSeconds > 0 && this.offer.freeSeconds > 0 ? "free" : "paid"; }

  /** What an answer costs now, in words. */
  price() {
    const { left, price, isBlocked, canPay, paidLeftToday } = this.offer;
    if (isBlocked) return say("blocked");
    if (!canPay) return paidLeftToday === 0 ? say("limit") : say("cannot");
    if (price !== null && price !== "0") return say("paidPrice", price);
    return left === null ? say("paid") : say("paidLeft", Number(left).toLocaleString());
  }

  draw() {
    const now = this.form.querySelector("#way-now");
    if (!this.offer) return;
    const isFree = this.way() === "free" && !this.offer.isBlocked;
    const words = isFree ? say("free", this.freeSeconds) : this.price();
    const label = now.firstElementChild;
    if (label.textContent !== words) label.textContent = words;
    now.value = isFree ? "free" : "paid";
    now.classList.toggle("is-paid", !isFree && this.offer.canPay);
    now.disabled = this.isBusy || this.offer.isBlocked || (!isFree && !this.offer.canPay);
    this.form.querySelector("#way-next").disabled = this.isBusy || this.offer.isBlocked;
    this.form.querySelector("#way-note").disabled = this.isBusy;
  }

  show(tab, focuses = false, moves = false) {
    if (this.tab !== tab) this.requestId = null;
    this.tab = tab;
    const isNote = tab === "note";
    this.form.classList.toggle("is-note", isNote);
    for (const each of this.form.querySelectorAll("[data-tab]")) {
      each.setAttribute("aria-selected", String(each.dataset.tab === tab));
      each.tabIndex = each.dataset.tab === tab ? 0 : -1;
      if (moves && each.dataset.tab === tab) each.focus();
    }
    this.form.querySelector("#composer-body").setAttribute("aria-labelledby", `tab-${tab}`);
    for (const each of this.form.querySelectorAll(".reply-only")) each.hidden = isNote || (each === this.quoting && !this.quoted);
    this.form.querySelector("#way-note").hidden = !isNote;
    this.form.querySelector(".note-hint").hidden = !isNote;
    this.problem.hidden = true;
    if (focuses) this.focus();
  }

  /** What becomes of an answer nobody comes for stands on its button, where it is not the usual. */
  sayWaits() {
    this.requestId = null;
    this.form.querySelector("#waits-said").textContent = this.waits.value ? this.waits.selectedOptions[0].textContent : "";
  }

  /** Point back to something that was said, or with null to nothing. */
  quote(line) {
    this.quoting.hidden = !line;
    this.quoted = line?.dataset.message ?? null;
    this.requestId = null;
    if (!line) return;
    const said = line.querySelector(".bubble:not(.sticker .bubble)")?.textContent.trim() || line.querySelector("img[alt]")?.alt || "";
    this.quoting.querySelector("span").textContent = `${line.querySelector(".said-by").textContent.trim()}: ${said.slice(0, 60)}`;
    this.show("reply", true);
  }

  /** One more bubble; the last empty one is used first. */
  add(text) {
    if (!this.last.value.trim()) {
      this.last.value = text;
    } else if (this.areas.length < MOST_BUBBLES) {
      const line = document.createElement("div");
      line.className = "more-bubble";
      const area = this.areas[0].cloneNode();
      area.value = text;
      const remove = document.createElement("button");
      remove.type = "button";
      remove.className = "icon-button";
      remove.setAttribute("aria-label", say("remove"));
      remove.textContent = "×";
      remove.addEventListener("click", () => { line.remove(); this.requestId = null; this.count(); this.focus(); });
      line.append(area, remove);
      this.bubbles.append(line);
    }
    this.requestId = null;
    this.count();
    return this.last;
  }

  count() {
    const count = this.form.querySelector("#composer-count");
    count.hidden = this.areas.length < 2;
    count.textContent = `${this.areas.length} / ${MOST_BUBBLES}`;
  }

  async canned() {
    const reply = await chooseReply(this.thread.id);
    if (!reply) return this.focus();
    for (const message of reply.messages) this.add(message);
    if (reply.undefined.length) this.complain(say("undefined", reply.undefined.join("・")), [], true);
    this.focus();
    this.thread.typed();
  }

  key(event) {
    if (!event.target.matches("textarea") || event.isComposing) return;
    if (event.key === "/" && !event.target.value && this.tab === "reply") {
      event.preventDefault();
      this.canned();
    } else if (event.key === "Enter" && !event.shiftKey) {
      const sends = event.ctrlKey || event.metaKey || localStorage.getItem("enishi.enter") === "yes";
      if (!sends) return;
      event.preventDefault();
      this.submit(this.way());
    }
  }

  complain(words, choices = [], keeps = false) {
    this.problem.replaceChildren(document.createTextNode(words));
    if (choices.length) {
      const buttons = document.createElement("div");
      buttons.className = "buttons";
      for (const [label, act] of choices) {
        const button = document.createElement("button");
        button.type = "button";
        button.className = "button button-small";
        button.textContent = label;
        button.addEventListener("click", () => { this.problem.hidden = true; act?.(); });
        buttons.append(button);
      }
      this.problem.append(buttons);
    }
    this.problem.hidden = false;
    if (!keeps) this.problem.scrollIntoView({ block: "nearest" });
  }

  async submit(way) {
    const isNote = this.tab === "note";
    if (this.attachment.isComing) return this.complain(say("waitUpload"));
    if (this.isBusy || (!this.texts.length && (isNote || this.attachment.isEmpty))) return this.focus();
    const open = this.texts.join("\n").match(/\{[^{}\s]{1,40}\}/g);
    if (open && !isNote && this.allowed !== this.texts.join("\n")) {
      return this.complain(say("undefined", open.map((each) => each.slice(1, -1)).join("・")), [
        [say("again"), () => { this.allowed = this.texts.join("\n"); this.submit(way); }],
        [say("leave"), () => this.focus()],
      ]);
    }
    this.isBusy = true;
    this.draw();
    this.requestId ??= crypto.randomUUID();
    const fields = new URLSearchParams();
    const texts = this.texts;
    if (isNote) fields.set("text", texts.join("\n"));
    else {
      for (const text of texts) fields.append("text", text);
      fields.set("way", way);
      fields.set("request_id", this.requestId);
      fields.set("seen_id", this.thread.newest);
      if (this.attachment.token) fields.set("upload", this.attachment.token);
      if (this.attachment.sticker) fields.set("sticker", this.attachment.sticker);
      if (this.quoted) fields.set("quote", this.quoted);
      if (way === "next") fields.set("waits", this.waits.value);
      if (localStorage.getItem("enishi.as-me") === "yes") fields.set("as_me", "yes");
    }
    const pending = isNote ? null : this.pending(texts);
    let answer = null;
    try {
      answer = await send(`/console/talk/${isNote ? "note" : "answer"}/${this.thread.id}`, fields);
    } catch { /* nothing came back: the same id again is safe */ }
    this.isBusy = false;
    pending?.remove();
    if (!answer?.body) {
      this.complain(say("offline"));
    } else if (answer.status === 200) {
      this.clear();
      this.thread.stopsTyping();
      this.thread.show({ ...answer.body, isMine: true });
    } else {
      this.thread.show(answer.body);
      this.refused(answer.body, way);
    }
    this.draw();
    this.focus();
  }

  /** The server says no: tell what it would cost, and let a person choose. */
  refused({ code, problem }, way) {
    const waits = [say("next"), () => this.submit("next")];
    if (code === "someone_answered")
      this.complain(say("between"), [[say("again"), () => this.submit(way)], [say("leave"), () => this.focus()]]);
    else if (code === "no_free_way")
      this.complain(problem, this.offer.canPay ? [[this.price(), () => this.submit("paid")], waits] : [waits]);
    else if (code === "nothing_left" || code === "paid_limit") this.complain(problem, [waits]);
    else this.complain(problem);
  }

  pending(texts) {
    const said = document.createElement("div");
    said.className = "said said-out is-mine";
    said.dataset.request = this.requestId;
    for (const text of texts) {
      const bubble = document.createElement("div");
      bubble.className = "bubble is-pending";
      bubble.textContent = text;
      said.append(bubble);
    }
    const foot = document.createElement("p");
    foot.className = "said-foot";
    foot.textContent = say("sending");
    said.append(foot);
    this.thread.inner.append(said);
    this.thread.toEnd();
    return said;
  }

  clear() {
    for (const area of this.areas.slice(1)) area.closest(".more-bubble").remove();
    this.areas[0].value = "";
    this.attachment.clear();
    this.waits.value = "";
    this.sayWaits();
    this.quote(null);
    this.requestId = null;
    this.allowed = null;
    this.problem.hidden = true;
    drafts.delete(this.thread.id);
    this.count();
  }
}
