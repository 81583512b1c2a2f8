// Elements, made from data alone: no markup of a message is ever parsed in this page.

/** An element. `attributes`: `class`, `on…` listeners, `style` and `dataset` objects, properties of forms, else attributes. */
export function h(name, attributes, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (key === "style") for (const [property, to] of Object.entries(value)) element.style.setProperty(property, to);
    else if (key === "dataset") Object.assign(element.dataset, value);
    else if (key === "value" || key === "checked" || key === "indeterminate") element[key] = value;
    else element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...flat(children));
  return element;
}

function flat(children) {
  return children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false);
}

/** Replaces what is in `container`; where it was scrolled to and what had the focus (by `data-key`) stays. */
export function fill(container, ...children) {
  const active = document.activeElement;
  const key = container.contains(active) ? active.dataset.key : undefined;
  const selection = key !== undefined && "selectionStart" in active ? [active.selectionStart, active.selectionEnd] : null;
  const keys = key === undefined ? [] : [...container.querySelectorAll("[data-key]")].map(({ dataset }) => dataset.key);
  const scrollers = [container, ...container.querySelectorAll("[data-scroll]")];
  const places = scrollers.map((scroller) => [scroller.dataset.scroll, scroller.scrollTop, scroller.scrollLeft]);
  container.replaceChildren(...flat(children));
  // Nothing is measured for what was not scrolled: that would lay the page out once more.
  for (const [name, top, left] of places.slice(1)) {
    if (top > 0 || left > 0) container.querySelector(`[data-scroll="${CSS.escape(name)}"]`)?.scrollTo(left, top);
  }
  if (places[0][1] > 0 || places[0][2] > 0) container.scrollTo(places[0][2], places[0][1]);
  if (key === undefined) return;
  // What had the focus may be gone, or be of no use now: then what it belongs to gets it (`a:b` of `a:b:c`), or what stands next to it.
  const at = keys.indexOf(key);
  const find = (key) => container.querySelector(`[data-key="${CSS.escape(key)}"]:not(:disabled)`);
  const again = find(key);
  const owner = key.slice(0, Math.max(key.lastIndexOf(":"), 0));
  const next = again ?? [owner, ...keys.slice(at + 1), ...keys.slice(0, at).reverse()].map(find).find(Boolean);
  (next ?? container.closest(".scroller") ?? container.parentElement?.querySelector(".scroller"))?.focus({ preventScroll: true });
  if (selection && again && typeof again.selectionStart === "number") again.setSelectionRange(...selection);
}

const ICONS = {
  email: "M2 4h12v8.500H2zM2 4.500l6 4.5 6-4.5",
  push: "M8 2.200a4 4 0 0 1 4 4c0 3.3 1.5 4.8 1.5 4.800h-11S4 9.5 4 6.200a4 4 0 0 1 4-4zM6.5 13.300a1.7 1.7 0 0 0 3 0",
  sms: "M2.5 3h11v7.500H7.500L4.5 13.500v-3h-2z",
  whats_app: "M2.5 3h11v7.500H7.500L4.5 13.500v-3h-2z",
  in_app: "M4.5 1.500h7v13h-7zM6.5 6h3M6.5 8.500h3",
  content_card: "M2 3h12v10H2zM2 9h12M4.5 11h5",
  banner: "M1.5 5h13v6h-13zM4 8h6",
  webhook: "M3 3.500h6.500M3 8h10M3 12.500h6.500M11 5.5 13.5 8 11 10.5",
  text: "M3 3.500h10M3 6.500h10M3 9.500h10M3 12.500h6",
  error: "M8 1.800a6.2 6.2 0 1 0 0 12.400A6.2 6.2 0 0 0 8 1.800zM8 4.600v4.200M8 11v.4",
  warn: "M8 2.2 14.5 13.500h-13zM8 6.300v3.600M8 11.600v.3",
  info: "M8 1.800a6.2 6.2 0 1 0 0 12.400A6.2 6.2 0 0 0 8 1.800zM8 7.300v4M8 4.700v.4",
  changed: "M5 2.500v11M2.5 5 5 2.5 7.5 5M11 13.500v-11M8.5 11l2.5 2.500L13.5 11",
  check: "M3 8.5 6.5 12 13 4.5",
  stop: "M5.3 1.800h5.400l3.5 3.500v5.400l-3.5 3.500H5.300l-3.5-3.500V5.300zM5.5 5.500l5 5M10.5 5.500l-5 5",
  search: "M7 2.500a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9zM10.3 10.3 14 14",
  edit: "M3 13l.7-3L11 2.700l2.3 2.300L6 12.300z",
  desktop: "M1.8 3h12.400v8H1.800zM5.5 13.500h5",
  phone: "M4.5 1.500h7v13h-7zM7 12.500h2",
  moon: "M12.8 9.800A5.5 5.5 0 0 1 6.2 3.200a5.5 5.5 0 1 0 6.6 6.600z",
  image: "M2 3h12v10H2zM2 11l3.5-4 3 3.5 2-2L14 11M10.5 5.800v.2",
  person: "M8 2.500a2.7 2.7 0 1 0 0 5.4 2.7 2.7 0 0 0 0-5.400zM2.8 13.700c.5-3 2.5-4.3 5.2-4.300s4.7 1.3 5.2 4.3",
  close: "M4 4l8 8M12 4l-8 8",
  plus: "M8 3v10M3 8h10",
  back: "M7 3.5 2.5 8 7 12.500M2.5 8h11",
};

/** A drawn sign, 16 units wide, that screen readers do not speak of. */
export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("class", `icon icon-${name}`);
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", ICONS[name] ?? ICONS.text);
  svg.append(path);
  return svg;
}

/** A button with a sign; `label` is spoken and shown as its tip where there is no text. */
export function button(attributes, ...children) {
  return h("button", { type: "button", ...attributes }, children);
}

/** Says `text` to people who use a screen reader. */
export function say(text) {
  const said = document.getElementById("said");
  said.textContent = "";
  requestAnimationFrame(() => (said.textContent = text));
}

/** A list of tabs for the panel `…-panel`: `items` are `[key, label]`; arrows move, as screen readers expect. */
export function tabs(label, id, items, current, choose) {
  const panel = document.getElementById(`${id}-panel`)?.id;
  const step = (event) => {
    const at = items.findIndex(([key]) => key === current);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: items.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    choose(items[(to + items.length) % items.length][0]);
    requestAnimationFrame(() => document.querySelector(`#${id} [aria-selected="true"]`)?.focus());
  };
  return h("div", { role: "tablist", "aria-label": label, class: "tabs", id, onkeydown: step }, items.map(([key, ...text]) =>
    button({ role: "tab", "aria-controls": panel, "aria-selected": String(key === current), tabindex: key === current ? "0" : "-1", "data-key": `${id}:${key}`, onclick: () => choose(key) }, text)));
}

/** `1 problem`, `2 problems`. */
export const count = (number, one, many = `${one}s`) => `${number} ${number === 1 ? one : many}`;

/** Text with `code` in backticks set as code. */
export const prose = (text) => (text ?? "").split("`").map((piece, at) => (at % 2 ? h("code", {}, piece) : piece));
