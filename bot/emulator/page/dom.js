// Elements from data. Strings become text nodes, so what a bot sends can never become markup.

const SVG = "http://www.w3.org/2000/svg";

function fill(element, props, children) {
  for (const [name, value] of Object.entries(props ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "on") {
      for (const [event, listener] of Object.entries(value)) element.addEventListener(event, listener);
    } else if (name === "style") {
      for (const [property, text] of Object.entries(value)) {
        if (text !== undefined && text !== null) element.style.setProperty(property, text);
      }
    } else if (name === "data") {
      Object.assign(element.dataset, value);
    } else {
      element.setAttribute(name, value === true ? "" : String(value));
    }
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** Make an HTML element; `on` holds listeners, `style` CSS properties, `data` data attributes. */
export function h(tag, props, ...children) {
  return fill(document.createElement(tag), props, children);
}

/** Make an SVG element. */
export function svg(tag, props, ...children) {
  return fill(document.createElementNS(SVG, tag), props, children);
}

/** Tell the phone around an element of something: the phone listens for `phone:<name>`. */
export function tell(element, name, detail) {
  element.dispatchEvent(new CustomEvent(`phone:${name}`, { bubbles: true, detail }));
}

const STROKES = {
  add: "M12 5v14M5 12h14",
  back: "M15 5l-7 7 7 7",
  block: "M12 3a9 9 0 100 18 9 9 0 000-18zM6 6l12 12",
  camera: "M4 8h3l2-3h6l2 3h3v11H4zM12 10a3.5 3.5 0 100 7 3.5 3.5 0 000-7z",
  clock: "M12 3a9 9 0 100 18 9 9 0 000-18zM12 7v5l3 2",
  close: "M6 6l12 12M18 6L6 18",
  code: "M9 7l-5 5 5 5M15 7l5 5-5 5",
  coupon: "M4 7h16v3.5a1.5 1.5 0 000 3V17H4v-3.5a1.5 1.5 0 000-3zM14 7v10",
  down: "M6 9l6 6 6-6",
  edit: "M4 20l1-5L16 4l4 4L9 19zM14 6l4 4",
  file: "M6 3h8l4 4v14H6zM14 3v4h4",
  group: "M9 5a3.5 3.5 0 100 7 3.5 3.5 0 000-7zM2 20c1-4 3.5-6 7-6s6 2 7 6M15.5 5.5a3.5 3.5 0 010 6.5M17.5 14.5c2.5.5 4 2.5 4.5 5.5",
  image: "M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M9 9.5a.5.5 0 100-1 .5.5 0 000 1",
  landscape: "M4 5h16v14H4zM4 17l5-6 3 3 4-5 4 5M8 9h.01",
  mic: "M12 3a3 3 0 00-3 3v5a3 3 0 006 0V6a3 3 0 00-3-3zM6 11a6 6 0 0012 0M12 17v4",
  more: "M5 12h.01M12 12h.01M19 12h.01",
  open: "M14 4h6v6M20 4l-9 9M18 14v6H4V6h6",
  panel: "M4 5h16v14H4zM14 5v14",
  pin: "M12 21c5-6 7-9 7-12a7 7 0 10-14 0c0 3 2 6 7 12zM12 7a2.5 2.5 0 100 5 2.5 2.5 0 000-5",
  play: "M8 5l11 7-11 7z",
  quote: "M9 6L4 11l5 5M4 11h9a7 7 0 017 7",
  redo: "M5 12a7 7 0 112 5M5 19v-5h5",
  beacon: "M12 10.5a1.5 1.5 0 100 3 1.5 1.5 0 000-3zM8 8a5.6 5.6 0 000 8M16 8a5.6 5.6 0 010 8M5 5a10 10 0 000 14M19 5a10 10 0 010 14",
  send: "M4 12l16-8-6 17-3-7z",
  talks: "M4 5h16v11H10l-5 4v-4H4z",
  smile: "M12 3a9 9 0 100 18 9 9 0 000-18zM8.5 14.5c1.5 2.5 5.5 2.5 7 0M9 9.5h.01M15 9.5h.01",
  bin: "M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13",
  up: "M6 15l6-6 6 6",
  user: "M12 4a4 4 0 100 8 4 4 0 000-8zM4 21c1-5 4-7 8-7s7 2 8 7",
  video: "M3 6h12v12H3zM15 11l6-3v8l-6-3z",
};

/** Draw one of the page's line icons. */
export function icon(name) {
  return svg("svg", { class: "icon", viewBox: "0 0 24 24", "aria-hidden": "true" }, svg("path", { d: STROKES[name] }));
}

/** Make a button with an icon and a spoken name. */
export function iconButton(name, label, onClick, props = {}) {
  return h("button", { type: "button", class: "icon-button", "aria-label": label, title: label, on: { click: onClick }, ...props }, icon(name));
}
