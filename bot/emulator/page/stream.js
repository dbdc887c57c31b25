// Live updates: one EventSource for the page, which tells when it is lost and when it is back.

const FIRST_WAIT = 500;
const LONGEST_WAIT = 5000;

/** Follow the emulator's stream. `onBack` runs after every (re)connection: read again what may have been missed. */
export function follow({ onEvent, onBack, onLost }) {
  let wait = FIRST_WAIT;
  let first = true;

  function connect() {
    const source = new EventSource("/_emulator/stream");
    source.onopen = () => {
      wait = FIRST_WAIT;
      onBack(first);
      first = false;
    };
    source.onmessage = (message) => {
      try {
        onEvent(JSON.parse(message.data));
      } catch (error) {
        console.error("stream event not understood", error);
      }
    };
    source.onerror = () => {
      source.close();
      onLost();
      setTimeout(connect, wait);
      wait = Math.min(wait * 1.6, LONGEST_WAIT);
    };
  }
  connect();
}
