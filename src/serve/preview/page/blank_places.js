// Where in a frame something is not printed.
import { isNothing } from "meniscus/marks.js";

const NOTHINGS = 2_000; // marks of blanks in one frame
const LAID_OUT = /^(TABLE|TBODY|THEAD|TFOOT|TR|COLGROUP|SELECT|OPTGROUP)$/;
const PROBE = ["all: initial", "font: inherit", "position: absolute", "width: 0", "height: 1lh"]
  .map((rule) => `${rule} !important`).join(";");

/**
 * Where something is not printed: `{mark, left, top, height}`. Probes outside the flow are put
 * there for a moment: the message looks as it did.
 */
export function blankPlaces({ iframe, part, index }) {
  const inside = iframe.contentDocument;
  const probes = part.marks.filter(isNothing).slice(0, NOTHINGS).map((mark) => {
    const anchor = index.ranges.get(mark.id)?.start;
    const [element] = index.elements.get(mark.id) ?? [];
    if (!anchor?.isConnected) return { mark, element };
    if (anchor.parentNode === inside) return { mark, element: inside.body };
    // Rows and options lay out nothing but their own kind.
    if (LAID_OUT.test(anchor.parentNode.nodeName)) return { mark, beside: anchor };
    const probe = inside.createElement("i");
    probe.style.cssText = PROBE;
    anchor.after(probe);
    return { mark, probe };
  });
  const places = probes.map(({ mark, probe, element, beside }) => {
    const found = probe ?? element ?? beside?.nextElementSibling ?? beside?.parentElement;
    const box = found?.getBoundingClientRect();
    // Without a box the text around it is hidden.
    const isSeen = box && (found.checkVisibility?.() ?? true) && (box.height > 0 || element);
    return isSeen ? { mark, left: box.left, top: box.top, height: probe ? box.height : 16 } : null;
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
