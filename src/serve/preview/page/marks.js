// Reading across: a rendered value, the expression that printed it, the field that it came from.
import { change, shown, state } from "meniscus/state.js";
import { say } from "meniscus/dom.js";

/** A mark of a part, by its number. */
export const find = ({ part, id }) => shown()?.parts.find(({ name }) => name === part)?.marks.find((mark) => mark.id === id) ?? null;

/** The numbers of the marks of `part` that are selected. */
export const selectedIn = (part) => new Set((state.selected?.marks ?? []).filter((mark) => mark.part === part).map(({ id }) => id));

/** All marks for which `wanted(mark)` holds, as `{part, id}`. */
export function having(wanted) {
  return (shown()?.parts ?? []).flatMap((part) => part.marks.filter(wanted).map(({ id }) => ({ part: part.name, id })));
}

const prefix = (keys, of) => keys.length <= of.length && keys.every((key, at) => String(key) === String(of[at]));

/** The marks that came from a field of an answer, or from something inside of it. */
export const ofAnswer = (recording, keys) => having((mark) => mark.origins.some((origin) => origin.kind === "call" && origin.recording === recording && prefix(keys, origin.keys)));

/** The marks that came from a value of the scenario. */
export const ofValue = (table, keys) => having((mark) => mark.origins.some((origin) => origin.kind === "scenario" && origin.table === table && prefix(keys, origin.keys)));

/** The marks that the expression around a place of a file printed: those of the smallest expression. */
export function around(path, position) {
  const size = ({ at }) => at.span.end.utf16 - at.span.start.utf16;
  const there = (mark) => mark.at.path === path && mark.at.span.start.utf16 <= position && position <= mark.at.span.end.utf16;
  const all = (shown()?.parts ?? []).flatMap((part) => part.marks.filter(there).map((mark) => ({ part: part.name, id: mark.id, size: size(mark) })));
  const smallest = Math.min(...all.map(({ size }) => size));
  return all.filter(({ size }) => size === smallest).map(({ part, id }) => ({ part, id }));
}

/** Selects marks; `from` says where the author pointed: there nothing is scrolled. */
export function select(marks, from) {
  const same = state.selected && marks.length === state.selected.marks.length && from === state.selected.from && marks.every(({ part, id }, at) => part === state.selected.marks[at].part && id === state.selected.marks[at].id);
  if (same) return;
  change({ selected: marks.length > 0 ? { marks, from } : null });
  const mark = marks.length > 0 ? find(marks[0]) : null;
  if (mark && from !== "editor") say(`${valueOf(marks[0])}: ${mark.expression}${mark.origins[0] ? `, from ${originText(mark.origins[0])}` : ""}`);
}

/** What a mark printed. */
export function valueOf({ part, id }) {
  const mark = find({ part, id });
  return mark ? shown().parts.find(({ name }) => name === part).output.slice(mark.start16, mark.end16) : "";
}

/** What is selected in the render `next`: the same expressions, for the same turns of their loops. */
export function follow(next) {
  if (!state.selected) return null;
  const marksIn = (render, name) => render?.parts.find((part) => part.name === name)?.marks ?? [];
  const then = (next.refused && next.last_good) || next;
  const marks = state.selected.marks.flatMap(({ part, id }) => {
    const mark = find({ part, id });
    if (!mark) return [];
    const alike = ({ expression, at }) => expression === mark.expression && at.path === mark.at.path;
    const turn = marksIn(shown(), part).filter(alike).indexOf(mark);
    const there = marksIn(then, part).filter(alike)[turn];
    return there ? [{ part, id: there.id }] : [];
  });
  const same = marks.length === state.selected.marks.length && marks.every(({ id }, at) => id === state.selected.marks[at].id);
  return same ? state.selected : marks.length > 0 ? { marks, from: "preview" } : null;
}

/** The next or the one before of all marks that printed something of their own. */
export function step(by) {
  const all = having((mark) => !mark.block && mark.end16 > mark.start16);
  if (all.length === 0) return say("Liquid printed nothing here");
  const current = state.selected?.marks[0];
  const at = current ? all.findIndex(({ part, id }) => part === current.part && id === current.id) : by > 0 ? -1 : 0;
  select([all[(at + by + all.length) % all.length]], "keys");
}

/** Where a value comes from, in words. */
export function originText(origin) {
  if (origin.kind === "call") return `${origin.path || "the whole answer"} of ${origin.recording ?? "the call"}`;
  if (origin.kind === "scenario") return origin.path;
  if (origin.kind === "variable") return `${origin.path} in meniscus.toml`;
  return origin.at ? `${origin.at.path}, line ${origin.at.span.start.line}` : "the template";
}

/** Text cut at the marks: `[from, to, ids]`, ids outermost first; every character is in one piece. */
export function cut(output, marks) {
  const edges = new Set([0, output.length]);
  for (const { start16, end16 } of marks) edges.add(start16).add(end16);
  const places = [...edges].filter((place) => place <= output.length).sort((a, b) => a - b);
  const result = [];
  const open = [];
  let next = 0;
  for (let at = 0; at + 1 < places.length; at++) {
    const from = places[at];
    while (open.length > 0 && open[open.length - 1].end16 <= from) open.pop();
    while (next < marks.length && marks[next].start16 <= from) {
      if (marks[next].end16 > from) open.push(marks[next]);
      next++;
    }
    result.push([from, places[at + 1], open.map(({ id }) => id)]);
  }
  return result;
}
