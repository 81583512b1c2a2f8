// The page in a panel beside a text: the message, what is known of it, and for whom it is.
import { button, grow, p, Safe, span } from "meniscus/controls.js";
import { change, message, scenarios, state } from "meniscus/state.js";
import { Panel } from "meniscus/panel.js";
import { Tip } from "meniscus/blanks.js";
import { View } from "meniscus/stage.js";
import { go } from "meniscus/go.js";
import { h } from "meniscus/preact.js";
import { t } from "meniscus/labels.js";

const safe = (component) => h(Safe, {}, h(component));

const VIEWS = [
  ["message", t("message")], ["grid", t("all_recipients")], ["changes", t("changes")],
];

function Top() {
  const all = scenarios().filter((name) => name !== "");
  const view = ([key, label]) => button({
    "aria-pressed": state.view === key, "data-key": `view:${key}`,
    onclick: () => change({ view: key }),
  }, label);
  return [
    h("h1", { title: state.message }, state.message),
    all.length === 0 ? span("quiet", t("no_recipient")) : h("select", {
      "data-key": "recipient", "aria-label": t("recipient"), value: state.scenario,
      onchange: ({ target }) => go.to({ scenario: target.value }),
    }, all.map((name) => h("option", { value: name }, name))),
    grow(),
    h("div", { class: "views", role: "group", "aria-label": t("view") }, VIEWS.map(view)),
  ];
}

export function Beside() {
  const { view, dialog } = state;
  const has = message() !== null;
  const isWide = view === "changes" && !state.aside; // two renderings need the room
  return h("div", { id: "page", class: `beside ${isWide || !has ? "no-panel" : ""}` },
    has ? h("header", { id: "top" }, safe(Top)) : null,
    h("main", { id: "stage", "data-view": view, tabindex: -1, "aria-label": t("message") },
      has || !state.workspace ? safe(View) : p("quiet none", t("open_template"))),
    has ? h("aside", { id: "panel", "aria-label": t("problems_calls_data") }, safe(Panel)) : null,
    safe(Tip),
    h(Safe, {}, dialog));
}
