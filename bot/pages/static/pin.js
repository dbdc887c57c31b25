// The pad on which staff type the shop's PIN. One key for one use: a second tap, or a try after a lost
// connection, is the same use.
const form = document.querySelector("[data-pin]");
const words = document.querySelector("[data-words]").dataset;
const LONGEST = 8;
let pin = "";
let busy = false;
let sure = "";
const key = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

function type(next) {
  pin = next.slice(0, LONGEST);
  form.querySelector("[data-dots]").textContent = "●".repeat(pin.length) || "–";
}

function say(text) {
  const said = form.querySelector("[data-said]");
  said.textContent = text;
  said.hidden = !text;
}

async function use() {
  const shop = form.elements.shop.value;
  if (!shop) return say(words.choose);
  if (busy || !pin) return;
  busy = true;
  form.classList.add("is-busy");
  try {
    const answer = await fetch(`${location.pathname}/pin`, {
      method: "POST",
      body: new URLSearchParams({ shop, pin, key, sure }),
      signal: AbortSignal.timeout(15000),
    });
    if (!answer.ok) throw new Error(String(answer.status));
    const came = await answer.json();
    if (came.state === "used") return document.dispatchEvent(new CustomEvent("enishi:used", { detail: came }));
    if (came.state === "asks") sure = "yes"; // whoever types the PIN once more has read it
    say(came.said);
  } catch {
    say(words.failed);
  } finally {
    busy = false;
    form.classList.remove("is-busy");
    type("");
  }
}

form?.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button || busy) return;
  if (button.dataset.digit) type(pin + button.dataset.digit);
  else if ("erase" in button.dataset) type(pin.slice(0, -1));
});
form?.addEventListener("submit", (event) => {
  event.preventDefault();
  use();
});
document.addEventListener("keydown", (event) => {
  if (!form?.closest("details").open || event.target.matches("select")) return;
  if (/^[0-9]$/.test(event.key)) type(pin + event.key);
  else if (event.key === "Backspace") type(pin.slice(0, -1));
});
