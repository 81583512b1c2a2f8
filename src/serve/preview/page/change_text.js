// The difference as text, word by word: what is equal is folded, and it opens at the change.
import { button } from "meniscus/controls.js";
import { h, useLayoutEffect, useRef, useState } from "meniscus/preact.js";
import { choose } from "meniscus/change_marks.js";
import { state } from "meniscus/state.js";
import { visible } from "meniscus/compare.js";
import { t } from "meniscus/labels.js";

/** Equal lines that are shown beside a change. */
const AROUND = 3;

/** The texts of all parts that differ, then what comes with them: the calls and the extras. */
export function ChangedTexts({ parts, isOpen, toggle }) {
  const holder = useRef(null);
  useLayoutEffect(() => {
    const found = holder.current?.querySelector(`[data-change="${state.change}"]`);
    const scroller = holder.current?.querySelector(".texts");
    if (!isOpen || !found || !scroller) return;
    const by = found.getBoundingClientRect().top - scroller.getBoundingClientRect().top;
    scroller.scrollTop += by - scroller.clientHeight / 3;
  }, [state.jump, isOpen, parts]);
  let first = 0;
  const texts = parts.map((part) => {
    const start = first;
    first += part.changes.length;
    const isChanged = part.diff.some(({ op }) => op !== "equal");
    const rest = part.rest.some(({ op }) => op !== "equal");
    return [
      isChanged ? h(Text, { key: part.part, title: part.part, pieces: part.diff, first: start })
        : null,
      rest ? h(Text, {
        key: `${part.part} calls`, title: t("part_calls", { part: part.part }),
        pieces: part.rest, first: null,
      }) : null,
    ];
  });
  return h("details", {
    class: "as-text", ref: holder, open: isOpen,
    ontoggle: ({ currentTarget }) => toggle(currentTarget.open),
  },
  h("summary", { "data-key": "change:text" }, t("text")),
  !isOpen ? null
    : h("div", { class: "texts", tabindex: 0, role: "region", "aria-label": t("text") }, texts));
}

function Text({ title, pieces, first }) {
  const [whole, setWhole] = useState(new Set());
  const show = (at) => setWhole(new Set([...whole, at]));
  return h("section", { "aria-label": title },
    h("h4", {}, title),
    h("pre", { class: "code" }, pieces.map(({ op, text, change: own }, at) => {
      if (op === "equal") {
        const isShown = whole.has(at);
        return isShown ? text : folded(text, at, pieces.length, () => show(at));
      }
      const number = first === null || own === null ? null : first + own;
      return h(op === "insert" ? "ins" : "del", {
        ...(number === null ? {} : { "data-change": number, onclick: () => choose(number) }),
        class: number !== null && number === state.change ? "current" : null,
      }, visible(text));
    })));
}

/** The lines of an equal text that are near a change, and a button for the others. */
function folded(text, at, all, show) {
  const lines = text.split("\n");
  const before = at === 0 ? 0 : AROUND;
  const after = at === all - 1 ? 0 : AROUND;
  const hidden = lines.length - before - after;
  if (hidden < 3) return text;
  return [
    before > 0 ? `${lines.slice(0, before).join("\n")}\n` : null,
    button({ class: "fold", onclick: show, "data-key": `fold:${at}` },
      t("equal_lines", { count: hidden })),
    after > 0 ? lines.slice(-after).join("\n") : null,
  ];
}

