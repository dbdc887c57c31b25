// The list of talks: rows come and go as they change, waiting times grow, more rows come on scrolling.
import { elements, part } from "./requests.js";
import { waited } from "./say.js";

const LONG_WAIT = 10 * 60 * 1000;

export class List {
  constructor(inbox) {
    this.inbox = inbox;
    this.rows = document.getElementById("rows");
    this.none = document.getElementById("no-rows");
    this.seen = new Map(); // friend -> version that was told
    this.openId = null;
    this.ahead = Number(inbox.dataset.now) - Date.now(); // the server's clock against ours
    setInterval(() => this.age(), 15000);
    this.rows.addEventListener("click", (event) => {
      const more = event.target.closest(".talk-more a");
      if (more) (event.preventDefault(), this.more(more.closest(".talk-more")));
    });
    this.nearEnd = new IntersectionObserver((found) => {
      for (const each of found) if (each.isIntersecting) this.more(each.target);
    }, { root: this.rows, rootMargin: "300px" });
    this.watchEnd();
    this.age();
  }

  get filter() { return this.inbox.dataset; }
  row(id) { return this.rows.querySelector(`.talk-row[data-id="${id}"]`); }
  get all() { return [...this.rows.querySelectorAll(".talk-row")]; }

  watchEnd() {
    this.nearEnd.disconnect();
    const more = this.rows.querySelector(".talk-more");
    if (more) this.nearEnd.observe(more);
  }

  /** Return once the next page is here, if there is one. */
  async moreNow() {
    const line = this.rows.querySelector(".talk-more");
    if (line) this.more(line);
    await this.coming;
  }

  more(line) {
    if (!line.dataset.busy) this.coming = this.read(line);
  }

  async read(line) {
    line.dataset.busy = "yes";
    const html = await part(line.firstElementChild.getAttribute("href")).catch(() => null);
    if (html === null) return void delete line.dataset.busy;
    const known = new Set(this.all.map((row) => row.dataset.id));
    const found = elements(html);
    for (const row of found.querySelectorAll(".talk-row")) if (known.has(row.dataset.id)) row.remove();
    line.replaceWith(found);
    this.watchEnd();
    this.age();
  }

  /** Whether a talk belongs into what is shown. */
  shows(talk) {
    const { view, shop, unread, me } = this.filter;
    if (shop && talk.shop !== shop) return false;
    if (unread && !talk.isUnread) return false;
    if (view === "all") return true;
    if (view === "mine") return talk.staff === me && talk.state !== "done";
    if (view === "unassigned") return talk.staff === "" && (talk.state === "open" || talk.state === "in_progress");
    return talk.state === view;
  }

  /** Put a changed talk where it belongs; returns whether it is news to this screen. */
  update(talk) {
    const before = this.seen.get(talk.id) ?? Number(this.row(talk.id)?.dataset.version ?? -1);
    this.seen.set(talk.id, talk.version);
    if (before > talk.version) return false;
    const old = this.row(talk.id);
    const isOpen = talk.id === this.openId;
    if (this.filter.search || this.filter.tag) {
      if (old && !old.classList.contains("is-hit")) old.replaceWith(this.make(talk, isOpen));
    } else if (!this.shows(talk) && !isOpen) {
      old?.remove();
    } else {
      this.place(talk, this.make(talk, isOpen), old);
    }
    this.none.hidden = this.all.length > 0;
    this.age();
    return before !== talk.version;
  }

  make(talk, isOpen) {
    const row = elements(talk.html).firstElementChild;
    const link = row.querySelector("a");
    if (this.filter.query) link.setAttribute("href", `${link.getAttribute("href")}?${this.filter.query}`);
    if (isOpen) link.setAttribute("aria-current", "true");
    return row;
  }

  place(talk, row, old) {
    const newestFirst = this.rows.dataset.first === "last";
    const key = newestFirst ? -talk.last : talk.queue;
    const keyOf = (each) => (newestFirst ? -Number(each.dataset.last) : Number(each.dataset.queue));
    const hadFocus = old?.contains(document.activeElement);
    const next = this.all.find((each) => each !== old && keyOf(each) > key);
    const more = this.rows.querySelector(".talk-more");
    old?.remove();
    if (next) next.before(row);
    else if (more && !old) return; // it comes with the next page
    else if (more) more.before(row);
    else this.rows.append(row);
    if (hadFocus) row.querySelector("a").focus();
  }

  /** Show how long each has waited. */
  age() {
    const now = Date.now() + this.ahead;
    for (const wait of this.rows.querySelectorAll(".waits")) {
      const ms = now - Number(wait.dataset.since);
      wait.lastElementChild.textContent = waited(ms);
      wait.classList.toggle("is-long", ms >= LONG_WAIT);
    }
  }

  /** Mark the talk that is open, or on its way: a row drawn anew meanwhile keeps the mark. */
  open(id) {
    this.openId = id;
    for (const link of this.rows.querySelectorAll("a[aria-current]")) link.removeAttribute("aria-current");
    this.row(id)?.querySelector("a").setAttribute("aria-current", "true");
  }
}
