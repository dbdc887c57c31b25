// What the page knows: the account, people and groups, whose phones are open at which talk (kept in the URL), and the time.

const listeners = new Set();

export const state = {
  account: { displayName: "", basicId: "", pictureUrl: null },
  users: new Map(),
  groups: new Map(),
  open: [],
  active: null,
  /** The group each person looks at; nobody's entry means the talk with the account. */
  talks: new Map(),
  unread: new Map(),
  online: true,
  clockOffset: 0,
  frozenAt: null,
};

/** Run `listener` after every change, until the function that comes back is called. */
export function watch(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

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
  const talks = state.open.filter((id) => state.talks.has(id)).map((id) => `${id}:${state.talks.get(id)}`);
  for (const [name, value] of [["phones", state.open.join(",")], ["active", state.active], ["talks", talks.join(",")]]) {
    if (value) url.searchParams.set(name, value);
    else url.searchParams.delete(name);
  }
  history.replaceState(null, "", url.href.replaceAll("%2C", ",").replaceAll("%3A", ":"));
}

/** Read from the URL whose phones are open; on a first visit, open as many as fit. */
export function recallPhones(fitting) {
  const params = new URLSearchParams(location.search);
  const named = (params.get("phones") ?? "").split(",").filter((id) => state.users.has(id));
  state.open = named.length ? [...new Set(named)] : [...state.users.keys()].slice(0, fitting);
  state.talks = new Map((params.get("talks") ?? "").split(",").map((pair) => pair.split(":")).filter((pair) => pair.length === 2));
  const active = params.get("active");
  state.active = state.open.includes(active) ? active : state.open[0] ?? null;
}

export function openPhone(userId) {
  if (!state.open.includes(userId)) state.open.push(userId);
  state.active = userId;
  markRead(userId);
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

export function learnGroups(groups) {
  state.groups = new Map(groups.map((group) => [group.groupId, group]));
}

/** The groups a person is in. */
export const groupsOf = (userId) => [...state.groups.values()].filter((group) => group.memberIds.includes(userId));

/** What a person looks at: a group's id, or their own for the talk with the account. */
export function talkOf(userId) {
  const groupId = state.talks.get(userId);
  return state.groups.get(groupId)?.memberIds.includes(userId) ? groupId : userId;
}

/** Turn a person's phone to a talk. */
export function openTalk(userId, talkId) {
  if (talkId === userId) state.talks.delete(userId);
  else state.talks.set(userId, talkId);
  markRead(userId);
  remember();
  changed();
}

function markRead(userId) {
  state.unread.get(userId)?.delete(talkOf(userId));
}

/** Note that something new waits for a person in a talk they do not look at; false when that was known. */
export function markUnread(userId, talkId) {
  const talks = state.unread.get(userId) ?? new Set();
  if (talks.has(talkId)) return false;
  state.unread.set(userId, talks.add(talkId));
  return true;
}

export const hasUnread = (userId) => (state.unread.get(userId)?.size ?? 0) > 0;
