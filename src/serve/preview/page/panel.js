// The right: problems, calls, data.
import { all, Problems } from "meniscus/problems.js";
import { change, shown, state } from "meniscus/state.js";
import { h, useLayoutEffect, useRef } from "meniscus/preact.js";
import { div, span, Tabs } from "meniscus/controls.js";
import { Calls } from "meniscus/calls.js";
import { Data } from "meniscus/data.js";

const PANELS = { problems: Problems, calls: Calls, data: Data };

export function Panel() {
  const body = useRef(null);
  useLayoutEffect(() => (body.current.scrollTop = 0), [state.tab]);
  useLayoutEffect(() => {
    if (state.selected?.from === "data") return;
    body.current.querySelector(".chosen")?.scrollIntoView({ block: "nearest" });
  }, [state.selected]);
  const found = all();
  const weight = ["error", "warn", "info"].find((one) => found.some(({ level }) => level === one));
  const number = (of, kind = "") => (of > 0 ? span(`count ${kind}`, of) : null);
  return [
    div("bar", h(Tabs, {
      label: "Findings", id: "findings", current: state.tab, choose: (tab) => change({ tab }),
      items: [
        ["problems", "Problems", number(found.length, weight)],
        ["calls", "Calls", number(shown()?.calls.length ?? 0)],
        ["data", "Data"],
      ],
    })),
    h("div", {
      ref: body, id: "findings-panel", class: "scroller", role: "tabpanel", tabindex: 0,
      "aria-label": state.tab,
    }, h(PANELS[state.tab])),
  ];
}
