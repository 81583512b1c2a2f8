// The message as HTML: in a frame that runs no script, with the values of Liquid marked on top of
// it. Frames are made by hand, each once: one that Preact changed or moved would load again.
import { h, render, useLayoutEffect, useRef } from "meniscus/preact.js";
import { select, selectedIn } from "meniscus/marks.js";
import { exported } from "meniscus/api.js";
import { state } from "meniscus/state.js";

const TALLEST = 30_000;
const SHORTEST = 60;

const knowsDark = (html) => /prefers-color-scheme|color-scheme/i.test(html);

/** A frame in which no script runs: its sandbox has no `allow-scripts`, and is set first. */
function frame(attributes) {
  const iframe = document.createElement("iframe");
  const safe = { sandbox: "allow-same-origin", referrerpolicy: "no-referrer", ...attributes };
  for (const [name, value] of Object.entries(safe)) iframe.setAttribute(name, value);
  return iframe;
}

function load(iframe, part) {
  if (exported || !part.frame) iframe.srcdoc = part.frame_html ?? "";
  else iframe.src = `${part.frame}?images=${state.images ? 1 : 0}`;
}

/** An element that `make(element)` fills, once; what it returns is called when the element goes. */
function Island({ tag = "div", make, ...attributes }) {
  const holder = useRef(null);
  useLayoutEffect(() => make(holder.current), []);
  return h(tag, { ref: holder, ...attributes });
}

export const Thumbnail = ({ part }) => h(Island, {
  tag: "span",
  class: "thumbnail",
  make(holder) {
    const iframe = frame({ loading: "lazy", tabindex: -1, "aria-hidden": true, title: part.name });
    load(iframe, part);
    holder.append(iframe);
  },
});

/** A picture from the web, in a frame that may do nothing at all. */
export const Picture = ({ address }) => h(Island, {
  class: "picture",
  make(holder) {
    const src = `${address}?images=1`;
    holder.append(frame({ title: "Picture", sandbox: "", tabindex: -1, src }));
  },
});

/** A frame for `part`, of its own height. `ready(document)` is called when it is there. */
export function Frame({ part, width, ready }) {
  const view = useRef(null);
  const make = (canvas) => {
    view.current = viewOf(part, canvas, ready);
    return () => views.delete(view.current);
  };
  useLayoutEffect(() => {
    if (!view.current) return;
    paint(view.current);
    if (state.selected?.from === "preview") return;
    view.current.overlay.querySelector(".selected")?.scrollIntoView({ block: "nearest" });
  }, [state.selected]);
  return h(Island, {
    make, class: "canvas", "data-part": part.name, style: width ? { width: `${width}px` } : {},
  });
}

function viewOf(part, canvas, ready) {
  const inverted = state.dark && !knowsDark(part.output);
  const iframe = frame({
    title: `The ${part.name} as the recipient sees it`, "data-key": `frame:${part.name}`,
    class: `${state.dark ? "dark" : "light"}${inverted ? " inverted" : ""}`,
  });
  const overlay = document.createElement("div");
  overlay.className = "overlay";
  overlay.ariaHidden = "true";
  const view = { iframe, canvas, overlay, part, index: null, over: null };
  iframe.addEventListener("load", () => {
    const inside = iframe.contentDocument;
    if (!inside?.body) return;
    guard(inside);
    if (inverted) restorePictures(iframe);
    view.index = index(inside);
    measure(view);
    listen(view, inside);
    paint(view);
    views.add(view);
    ready?.(inside);
  });
  load(iframe, part);
  canvas.append(iframe, overlay);
  return view;
}

const views = new Set();

/** Nothing in the frame leads anywhere: the sandbox stops windows and forms, this stops links. */
function guard(inside) {
  for (const name of ["click", "auxclick", "submit", "dragstart", "drop"]) {
    inside.addEventListener(name, (event) => event.preventDefault(), true);
  }
}

/** Colours are turned round as some mail clients do; pictures are turned back. */
function restorePictures(iframe) {
  const sheet = new iframe.contentWindow.CSSStyleSheet();
  sheet.replaceSync("img, video, [background] { filter: invert(1) hue-rotate(180deg); }");
  iframe.contentDocument.adoptedStyleSheets = [sheet];
}

function measure({ iframe, canvas }) {
  const inside = iframe.contentDocument;
  iframe.style.height = `${SHORTEST}px`;
  const tall = Math.max(inside.documentElement.scrollHeight, inside.body?.scrollHeight ?? 0);
  iframe.style.height = `${Math.min(Math.max(tall, SHORTEST), TALLEST)}px`;
  canvas.classList.toggle("cut", tall > TALLEST);
}

