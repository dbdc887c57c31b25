// News while somebody looks elsewhere: a count in the title, a sound and a notification by choice.
const title = document.title;
let missed = 0;
let audio = null;

export function notice(talk, openTalk) {
  if (document.visibilityState === "visible" && document.hasFocus()) return;
  missed += 1;
  document.title = `(${missed}) ${title}`;
  if (localStorage.getItem("enishi.sound") === "yes") ring();
  if (localStorage.getItem("enishi.notices") === "yes" && globalThis.Notification?.permission === "granted") {
    const shown = new Notification(talk.name || title, { body: talk.text, tag: `talk-${talk.id}` });
    shown.onclick = () => { window.focus(); openTalk(talk.id); shown.close(); };
  }
}

function ring() {
  try {
    audio ??= new AudioContext();
    const [tone, gain] = [audio.createOscillator(), audio.createGain()];
    tone.frequency.setValueAtTime(880, audio.currentTime);
    tone.frequency.setValueAtTime(1175, audio.currentTime + 0.12);
    gain.gain.setValueAtTime(0.08, audio.currentTime);
    gain.gain.exponentialRampToValueAtTime(0.0001, audio.currentTime + 0.35);
    tone.connect(gain).connect(audio.destination);
    tone.start();
    tone.stop(audio.currentTime + 0.35);
  } catch { /* a browser that plays nothing before a click */ }
}

for (const name of ["focus", "visibilitychange"])
  addEventListener(name, () => {
    if (document.visibilityState !== "visible") return;
    missed = 0;
    document.title = title;
  });
