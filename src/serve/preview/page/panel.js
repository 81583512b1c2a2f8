// The right: problems, calls, data.
import { all, problems } from "meniscus/problems.js";
import { calls } from "meniscus/calls.js";
import { change, on, shown, state } from "meniscus/state.js";
import { fill, h, tabs } from "meniscus/dom.js";
import { data } from "meniscus/data.js";

const panel = document.getElementById("panel");
const head = h("div", { class: "bar" });
const body = h("div", { id: "findings-panel", class: "scroller", role: "tabpanel", tabindex: "0" });
panel.append(head, body);

const PANELS = { problems, calls, data };

function draw(names) {
  const weight = ["error", "warn", "info"].find((level) => all().some((problem) => problem.level === level)) ?? "none";
  const number = (of, kind = "") => (of > 0 ? h("span", { class: `count ${kind}` }, of) : null);
  fill(head, tabs("Findings", "findings", [
    ["problems", "Problems", number(all().length, weight)],
    ["calls", "Calls", number(shown()?.calls.length ?? 0)],
    ["data", "Data"],
  ], state.tab, (tab) => change({ tab })));
  body.setAttribute("aria-label", state.tab);
  fill(body, PANELS[state.tab]());
  if (names.has("tab")) body.scrollTop = 0;
  if (names.has("selected") && state.selected?.from !== "data") body.querySelector(".chosen")?.scrollIntoView({ block: "nearest" });
}

on(["workspace", "render", "lint", "tab", "selected", "values", "answers"], draw);
