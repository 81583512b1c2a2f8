// What changed since a message was accepted: the two renderings, the cause, and who else has the
// same change.
import * as api from "meniscus/api.js";
import {
  button, div, grow, helpOf, icon, p, prose, quiet, say, small, span,
} from "meniscus/controls.js";
import { change, drafts, state, supposing } from "meniscus/state.js";
import { changesOf, Compare, isSeen, NothingAccepted, Steps, visible } from "meniscus/compare.js";
import { h, useLayoutEffect, useState } from "meniscus/preact.js";
import { ChangedTexts } from "meniscus/change_text.js";
import { go } from "meniscus/go.js";
import { listed, t } from "meniscus/labels.js";

const WORDS = {
  same: t("as_accepted"), changed: t("changed"), new: t("not_accepted_yet"),
};

/** Whether the comparison is of the scenario before: it stays until the next one is there. */
const isStale = () => state.snapshot?.scenario !== state.scenario;

const isOpen = ({ state }) => state === "changed" || state === "new";
const openParts = () => state.snapshot?.parts.filter(isOpen) ?? [];

/** What scenarios have in common: `{scenarios, groups: part → group, words, isNew}` of each. */
function alike() {
  const found = new Map();
  for (const group of state.changes?.groups ?? []) {
    for (const scenario of group.scenarios) {
      if (!found.has(scenario)) found.set(scenario, []);
      found.get(scenario).push(group);
    }
  }
  const alike = new Map();
  for (const [scenario, groups] of found) {
    const key = JSON.stringify(groups.map(({ part, group }) => [part, group]));
    if (!alike.has(key)) {
      alike.set(key, {
        key,
        scenarios: [],
        groups: Object.fromEntries(groups.map(({ part, group }) => [part, group])),
        words: groups.flatMap(({ words }) => words),
        isNew: groups.every((group) => group.state === "new"),
      });
    }
    alike.get(key).scenarios.push(scenario);
  }
  return [...alike.values()];
}

const current = (all) => all.find(({ scenarios }) => scenarios.includes(state.scenario));

export function ChangesBar() {
  const open = openParts().length;
  const same = current(alike());
  const many = same?.scenarios.length ?? 0;
  const one = open > 1 ? t("accept_all", { count: open }) : t("accept");
  return [
    h("h2", {}, `${[state.message, state.scenario].filter(Boolean).join(" · ")}`), grow(),
    button({
      class: "tool aside", "aria-pressed": state.aside, "data-key": "changes:aside",
      "aria-label": t("problems_calls_data"), title: t("problems_calls_data_keys"),
      onclick: () => change({ aside: !state.aside }),
    }, icon("aside")),
    !api.writes || open === 0 ? null : [
      button({
        class: many > 1 ? "" : "primary", "data-key": "accept:all", disabled: isStale(),
        onclick: () => accept(null),
      }, many > 1 ? t("accept_only_for", { name: state.scenario }) : one),
      many > 1 ? button({
        class: "primary", "data-key": "accept:group", disabled: isStale(),
        onclick: () => acceptGroup(same),
      }, t("accept_for", { count: many })) : null,
    ],
  ];
}

/** `draw(render)` shows a render in the frame of its channel. */
export function Changes({ draw }) {
  const answer = state.snapshot;
  const [text, setText] = useState(null);
  if (!answer) return p("quiet none", "…");
  const unsaved = supposing() || Object.keys(drafts()).length > 0;
  const open = openParts();
  const outside = answer.parts.filter((part) => part.state === null || unreadable(part));
  const isDrawn = open.some(({ now }) => now);
  // Where nothing can be seen in the message, the text is what there is.
  const isTextOpen = text ?? (isDrawn && changesOf(answer).length === 0
    && open.some(({ state }) => state === "changed"));
  return div("changes",
    unsaved ? p("quiet on-disk", t("compared_with_disk")) : null,
    (answer.problems ?? []).map((problem) => div("notice warn", icon("warn"),
      span("", prose(problem.message), " ", helpOf(problem)))),
    h(Alike),
    outside.map((part) => h(Outside, { key: part.part, part })),
    isDrawn ? [
      h(Cause, { answer }),
      h(Compare, { snapshot: answer, draw }),
      h(ChangedTexts, {
        parts: open.filter(({ now }) => now), isOpen: isTextOpen, toggle: setText,
      }),
    ] : outside.length === 0 ? h(AsAccepted, { answer }) : null);
}

