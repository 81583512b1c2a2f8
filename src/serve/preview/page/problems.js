// Problems of the message: a click goes to the line.
import { button, div, helpOf, icon, p, prose, small, span } from "meniscus/controls.js";
import { message, shown, state } from "meniscus/state.js";
import { textOf, type } from "meniscus/files.js";
import { beside, exported } from "meniscus/api.js";
import { go } from "meniscus/go.js";
import { h } from "meniscus/preact.js";
import { t } from "meniscus/labels.js";

const ORDER = { error: 0, warn: 1, info: 2 };

/** What rendering and the linter say, each once, by weight and place. */
export function all() {
  const found = new Map();
  // Where a syntax error stops the render, the problems of the last good one are of another text.
  for (const problem of [...state.lint, ...(state.render?.problems ?? [])]) {
    const { rule, path, span } = problem;
    const key = JSON.stringify([rule, path, span?.start.offset, span?.end.offset]);
    if (!found.has(key)) found.set(key, problem);
  }
  const line = (problem) => problem.span?.start.line ?? 0;
  return [...found.values()].sort((a, b) => ORDER[a.level] - ORDER[b.level]
    || a.path.localeCompare(b.path) || line(a) - line(b));
}

const WORDS = { error: t("error"), warn: t("warning"), info: t("note") };

export function Problems() {
  const list = all();
  if (!shown()) return null;
  if (list.length === 0) return h(None);
  return [
    h("p", { class: "unseen", role: "status" }, t("problems_counted", { count: list.length })),
    h("ul", { class: "problems" }, alike(list).map((same, at) => h(Card, { same, at }))),
  ];
}

/** Nothing for this scenario is not nothing for the message: its mark counts all of them. */
function None() {
  const { error = 0, warn = 0 } = message()?.problems ?? {};
  const errors = error > 0 && t("errors_counted", { count: error });
  const warnings = warn > 0 && t("warnings_counted", { count: warn });
  const others = errors && warnings ? t("errors_and_warnings", { errors, warnings })
    : errors || warnings;
  const seeAll = () => go.to({ view: "grid" });
  const said = (text) => p("quiet", text);
  return div("nothing", icon("check"),
    p("", others && state.scenario ? t("no_problems_for", { name: state.scenario })
      : t("no_problems")),
    others
      ? [
        said(t("all_recipients_have", { counted: others })),
        small("problems:all", seeAll, t("show_all_recipients")),
      ]
      : said(t("nothing_found")));
}

/** The same said of many places of a file is one card. */
const alike = (list) => [...Map.groupBy(list, ({ level, rule, message, help, path }) =>
  JSON.stringify([level, rule, message, help, path])).values()];

/** The call that has no answer, where a problem is about one: it gets one among the calls. */
function unanswered({ rule, path, span }) {
  if (rule !== "unanswered-call" || exported) return -1;
  const isIt = ({ at, result }) => result.kind === "unanswered" && at.path === path
    && at.span.start.utf16 === span?.start.utf16;
  return shown().calls.findIndex(isIt);
}

function Card({ same, at }) {
  const [first] = same;
  const call = unanswered(first);
  const lines = [...Map.groupBy(same, ({ span }) => span?.start.line).values()];
  const fixed = exported || beside ? [] : same.filter(({ fixes }) => fixes.length > 0);
  const line = ([one, ...others]) => {
    const number = one.span?.start.line;
    const line = number ?? "?";
    const label = others.length > 0 ? t("line_times", { line, count: others.length + 1 })
      : t("line", { line });
    return small(`problem:${at}:${number}`, () => go.open(one), label);
  };
  const place = first.span && lines.length === 1 ? `:${first.span.start.line}` : "";
  return h("li", { class: first.level },
    button({ class: "problem-row", "data-key": `problem:${at}`, onclick: () => go.open(first) },
      icon(first.level), span("unseen", WORDS[first.level]),
      span("problem-text",
        span("", prose(first.message)), call < 0 ? helpOf(first) : null,
        span("place quiet", first.path, place,
          same.length > 1 ? span("", t("times", { count: same.length })) : null,
          first.rule ? span("rule", first.rule) : null))),
    lines.length > 1 || fixed.length > 0 || call >= 0 ? div("problem-more",
      call < 0 ? null : small(`answer:${at}`,
        () => go.show({ kind: "call", call, recording: null, keys: [] }), t("give_answer")),
      lines.length > 1 ? lines.map(line) : null,
      fixed.length === 0 ? null : small(`fix:${at}`, () => fix(fixed),
        fixed.length > 1 ? t("fix_all", { count: fixed.length }) : t("fix"),
        { title: fixed[0].fixes[0].title })) : null);
}

/** Makes the fixes in the text that is typed; nothing is saved. */
async function fix(same) {
  const [{ path }] = same;
  await go.open(same[0]);
  const file = state.files.get(path);
  if (!file) return;
  const edits = [];
  const starts = ({ span }) => span.start.utf16;
  const overlap = (a, b) => starts(a) < b.span.end.utf16 && starts(b) < a.span.end.utf16;
  // Fixes that overlap are made one after the other, by another click.
  for (const { fixes: [{ edits: own }] } of same) {
    if (!own.some((edit) => edits.some((other) => overlap(edit, other)))) edits.push(...own);
  }
  let text = textOf(file);
  for (const { span, text: by } of edits.sort((a, b) => starts(b) - starts(a))) {
    text = text.slice(0, span.start.utf16) + by + text.slice(span.end.utf16);
  }
  type(path, text);
}
