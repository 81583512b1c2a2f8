// The search at the left: messages and recipients by name, texts by line, expressions by the field
// that they read.
import * as api from "meniscus/api.js";
import {
  arrows, button, div, icon, p, prose, quiet, span, Tabs,
} from "meniscus/controls.js";
import { change, scenarios, state } from "meniscus/state.js";
import { h, useLayoutEffect } from "meniscus/preact.js";
import { go } from "meniscus/go.js";
import { Middle } from "meniscus/names.js";
import { t } from "meniscus/labels.js";

/** How long somebody types before the program is asked, in milliseconds. */
const PAUSE = 120;
const SHORTEST = 2;

const SCOPES = [
  ["messages", t("messages")], ["recipients", t("recipients")], ["text", t("text")],
  ["fields", t("fields")],
];
const WORDS = {
  messages: t("search_messages"),
  recipients: t("search_recipients"),
  text: t("search_files"),
  fields: t("search_fields"),
};
const NONE = {
  text: t("no_file_has_text"),
  fields: t("no_expression_reads"),
};

export const wanted = () => state.search.trim();
/** Whether results of the program are shown in the place of the lists. */
export const isAsked = () => ["text", "fields"].includes(state.scope) && wanted() !== "";

/** Whether there is something to choose the scope of. */
export const isSearching = () => state.search !== "" || state.scope !== "messages";

/** Whether all words of the search are in `text`. */
export function fits(text) {
  const words = state.search.toLowerCase().split(/\s+/).filter(Boolean);
  return words.every((word) => text.toLowerCase().includes(word));
}

export function Search() {
  const act = (event) => {
    if (event.key === "Escape") {
      change({ search: "", scope: "messages" });
      event.target.blur();
    }
    if (event.key === "ArrowDown" || event.key === "Enter") {
      event.preventDefault();
      const first = event.key === "Enter" && state.scope === "messages"
        ? '.found [data-key^="message:"]' : '.found :is([role="treeitem"], button.row)';
      const row = document.querySelector(first);
      row?.focus();
      if (event.key === "Enter") row?.click();
    }
  };
  const scopes = api.exported ? SCOPES.slice(0, 2) : SCOPES;
  return [
    div("search",
      icon("search"),
      h("input", {
        type: "search", id: "search", placeholder: WORDS[state.scope], autocomplete: "off",
        "aria-label": WORDS[state.scope], value: state.search,
        oninput: ({ target }) => change({ search: target.value }), onkeydown: act,
      }),
      h("kbd", { "aria-hidden": "true" }, "/")),
    !isSearching() ? null
      : div("scopes", h(Tabs, {
        label: t("what_to_search"), id: "scopes", current: state.scope, items: scopes,
        choose: (scope) => change({ scope }),
      })),
  ];
}

/** To the search, for one of its scopes. */
export function search(scope = "messages") {
  change({ pane: "sidebar", scope: api.exported ? "messages" : scope });
  requestAnimationFrame(() => document.getElementById("search").select());
}

const ASK = { text: api.searchTexts, fields: api.searchFields };
let timer = null;

/** Asks the program; an answer counts only while it is still what is searched for. */
function ask() {
  clearTimeout(timer);
  const [scope, text] = [state.scope, wanted()];
  if (!isAsked() || text.length < SHORTEST) return;
  const isCurrent = () => scope === state.scope && text === wanted();
  timer = setTimeout(() => ASK[scope](text).then(
    (answer) => isCurrent() && change({ hits: { ...answer, scope } }),
    (error) => isCurrent() && change({ hits: { scope, wanted: text, error } }),
  ), PAUSE);
}

/** Results of the program: groups of lines. */
export function Hits() {
  // A saved file may have other lines.
  useLayoutEffect(ask, [state.scope, wanted(), state.workspace?.generation]);
  const { hits, scope } = state;
  if (wanted().length < SHORTEST) return p("quiet none", t("type_two_letters"));
  if (hits?.scope !== scope) return p("quiet none", t("searching"));
  if (hits.error) return p("bad none", prose(hits.error.message));
  if (hits.count === 0) return p("quiet none", NONE[scope]);
  const shown = hits.groups.reduce((sum, { lines }) => sum + lines.length, 0);
  const many = shown < hits.count
    ? (isField() ? t("expressions_of_total", { shown, count: hits.count })
      : t("lines_of_total", { shown, count: hits.count }))
    : t(isField() ? "expressions_counted" : "lines_counted", { count: shown });
  return div("list hits",
    h("h2", {}, t(isField() ? "fields" : "text"),
      h("span", { class: "quiet", role: "status" }, many)),
    h("div", { class: "rows", onkeydown: arrows }, hits.groups.map((group) =>
      h(Group, { key: `${group.of}:${group.title}`, group }))));
}

function Group({ group: { title, of, lines } }) {
  return h("section", { class: "hit-group", "aria-label": title },
    h("h3", {}, isField() ? span("mono", title) : h(Middle, { text: title }), quiet(of ?? "")),
    h("ul", {}, lines.map((line) => h(Hit, { key: keyOf(line), line }))));
}

const keyOf = ({ path, span: { start, end } }) => `hit:${path}:${start.offset}:${end.offset}`;

const isField = () => state.scope === "fields";

function Hit({ line }) {
  const { text, from, to, path, span: { start }, message, messages } = line;
  const open = () => {
    if (message && message !== state.message) go.to({ message });
    else if (state.message === null) go.to({ message: state.workspace.messages[0]?.name });
    go.open(line);
  };
  const place = isField() ? `${path.split("/").slice(-2).join("/")}:${start.line}` : start.line;
  return h("li", {}, button({
    class: `row hit ${isField() ? "" : "in-text"}`, "data-key": keyOf(line), onclick: open,
    title: `${path}:${start.line}`,
  },
  span("hit-place quiet", span("unseen", isField() ? "" : t("line_before_number")), place,
    messages > 1 ? t("in_messages", { count: messages }) : ""),
  h("code", {}, text.slice(0, from), h("mark", {}, text.slice(from, to)), text.slice(to))));
}

/** All recipients that fit: one that the message is not for leads to a message that it is for. */
export function recipients() {
  const applying = new Set(scenarios());
  const lead = (name) => {
    if (applying.has(name)) return go.to({ scenario: name });
    const first = state.workspace.messages.find((one) => one.scenarios.includes(name));
    if (first) go.to({ message: first.name, scenario: name });
    return undefined;
  };
  const fitting = state.workspace.scenarios.filter(({ name, title }) =>
    fits(`${name} ${title ?? ""}`));
  return fitting.map((one) => ({ ...one, lead: () => lead(one.name) }));
}
