// The words of the page, in the reader's language: say("free", 38).
const words = document.getElementById("says").content.firstElementChild.dataset;

export function say(name, value = "") {
  return words[name].replace("%n", value);
}

/** A waiting time in words: 待ち 12分. */
export function waited(ms) {
  const minutes = Math.floor(ms / 60000);
  if (minutes < 1) return say("wait", say("now"));
  if (minutes < 60) return say("wait", say("minutes", minutes));
  if (minutes < 60 * 48) return say("wait", say("hours", Math.floor(minutes / 60)));
  return say("wait", say("days", Math.floor(minutes / 1440)));
}
