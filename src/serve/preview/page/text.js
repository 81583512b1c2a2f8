// Output as text in which every value that Liquid printed can be pointed at.
import { cut, select, selectedIn } from "meniscus/marks.js";
import { h, useMemo } from "meniscus/preact.js";
import { span } from "meniscus/controls.js";
import { state } from "meniscus/state.js";

/** The output of a part; `special(text, from)` may change how a piece looks (never its marks). */
export function Marked({ part, special }) {
  const selected = selectedIn(part.name);
  const piece = ([from, to, ids]) => {
    const text = part.output.slice(from, to);
    const inside = special ? special(text, from) : text;
    if (ids.length === 0) return span("", inside);
    const look = ids.some((id) => selected.has(id)) ? "value selected" : "value";
    return h("span", { class: look, "data-mark": ids.at(-1) }, inside);
  };
  const point = (event) => {
    if (String(document.getSelection()) !== "") return; // text is being copied
    const id = event.target.closest("[data-mark]")?.dataset.mark;
    select(id === undefined ? [] : [{ part: part.name, id: Number(id) }], "preview");
  };
  // A long text is drawn anew only where something in it changed.
  const pieces = useMemo(() => cut(part.output, part.marks).map(piece),
    [part, special, state.selected]);
  return h("span", { class: "output", "data-part": part.name, onclick: point }, pieces);
}

export const marked = (part, special) => h(Marked, { part, special });
