// The left: messages and the scenarios of the one that is shown.
import {
  arrows, button, div, grow, icon, p, quiet, span,
} from "meniscus/controls.js";
import { fits, Hits, isAsked, isSearching, recipients, Search } from "meniscus/search.js";
import { h, useLayoutEffect, useMemo, useRef, useState } from "meniscus/preact.js";
import { message, scenarios, state, supposing } from "meniscus/state.js";
import { newMessage, newRecipient } from "meniscus/begin.js";
import { CHANNELS } from "meniscus/names.js";
import { writes } from "meniscus/api.js";
import { go } from "meniscus/go.js";
import { Menu, openMenu } from "meniscus/menu.js";
import { MessageTree } from "meniscus/tree_of_messages.js";
import { number, t } from "meniscus/labels.js";

const unseen = (text) => span("unseen", text);
const sign = (name, title, ...inside) =>
  h("span", { class: `sign ${name}`, title }, icon(name), inside);

function signs({ problems, snapshots }) {
  const { error = 0, warn = 0 } = problems ?? {};
  const { same = 0, changed = 0, new: fresh = 0, blanks = 0 } = snapshots ?? {};
  const everywhere = (counted) => t("for_all_recipients", { counted });
  const counted = (number, name, words) => (number === 0 ? null
    : sign(name, words, h("span", { "aria-hidden": "true" }, number), unseen(words)));
  return span("signs",
    counted(error, "error", everywhere(t("errors_counted", { count: error }))),
    counted(warn, "warn", everywhere(t("warnings_counted", { count: warn }))),
    counted(blanks, "blank", everywhere(t("blanks_counted", { count: blanks }))),
    counted(changed, "changed", t("recipients_changed", { count: changed })),
    // Where nothing is accepted at all, nobody means to.
    counted(same + changed > 0 ? fresh : 0, "plus",
      t("recipients_not_accepted", { count: fresh })));
}

/**
 * A list with a scroller of its own. One row of it is a stop of the Tab key: the one that had the
 * focus, else the current one, else the first. `rows` are `{key, current, choose, content}`.
 */
function List({ title, all, rows, add }) {
  const list = useRef(null);
  const [focused, setFocused] = useState(null);
  const current = rows.find((row) => row.current);
  useLayoutEffect(() => {
    setFocused(null);
    list.current?.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" });
  }, [state.message, state.scenario]);
  const stop = rows.find(({ key }) => key === focused) ?? current ?? rows[0];
  const shown = state.search.trim() === "" ? number(all)
    : t("of_total", { at: rows.length, total: all });
  const row = ({ key, current, choose, content, item }) => h("li", {
    key, oncontextmenu: openMenu,
  }, button({
    class: "row", "data-key": key, "aria-current": current ? "true" : null,
    tabindex: key === stop.key ? 0 : -1, onclick: choose, onfocus: () => setFocused(key),
  }, content), item ? h(Menu, { item }) : null);
  return div("list",
    h("h2", {}, title, quiet(shown), grow(), add && writes ? add : null),
    rows.length === 0 ? p("quiet none", t("none"))
      : h("ul", { class: "rows", ref: list, onkeydown: arrows }, rows.map(row)));
}

function scenarioRow(name, title) {
  const current = name === state.scenario;
  const isChanged = message()?.changedFor?.has(name);
  const changed = t("changed_since_accepted");
  const about = title;
  return {
    key: `scenario:${name}`,
    item: name === "" ? null : { kind: "recipient", name },
    current,
    choose: () => go.to({ scenario: name }),
    content: [
      span("channel", icon("person")),
      span("name", name, h("small", { class: "quiet" }, about ?? "")),
      span("signs",
        current && supposing() ? h("span", {
          class: "sign changed", title: t("values_changed_temporarily"),
        }, icon("edit")) : null,
        isChanged ? sign("changed", changed, unseen(changed)) : null),
    ],
  };
}

function Found() {
  const { workspace, scope, search } = state;
  const fitting = useMemo(() => (workspace?.messages ?? []).filter(({ name, channel }) =>
    fits(`${name} ${CHANNELS[channel] ?? ""}`)), [workspace, search]);
  if (!workspace) return null;
  if (isAsked()) return h(Hits);
  if (scope === "recipients") return h(Recipients);
  const titles = new Map(workspace.scenarios.map(({ name, title }) => [name, title]));
  const { length } = workspace.messages;
  const isSearched = search.trim() !== "";
  const own = scenarios().filter((name) => name !== "");
  const add = (key, label, onclick) => (!writes ? null : button({
    class: "tool", "aria-label": label, title: label, "data-key": `add:${key}`, onclick,
  }, icon("plus")));
  return [
    div("list messages",
      h("h2", {}, t("messages"), quiet(isSearched
        ? t("of_total", { at: fitting.length, total: length }) : number(length)),
      grow(), add("message", t("new_message"), () => newMessage())),
      fitting.length === 0 ? p("quiet none", t("none"))
        : h(MessageTree, { messages: fitting, all: isSearched, signs })),
    message() ? h(List, {
      title: t("recipients"), all: own.length,
      add: add("recipient", t("new_recipient"), newRecipient),
      rows: own.map((name) => scenarioRow(name, titles.get(name))),
    }) : null,
  ];
}

/** Recipients of all messages. */
function Recipients() {
  const found = recipients();
  return h(List, {
    title: t("recipients"), all: state.workspace.scenarios.length,
    rows: found.map(({ name, title, lead }) => ({ ...scenarioRow(name, title), choose: lead })),
  });
}

export const Sidebar = () => [h(Search), h("div", {
  class: "found", id: "scopes-panel", role: isSearching() ? "tabpanel" : null,
  "aria-label": isSearching() ? t("found") : null,
}, h(Found))];
