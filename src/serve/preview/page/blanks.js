// Blanks: places where a message prints nothing although a value was asked for. They are marked on
// top of the message; the message itself stays as it is sent.
import { button, icon, p, prose, span } from "meniscus/controls.js";
import { change, shown, state } from "meniscus/state.js";
import { h, useLayoutEffect, useRef } from "meniscus/preact.js";
import { having, select, step } from "meniscus/marks.js";
import { store } from "meniscus/stored.js";
import { t } from "meniscus/labels.js";

export const blanks = () => having(({ kind }) => kind === "blank");

/** Shows or hides the marks, from now on. */
export function toggle() {
  store("blanks", state.blanks ? "hidden" : "shown");
  change({ blanks: !state.blanks, tip: null });
}

const TITLES = { blank: t("blank"), left_out: t("left_out") };

/** What a mark says without markup. */
export const reasonOf = ({ reason }) =>
  (reason.nearest ? t("did_you_mean", { message: reason.message, name: reason.nearest })
    : reason.message);

let known = {}; // the blank at which the Tab key stops, of the newest render and selection

/** Whether the Tab key stops at a blank: at the selected one, else at the first. */
function isStop(part, id) {
  const { selected } = state;
  const render = shown();
  if (known.render !== render || known.selected !== selected) {
    const [chosen] = selected?.marks ?? [];
    const all = blanks();
    const isChosen = (one) => one.part === chosen.part && one.id === chosen.id;
    known = { render, selected, stop: (chosen && all.find(isChosen)) ?? all[0] };
  }
  return known.stop?.part === part && known.stop.id === id;
}

const isIn = (part, id) =>
  (state.selected?.marks ?? []).some((mark) => mark.part === part && mark.id === id);

/** The mark of a place where nothing is printed; why is said on hover, focus and tap. */
export function BlankMark({ part, mark, ...attributes }) {
  const { id, kind, expression } = mark;
  const tell = ({ currentTarget }) => {
    const { left, top, bottom } = currentTarget.getBoundingClientRect();
    change({ tip: { part, id, left, top, bottom } });
  };
  const forget = () => change({ tip: null });
  const isSelected = isIn(part, id);
  const arrows = (event) => {
    const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!by) return;
    event.preventDefault();
    step(by);
    requestAnimationFrame(() => document.querySelector(".blank-mark.selected")?.focus());
  };
  return button({
    ...attributes,
    class: `blank-mark ${kind} ${isSelected ? "selected" : ""}`, "data-mark": id,
    "aria-label": t("blank_described", { kind: TITLES[kind], expression, reason: reasonOf(mark) }),
    tabindex: isStop(part, id) ? 0 : -1,
    onclick: (event) => {
      event.stopPropagation();
      select([{ part, id }], "preview");
      tell(event);
    },
    onkeydown: arrows, onpointerenter: tell, onpointerleave: forget, onfocus: tell, onblur: forget,
  });
}

/** What is said of the blank under the pointer, next to it. */
export function Tip() {
  const element = useRef(null);
  const { tip } = state;
  const mark = tip && shown()?.parts.find(({ name }) => name === tip.part)
    ?.marks.find(({ id }) => id === tip.id);
  useLayoutEffect(() => {
    if (!mark) return;
    const { width, height } = element.current.getBoundingClientRect();
    const below = tip.bottom + 6;
    const top = below + height < innerHeight ? below : Math.max(6, tip.top - height - 6);
    const left = Math.max(6, Math.min(tip.left - 12, innerWidth - width - 6));
    Object.assign(element.current.style, { top: `${top}px`, left: `${left}px` });
  }, [tip]);
  if (!mark) return null;
  return h("div", { id: "tip", role: "tooltip", ref: element },
    p("tip-title", TITLES[mark.kind], h("code", {}, mark.expression)),
    p("", prose(reasonOf(mark))));
}

/** How many blanks the message has, and the switch for their marks. */
export function BlankCount() {
  const all = blanks();
  const has = state.render && !state.render.refused;
  if (!has) return null;
  const label = t(state.blanks ? "hide_blank_marks" : "show_blank_marks");
  return h("span", { class: "tools blanks", role: "group", "aria-label": t("blanks") },
    all.length === 0 ? span("blank-count quiet", t("no_blanks"))
      : button({
        class: "blank-count some", title: t("next_blank"), "data-key": "tool:blank",
        onclick: () => step(1, ["blank"]),
      }, t("blanks_counted", { count: all.length })),
    button({
      class: "tool", "aria-pressed": state.blanks, "aria-label": t("blank_marks"), title: label,
      "data-key": "tool:blanks", onclick: toggle,
    }, icon(state.blanks ? "eye" : "eye_closed")));
}
