// Where in a frame something is not printed.
import { isNothing } from "meniscus/marks.js";

const NOTHINGS = 2_000; // marks of blanks in one frame
const LAID_OUT = /^(TABLE|TBODY|THEAD|TFOOT|TR|COLGROUP|SELECT|OPTGROUP)$/;
const PROBE = ["all: initial", "font: inherit", "position: absolute", "width: 0", "height: 1lh"]
  .map((rule) => `${rule} !important`).join(";");

/** The nearest sibling that isn't a comment. */
function beside(node, side) {
  let next = node[side];
  while (next?.nodeType === Node.COMMENT_NODE) next = next[side];
  return next;
}

/**
 * Where a caret would stand at `anchor`, if there is text next to it: nothing has to be put into
 * the message, and laid out, to know that.
 */
function caretAt(range, anchor) {
  const before = beside(anchor, "previousSibling");
  const after = beside(anchor, "nextSibling");
  const isText = (node) => node?.nodeType === Node.TEXT_NODE && node.data.trim() !== "";
  if (isText(before)) range.setStart(before, before.length);
  else if (isText(after)) range.setStart(after, 0);
  else return null;
  range.collapse(true);
  const box = range.getClientRects()[0];
  return box?.height > 0 ? box : null;
}

/**
 * Where something is not printed: `{mark, left, top, height}`. Where no text is near, probes
 * outside the flow are put there for a moment: the message looks as it did.
 */
export function blankPlaces({ iframe, part, index }) {
  const inside = iframe.contentDocument;
  const range = inside.createRange();
  // All carets before any probe: a probe makes the places of others stale.
  const anchored = part.marks.filter(isNothing).slice(0, NOTHINGS).map((mark) => {
    const anchor = index.ranges.get(mark.id)?.start;
    return { mark, anchor, caret: anchor?.isConnected ? caretAt(range, anchor) : null };
  });
  const probes = anchored.map(({ mark, anchor, caret }) => {
    const [element] = index.elements.get(mark.id) ?? [];
    if (!anchor?.isConnected) return { mark, element };
    if (caret) return { mark, caret, around: anchor.parentElement };
    if (anchor.parentNode === inside) return { mark, element: inside.body };
    // Rows and options lay out nothing but their own kind.
    if (LAID_OUT.test(anchor.parentNode.nodeName)) return { mark, beside: anchor };
    const probe = inside.createElement("i");
    probe.style.cssText = PROBE;
    anchor.after(probe);
    return { mark, probe };
  });
  const places = probes.map(({ mark, caret, around, probe, element, beside }) => {
    const found = around ?? probe ?? element ?? beside?.nextElementSibling ?? beside?.parentElement;
    const box = caret ?? found?.getBoundingClientRect();
    // Without a box the text around it is hidden.
    const isOfSize = box?.height > 0 || element || beside;
    const isSeen = box && (found.checkVisibility?.() ?? true) && isOfSize;
    const height = caret || probe ? box?.height : 16;
    return isSeen ? { mark, left: box.left, top: box.top, height } : null;
  });
  for (const { probe } of probes) probe?.remove();
  const taken = new Map();
  return places.filter(Boolean).map(({ left, ...place }) => {
    const key = `${Math.round(left)}:${Math.round(place.top)}`;
    const before = taken.get(key) ?? 0;
    taken.set(key, before + 1);
    return { ...place, left: left + before * 11 }; // side by side
  });
}
