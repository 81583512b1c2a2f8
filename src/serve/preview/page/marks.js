// Reading across: a rendered value, the expression that printed it, the field that it came from.
import { change, shown, state } from "meniscus/state.js";
import { say } from "meniscus/controls.js";
import { t } from "meniscus/labels.js";

const numbered = new WeakMap(); // the marks of a part → each by its number

/** The first part of a render with one of the names. */
export const partOf = (render, ...names) =>
  render?.parts.find(({ name }) => names.includes(name));

/** The first part of a render that is one of the fields, whatever its file is called. */
export const fieldOf = (render, ...names) =>
  render?.parts.find(({ field, name }) => names.includes(field ?? name));

/** The labels of the buttons, in their order. */
export const buttonsOf = ({ parts }) => parts.filter(({ field }) => /^button\d$/.test(field ?? ""));

export function find({ part, id }) {
  const marks = partOf(shown(), part)?.marks;
  if (!marks) return null;
  if (!numbered.has(marks)) numbered.set(marks, new Map(marks.map((mark) => [mark.id, mark])));
  return numbered.get(marks).get(id) ?? null;
}

export function selectedIn(part) {
  const marks = state.selected?.marks ?? [];
  return new Set(marks.filter((mark) => mark.part === part).map(({ id }) => id));
}

/** Whether a mark is a place where nothing is printed. */
export const isNothing = ({ kind }) => kind === "blank" || kind === "left_out";

/** All marks for which `wanted(mark)` holds, as `{part, id}`. */
export const having = (wanted) => (shown()?.parts ?? []).flatMap((part) =>
  part.marks.filter(wanted).map(({ id }) => ({ part: part.name, id })));

const indexes = new WeakMap(); // render → place of a value → the marks that came from there
const placeOf = (kind, of, keys) => JSON.stringify([kind, of, ...keys.map(String)]);

/** The marks by where they came from: a panel asks for every field that it shows. */
function indexOf(render) {
  if (indexes.has(render)) return indexes.get(render);
  const index = new Map();
  for (const { name: part, marks } of render.parts) {
    for (const { id, origins } of marks) {
      const places = origins.flatMap(({ kind, recording, table, keys = [] }) =>
        Array.from({ length: keys.length + 1 }, (_, length) =>
          placeOf(kind, kind === "call" ? recording : table, keys.slice(0, length))));
      for (const place of new Set(places)) {
        if (!index.has(place)) index.set(place, []);
        index.get(place).push({ part, id });
      }
    }
  }
  indexes.set(render, index);
  return index;
}

const from = (...place) => (shown() ? indexOf(shown()).get(placeOf(...place)) ?? [] : []);

/** The marks that came from a field of an answer, or from something inside of it. */
export const ofAnswer = (recording, keys) => from("call", recording, keys);

export const ofValue = (table, keys) => from("scenario", table, keys);

/** The marks that the expression around a place of a file printed: those of the smallest one. */
export function around(path, position) {
  const size = ({ span }) => span.end.utf16 - span.start.utf16;
  const isThere = ({ at: { path: own, span } }) =>
    own === path && span.start.utf16 <= position && position <= span.end.utf16;
  const all = (shown()?.parts ?? []).flatMap(({ name: part, marks }) =>
    marks.filter(isThere).map(({ id, at }) => ({ part, id, size: size(at) })));
  const smallest = Math.min(...all.map((mark) => mark.size));
  return all.filter((mark) => mark.size === smallest).map(({ part, id }) => ({ part, id }));
}

/** Selects marks; `from` says where the author pointed: there nothing is scrolled. */
export function select(marks, from) {
  const known = state.selected;
  const isSame = ({ part, id }, at) => part === known.marks[at].part && id === known.marks[at].id;
  if (known?.from === from && marks.length === known.marks.length && marks.every(isSame)) return;
  const kept = marks.length === 0 && from === "editor" ? {} : { pointed: null };
  change({ selected: marks.length > 0 ? { marks, from } : null, ...kept });
  const mark = marks.length > 0 ? find(marks[0]) : null;
  if (!mark || from === "editor") return;
  const { expression, reason, origins: [first] } = mark;
  if (reason) return say(t("blank_said", { expression, reason: reason.message }));
  const value = valueOf(marks[0]);
  say(first ? t("value_and_origin_said", { value, expression, origin: originText(first) })
    : t("value_said", { value, expression }));
}

export function valueOf({ part, id }) {
  const mark = find({ part, id });
  return mark ? partOf(shown(), part).output.slice(mark.start16, mark.end16) : "";
}

/**
 * What is selected in the render `next`: the same expressions, in the same turns of loops; `again`
 * says that nobody pointed at them anew.
 */
export function follow(next) {
  if (!state.selected) return null;
  const marksIn = (render, name) => partOf(render, name)?.marks ?? [];
  const then = (next.refused && next.last_good) || next;
  const marks = state.selected.marks.flatMap(({ part, id }) => {
    const mark = find({ part, id });
    if (!mark) return [];
    const alike = ({ expression, at }) =>
      expression === mark.expression && at.path === mark.at.path;
    const turn = marksIn(shown(), part).filter(alike).indexOf(mark);
    const there = marksIn(then, part).filter(alike)[turn];
    return there ? [{ part, id: there.id }] : [];
  });
  const before = state.selected.marks;
  const same = marks.length === before.length && marks.every(({ id }, at) => id === before[at].id);
  return same ? state.selected : marks.length > 0 ? { marks, from: "preview", again: true } : null;
}

/** The next or the one before: of all blanks, then of all values. */
export function step(by, kinds = ["blank", "value"]) {
  const all = kinds.flatMap((wanted) => having(({ kind }) => kind === wanted));
  if (all.length === 0) return say(t("no_values_here"));
  const current = state.selected?.marks[0];
  const isCurrent = ({ part, id }) => part === current.part && id === current.id;
  const known = current ? all.findIndex(isCurrent) : -1;
  const at = known >= 0 || by > 0 ? known : 0;
  select([all[(at + by + all.length) % all.length]], "keys");
}

/** A place of a file, in words. */
export const placeText = ({ path, span }) => t("place_line", { path, line: span.start.line });

export function originText(origin) {
  if (origin.kind === "call") {
    const answer = origin.recording ?? t("the_call");
    return t("field_of_answer", { path: origin.path || t("whole_answer"), answer });
  }
  if (origin.kind === "scenario") return origin.path;
  if (origin.kind === "variable") return t("in_config", { path: origin.path });
  return origin.at ? placeText(origin.at) : t("the_template");
}

/**
 * Text cut at the marks: `[from, to, ids, nothing]`, ids outermost first; together the whole text.
 * `nothing` are the marks before a piece that printed nothing.
 */
export function cut(output, marks) {
  const nothing = Map.groupBy(marks.filter(isNothing), ({ start16 }) => start16);
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
    result.push([from, places[at + 1], open.map(({ id }) => id), nothing.get(from) ?? []]);
  }
  const end = nothing.get(output.length);
  if (end) result.push([output.length, output.length, [], end]);
  return result;
}
