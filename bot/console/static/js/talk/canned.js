// 定型文: chosen from a list, put into the composer, never sent by itself.
import { send } from "./requests.js";

const dialog = document.getElementById("canned");
const input = document.getElementById("canned-q");
const list = document.getElementById("canned-list");
const none = document.getElementById("canned-none");
let finish = null;
let replies = [];

/** Return the reply that was chosen, made out to a friend, or null. */
export async function chooseReply(friend) {
  replies = [];
  input.value = "";
  draw();
  none.hidden = true;
  dialog.showModal(); // at once: what is typed meanwhile is not lost
  input.focus();
  const choosing = new Promise((resolve) => (finish = resolve));
  const answer = await fetch(`/console/talk/canned/${friend}`, { headers: { "HX-Request": "true" } }).catch(() => null);
  replies = answer?.ok ? (await answer.json()).replies : [];
  draw();
  const chosen = await choosing;
  if (chosen) send(`/console/talk/used/${chosen.id}`, {}).catch(() => null);
  return chosen;
}

function draw() {
  const wanted = input.value.normalize("NFKC").toLowerCase();
  const shown = replies.filter((reply) => `${reply.title} ${reply.messages.join(" ")}`.normalize("NFKC").toLowerCase().includes(wanted));
  list.replaceChildren(...shown.map((reply, at) => {
    const line = document.createElement("li");
    line.setAttribute("role", "option");
    line.setAttribute("aria-selected", String(at === 0));
    const title = document.createElement("strong");
    title.textContent = reply.title;
    const text = document.createElement("span");
    text.textContent = reply.messages.join("\n");
    line.append(title, text);
    line.addEventListener("click", () => choose(reply));
    line.reply = reply;
    return line;
  }));
  none.hidden = shown.length > 0;
}

function choose(reply) {
  const resolve = finish;
  finish = null;
  dialog.close();
  resolve?.(reply);
}

input.addEventListener("input", draw);
dialog.addEventListener("close", () => choose(null));
dialog.addEventListener("keydown", (event) => {
  const lines = [...list.children];
  const at = lines.findIndex((line) => line.getAttribute("aria-selected") === "true");
  let next = null;
  if (event.key === "ArrowDown") next = lines[(at + 1) % lines.length];
  else if (event.key === "ArrowUp") next = lines[(at - 1 + lines.length) % lines.length];
  else if (event.key === "Enter" && !event.isComposing && lines[at]) choose(lines[at].reply);
  else return;
  event.preventDefault();
  if (!next) return;
  for (const line of lines) line.setAttribute("aria-selected", String(line === next));
  next.scrollIntoView({ block: "nearest" });
});
