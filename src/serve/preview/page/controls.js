// Small pieces that all parts of the page use. Elements are made from data alone: no markup of a
// message is ever parsed in this page.
import { Component, h } from "meniscus/preact.js";

const ICONS = {
  email: "M2 4h12v8.5H2zM2 4.5l6 4.5 6-4.5",
  push:
    "M8 2.2a4 4 0 0 1 4 4c0 3.3 1.5 4.8 1.5 4.8h-11S4 9.5 4 6.2a4 4 0 0 1 4-4z"
    + "M6.5 13.3a1.7 1.7 0 0 0 3 0",
  sms: "M2.5 3h11v7.5H7.5L4.5 13.5v-3h-2z",
  whats_app:
    "M8 1.8a6.1 6.1 0 0 0-5.2 9.3L2 14l3-.8A6.1 6.1 0 1 0 8 1.8zM5.6 5.2c-.6 2.6 2.6 5.8 5.2 5.2"
    + "v-1.5l-1.6-.6-.8.8c-.8-.4-1.2-.8-1.6-1.6l.8-.8-.6-1.6z",
  in_app: "M4.5 1.5h7v13h-7zM6.5 6h3M6.5 8.5h3",
  content_card: "M2 3h12v10H2zM2 9h12M4.5 11h5",
  banner: "M1.5 5h13v6h-13zM4 8h6",
  webhook: "M3 3.5h6.5M3 8h10M3 12.5h6.5M11 5.5 13.5 8 11 10.5",
  text: "M3 3.5h10M3 6.5h10M3 9.5h10M3 12.5h6",
  error: "M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 0 0 8 1.8zM8 4.6v4.2M8 11v.4",
  warn: "M8 2.2 14.5 13.5h-13zM8 6.3v3.6M8 11.6v.3",
  info: "M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 0 0 8 1.8zM8 7.3v4M8 4.7v.4",
  changed: "M5 2.5v11M2.5 5 5 2.5 7.5 5M11 13.5v-11M8.5 11l2.5 2.5L13.5 11",
  check: "M3 8.5 6.5 12 13 4.5",
  stop: "M5.3 1.8h5.4l3.5 3.5v5.4l-3.5 3.5H5.3l-3.5-3.5V5.3zM5.5 5.5l5 5M10.5 5.5l-5 5",
  search: "M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9zM10.3 10.3 14 14",
  edit: "M3 13l.7-3L11 2.7l2.3 2.3L6 12.3z",
  desktop: "M1.8 3h12.4v8H1.8zM5.5 13.5h5",
  phone: "M4.5 1.5h7v13h-7zM7 12.5h2",
  moon: "M12.8 9.8A5.5 5.5 0 0 1 6.2 3.2a5.5 5.5 0 1 0 6.6 6.6z",
  image: "M2 3h12v10H2zM2 11l3.5-4 3 3.5 2-2L14 11M10.5 5.8v.2",
  person:
    "M8 2.5a2.7 2.7 0 1 0 0 5.4 2.7 2.7 0 0 0 0-5.4z"
    + "M2.8 13.7c.5-3 2.5-4.3 5.2-4.3s4.7 1.3 5.2 4.3",
  more: "M8 3.2v.1M8 8v.1M8 12.7v.1",
  close: "M4 4l8 8M12 4l-8 8",
  plus: "M8 3v10M3 8h10",
  blank: "M3 4.5h1.5M11.5 4.5H13M3 11.5h1.5M11.5 11.5H13M6.5 4.5h3M6.5 11.5h3M3 7v2M13 7v2",
  eye:
    "M1.5 8S4 3.5 8 3.5 14.5 8 14.5 8 12 12.5 8 12.5 1.5 8 1.5 8z"
    + "M8 6a2 2 0 1 0 0 4 2 2 0 0 0 0-4z",
  eye_closed: "M1.5 6.5S4 10.5 8 10.5s6.5-4 6.5-4M4.2 9.4 3 11.4M8 10.5v2.3M11.8 9.4l1.2 2",
  open: "M9.5 2.5h4v4M13.5 2.5 8 8M11.5 9v4.5h-9v-9H7",
  reply: "M6.5 3.5 2 8l4.5 4.5M2 8h7.5a4.5 4.5 0 0 1 4.5 4.5",
  aside: "M2 3h12v10H2zM10 3v10",
  back: "M7 3.5 2.5 8 7 12.5M2.5 8h11",
  turn: "M6 4l4 4-4 4",
  next: "M6 4l4 4-4 4",
  start: "M2 7.5 8 2.5l6 5M3.8 6.5v7h8.4v-7",
  branch: "M5 3v10M5 8h3.5a2.5 2.5 0 0 0 2.5-2.5V3",
};

