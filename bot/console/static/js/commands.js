// The command bar: Ctrl+K or Cmd+K, type, arrow keys, Enter. A page adds lines to its list
// with the template block "commands", or live by appending <li role="none" data-words="…"><a role="option" href="…">.
const dialog = document.getElementById("commands");
if (dialog) {
  const input = dialog.querySelector("input");
  const list = dialog.querySelector("ul");
  const none = dialog.querySelector(".commands-none");
  const isMac = /Mac|iP(hone|ad)/.test(navigator.platform);
  for (const hint of document.querySelectorAll("[data-shortcut]")) hint.textContent = isMac ? "⌘K" : "Ctrl K";

  const shown = () => [...list.children].filter((line) => !line.hidden);
  const choose = (line) => {
    const option = line?.querySelector("[role=option]");
    for (const each of list.querySelectorAll("[role=option]")) each.setAttribute("aria-selected", String(each === option));
    if (!option) return input.removeAttribute("aria-activedescendant");
    option.id ||= `command-${[...list.children].indexOf(line)}`;
    input.setAttribute("aria-activedescendant", option.id);
    line.scrollIntoView({ block: "nearest" });
  };
  const filter = () => {
    const wanted = input.value.normalize("NFKC").toLowerCase().split(/\s+/).filter(Boolean);
    for (const line of list.children) {
      const words = line.dataset.words.normalize("NFKC").toLowerCase();
      line.hidden = !wanted.every((word) => words.includes(word));
    }
    none.hidden = shown().length > 0;
    choose(shown()[0]);
  };

  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey) return;
    event.preventDefault();
    if (dialog.open) dialog.close();
    else dialog.showModal();
  });
  new MutationObserver(() => {
    if (!dialog.open) return;
    input.value = "";
    filter();
    input.focus();
  }).observe(dialog, { attributeFilter: ["open"] });
  input.addEventListener("input", filter);
  dialog.addEventListener("keydown", (event) => {
    const lines = shown();
    const at = lines.findIndex((line) => line.querySelector("[aria-selected=true]"));
    if (event.key === "ArrowDown") choose(lines[(at + 1) % lines.length]);
    else if (event.key === "ArrowUp") choose(lines[(at - 1 + lines.length) % lines.length]);
    else if (event.key === "Enter" && !event.isComposing) lines[at]?.querySelector("[role=option]").click();
    else return;
    event.preventDefault();
  });
}
