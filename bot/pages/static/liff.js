// Find out by LINE's SDK who opened the LIFF app, and go on to their page.
const main = document.querySelector("[data-liff]");
const LONGEST_WAIT = 10000;

function say(what) {
  for (const said of main.querySelectorAll("[data-said]")) said.hidden = said.dataset.said !== what;
  main.querySelector("[data-again]").hidden = !["away", "expired"].includes(what);
}

// On its first load the wish stands in liff.state; the SDK then puts it into the address itself.
function wish() {
  const asked = new URLSearchParams(location.search);
  const state = new URLSearchParams((asked.get("liff.state") ?? "").replace(/^[^?]*\??/, ""));
  return (name) => asked.get(name) ?? state.get(name) ?? "";
}

async function login() {
  liff.login({ redirectUri: location.href.split("#")[0] });
}

// Once: a token that is kept by a browser outside LINE may be over; a second one that is, is a clock gone wrong.
function loginAnew() {
  if (liff.isInClient() || sessionStorage.getItem("enishi-again")) return say("expired");
  sessionStorage.setItem("enishi-again", "1");
  liff.logout();
  return login();
}

async function open(join = "") {
  say("waiting");
  if (!window.liff) return say("away");
  const wanted = wish();
  await liff.init({ liffId: main.dataset.liff });
  if (!liff.isLoggedIn()) return login();
  const answer = await fetch(main.dataset.opens, {
    method: "POST",
    body: new URLSearchParams({ token: liff.getIDToken() ?? "", page: wanted("page"), item: wanted("item"), join }),
    signal: AbortSignal.timeout(LONGEST_WAIT),
  });
  if (answer.status === 410) return location.replace("closed");
  const { path, why } = await answer.json();
  if (why === "expired") return loginAnew();
  sessionStorage.removeItem("enishi-again");
  return path ? location.replace(path) : say(why);
}

main.querySelector("[data-again] button").addEventListener("click", () => location.reload());
main.querySelector("[data-join]").addEventListener("click", () => open("yes").catch(() => say("away")));
open().catch(() => say("away"));
