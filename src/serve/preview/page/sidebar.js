// The left: messages and the scenarios of the one that is shown.
import { button, count, div, grow, icon, p, quiet, span } from "meniscus/controls.js";
import { change, message, scenarios, state, supposing } from "meniscus/state.js";
import { h, useLayoutEffect, useRef, useState } from "meniscus/preact.js";
import { newMessage, newRecipient } from "meniscus/begin.js";
import { CHANNELS } from "meniscus/channels.js";
import { exported } from "meniscus/api.js";
import { go } from "meniscus/go.js";
import { Menu } from "meniscus/menu.js";

function Search() {
  const act = (event) => {
    if (event.key === "Escape") {
      change({ search: "" });
      event.target.blur();
    }
    if (event.key === "ArrowDown" || event.key === "Enter") {
      event.preventDefault();
      const first = document.querySelector(".found button");
      first?.focus();
      if (event.key === "Enter") first?.click();
    }
  };
  return div("search",
    icon("search"),
    h("input", {
      type: "search", id: "search", placeholder: "Search", autocomplete: "off",
      "aria-label": "Search messages and recipients", value: state.search,
      oninput: ({ target }) => change({ search: target.value }), onkeydown: act,
    }),
    h("kbd", { "aria-hidden": "true" }, "/"));
}

const unseen = (text) => span("unseen", text);
const sign = (name, title, ...inside) =>
  h("span", { class: `sign ${name}`, title }, icon(name), inside);

function signs({ problems, snapshots }) {
  const { error = 0, warn = 0 } = problems ?? {};
  const { same = 0, changed = 0, new: fresh = 0, blanks = 0 } = snapshots ?? {};
  const counted = (number, name, words) => (number === 0 ? null
    : sign(name, words, h("span", { "aria-hidden": "true" }, number), unseen(words)));
  return span("signs",
    counted(error, "error", `${count(error, "error")}, all recipients counted`),
    counted(warn, "warn", `${count(warn, "warning")}, all recipients counted`),
    counted(blanks, "blank", `${count(blanks, "blank")}, all recipients counted`),
    counted(changed, "changed", `${changed} changed since accepted`),
    // Where nothing is accepted at all, nobody means to.
    counted(same + changed > 0 ? fresh : 0, "plus", `${fresh} not accepted yet`));
}

/** Arrows go through the list in which the focus is. */
function arrows(event) {
  const rows = [...event.currentTarget.querySelectorAll("button.row")];
  const at = rows.indexOf(document.activeElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[event.key];
  if (at < 0 || to === undefined) return;
  event.preventDefault();
  (rows[to] ?? rows[at]).focus();
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
  const shown = state.search.trim() === "" ? all : `${rows.length} of ${all}`;
  const row = ({ key, current, choose, content, item }) => h("li", { key }, button({
    class: "row", "data-key": key, "aria-current": current ? "true" : null,
    tabindex: key === stop.key ? 0 : -1, onclick: choose, onfocus: () => setFocused(key),
  }, content), item ? h(Menu, { item }) : null);
  return div("list",
    h("h2", {}, title, quiet(shown), grow(), add && !exported ? add : null),
    rows.length === 0 ? p("quiet none", "none")
      : h("ul", { class: "rows", ref: list, onkeydown: arrows }, rows.map(row)));
}

function messageRow(item) {
  const channel = CHANNELS[item.channel] ?? "Text";
  return {
    key: `message:${item.name}`,
    item: { kind: "message", name: item.name },
    current: item.name === state.message,
    choose: () => go.to({ message: item.name }),
    content: [
      h("span", { class: "channel", title: channel },
        icon(item.channel ?? "text"), unseen(channel)),
      span("name", item.name), signs(item),
    ],
  };
}

function scenarioRow(name, title) {
  const current = name === state.scenario;
  const isChanged = message()?.snapshots?.scenarios?.[name] === "changed";
  const changed = "changed since accepted";
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
          class: "sign changed", title: "values are changed for the moment",
        }, icon("edit")) : null,
        isChanged ? sign("changed", changed, unseen(changed)) : null),
    ],
  };
}

function Found() {
  if (!state.workspace) return null;
  const words = state.search.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = (text) => words.every((word) => text.toLowerCase().includes(word));
  const { messages } = state.workspace;
  const titles = new Map(state.workspace.scenarios.map(({ name, title }) => [name, title]));
  const fitting = messages.filter(({ name, channel }) =>
    fits(`${name} ${CHANNELS[channel] ?? ""}`));
  const own = scenarios().filter((name) => name !== "");
  const applying = own.filter((name) => fits(`${name} ${titles.get(name) ?? ""}`));
  const add = (key, label, onclick) => button({
    class: "tool", "aria-label": label, title: label, "data-key": `add:${key}`, onclick,
  }, icon("plus"));
  return [
    h(List, {
      title: "Messages", all: messages.length, rows: fitting.map(messageRow),
      add: add("message", "New message", () => newMessage()),
    }),
    h(List, {
      title: "Recipients", all: own.length,
      add: message() ? add("recipient", "New recipient", newRecipient) : null,
      rows: applying.map((name) => scenarioRow(name, titles.get(name))),
    }),
  ];
}

export const Sidebar = () => [h(Search), div("found", h(Found))];
