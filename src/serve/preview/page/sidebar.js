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
  const changed = (item.snapshots?.changed ?? 0) + (item.snapshots?.new ?? 0);
  const sign = (number, name, words) => (number > 0 ? h("span", { class: `sign ${name}`, title: words }, icon(name), h("span", { "aria-hidden": "true" }, number), h("span", { class: "unseen" }, words)) : null);
  return h("span", { class: "signs" },
    sign(problems.error, "error", count(problems.error, "error")),
    sign(problems.warn, "warn", count(problems.warn, "warning")),
    sign(changed, "changed", `${changed} changed since accepted`));
}

/** Arrows go through the list in which the focus is. */
function arrows(event) {
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!by) return;
  const all = [...found.querySelectorAll("button.row")];
  const at = all.indexOf(document.activeElement);
  if (at < 0) return;
  event.preventDefault();
  (all[at + by] ?? all[at]).focus();
}
found.addEventListener("keydown", arrows);

function draw() {
  if (!state.workspace) return;
  const words = state.search.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = (text) => words.every((word) => text.toLowerCase().includes(word));
  const all = state.workspace.messages;
  const messages = all.filter(({ name, channel }) => fits(`${name} ${CHANNELS[channel] ?? ""}`));
  const known = new Map(state.workspace.scenarios.map((scenario) => [scenario.name, scenario]));
  const applying = scenarios();
  const fitting = applying.filter((name) => words.length === 0 || fits(`${name} ${known.get(name)?.title ?? ""}`));
  fill(found,
    h("h2", {}, "Messages", h("span", { class: "quiet" }, words.length > 0 ? `${messages.length} of ${all.length}` : all.length)),
    messages.length === 0 ? h("p", { class: "quiet none" }, "none") : h("ul", { class: "rows" }, messages.map((item) => h("li", {},
      h("button", { type: "button", class: "row", "data-key": `message:${item.name}`, "aria-current": item.name === state.message ? "true" : null, onclick: () => go.to({ message: item.name }) },
        h("span", { class: "channel", title: CHANNELS[item.channel] ?? "Text" }, icon(item.channel ?? "text"), h("span", { class: "unseen" }, CHANNELS[item.channel] ?? "Text")),
        h("span", { class: "name" }, item.name), signs(item))))),
    h("h2", {}, "Scenarios", h("span", { class: "quiet" }, words.length > 0 ? `${fitting.length} of ${applying.length}` : applying.length)),
    fitting.length === 0 ? h("p", { class: "quiet none" }, "none") : h("ul", { class: "rows" }, fitting.map((name) => h("li", {},
      h("button", { type: "button", class: "row", "data-key": `scenario:${name}`, "aria-current": name === state.scenario ? "true" : null, onclick: () => go.to({ scenario: name }) },
        h("span", { class: "channel" }, icon("person")),
        h("span", { class: "name" }, name === "" ? "nobody" : name, h("small", { class: "quiet" }, name === "" ? "no scenario applies: nothing is known of the recipient" : known.get(name)?.title ?? "")),
        name === state.scenario && supposing() ? h("span", { class: "sign changed", title: "values are changed for the moment" }, icon("edit")) : null)))));
}

on(["workspace", "message", "scenario", "search", "values", "answers"], draw);
on(["message", "scenario"], () => {
  found.querySelectorAll("[aria-current]").forEach((row) => row.scrollIntoView({ block: "nearest" }));
  document.title = message() ? `${state.message} · ${state.scenario || "nobody"} · meniscus` : "meniscus preview";
});
