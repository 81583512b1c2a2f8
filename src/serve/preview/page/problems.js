// Problems of the message: a click goes to the line.
import { button, count, h, icon, prose } from "meniscus/dom.js";
import { message, shown, state } from "meniscus/state.js";
import { exported } from "meniscus/api.js";
import { go } from "meniscus/go.js";
import { textOf, type } from "meniscus/files.js";

const ORDER = { error: 0, warn: 1, info: 2 };

/** What rendering and the linter say, each once, by weight and place. */
export function all() {
  const found = new Map();
  // Where a syntax error stops the render, the problems of the last good one are of another text.
  for (const problem of [...state.lint, ...(state.render?.problems ?? [])]) {
    const key = JSON.stringify([problem.rule, problem.path, problem.span?.start.offset, problem.span?.end.offset]);
    if (!found.has(key)) found.set(key, problem);
  }
  const line = (problem) => problem.span?.start.line ?? 0;
  return [...found.values()].sort((a, b) => ORDER[a.level] - ORDER[b.level] || a.path.localeCompare(b.path) || line(a) - line(b));
}

const WORDS = { error: "Error", warn: "Warning", info: "Note" };

export function problems() {
  const list = all();
  if (!shown()) return null;
  if (list.length === 0) return none();
  return [
    h("p", { class: "unseen", role: "status" }, count(list.length, "problem")),
    h("ul", { class: "problems" }, alike(list).map(card)),
  ];
}

/** Nothing for this scenario is not nothing for the message: its mark in the list counts all of them. */
function none() {
  const { error = 0, warn = 0 } = message()?.problems ?? {};
  const others = [error > 0 ? count(error, "error") : null, warn > 0 ? count(warn, "warning") : null].filter(Boolean).join(" and ");
  return h("div", { class: "nothing" }, icon("check"),
    h("p", {}, others && state.scenario ? `No problems for ${state.scenario}.` : "No problems."),
    others
      ? [h("p", { class: "quiet" }, `All scenarios as saved have ${others}.`), button({ class: "small", "data-key": "problems:all", onclick: () => go.to({ view: "grid" }) }, "Show all scenarios")]
      : h("p", { class: "quiet" }, "The linter and the render have nothing to say of this message."));
}

/** The same said of many places of a file is one card. */
const alike = (list) => [...Map.groupBy(list, ({ level, rule, message, help, path }) => JSON.stringify([level, rule, message, help, path])).values()];

function card(same, at) {
  const [first] = same;
  const lines = [...Map.groupBy(same, ({ span }) => span?.start.line).values()];
  const fixed = same.filter(({ fixes }) => fixes.length > 0);
  const more = [
    lines.length > 1 ? lines.map(([one, ...others]) => button({ class: "small", "data-key": `problem:${at}:${one.span?.start.line}`, onclick: () => go.open(one) }, `Line ${one.span?.start.line ?? "?"}${others.length > 0 ? ` (${others.length + 1} times)` : ""}`)) : null,
    fixed.length > 0 && !exported ? button({ class: "small", "data-key": `fix:${at}`, title: fixed[0].fixes[0].title, onclick: () => fix(fixed) }, fixed.length > 1 ? `Fix all ${fixed.length}` : "Fix") : null,
  ].flat().filter(Boolean);
  return h("li", { class: first.level },
    button({ class: "problem-row", "data-key": `problem:${at}`, onclick: () => go.open(first) },
      icon(first.level), h("span", { class: "unseen" }, WORDS[first.level]),
      h("span", { class: "problem-text" },
        h("span", {}, prose(first.message)),
        first.help ? h("span", { class: "quiet" }, prose(first.help)) : null,
        h("span", { class: "place quiet" }, `${first.path}${first.span && lines.length === 1 ? `:${first.span.start.line}` : ""}`,
          same.length > 1 ? h("span", {}, `${same.length} times`) : null,
          first.rule ? h("span", { class: "rule" }, first.rule) : null))),
    more.length > 0 ? h("div", { class: "problem-more" }, more) : null);
}

/** Makes the fixes in the text that is typed; nothing is saved. */
async function fix(same) {
  const [{ path }] = same;
  await go.open(same[0]);
  const file = state.files.get(path);
  if (!file) return;
  const edits = [];
  const overlap = (a, b) => a.span.start.utf16 < b.span.end.utf16 && b.span.start.utf16 < a.span.end.utf16;
  // Fixes that reach into one another are made one after the other, by another click.
  for (const { fixes: [{ edits: own }] } of same) if (!own.some((edit) => edits.some((other) => overlap(edit, other)))) edits.push(...own);
  let text = textOf(file);
  for (const { span, text: by } of edits.sort((a, b) => b.span.start.utf16 - a.span.start.utf16)) {
    text = text.slice(0, span.start.utf16) + by + text.slice(span.end.utf16);
  }
  type(path, text);
}