/** A drawn sign, 16 units wide, that screen readers skip. */
export const icon = (name) =>
  h("svg", { viewBox: "0 0 16 16", class: `icon icon-${name}`, "aria-hidden": "true" },
    h("path", { d: ICONS[name] ?? ICONS.text }));

/** Elements with a class, or with none: `div("notice", …)`, `p("", …)`. */
export const [div, p, span] = ["div", "p", "span"].map((name) =>
  (look, ...children) => h(name, look ? { class: look } : null, ...children));

export const button = (attributes, ...children) => h("button", attributes, ...children);

export const small = (key, onclick, label, more) =>
  button({ class: "small", "data-key": key, onclick, ...more }, label);

export const quiet = (...children) => span("quiet", ...children);

/** Arrows go through the list in which the focus is. */
export function arrows(event) {
  const rows = [...event.currentTarget.querySelectorAll("button.row")];
  const at = rows.indexOf(document.activeElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[event.key];
  if (at < 0 || to === undefined) return;
  event.preventDefault();
  (rows[to] ?? rows[at]).focus();
}

/** What pushes the rest of a line to its end. */
export const grow = () => span("grow");

/** Text with a scroller of its own. */
export const pre = (text) => h("pre", { class: "code", tabindex: 0 }, text);

/** Says `text` to people who use a screen reader. */
export function say(text) {
  const said = document.getElementById("said");
  said.textContent = "";
  requestAnimationFrame(() => (said.textContent = text));
}

/**
 * A list of tabs for the panel `…-panel`: `items` are `[key, label]`. Arrows move, as screen
 * readers expect.
 */
export function Tabs({ label, id, items, current, choose }) {
  const step = (event) => {
    const at = items.findIndex(([key]) => key === current);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: -1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    choose(items.at(to % items.length)[0]);
    requestAnimationFrame(() => document.querySelector(`#${id} [aria-selected="true"]`)?.focus());
  };
  const tab = ([key, ...text]) => button({
    role: "tab", "aria-controls": `${id}-panel`, "aria-selected": key === current,
    tabindex: key === current ? 0 : -1, "data-key": `${id}:${key}`, onclick: () => choose(key),
  }, text);
  return h("div", { role: "tablist", "aria-label": label, class: "tabs", id, onkeydown: step },
    items.map(tab));
}

/** Shows its children; where they fail, nothing until the next change: the rest stays. */
export class Safe extends Component {
  static getDerivedStateFromError() {
    return { failed: true };
  }

  componentDidCatch(error) {
    reportError(error);
  }

  componentWillReceiveProps() {
    if (this.state.failed) this.setState({ failed: false });
  }

  render({ children }, { failed }) {
    return failed ? null : children;
  }
}

/** Text with `code` in backticks set as code. */
export const prose = (text) =>
  (text ?? "").split("`").map((piece, at) => (at % 2 ? h("code", {}, piece) : piece));

/** What failed, with what to do about it, in a line. */
export const failure = ({ message, help }) => (help ? `${message}: ${help}` : message);

/** What to do about something, after what it is. */
export const helpOf = ({ help }) => (help ? quiet(prose(help)) : null);
