// Problems of the message: a click goes to the line.
import { button, count, h, icon, prose } from "meniscus/dom.js";
import { shown, state } from "meniscus/state.js";
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
  if (list.length === 0) return h("div", { class: "nothing" }, icon("check"), h("p", {}, "No problems."), h("p", { class: "quiet" }, "The linter and the render have nothing to say of this message."));
  return [
    h("p", { class: "unseen", role: "status" }, count(list.length, "problem")),
    h("ul", { class: "problems" }, list.map((problem, at) => h("li", { class: problem.level },
      button({ class: "problem-row", "data-key": `problem:${at}`, onclick: () => go.open(problem) },
        icon(problem.level), h("span", { class: "unseen" }, WORDS[problem.level]),
        h("span", { class: "problem-text" },
          h("span", {}, prose(problem.message)),
          problem.help ? h("span", { class: "quiet" }, prose(problem.help)) : null,
          h("span", { class: "place quiet" }, `${problem.path}${problem.span ? `:${problem.span.start.line}` : ""}`, problem.rule ? h("span", { class: "rule" }, problem.rule) : null))),
      problem.fix && !exported ? button({ class: "small", title: problem.fix.title, onclick: () => fix(problem) }, "Fix") : null))),
  ];
}

/** Makes a fix in the text that is typed; nothing is saved. */
async function fix(problem) {
  await go.open(problem);
  const file = state.files.get(problem.path);
  if (!file) return;
  let text = textOf(file);
  for (const { span, text: by } of [...problem.fix.edits].sort((a, b) => b.span.start.utf16 - a.span.start.utf16)) {
    text = text.slice(0, span.start.utf16) + by + text.slice(span.end.utf16);
  }
  type(problem.path, text);
}
