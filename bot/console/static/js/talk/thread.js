// One talk: its bubbles as they change, older ones on scrolling up, who else is here.
import { elements, part, send } from "./requests.js";
import { say } from "./say.js";

const LOOKS = [250, 500, 1000, 2000, 4000, 8000, 15000];
const HEARTBEAT = 15000;
const TYPING_LASTS = 6000;

const drawn = new WeakMap(); // line -> as the server drew it: a picture may have gone since

export class Thread {
  constructor(pane, { onTail }) {
    this.pane = pane;
    this.id = pane.dataset.talk;
    this.newest = pane.dataset.newest;
    this.version = Number(pane.dataset.version);
    this.onTail = onTail;
    this.box = pane.querySelector("#lines");
    this.inner = pane.querySelector("#lines-inner");
    this.below = pane.querySelector("#new-below");
    this.others = new Map();
    this.looks = 0;
    this.isOver = false;
    this.box.scrollTop = this.box.scrollHeight;
    this.wasAtEnd = true;
    this.resized = new ResizeObserver(() => this.wasAtEnd && this.toEnd());
    this.resized.observe(this.box);
    this.below.querySelector("button").addEventListener("click", () => this.toEnd());
    this.box.addEventListener("scroll", () => {
      this.wasAtEnd = this.isAtEnd();
      if (this.isAtEnd()) (this.below.hidden = true), this.markSeen();
    }, { passive: true });
    this.older = new IntersectionObserver((found) => {
      if (found.some((each) => each.isIntersecting)) this.readOlder();
    }, { root: this.box, rootMargin: "200px" });
    this.inner.addEventListener("click", (event) => event.target.closest("#older button") && this.readOlder());
    this.watchTop();
    for (const line of this.inner.children) drawn.set(line, line.outerHTML);
    for (const picture of this.inner.querySelectorAll("img"))
      picture.addEventListener("load", () => !this.wasRead && this.toEnd(), { once: true });
    this.box.addEventListener("wheel", () => (this.wasRead = true), { once: true, passive: true });
    if (pane.dataset.underWay) this.lookSoon();
    this.be("viewing");
    this.beat = setInterval(() => document.visibilityState === "visible" && this.be(this.isTyping ? "typing" : "viewing"), HEARTBEAT);
    this.markSeen();
  }

  close() {
    this.isOver = true;
    clearInterval(this.beat);
    clearTimeout(this.look);
    clearTimeout(this.typing);
    this.older.disconnect();
    this.resized.disconnect();
    this.be("gone");
  }

  isAtEnd() { return this.box.scrollHeight - this.box.scrollTop - this.box.clientHeight < 80; }
  toEnd() { this.box.scrollTop = this.box.scrollHeight; this.below.hidden = true; }

  watchTop() {
    this.older.disconnect();
    const top = this.inner.querySelector("#older");
    if (top) this.older.observe(top);
  }

  async readOlder() {
    const top = this.inner.querySelector("#older");
    if (!top || top.dataset.busy || this.isOver) return;
    top.dataset.busy = "yes";
    const html = await part(`/console/talk/older/${this.id}?before=${top.dataset.before}`).catch(() => null);
    if (html === null) return void delete top.dataset.busy;
    const height = this.box.scrollHeight;
    const day = this.inner.querySelector(".day-line");
    const found = elements(html);
    if (day && found.querySelector(`#${day.id}`)) day.remove();
    top.replaceWith(found);
    this.box.scrollTop += this.box.scrollHeight - height;
    this.watchTop();
  }

  /** Ask how the talk stands and show it. */
  async refresh() {
    const asked = (this.asked = {});
    const answer = await fetch(`/console/talk/tail/${this.id}`, { headers: { "HX-Request": "true" } }).catch(() => null);
    if (this.isOver || asked !== this.asked) return;
    if (answer?.status === 404) return void this.onTail({ id: this.id, isGone: true });
    if (answer?.ok) this.show(await answer.json());
  }

