// The left: messages and the scenarios of the one that is shown.
import { change, message, on, scenarios, state, supposing } from "meniscus/state.js";
import { count, fill, h, icon } from "meniscus/dom.js";
import { go } from "meniscus/go.js";

const sidebar = document.getElementById("sidebar");
const found = h("div", { class: "found" });

const search = h("input", {
  type: "search", id: "search", placeholder: "Search", "aria-label": "Search messages and scenarios", autocomplete: "off",
  oninput: () => change({ search: search.value }),
  onkeydown: (event) => {
    if (event.key === "Escape") {
      search.value = "";
      change({ search: "" });
      search.blur();
    }
    if (event.key === "ArrowDown" || event.key === "Enter") {
      event.preventDefault();
      const first = found.querySelector("button");
      first?.focus();
      if (event.key === "Enter") first?.click();
    }
  },
});
sidebar.append(h("div", { class: "search" }, icon("search"), search, h("kbd", { "aria-hidden": "true" }, "/")), found);

const CHANNELS = { email: "E-mail", push: "Push", sms: "SMS", whats_app: "WhatsApp", in_app: "In-app message", content_card: "Content Card", banner: "Banner", webhook: "Webhook" };

function signs(item) {
  const problems = item.problems ?? { error: 0, warn: 0 };
  const { same = 0, changed = 0, new: fresh = 0 } = item.snapshots ?? {};
  const sign = (number, name, words) => (number > 0 ? h("span", { class: `sign ${name}`, title: words }, icon(name), h("span", { "aria-hidden": "true" }, number), h("span", { class: "unseen" }, words)) : null);
  return h("span", { class: "signs" },
    sign(problems.error, "error", `${count(problems.error, "error")}, all scenarios counted`),
    sign(problems.warn, "warn", `${count(problems.warn, "warning")}, all scenarios counted`),
    sign(changed, "changed", `${changed} changed since accepted`),
    // Where nothing is accepted at all, nobody means to.
    sign(same + changed > 0 ? fresh : 0, "plus", `${fresh} not accepted yet`));
}

/** Arrows go through the list in which the focus is; the row that has it is where Tab comes back to. */
function arrows(event) {
  const rows = [...(document.activeElement.closest("ul.rows")?.querySelectorAll("button.row") ?? [])];
  const at = rows.indexOf(document.activeElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[event.key];
  if (at < 0 || to === undefined) return;
  event.preventDefault();
  (rows[to] ?? rows[at]).focus();
}
found.addEventListener("keydown", arrows);
found.addEventListener("focusin", ({ target }) => stop(target.closest("ul.rows"), target));

/** Makes one row of a list a stop of the Tab key: `row`, else the current one, else the first. */
function stop(list, row) {
  const rows = [...(list?.querySelectorAll("button.row") ?? [])];
  const one = rows.find((button) => button === row) ?? rows.find((button) => button.ariaCurrent === "true") ?? rows[0];
  for (const button of rows) button.tabIndex = button === one ? 0 : -1;
}

/** A list with a scroller of its own. */
function list(title, shown, all, rows) {
  const element = h("div", { class: "list" },
    h("h2", {}, title, h("span", { class: "quiet" }, state.search.trim() === "" ? all : `${shown} of ${all}`)),
    rows.length === 0 ? h("p", { class: "quiet none" }, "none") : h("ul", { class: "rows", "data-scroll": title }, rows.map((row) => h("li", {}, row))));
  stop(element.querySelector("ul"));
  return element;
}

const current = (yes) => (yes ? "true" : null);

function draw() {
  if (!state.workspace) return;
  const words = state.search.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = (text) => words.every((word) => text.toLowerCase().includes(word));
  const all = state.workspace.messages;
  const messages = all.filter(({ name, channel }) => fits(`${name} ${CHANNELS[channel] ?? ""}`));
  const known = new Map(state.workspace.scenarios.map((scenario) => [scenario.name, scenario]));
  const applying = scenarios();
  const fitting = applying.filter((name) => words.length === 0 || fits(`${name} ${known.get(name)?.title ?? ""}`));
  const states = message()?.snapshots?.scenarios ?? {};
  fill(found,
    list("Messages", messages.length, all.length, messages.map((item) =>
      h("button", { type: "button", class: "row", "data-key": `message:${item.name}`, "aria-current": current(item.name === state.message), onclick: () => go.to({ message: item.name }) },
        h("span", { class: "channel", title: CHANNELS[item.channel] ?? "Text" }, icon(item.channel ?? "text"), h("span", { class: "unseen" }, CHANNELS[item.channel] ?? "Text")),
        h("span", { class: "name" }, item.name), signs(item)))),
    list("Scenarios", fitting.length, applying.length, fitting.map((name) =>
      h("button", { type: "button", class: "row", "data-key": `scenario:${name}`, "aria-current": current(name === state.scenario), onclick: () => go.to({ scenario: name }) },
        h("span", { class: "channel" }, icon("person")),
        h("span", { class: "name" }, name === "" ? "nobody" : name, h("small", { class: "quiet" }, name === "" ? "no scenario applies: nothing is known of the recipient" : known.get(name)?.title ?? "")),
        h("span", { class: "signs" },
          name === state.scenario && supposing() ? h("span", { class: "sign changed", title: "values are changed for the moment" }, icon("edit")) : null,
          states[name] === "changed" ? h("span", { class: "sign changed", title: "changed since accepted" }, icon("changed"), h("span", { class: "unseen" }, "changed since accepted")) : null)))));
}

on(["workspace", "message", "scenario", "search", "values", "answers"], draw);
on(["message", "scenario"], () => {
  found.querySelectorAll("[aria-current]").forEach((row) => row.scrollIntoView({ block: "nearest" }));
  document.title = message() ? `${state.message} · ${state.scenario || "nobody"} · meniscus` : "meniscus preview";
});