const unreadable = ({ state, now }) => state === "changed" && !now;

/** A part that cannot be compared. */
const Outside = ({ part }) => h("section", { class: "change", "aria-label": part.part },
  h("h3", {}, icon("warn"), part.part, quiet(t("cannot_compare")), grow()),
  [...(part.problems ?? []).map(({ message }) => message), ...part.why].map((reason) =>
    p("", prose(reason))));

function AsAccepted({ answer }) {
  if (answer.parts.length === 0) {
    return div("nothing", p("", t("nothing_to_compare")), state.scenario === ""
      ? p("quiet", t("needs_recipient_to_accept")) : null);
  }
  const [next] = alike();
  return div("nothing same", icon("check"),
    p("", t("everything_as_accepted", { name: state.scenario })),
    next ? p("", button({
      class: "primary", "data-key": "changes:next",
      onclick: () => go.to({ scenario: next.scenarios[0] }),
    }, t("show_next_change"))) : null);
}

/** The change that is pointed at, and why its part changed. */
function Cause({ answer }) {
  const all = changesOf(answer);
  const one = all[state.change];
  const [seen, setSeen] = useState(true);
  useLayoutEffect(() => {
    const later = setTimeout(() => setSeen(isSeen(state.change)), 300);
    return () => clearTimeout(later);
  }, [state.change, answer]);
  const parts = openParts();
  const part = parts.find((part) => part.part === one?.part)
    ?? parts.find(({ why }) => why.length > 0);
  return div("cause",
    h(Steps, { open: go.open }),
    one && !seen ? p("quiet unseen-change", t("change_unseen")) : null,
    parts.some(({ accepted }) => accepted) ? null : h(NothingAccepted),
    why(part?.why ?? [], one),
    parts.length > 1 && api.writes ? div("parts", parts.map((part) => span("part-chip",
      h("strong", {}, part.part), quiet(WORDS[part.state]),
      small(`accept:${part.part}`, () => accept(part.part), t("accept_part"),
        { disabled: isStale() })))) : null);
}

/**
 * Why a part changed: prose, and lines of templates and recordings as code; of the lines of the
 * file in which the change is, the one that has it. The words that it added are marked there.
 */
function why(reasons, { at, added } = {}) {
  const items = [];
  for (const reason of reasons) {
    if (/^\d+ │ /.test(reason) && items.length > 0) items.at(-1).lines.push(reason);
    else items.push({ reason, lines: [] });
  }
  const item = ({ reason, lines }) => {
    const own = at && reason.includes(at.path)
      ? lines.filter((line) => line.startsWith(`${at.span.start.line} │`)) : [];
    const shown = own.length > 0 ? own : lines;
    return h("li", {}, prose(reason), shown.length === 0 ? null
      : h("pre", { class: "code", tabindex: 0 }, withWords(shown.join("\n"), added)));
  };
  const [first, ...more] = items;
  if (!first) return null;
  return h("ul", { class: "why" }, item(first), more.length === 0 ? null
    : h("li", { class: "more" }, h("details", {},
      h("summary", { "data-key": "change:causes" }, t("more_causes", { count: more.length })),
      h("ul", {}, more.map(item)))));
}

function withWords(code, words) {
  const at = words?.trim() ? code.indexOf(words, code.indexOf("│")) : -1;
  return at < 0 ? code
    : [code.slice(0, at), h("ins", {}, words), code.slice(at + words.length)];
}