  show(tail) {
    if (this.isOver) return;
    if (tail.isGone) return void this.onTail(tail);
    this.asked = null;
    const wasAtEnd = this.isAtEnd();
    const isNew = BigInt(tail.newest) > BigInt(this.newest);
    this.newest = tail.newest;
    this.version = tail.version;
    this.merge(elements(tail.lines));
    this.inner.querySelectorAll(".is-pending").forEach((bubble) => {
      const said = bubble.closest(".said");
      if (said.dataset.request && tail.request === said.dataset.request) said.remove();
    });
    const head = this.pane.querySelector("#talk-head");
    if (!head.querySelector("details[open]")) head.innerHTML = tail.head;
    if (wasAtEnd || tail.isMine) this.toEnd();
    else if (isNew) this.below.hidden = false;
    if (isNew && wasAtEnd) this.markSeen();
    if (tail.isUnderWay) this.lookSoon(isNew);
    this.onTail(tail);
  }

  /** Put lines where they belong; what has not changed is left alone, so that nothing flickers. */
  merge(found) {
    const fresh = [...found.children].filter((line) => line.id !== "older");
    let at = null;
    const first = fresh[0] && document.getElementById(fresh[0].id);
    if (!first && this.inner.querySelector(".said:not([data-request]), .system-line") && fresh.length >= 40) {
      this.inner.replaceChildren(...found.childNodes); // far behind: as if opened now
      return this.watchTop();
    }
    for (const line of fresh) {
      drawn.set(line, line.outerHTML);
      const known = this.inner.querySelector(`#${CSS.escape(line.id)}`);
      if (known?.classList.contains("day-line")) { at = at ?? known; continue; }
      if (!known) {
        if (at) at.after(line);
        else {
          const pending = this.inner.querySelector(".said[data-request]");
          if (pending) pending.before(line); else this.inner.append(line);
        }
        at = line;
      } else {
        if ((drawn.get(known) ?? known.outerHTML) !== line.outerHTML) {
          keepLoaded(known, line);
          known.replaceWith(line);
          at = line;
        } else at = known;
      }
    }
  }

  /** Something has not left yet: look again, less and less often. */
  lookSoon(isNew = false) {
    if (isNew) this.looks = 0;
    clearTimeout(this.look);
    const wait = LOOKS[Math.min(this.looks++, LOOKS.length - 1)];
    this.look = setTimeout(() => this.refresh(), wait);
  }

  async markSeen() {
    if (document.visibilityState !== "visible" || this.isOver || this.seen === this.newest) return;
    if (!this.pane.querySelector("#composer")) return;
    this.seen = this.newest;
    await send(`/console/talk/seen/${this.id}`, { up_to: this.newest }).catch(() => (this.seen = null));
  }

  /** Say that we are here; learn who else is. */
  async be(what) {
    const answer = await send(`/console/talk/here/${this.id}`, { what }, { keepalive: what === "gone" }).catch(() => null);
    if (this.isOver || !answer?.body) return;
    this.others = new Map(answer.body.others.map((other) => [other.id, other]));
    this.showOthers();
  }

  typed() {
    clearTimeout(this.typing);
    this.typing = setTimeout(() => { this.isTyping = false; this.be("viewing"); }, TYPING_LASTS);
    if (!this.isTyping) { this.isTyping = true; this.be("typing"); }
  }

  stopsTyping() {
    clearTimeout(this.typing);
    if (this.isTyping) (this.isTyping = false), this.be("viewing");
  }

  met(other) {
    if (other.what === "gone") this.others.delete(other.id);
    else this.others.set(other.id, other);
    this.showOthers();
  }

  showOthers() {
    const line = this.pane.querySelector("#others");
    line.textContent = [...this.others.values()].map((other) => say(other.what, other.name)).join("　");
  }
}

/** What was loaded stays, and what is played plays on. */
function keepLoaded(known, line) {
  for (const kind of [".picture img", ".player > *"]) {
    const [before, after] = [known.querySelector(kind), line.querySelector(kind)];
    if (before && after?.getAttribute("src") === before.getAttribute("src")) after.replaceWith(before);
  }
}
