// The changed places of a message, marked in the frames of its channel: in one of the two texts
// that are compared. Marks are laid over; nothing of a message is changed by them.
import { change, state } from "meniscus/state.js";
import {
  boxes, frame, guard, index, isTurned, load, measure, passKeys, restorePictures, views,
} from "meniscus/frame.js";
import { h, render, useLayoutEffect, useMemo, useRef } from "meniscus/preact.js";
import { t } from "meniscus/labels.js";

/** Points at a change: the panes scroll to it, and its cause is shown. */
export const choose = (number) => change({ change: number, jump: state.jump + 1 });

const look = (side, number) =>
  `${side === "now" ? "ins" : "del"}${number === state.change ? " current" : ""}`;

/** A text in which the changed words are marked; `special` as in text.js. */
export function ChangedText({ part, special }) {
  const { side, first } = part.changed;
  const pieces = useMemo(() => {
    const result = [];
    let at = 0;
    const text = (to) => {
      const piece = part.output.slice(at, to);
      if (piece !== "") result.push(h("span", {}, special ? special(piece, at) : piece));
      at = to;
    };
    for (const { change: own, start16, end16 } of part.marks) {
      text(start16);
      const number = first + own;
      const inside = part.output.slice(start16, end16);
      const attributes = {
        class: look(side, number), "data-change": number, onclick: () => choose(number),
      };
      // Where nothing is, the other text has something.
      result.push(inside === "" ? h("span", { ...attributes, class: `${attributes.class} here` })
        : h(side === "now" ? "ins" : "del", attributes,
          special ? special(inside, start16) : inside));
      at = end16;
    }
    text(part.output.length);
    return result;
  }, [part, special, state.change]);
  return h("span", { class: "output" }, pieces);
}

/** A frame for HTML in which the changed places have boxes; a wide one is made to fit. */
export function ChangedFrame({ part, width, ready }) {
  const holder = useRef(null);
  const view = useRef(null);
  useLayoutEffect(() => {
    view.current = viewOf(part, holder.current, ready);
    return () => views.delete(view.current);
  }, []);
  useLayoutEffect(() => view.current.paint(), [state.change]);
  // On a small screen, a side that was hidden had no size.
  useLayoutEffect(() => {
    view.current.measure();
    view.current.paint();
  }, [state.side]);
  return h("div", {
    ref: holder, class: "canvas", "data-part": part.name,
    style: width ? { width: `${width}px` } : {},
  });
}

function viewOf(part, canvas, ready) {
  const { side, first } = part.changed;
  const inverted = isTurned(part.output);
  const iframe = frame({
    title: t(side === "now" ? "part_now" : "part_accepted", { part: part.name }),
    "data-key": `frame:${side}:${part.name}`,
    class: `${state.dark ? "dark" : "light"}${inverted ? " inverted" : ""}`,
  });
  const overlay = document.createElement("div");
  overlay.className = "overlay";
  overlay.ariaHidden = "true";
  const view = { iframe, canvas, overlay, part, index: null };
  view.measure = () => {
    if (!view.index || !iframe.isConnected) return;
    measure(view);
    fit(view);
  };
  view.paint = () => paint(view, side, first);
  iframe.addEventListener("load", () => {
    const inside = iframe.contentDocument;
    if (!inside?.body) return;
    guard(inside);
    if (inverted) restorePictures(iframe);
    view.index = index(inside);
    view.measure();
    inside.addEventListener("click", ({ clientX: x, clientY: y }) => {
      const isHit = ({ offsetLeft: left, offsetTop: top, offsetWidth, offsetHeight }) =>
        x >= left && x <= left + offsetWidth && y >= top && y <= top + offsetHeight;
      const hit = [...overlay.children].find(isHit);
      if (hit) choose(Number(hit.dataset.change));
    });
    passKeys(iframe, inside);
    view.paint();
    views.add(view);
    ready?.(inside);
  });
  load(iframe, part);
  canvas.append(iframe, overlay);
  return view;
}

/** A message that is wider than the column is made smaller, not cut. */
function fit({ iframe, canvas }) {
  canvas.classList.remove("scaled");
  canvas.removeAttribute("style");
  const inside = iframe.contentDocument.documentElement;
  const room = canvas.clientWidth;
  const wide = inside.scrollWidth;
  if (room === 0 || wide <= room + 1) return;
  const by = Math.max(room / wide, 0.4);
  canvas.classList.add("scaled");
  canvas.style.width = `${wide}px`;
  canvas.style.transform = `scale(${by})`;
  iframe.style.height = "1px";
  const tall = inside.scrollHeight;
  iframe.style.height = `${tall}px`;
  canvas.style.marginBottom = `${tall * (by - 1)}px`;
  canvas.style.marginRight = `${wide * (by - 1)}px`;
}

function paint(view, side, first) {
  if (!view.iframe.isConnected || !view.index) return;
  const boxed = view.part.marks.flatMap(({ change: own }, id) => {
    const number = first + own;
    const found = boxes(view, id);
    const caret = found.length === 0 ? caretOf(view, id) : null;
    const kind = look(side, number);
    return [
      ...found.slice(0, 400).map((box) => [box, `box ${kind}`, number, 2]),
      ...(caret ? [[caret, `box here ${kind}`, number, 0]] : []),
    ];
  });
  render(boxed.map(([{ left, top, width, height }, kind, number, more]) => h("div", {
    class: kind, "data-change": number,
    style: {
      left: `${left - more}px`, top: `${top - 1}px`,
      width: `${width + 2 * more}px`, height: `${height + 2}px`,
    },
  })), view.overlay);
}

/** Where an empty mark is: behind the text before it, else in front of the text after it. */
function caretOf({ iframe, index: known }, id) {
  const range = known.ranges.get(id);
  const mark = range?.start ?? range?.end;
  if (!mark?.isConnected || (range.end && range.end.previousSibling !== range.start)) return null;
  const inside = iframe.contentDocument;
  const walker = inside.createTreeWalker(inside.body, NodeFilter.SHOW_TEXT);
  let before = null;
  let after = null;
  for (let node = walker.nextNode(); node && !after; node = walker.nextNode()) {
    if (node.data.trim() === "") continue;
    const follows = mark.compareDocumentPosition(node) & Node.DOCUMENT_POSITION_FOLLOWING;
    if (follows) after = node;
    else before = node;
  }
  for (const [node, edge] of [[before, "right"], [after, "left"]]) {
    if (!node) continue;
    const whole = inside.createRange();
    whole.selectNodeContents(node);
    const rects = [...whole.getClientRects()].filter(({ height }) => height > 0);
    const rect = edge === "right" ? rects.at(-1) : rects[0];
    if (rect) return { left: rect[edge] - 1, top: rect.top, width: 3, height: rect.height };
  }
  return null;
}
