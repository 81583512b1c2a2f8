// The message as HTML: in a frame that runs no script, with the values of Liquid marked on top of
// it. Frames are made by hand, each once: one that Preact changed or moved would load again.
import { h, render, useLayoutEffect, useRef } from "meniscus/preact.js";
import { select, selectedIn } from "meniscus/marks.js";
import { BlankMark } from "meniscus/blanks.js";
import { blankPlaces } from "meniscus/blank_places.js";
import { beside, writes } from "meniscus/api.js";
import { boxesOfText } from "meniscus/text_at.js";
import { pointAt } from "meniscus/editing.js";
import { sign } from "meniscus/signs.js";
import { shown, state } from "meniscus/state.js";
import { t } from "meniscus/labels.js";

const TALLEST = 30_000;
const SHORTEST = 60;

const knowsDark = (html) => /prefers-color-scheme|color-scheme/i.test(html);

/** A frame in which no script runs: its sandbox has no `allow-scripts`, and is set first. */
export function frame(attributes) {
  const iframe = document.createElement("iframe");
  const safe = { sandbox: "allow-same-origin", referrerpolicy: "no-referrer", ...attributes };
  for (const [name, value] of Object.entries(safe)) iframe.setAttribute(name, value);
  return iframe;
}

export function load(iframe, part) {
  if (!part.frame) iframe.srcdoc = part.frame_html ?? "";
  else iframe.src = `${part.frame}?images=${state.images ? 1 : 0}`;
}

/** Whether pictures of other hosts are not loaded. */
const withoutPictures = () => !writes || !state.images;

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
    iframe.addEventListener("load", () => {
      if (iframe.contentDocument?.body && withoutPictures()) sign(iframe.contentDocument);
    });
    holder.append(iframe);
  },
});

/** A picture from the web, in a frame that may do nothing at all. */
export const Picture = ({ address }) => h(Island, {
  class: "picture",
  make(holder) {
    const src = `${address}?images=1`;
    holder.append(frame({ title: t("picture"), sandbox: "", tabindex: -1, src }));
  },
});

/**
 * A frame for `part`, of its own height. `ready(document, missing)` is called when it is there;
 * `missing`: how many pictures are not loaded. A part that is compared brings a frame of its own
 * kind.
 */
export const Frame = (props) => h(props.part.Frame ?? OwnFrame, props);

function OwnFrame({ part, width, ready }) {
  const view = useRef(null);
  const make = (canvas) => {
    view.current = viewOf(part, canvas, ready);
    return () => views.delete(view.current);
  };
  useLayoutEffect(() => {
    if (!view.current) return;
    paint(view.current);
    if (state.selected?.from === "preview") return;
    const at = view.current.canvas.querySelector(".selected, .at-cursor");
    at?.scrollIntoView({ block: "nearest" });
  }, [state.selected, state.blanks, state.pointed]);
  return h(Island, {
    make, class: "canvas", "data-part": part.name, style: width ? { width: `${width}px` } : {},
  });
}

/** Mail clients turn colours round; apps and pages show them as they are. */
export const isTurned = (html) =>
  state.dark && !knowsDark(html) && !["in_app", "banner"].includes(shown()?.channel);

function viewOf(part, canvas, ready) {
  const inverted = isTurned(part.output);
  const iframe = frame({
    title: t("part_as_seen", { part: part.name }), "data-key": `frame:${part.name}`,
    class: `${state.dark ? "dark" : "light"}${inverted ? " inverted" : ""}`,
  });
  const overlay = document.createElement("div");
  overlay.className = "overlay";
  overlay.ariaHidden = "true";
  const blanks = document.createElement("div");
  blanks.className = "overlay blanks";
  const view = { iframe, canvas, overlay, blanks, part, index: null, nothing: [], over: null };
  iframe.addEventListener("load", () => {
    const inside = iframe.contentDocument;
    if (!inside?.body) return;
    guard(inside);
    if (inverted) restorePictures(iframe);
    const again = oncePerFrame(() => {
      measure(view);
      paint(view);
    });
    const missing = withoutPictures() ? sign(inside, again) : 0;
    view.index = index(inside);
    resize(view);
    ready?.(inside, missing); // reads places, too: before the probes make them stale
    view.nothing = blankPlaces(view);
    listen(view, inside);
    paint(view);
    views.add(view);
  });
  load(iframe, part);
  canvas.append(iframe, overlay, blanks);
  return view;
}

/** Calls `act` before the next frame, once for many calls. */
function oncePerFrame(act) {
  let isAsked = false;
  return () => {
    if (isAsked) return;
    isAsked = true;
    requestAnimationFrame(() => {
      isAsked = false;
      act();
    });
  };
}

/** The frames that are measured again when the room for them changes. */
export const views = new Set();

/** Nothing in the frame leads anywhere: the sandbox stops windows and forms, this stops links. */
export function guard(inside) {
  for (const name of ["click", "auxclick", "submit", "dragstart", "drop"]) {
    inside.addEventListener(name, (event) => event.preventDefault(), true);
  }
}

/** Colours are turned round as some mail clients do; pictures are turned back. */
export function restorePictures(iframe) {
  const sheet = new iframe.contentWindow.CSSStyleSheet();
  sheet.replaceSync("img, video, [background] { filter: invert(1) hue-rotate(180deg); }");
  iframe.contentDocument.adoptedStyleSheets = [sheet];
}

export function measure(view) {
  if (!view.iframe.contentDocument) return; // the frame is gone
  resize(view);
  view.nothing = blankPlaces(view);
}

