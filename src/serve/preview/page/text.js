// Output as text in which every value that Liquid printed can be pointed at.
import { cut, select, selectedIn } from "meniscus/marks.js";
import { h } from "meniscus/dom.js";
import { on, state } from "meniscus/state.js";

/** The output of a part; `show(text)` may change how a piece looks (never its marks). */
export function marked(part, { from = 0, to = part.output.length, special } = {}) {
  const wrapper = h("span", { class: "output", "data-part": part.name, onclick: (event) => point(event, part) });
  for (const [start, end, ids] of cut(part.output, part.marks)) {
    const text = part.output.slice(Math.max(start, from), Math.min(end, to));
    if (text === "") continue;
    const inside = special ? special(text, Math.max(start, from)) : text;
    const id = ids[ids.length - 1];
    wrapper.append(id === undefined ? h("span", {}, inside) : h("span", { class: "value", "data-mark": id, "data-marks": ids.join(" ") }, inside));
  }
  paint(wrapper, part.name);
  return wrapper;
}

function point(event, part) {
  if (String(document.getSelection()) !== "") return; // text is being copied
  const id = event.target.closest("[data-mark]")?.dataset.mark;
  select(id === undefined ? [] : [{ part: part.name, id: Number(id) }], "preview");
}

function paint(wrapper, part) {
  const selected = selectedIn(part);
  for (const element of wrapper.querySelectorAll("[data-marks]")) {
    element.classList.toggle("selected", element.dataset.marks.split(" ").some((id) => selected.has(Number(id))));
  }
}

on(["selected"], () => {
  for (const wrapper of document.querySelectorAll(".output[data-part]")) {
    paint(wrapper, wrapper.dataset.part);
  }
  if (state.selected?.from === "preview") return;
  document.querySelector("#view .value.selected")?.scrollIntoView({ block: "nearest" });
});
