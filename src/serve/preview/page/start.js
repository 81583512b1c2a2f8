// The start page: which messages are red, what changed, what was never tested, how much of the
// templates the recipients reach. Each row leads there.
import { button, div, icon, p, prose, quiet, span } from "meniscus/controls.js";
import { addressOf, CHANNELS, Middle, split } from "meniscus/names.js";
import { h, useLayoutEffect, useMemo, useRef, useState } from "meniscus/preact.js";
import { go } from "meniscus/go.js";
import { Notices } from "meniscus/stage.js";
import { state } from "meniscus/state.js";
import { number, t } from "meniscus/labels.js";

/** Rows that a list shows before it is asked for all. */
const FIRST = 6;

/** Whether no message is chosen, and there are some to choose from. */
export const isStart = () => state.message === null && (state.workspace?.messages.length ?? 0) > 0;

const percent = ({ reached, points }) =>
  (points === 0 ? 100 : Math.floor((reached * 100) / points));

/** Why a message was never tested; null where it was. */
function untested({ scenarios, snapshots }) {
  if (scenarios.length === 0) return t("no_recipient");
  if (!snapshots) return null;
  const { same, changed, new: fresh } = snapshots;
  if (same + changed === 0) return t("nothing_accepted");
  return fresh > 0 ? t("recipients_unaccepted", { count: fresh }) : null;
}

/** What the page says: for each list its rows, the weightiest first. */
function findings({ messages }) {
  const by = (weight) => (a, b) => weight(b) - weight(a) || a.name.localeCompare(b.name);
  const errors = ({ problems }) => problems?.error ?? 0;
  const changed = ({ snapshots }) => snapshots?.changed ?? 0;
  // Without a recipient, all of a message is unreached: that is said once.
  const missed = ({ coverage, scenarios }) =>
    (coverage && scenarios.length > 0 ? coverage.points - coverage.reached : 0);
  const having = (weight) => messages.filter((one) => weight(one) > 0).sort(by(weight));
  const covered = messages.flatMap(({ coverage }) => coverage ?? []);
  const sum = (name) => covered.reduce((total, one) => total + one[name], 0);
  return {
    red: having(errors),
    changed: having(changed),
    untested: messages.filter(untested),
    missed: having(missed),
    coverage: covered.length > 0 ? { reached: sum("reached"), points: sum("points") } : null,
  };
}

const LISTS = {
  red: {
    title: t("with_errors"), sign: "error", good: t("no_errors"),
    place: ({ name }) => addressOf(name),
    note: ({ problems: { error } }) => t("errors_counted", { count: error }),
  },
  changed: {
    title: t("changed_list"), sign: "changed", good: t("nothing_changed"),
    place: ({ name, changedFor }) => addressOf(name, [...changedFor ?? []][0] ?? "", "changes"),
    note: ({ snapshots: { changed } }) => t("for_recipients", { count: changed }),
  },
  untested: {
    title: t("not_tested"), sign: "plus", good: t("all_tested"),
    place: ({ name, scenarios }) => addressOf(name, scenarios[0] ?? "",
      scenarios.length > 0 ? "changes" : ""),
    note: untested,
  },
  missed: {
    title: t("branches_missed"), sign: "branch", good: t("branches_all_reached"),
    place: ({ name }) => addressOf(name),
    note: ({ coverage }) => h(Coverage, { coverage }),
    // The branch itself is shown in the editor.
    lead: ({ name, coverage: { missed } }) => {
      go.to({ message: name });
      if (!missed) return;
      const { path, from, to } = missed;
      go.open({ path, span: { start: { utf16: from }, end: { utf16: to } } });
    },
    about: ({ coverage: { missed } }) => missed?.words,
  },
};

function Coverage({ coverage }) {
  const { reached, points } = coverage;
  return span("coverage",
    h("span", { class: "meter", "aria-hidden": "true" },
      h("span", { style: { width: `${percent(coverage)}%` } })),
    t("of_total", { at: reached, total: points }));
}

/** One of the four figures at the top: it leads to its list. */
function Figure({ name, figure, label }) {
  const { good, sign } = LISTS[name];
  const isGood = figure === 0;
  const toList = () => {
    const list = document.getElementById(`start-${name}`);
    list?.scrollIntoView({ block: "start" });
    list?.querySelector("a")?.focus({ preventScroll: true });
  };
  const look = isGood ? "good" : name;
  return h("li", {}, button({
    class: `figure ${look}`, "data-key": `figure:${name}`, onclick: toList, disabled: isGood,
  },
  icon(isGood ? "check" : sign), span("figure-number", isGood ? good : figure),
  isGood ? null : span("quiet", label)));
}

function List({ name, rows }) {
  const [all, setAll] = useState(false);
  if (rows.length === 0) return null;
  const { title, sign } = LISTS[name];
  const shown = all ? rows : rows.slice(0, FIRST);
  return h("section", { class: `start-list ${name}`, id: `start-${name}`, "aria-label": title },
    h("h3", {}, icon(sign), title, quiet(number(rows.length))),
    h("ul", {}, shown.map((one) => h(Row, { key: one.name, name, one }))),
    shown.length < rows.length ? button({
      class: "small", "data-key": `start:${name}:all`, onclick: () => setAll(true),
    }, t("show_all", { count: rows.length })) : null);
}

function Row({ name, one }) {
  const { place, note, lead, about } = LISTS[name];
  const [folder, own] = split(one.name);
  const channel = CHANNELS[one.channel] ?? t("text");
  const follow = lead && ((event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    lead(one);
  });
  const words = about?.(one);
  return h("li", {}, h("a", {
    href: place(one), class: "start-row", "data-key": `start:${name}:${one.name}`, onclick: follow,
  },
  h("span", { class: "channel", title: channel }, icon(one.channel ?? "text"),
    span("unseen", channel)),
  span("start-name", h(Middle, { text: own }),
    folder === "" && !words ? null : h("small", { class: "quiet" }, words ? prose(words) : folder)),
  span("start-note", note(one)), icon("next")));
}

export function Start() {
  const scroller = useRef(null);
  const { workspace } = state;
  const found = useMemo(() => findings(workspace), [workspace]);
  useLayoutEffect(() => void (scroller.current.scrollTop = 0), []);
  const { messages, scenarios, counted } = workspace;
  const lists = ["red", "changed", "untested", "missed"];
  const { coverage } = found;
  const sizes = t("messages_and_recipients_counted", {
    messages: t("messages_counted", { count: messages.length }),
    recipients: t("recipients_counted", { count: scenarios.length }),
  });
  return h("div", { id: "view" },
    div("notices", h(Notices)),
    h("div", {
      class: "scroller", tabindex: 0, role: "region", "aria-label": t("start_page"), ref: scroller,
    }, div("start-page",
      h("h2", {}, workspace.name),
      p("quiet", counted ? sizes : t("checking_all", { counted: sizes })),
      h("ul", { class: "figures" },
        h(Figure, { name: "red", figure: found.red.length, label: t("figure_errors") }),
        h(Figure, { name: "changed", figure: found.changed.length, label: t("figure_changed") }),
        h(Figure, { name: "untested", figure: found.untested.length, label: t("figure_untested") }),
        coverage ? h(Figure, {
          name: "missed", label: t("figure_branches"),
          figure: percent(coverage) === 100 ? 0 : `${percent(coverage)} %`,
        }) : null),
      lists.map((name) => h(List, { key: name, name, rows: found[name] })))));
}
