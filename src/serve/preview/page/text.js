// Output as text in which every value that Liquid printed can be pointed at.
import { cut, select, selectedIn } from "meniscus/marks.js";
import { h, useMemo } from "meniscus/preact.js";
import { BlankMark } from "meniscus/blanks.js";
import { pointAt } from "meniscus/editing.js";
import { span } from "meniscus/controls.js";
import { state } from "meniscus/state.js";

/** How far into its text an event is. */
function offsetAt({ clientX, clientY }) {
  const caret = document.caretPositionFromPoint?.(clientX, clientY);
  return caret?.offset ?? document.caretRangeFromPoint?.(clientX, clientY)?.startOffset ?? 0;
}

/** The output of a part; `special(text, from)` may change how a piece looks (never its marks). */
export function Marked({ part, special }) {
  const selected = selectedIn(part.name);
  const piece = ([from, to, ids, nothing]) => {
    const text = part.output.slice(from, to);
    const inside = special ? special(text, from) : text;
    const blank = (mark) => h(BlankMark, { key: `blank:${mark.id}`, part: part.name, mark });
    const blanks = state.blanks ? nothing.map(blank) : null;
    if (ids.length === 0) return [blanks, h("span", { "data-from": from }, inside)];
    const look = ids.some((id) => selected.has(id)) ? "value selected" : "value";
    return [blanks, h("span", { class: look, "data-mark": ids.at(-1) }, inside)];
  };
  const point = (event) => {
    if (String(document.getSelection()) !== "") return; // text is being copied
    const id = event.target.closest("[data-mark]")?.dataset.mark;
    const from = event.target.closest("[data-from]")?.dataset.from;
    if (id !== undefined) select([{ part: part.name, id: Number(id) }], "preview");
    else if (from === undefined || !pointAt(part, Number(from) + offsetAt(event))) {
      select([], "preview");
    }
  };
  // A long text is drawn anew only where something in it changed.
  const pieces = useMemo(() => cut(part.output, part.marks).map(piece),
    [part, special, state.selected, state.blanks]);
  return h("span", { class: "output", "data-part": part.name, onclick: point }, pieces);
}

export const marked = (part, special) => h(part.Text ?? Marked, { part, special });
