// Naming colleagues in a note: "@" lists them, arrows and Enter choose, the name is put in.
const WRITTEN = /(^|[^\p{L}\p{N}])[@＠]([^@＠\n]{0,20})$/u;

export class Mentions {
  /** Offer names where is() says so. */
  constructor(form, list, is) {
    this.names = JSON.parse(form.dataset.colleagues);
    this.list = list;
    this.is = is;
    this.area = null;
    form.addEventListener("input", (event) => event.target.matches("textarea") && this.offer(event.target));
    form.addEventListener("keydown", (event) => this.key(event), true); // before Enter sends
    form.addEventListener("focusout", (event) => !this.list.contains(event.relatedTarget) && this.close());
    list.addEventListener("mousedown", (event) => event.preventDefault()); // the words keep the focus
    list.addEventListener("click", (event) => {
      const line = event.target.closest("li");
      if (line) this.choose(line.textContent);
    });
  }

  get isOpen() { return !this.list.hidden; }

  offer(area) {
    const found = this.is() && area.value.slice(0, area.selectionStart).match(WRITTEN);
    const wanted = found ? found[2].normalize("NFKC").toLowerCase() : "";
    const fitting = found ? this.names.filter((name) => name.normalize("NFKC").toLowerCase().includes(wanted)) : [];
    if (!fitting.length) return this.close();
    this.area = area;
    this.list.replaceChildren(...fitting.map((name, at) => {
      const line = document.createElement("li");
      line.id = `mention-${at}`;
      line.setAttribute("role", "option");
      line.setAttribute("aria-selected", String(at === 0));
      line.textContent = name;
      return line;
    }));
    this.list.hidden = false;
    area.setAttribute("aria-controls", this.list.id);
    area.setAttribute("aria-activedescendant", "mention-0");
  }

  close() {
    this.list.hidden = true;
    this.area?.removeAttribute("aria-activedescendant");
  }

  choose(name) {
    const { area } = this;
    const caret = area.selectionStart;
    const begins = area.value.slice(0, caret).search(/[@＠][^@＠\n]*$/);
    area.setRangeText(`@${name} `, begins, caret, "end");
    this.close();
    area.focus();
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }

  key(event) {
    if (!this.isOpen || event.isComposing) return;
    const lines = [...this.list.children];
    const at = lines.findIndex((line) => line.getAttribute("aria-selected") === "true");
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      const next = lines[(at + step + lines.length) % lines.length];
      for (const line of lines) line.setAttribute("aria-selected", String(line === next));
      this.area.setAttribute("aria-activedescendant", next.id);
      next.scrollIntoView({ block: "nearest" });
    } else if (event.key === "Enter" || event.key === "Tab") this.choose(lines[at].textContent);
    else if (event.key === "Escape") this.close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}