/** Gives the frame the height of its message. */
function resize({ iframe, canvas }) {
  const inside = iframe.contentDocument;
  iframe.style.height = `${SHORTEST}px`;
  const tall = Math.max(inside.documentElement.scrollHeight, inside.body?.scrollHeight ?? 0);
  iframe.style.height = `${Math.min(Math.max(tall, SHORTEST), TALLEST)}px`;
  canvas.classList.toggle("cut", tall > TALLEST);
}

/** Which mark every text and element of the frame belongs to, and where each begins and ends. */
export function index(inside) {
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

export function boxes({ iframe, index }, id) {
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

/** The text under a point of the frame, and where in it the point is. */
function textUnder(inside, x, y) {
  const position = inside.caretPositionFromPoint?.(x, y);
  const range = position ? null : inside.caretRangeFromPoint?.(x, y);
  const node = position?.offsetNode ?? range?.startContainer;
  if (node?.nodeType !== Node.TEXT_NODE) return null;
  const whole = inside.createRange();
  whole.selectNodeContents(node);
  const hit = [...whole.getClientRects()].some(({ left, right, top, bottom }) =>
    x >= left - 1 && x <= right + 1 && y >= top - 1 && y <= bottom + 1);
  return hit ? { node, offset: position?.offset ?? range.startOffset } : null;
}

/** The mark under a point of the frame: of the text there, of its link, or of the element. */
function under({ iframe, index }, x, y) {
  const inside = iframe.contentDocument;
  const text = textUnder(inside, x, y);
  if (text && index.owner.has(text.node)) return index.owner.get(text.node);
  const element = inside.elementFromPoint(x, y);
  const first = (marked) => Number(marked.getAttribute("data-m").split(/\s+/)[0]);
  const link = element?.closest("a[data-m], button[data-m]");
  if (link) return first(link);
  // An attribute of a box around many things is not meant by a click on one of them.
  if (text || !element || /^(HTML|BODY)$/.test(element.nodeName)) return null;
  return element.hasAttribute("data-m") ? first(element) : index.owner.get(element) ?? null;
}

/** The place in the part's output of text under a point; `null` where there is no text. */
function offsetUnder({ iframe, part }, x, y) {
  const text = textUnder(iframe.contentDocument, x, y);
  const before = text?.node.previousSibling;
  const found = before?.nodeType === Node.COMMENT_NODE && /^(t|\/m):(\d+)$/.exec(before.data);
  if (!found) return null;
  const number = Number(found[2]);
  let at = found[1] === "t" ? number : part.marks.find(({ id }) => id === number)?.end16 ?? null;
  if (at === null) return null;
  // Lines are what counts: an entity is longer in the output than in the frame.
  const lines = text.node.data.slice(0, text.offset).split("\n");
  for (let line = 1; line < lines.length; line++) at = part.output.indexOf("\n", at) + 1;
  const indent = lines.length > 1 ? /^\s*/.exec(part.output.slice(at))[0].length : 0;
  return at + Math.max(indent, Math.min(lines.at(-1).length, 1));
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
    const place = id === null ? offsetUnder(view, event.clientX, event.clientY) : null;
    if (place !== null && pointAt(view.part, place)) return;
    select(id === null ? [] : [{ part: view.part.name, id }], "preview");
  });
  inside.addEventListener("scroll", () => paint(view), true);
  passKeys(view.iframe, inside);
}

/** Keys of the page work while the frame has the focus. */
export function passKeys(iframe, inside) {
  inside.addEventListener("keydown", (event) => {
    if (event.key === "Tab") return;
    const { key, ctrlKey, metaKey, altKey, shiftKey } = event;
    const held = { ctrlKey, metaKey, altKey, shiftKey };
    const again = new KeyboardEvent("keydown", { key, ...held, bubbles: true, cancelable: true });
    if (!iframe.dispatchEvent(again)) event.preventDefault();
  });
}

function paint(view) {
  if (!view.iframe.isConnected || !view.index) return;
  const selected = selectedIn(view.part.name);
  const around = (kind) => (box) => {
    const [left, top] = [`${box.left - 2}px`, `${box.top - 1}px`];
    const [width, height] = [`${box.width + 4}px`, `${box.height + 2}px`];
    return h("div", { class: `box ${kind}`, style: { left, top, width, height } });
  };
  const draw = (id, kind) => boxes(view, id).slice(0, 400).map(around(kind));
  const atCursor = beside && state.pointed ? boxesOfText(view, state.pointed) : [];
  const over = view.over === null || selected.has(view.over) ? null : draw(view.over, "over");
  const blanks = state.blanks ? view.nothing : [];
  const ofBlanks = blanks.map(({ mark }) => mark.where === "attribute" && draw(mark.id, "blank"));
  const lines = atCursor.map(around("at-cursor"));
  render([ofBlanks, lines, [...selected].map((id) => draw(id, "selected")), over], view.overlay);
  const blank = ({ mark, left, top, height }) => h(BlankMark, {
    key: mark.id, part: view.part.name, mark,
    style: { left: `${left - 3}px`, top: `${top}px`, height: `${height}px` },
  });
  render(blanks.map(blank), view.blanks);
}

/** Measures the frames again when the room for them changes; gives the observer. */
export function watchSize(room) {
  const observer = new ResizeObserver(() => requestAnimationFrame(() => views.forEach((view) => {
    if (!view.iframe.isConnected || !view.iframe.contentDocument?.body) return;
    view.measure ? view.measure() : measure(view);
    view.paint ? view.paint() : paint(view);
  })));
  observer.observe(room);
  return () => observer.disconnect();
}

export function darkNote(part) {
  if (!state.dark) return null;
  return t(knowsDark(part.output) ? "dark_own" : "dark_inverted");
}
