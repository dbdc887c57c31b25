// A stand-in for LINE's LIFF SDK, written for the emulator: the part of it that pages of bots need.
// It keeps what the emulator put into the address, and asks the emulator to log in.
(() => {
  const line = new URL(document.currentScript.src).origin;
  const store = () => JSON.parse(sessionStorage.getItem("emulated-liff") ?? "{}");
  const error = (code, message) => Object.assign(new Error(message), { code });
  let id = null;

  function take() {
    const given = new URLSearchParams(location.hash.slice(1));
    if (!given.has("access_token")) return;
    sessionStorage.setItem("emulated-liff", JSON.stringify(Object.fromEntries(given)));
    history.replaceState(history.state, "", location.pathname + location.search);
  }

  function claims(token) {
    const bytes = Uint8Array.from(atob(token.split(".")[1].replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));
    return JSON.parse(new TextDecoder().decode(bytes));
  }

  const liff = {
    id: null,
    async init({ liffId }) {
      if (!/^\d{10}-\w{8}$/.test(liffId ?? "")) throw error("INVALID_CONFIG", "liffId is necessary for liff.init()");
      take();
      if (store().liff_id && store().liff_id !== liffId) sessionStorage.removeItem("emulated-liff");
      id = liff.id = liffId;
      done();
    },
    isInClient: () => window.parent !== window,
    isLoggedIn: () => Boolean(store().access_token),
    getAccessToken: () => store().access_token ?? null,
    getIDToken: () => store().id_token ?? null,
    getDecodedIDToken: () => (store().id_token ? claims(store().id_token) : null),
    login({ redirectUri = location.href } = {}) {
      const query = new URLSearchParams(new URL(redirectUri).search);
      query.set("emulatedLogin", "1");
      location.assign(`${line}/${id}?${query}`);
    },
    logout: () => sessionStorage.removeItem("emulated-liff"),
    closeWindow: () => window.parent.postMessage({ type: "liff.closeWindow" }, "*"),
  };
  let done;
  liff.ready = new Promise((resolve) => (done = resolve));
  window.liff = liff;
})();
