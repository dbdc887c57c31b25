// Stickers: chosen from sets, put into the composer, sent the way that is chosen there.
const dialog = document.getElementById("stickers");
const tabs = document.getElementById("sticker-sets");
const grid = document.getElementById("sticker-grid");
let sets = null;
let finish = null;

/** Return the sticker that was chosen, or null. */
export async function chooseSticker() {
  dialog.showModal();
  sets ??= await fetch("/console/talk/stickers", { headers: { "HX-Request": "true" } })
    .then((answer) => (answer.ok ? answer.json() : null)).then((body) => body?.sets ?? null).catch(() => null);
  if (sets?.length) show(Math.min(Number(localStorage.getItem("enishi.stickers")) || 0, sets.length - 1));
  return new Promise((resolve) => (finish = resolve));
}

function show(at) {
  localStorage.setItem("enishi.stickers", String(at));
  tabs.replaceChildren(...sets.map((each, number) => {
    const tab = document.createElement("button");
    tab.type = "button";
    tab.setAttribute("role", "tab");
    tab.setAttribute("aria-selected", String(number === at));
    tab.setAttribute("aria-controls", "sticker-grid");
    tab.tabIndex = number === at ? 0 : -1;
    tab.append(picture(each.stickers[0]));
    tab.setAttribute("aria-label", each.name);
    tab.addEventListener("click", () => { show(number); tabs.children[number].focus(); });
    return tab;
  }));
  tabs.children[at].scrollIntoView({ block: "nearest", inline: "nearest" });
  const { package: packageId, stickers } = sets[at];
  grid.replaceChildren(...stickers.map((stickerId) => {
    const button = document.createElement("button");
    button.type = "button";
    button.setAttribute("aria-label", `${sets[at].name} ${stickerId}`);
    const name = document.createElement("span");
    name.textContent = stickerId;
    button.append(name, picture(stickerId));
    button.addEventListener("click", () => choose({ packageId, stickerId }));
    return button;
  }));
  grid.scrollTop = 0;
}

function picture(stickerId) {
  const image = document.createElement("img");
  image.src = `/console/talk/stickers/${stickerId}`;
  image.alt = "";
  image.loading = "lazy";
  image.dataset.fades = "";
  return image;
}

function choose(chosen) {
  const resolve = finish;
  finish = null;
  dialog.close();
  resolve?.(chosen);
}

dialog.addEventListener("close", () => choose(null));
tabs.addEventListener("keydown", (event) => {
  const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!by) return;
  event.preventDefault();
  const at = [...tabs.children].findIndex((tab) => tab.getAttribute("aria-selected") === "true");
  show((at + by + sets.length) % sets.length);
  tabs.querySelector('[aria-selected="true"]').focus();
});
