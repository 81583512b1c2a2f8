// The right: problems, calls, data.
import { all, Problems } from "meniscus/problems.js";
import { change, shown, state } from "meniscus/state.js";
import { h, useLayoutEffect, useRef } from "meniscus/preact.js";
import { div, span, Tabs } from "meniscus/controls.js";
import { Calls } from "meniscus/calls.js";
import { Data } from "meniscus/data.js";
import { t } from "meniscus/labels.js";

const PANELS = {
  problems: [Problems, t("problems")], calls: [Calls, t("calls")], data: [Data, t("data")],
};

export function Panel() {
  const body = useRef(null);
  useLayoutEffect(() => (body.current.scrollTop = 0), [state.tab]);
  useLayoutEffect(() => {
    if (state.selected?.from === "data") return;
    body.current.querySelector(".chosen")?.scrollIntoView({ block: "nearest" });
  }, [state.selected]);
  const [Shown, label] = PANELS[state.tab];
  const found = all();
  const weight = ["error", "warn", "info"].find((one) => found.some(({ level }) => level === one));
  const number = (of, kind = "") => (of > 0 ? span(`count ${kind}`, of) : null);
  return [
    div("bar", h(Tabs, {
      label: t("findings"), id: "findings", current: state.tab, choose: (tab) => change({ tab }),
      items: [
        ["problems", t("problems"), number(found.length, weight)],
        ["calls", t("calls"), number(shown()?.calls.length ?? 0)],
        ["data", t("data")],
      ],
    })),
    h("div", {
      ref: body, id: "findings-panel", class: "scroller", role: "tabpanel", tabindex: 0,
      "aria-label": label,
    }, h(Shown)),
  ];
}
