// The message as HTML: in a frame that runs no script, with the values of Liquid marked on top of it.
import { change, on, state } from "meniscus/state.js";
import { exported } from "meniscus/api.js";
import { select, selectedIn } from "meniscus/marks.js";
import { h } from "meniscus/dom.js";

const TALLEST = 30_000;
const SHORTEST = 60;

/** Whether a message says itself how it looks in the dark. */
const knowsDark = (html) => /prefers-color-scheme|color-scheme/i.test(html);

/**
 * A frame for `part`, of its own height. `ready(document)` is called when it is there.
 * The frame has no `allow-scripts`: neither the message nor anybody runs script in it.
 */
export function frame(part, { width = null, ready } = {}) {
  const overlay = h("div", { class: "overlay", "aria-hidden": "true" });
  const inverted = state.dark && !knowsDark(part.output);
  const iframe = h("iframe", { title: `The ${part.name} as the recipient sees it`, sandbox: "allow-same-origin", referrerpolicy: "no-referrer", class: `${state.dark ? "dark" : "light"}${inverted ? " inverted" : ""}`, "data-key": `frame:${part.name}` });
  const canvas = h("div", { class: "canvas", "data-part": part.name }, iframe, overlay);
  if (width) canvas.style.width = `${width}px`;
  const view = { iframe, canvas, overlay, part, index: null };
  iframe.addEventListener("load", () => {
    const inside = iframe.contentDocument;
    if (!inside?.body) return;
    guard(inside);
    if (inverted) restorePictures(iframe);
    view.index = index(inside);
    measure(view);
    listen(view, inside);
    paint(view);
    forgetGone();
    views.add(view);
    ready?.(inside);
  });
  source(iframe, part);
  return canvas;
}

/** The address of the frame, or the text of it in an export. */
export function source(iframe, part) {
  if (exported || !part.frame) iframe.srcdoc = part.frame_html ?? "";
  else iframe.src = `${part.frame}?images=${state.images ? 1 : 0}`;
}

const views = new Set();

/** Frames that are no longer shown, with all that was in them. */
function forgetGone() {
  for (const view of views) if (!view.iframe.isConnected) views.delete(view);
}

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
  const walker = inside.createTreeWalker(inside, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT | NodeFilter.SHOW_COMMENT);
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
      for (const id of own?.split(/\s+/).map(Number) ?? []) elements.set(id, [...(elements.get(id) ?? []), node]);
    }
  }
  return { owner, ranges, elements };
}

/** The boxes of a mark, in the frame. */
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
  const caret = inside.caretPositionFromPoint?.(x, y)?.offsetNode ?? inside.caretRangeFromPoint?.(x, y)?.startContainer;
  if (caret?.nodeType === Node.TEXT_NODE && index.owner.has(caret)) {
    const range = inside.createRange();
    range.selectNodeContents(caret);
    const hit = [...range.getClientRects()].some((box) => x >= box.left - 1 && x <= box.right + 1 && y >= box.top - 1 && y <= box.bottom + 1);
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
  let over = null;
  inside.addEventListener("mousemove", (event) => {
    const id = under(view, event.clientX, event.clientY);
    if (id === over) return;
    over = id;
    view.over = id;
    paint(view);
  });
  inside.addEventListener("mouseleave", () => {
    view.over = over = null;
    paint(view);
  });
  inside.addEventListener("click", (event) => {
    const id = under(view, event.clientX, event.clientY);
    select(id === null ? [] : [{ part: view.part.name, id }], "preview");
  });
  inside.addEventListener("scroll", () => paint(view), true);
  // Keys of the page work while the frame has the focus.
  inside.addEventListener("keydown", (event) => {
    if (event.key === "Tab") return;
    const again = new KeyboardEvent("keydown", { key: event.key, ctrlKey: event.ctrlKey, metaKey: event.metaKey, altKey: event.altKey, shiftKey: event.shiftKey, bubbles: true, cancelable: true });
    if (!view.iframe.dispatchEvent(again)) event.preventDefault();
  });
}

function paint(view) {
  if (!view.iframe.isConnected || !view.index) return;
  const selected = selectedIn(view.part.name);
  const drawn = [];
  const draw = (id, kind) => {
    for (const box of boxes(view, id).slice(0, 400)) {
      drawn.push(h("div", { class: `box ${kind}`, style: { left: `${box.left - 2}px`, top: `${box.top - 1}px`, width: `${box.width + 4}px`, height: `${box.height + 2}px` } }));
    }
  };
  for (const id of selected) draw(id, "selected");
  if (view.over !== null && view.over !== undefined && !selected.has(view.over)) draw(view.over, "over");
  view.overlay.replaceChildren(...drawn);
}

on(["selected"], () => {
  forgetGone();
  for (const view of views) {
    paint(view);
    if (state.selected && state.selected.from !== "preview") view.overlay.querySelector(".selected")?.scrollIntoView({ block: "nearest" });
  }
});

new ResizeObserver(() => requestAnimationFrame(() => views.forEach((view) => {
  if (!view.iframe.isConnected || !view.iframe.contentDocument?.body) return;
  measure(view);
  paint(view);
}))).observe(document.getElementById("view"));

/** Says in words what the dark view is. */
export function darkNote(part) {
  if (!state.dark) return null;
  return knowsDark(part.output) ? "Dark, as the message itself says" : "Dark: the message has no colours for it, so they are turned round, as some mail clients do";
}

export const toggleImages = () => change({ images: !state.images });