/** Which mark every text and element of the frame belongs to, and where each begins and ends. */
function index(inside) {
  const owner = new WeakMap();
  const ranges = new Map();
  const elements = new Map();
  const open = [];
  const { SHOW_ELEMENT, SHOW_TEXT, SHOW_COMMENT } = NodeFilter;
  const walker = inside.createTreeWalker(inside, SHOW_ELEMENT | SHOW_TEXT | SHOW_COMMENT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (node.nodeType === Node.COMMENT_NODE) {
      const found = /^(\/?)m:(\d+)$/.exec(node.data);
      if (!found) continue;
      const id = Number(found[2]);
      if (!found[1]) {
        open.push(id);
        ranges.set(id, { start: node, end: null });
      } else {
        if (ranges.has(id)) ranges.get(id).end = node;
        const at = open.lastIndexOf(id);
        if (at >= 0) open.splice(at, 1);
      }
    } else {
      if (open.length > 0) owner.set(node, open[open.length - 1]);
      const own = node.nodeType === Node.ELEMENT_NODE ? node.getAttribute("data-m") : null;
      for (const id of own?.split(/\s+/).map(Number) ?? []) {
        elements.set(id, [...(elements.get(id) ?? []), node]);
      }
    }
  }
  return { owner, ranges, elements };
}

function boxes({ iframe, index }, id) {
  const result = [];
  const range = index.ranges.get(id);
  if (range?.end?.isConnected && range.start.isConnected) {
    const found = iframe.contentDocument.createRange();
    found.setStartAfter(range.start);
    found.setEndBefore(range.end);
    result.push(...found.getClientRects());
  }
  for (const element of index.elements.get(id) ?? []) result.push(element.getBoundingClientRect());
  return result.filter(({ width, height }) => width > 0 && height > 0);
}

/** The mark under a point of the frame: of the text there, else of the element. */
function under({ iframe, index }, x, y) {
  const inside = iframe.contentDocument;
  const caret = inside.caretPositionFromPoint?.(x, y)?.offsetNode
    ?? inside.caretRangeFromPoint?.(x, y)?.startContainer;
  if (caret?.nodeType === Node.TEXT_NODE && index.owner.has(caret)) {
    const range = inside.createRange();
    range.selectNodeContents(caret);
    const hit = [...range.getClientRects()].some(({ left, right, top, bottom }) =>
      x >= left - 1 && x <= right + 1 && y >= top - 1 && y <= bottom + 1);
    if (hit) return index.owner.get(caret);
  }
  for (let element = inside.elementFromPoint(x, y); element; element = element.parentElement) {
    const own = element.getAttribute("data-m");
    if (own) return Number(own.split(/\s+/)[0]);
    if (index.owner.has(element)) return index.owner.get(element);
  }
  return null;
}

function listen(view, inside) {
  const over = (id) => {
    if (id === view.over) return;
    view.over = id;
    paint(view);
  };
  const at = ({ clientX, clientY }) => under(view, clientX, clientY);
  inside.addEventListener("mousemove", (event) => over(at(event)));
  inside.addEventListener("mouseleave", () => over(null));
  inside.addEventListener("click", (event) => {
    const id = at(event);
    select(id === null ? [] : [{ part: view.part.name, id }], "preview");
  });
  inside.addEventListener("scroll", () => paint(view), true);
  // Keys of the page work while the frame has the focus.
  inside.addEventListener("keydown", (event) => {
    if (event.key === "Tab") return;
    const { key, ctrlKey, metaKey, altKey, shiftKey } = event;
    const held = { ctrlKey, metaKey, altKey, shiftKey };
    const again = new KeyboardEvent("keydown", { key, ...held, bubbles: true, cancelable: true });
    if (!view.iframe.dispatchEvent(again)) event.preventDefault();
  });
}

function paint(view) {
  if (!view.iframe.isConnected || !view.index) return;
  const selected = selectedIn(view.part.name);
  const draw = (id, kind) => boxes(view, id).slice(0, 400).map((box) => {
    const [left, top] = [`${box.left - 2}px`, `${box.top - 1}px`];
    const [width, height] = [`${box.width + 4}px`, `${box.height + 2}px`];
    return h("div", { class: `box ${kind}`, style: { left, top, width, height } });
  });
  const over = view.over === null || selected.has(view.over) ? null : draw(view.over, "over");
  render([[...selected].map((id) => draw(id, "selected")), over], view.overlay);
}

/** Measures the frames again when the room for them changes; gives the observer. */
export function watchSize(room) {
  const observer = new ResizeObserver(() => requestAnimationFrame(() => views.forEach((view) => {
    if (!view.iframe.isConnected || !view.iframe.contentDocument?.body) return;
    measure(view);
    paint(view);
  })));
  observer.observe(room);
  return () => observer.disconnect();
}

export function darkNote(part) {
  if (!state.dark) return null;
  return knowsDark(part.output) ? "Dark, as the message itself says"
    : "Dark: the message has no colours for it, so they are turned round, as some mail clients do";
}
