// Follows the server's stream; after a break it names the cursor it had and misses nothing.
const FIRST_WAIT = 500;
const LONGEST_WAIT = 8000;
const PATIENCE = 1500; // a stream that is renewed is not worth a word

export function follow(path, cursor, handlers) {
  let wait = FIRST_WAIT;
  let grace = null;
  let source = null;
  let again = null;

  function connect() {
    clearTimeout(again);
    source?.close();
    source = new EventSource(`${path}${path.includes("?") ? "&" : "?"}cursor=${cursor}`);
    const keep = (event) => { if (event.lastEventId) cursor = event.lastEventId; };
    source.addEventListener("here", () => {
      wait = FIRST_WAIT;
      clearTimeout(grace);
      grace = null;
      handlers.back();
    });
    for (const name of ["row", "counts", "presence", "reload"])
      source.addEventListener(name, (event) => {
        keep(event);
        handlers[name](JSON.parse(event.data));
      });
    source.onerror = () => {
      source.close();
      grace ??= setTimeout(handlers.lost, PATIENCE);
      clearTimeout(again);
      again = setTimeout(connect, wait * (0.75 + Math.random() / 2));
      wait = Math.min(wait * 1.7, LONGEST_WAIT);
    };
  }
  connect();
  addEventListener("offline", () => { source.close(); handlers.lost(); again = setTimeout(connect, LONGEST_WAIT); });
  addEventListener("online", () => { wait = FIRST_WAIT; connect(); });
  addEventListener("pagehide", () => source.close());
}
