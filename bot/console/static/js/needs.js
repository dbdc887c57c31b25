// 要確認: the list by keys. j and k walk, Enter opens the talk, r and e press what stands beside.
const list = document.querySelector("[data-keys]");
const rows = () => [...list.querySelectorAll(":scope > li")];

function step(by) {
  const all = rows();
  const now = all.findIndex((row) => row.contains(document.activeElement));
  const next = all[now < 0 ? 0 : Math.min(all.length - 1, Math.max(0, now + by))];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

document.addEventListener("keydown", (event) => {
  if (!list || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, select, textarea, dialog")) return;
  const row = event.target.closest("li.need");
  if (event.key === "j") step(1);
  else if (event.key === "k") step(-1);
  else if (event.key === "Enter" && row && event.target === row)
    row.querySelector("[data-opens-talk]")?.click();
  else if (row && (event.key === "r" || event.key === "e")) press(row, event.key);
  else return;
  event.preventDefault();
});

// What asks first is opened; what does not is only brought under the finger: Enter sends it.
function press(row, key) {
  const what = row.querySelector(`[data-key="${key}"]`);
  if (what?.tagName === "SUMMARY") what.parentElement.open = true;
  const next = what?.tagName === "SUMMARY" ? what.parentElement.querySelector("select, button") : what;
  next?.focus();
}