/** For whom the change is the same; and which other changes there are. */
function Alike() {
  const all = alike();
  const same = current(all);
  if (all.length < 2 && !(same?.scenarios.length > 1)) return null;
  const { scenarios } = same ?? { scenarios: [] };
  const at = scenarios.indexOf(state.scenario);
  const to = (by) => go.to({ scenario: scenarios.at((at + by) % scenarios.length) });
  const turn = (by, label) => button({
    class: "tool", "aria-label": label, title: label, "data-key": `alike:${by}`,
    onclick: () => to(by),
  }, h("span", { "aria-hidden": "true" }, by < 0 ? "‹" : "›"));
  return div("alike",
    scenarios.length > 1 ? [
      icon("person"),
      h("strong", {}, t(same.isNew ? "same_text_for" : "same_change_for",
        { count: scenarios.length })),
      h("span", { class: "stepper", role: "group", "aria-label": t("recipients") },
        turn(-1, t("previous_same_change")),
        span("of", t("of_total", { at: at + 1, total: scenarios.length })),
        turn(1, t("next_same_change"))),
    ] : quiet(same ? t("only_changed_for", { name: state.scenario })
      : t("changed_for_others", { count: all.flatMap((one) => one.scenarios).length })),
    grow(),
    h("details", { onkeydown: (event) => event.key === "Escape" && close(event) },
      h("summary", { "data-key": "alike:all" },
        all.length === 1 ? t("show_names") : t("different_changes", { count: all.length })),
      h("ul", { class: "alike-list" }, all.map((one) => h(Alternative, {
        key: one.key, one, isCurrent: one === same,
      })))));
}

/** Closes the list, which lies over the message. */
function close(event) {
  const list = event.currentTarget.closest("details");
  list.open = false;
  list.querySelector("summary").focus();
  event.stopPropagation();
}

function Alternative({ one, isCurrent }) {
  const { scenarios, words, isNew } = one;
  const [first] = scenarios;
  const pair = ({ removed, added }) => [
    removed ? h("del", {}, visible(removed)) : null, removed && added ? " → " : null,
    added ? h("ins", {}, visible(added)) : null,
  ];
  return h("li", { "aria-current": isCurrent ? "true" : null },
    div("alike-words",
      isNew ? quiet(t("not_accepted_yet")) : words.length === 0 ? quiet(t("only_in_calls"))
        : words.slice(0, 2).map((word) => span("words", pair(word))),
      words.length > 2 ? quiet(t("and_more", { count: words.length - 2 })) : null),
    div("alike-names quiet", listed(scenarios)),
    div("alike-acts",
      quiet(t("recipients_counted", { count: scenarios.length })), grow(),
      isCurrent ? null
        : small(`look:${first}`, (event) => {
          close(event);
          go.to({ scenario: first });
        }, t("look_at", { name: first })),
      !api.writes ? null : small(`accept-group:${first}`, () => acceptGroup(one),
        scenarios.length > 1 ? t("accept_for", { count: scenarios.length }) : t("accept"))));
}

async function accept(part) {
  try {
    const { message, scenario } = state;
    const answer = await api.accept(message, scenario, part);
    const isShown = message === state.message && scenario === state.scenario;
    const snapshot = { ...answer, scenario };
    change({ error: null, ...(isShown ? { snapshot, change: 0 } : {}) });
    say(part ? t("part_is_accepted", { part }) : t("message_is_accepted"));
    change({ workspace: await api.workspace() });
  } catch (error) {
    change({ error });
  }
}

async function acceptGroup({ scenarios, groups }) {
  try {
    await api.acceptGroup(state.message, scenarios, groups);
    change({ error: null });
    say(t("accepted_for_recipients", { count: scenarios.length }));
    change({ workspace: await api.workspace() });
  } catch (error) {
    change({ error });
  }
}
