// What the page knows: the account, the people, whose phones are open (kept in the URL), and the time.

const listeners = new Set();

export const state = {
  account: { displayName: "", basicId: "", pictureUrl: null },
  users: new Map(),
  open: [],
  active: null,
  unread: new Set(),
  online: true,
  clockOffset: 0,
  frozenAt: null,
};

/** Run `listener` after every change. */
export const watch = (listener) => listeners.add(listener);

export function changed() {
  for (const listener of listeners) listener();
}

/** The emulator's time in ms. */
export const now = () => state.frozenAt ?? Date.now() + state.clockOffset;

export function learnClock(clock) {
  const ms = typeof clock.now === "number" ? (clock.now < 1e11 ? clock.now * 1000 : clock.now) : Date.parse(clock.now);
  state.clockOffset = ms - Date.now();
  if (clock.frozen !== undefined) state.frozenAt = clock.frozen ? ms : null;
  else if (state.frozenAt !== null) state.frozenAt = ms;
}

function remember() {
  const url = new URL(location.href);
  if (state.open.length) url.searchParams.set("phones", state.open.join(","));
  else url.searchParams.delete("phones");
  if (state.active) url.searchParams.set("active", state.active);
  else url.searchParams.delete("active");
  history.replaceState(null, "", url.href.replaceAll("%2C", ","));
}

/** Read from the URL whose phones are open; on a first visit, open as many as fit. */
export function recallPhones(fitting) {
  const params = new URLSearchParams(location.search);
  const named = (params.get("phones") ?? "").split(",").filter((id) => state.users.has(id));
  state.open = named.length ? [...new Set(named)] : [...state.users.keys()].slice(0, fitting);
  const active = params.get("active");
  state.active = state.open.includes(active) ? active : state.open[0] ?? null;
}

export function openPhone(userId) {
  if (!state.open.includes(userId)) state.open.push(userId);
  state.active = userId;
  state.unread.delete(userId);
  remember();
  changed();
}

export function closePhone(userId) {
  state.open = state.open.filter((id) => id !== userId);
  if (state.active === userId) state.active = state.open.at(-1) ?? null;
  remember();
  changed();
}

/** Replace the people known; phones of people who are gone close. */
export function learnUsers(users) {
  state.users = new Map(users.map((user) => [user.userId, user]));
  state.open = state.open.filter((id) => state.users.has(id));
  if (!state.users.has(state.active)) state.active = state.open[0] ?? null;
}
