// The line below the message: where the value that is pointed at comes from.
import { button, grow, icon, prose, quiet, small } from "meniscus/controls.js";
import { find, originText, placeText, select, valueOf } from "meniscus/marks.js";
import { reasonOf } from "meniscus/blanks.js";
import { go } from "meniscus/go.js";
import { h } from "meniscus/preact.js";
import { state } from "meniscus/state.js";
import { t } from "meniscus/labels.js";

/** A syntax error, in the line that is there anyway: the message does not jump while one types. */
function NotParsed({ problems, last_good }) {
  const first = problems.find(({ level }) => level === "error");
  const said = first ? prose(first.message) : t("template_syntax_error");
  return h("div", { class: "notice error", role: "alert" }, icon("error"),
    h("span", { title: first?.message }, said,
      last_good ? quiet(t("last_good_render")) : null),
    grow(),
    first?.span ? small("syntax", () => go.open(first),
      t("line", { line: first.span.start.line })) : null);
}

export function Origin() {
  if (state.render?.refused) return h(NotParsed, state.render);
  const { pointed } = state;
  if (pointed) {
    const point = { utf16: pointed.utf16 };
    const at = { path: pointed.path, span: { start: point, end: point } };
    return [
      quiet(t("template_text")),
      h("span", { class: "from", "aria-hidden": "true" }, "←"),
      button({ class: "link mono", "data-key": "origin:text", onclick: () => go.open(at) },
        pointed.path),
    ];
  }
  const [first, ...more] = state.selected?.marks ?? [];
  const mark = first ? find(first) : null;
  if (!first) return quiet(t("point_at_value"));
  if (!mark) return quiet(t("value_gone"));
  const { at, expression, origins } = mark;
  const value = valueOf(first);
  const short = (text, most) => text.replace(/\s+/g, " ").slice(0, most);
  const from = (key, act, text, title) => [
    h("span", { class: "from", "aria-hidden": "true" }, "←"),
    button({ class: "link mono", "data-key": `origin:${key}`, title, onclick: act }, text),
  ];
  const forget = {
    class: "tool", "aria-label": t("unselect_value"), onclick: () => select([], "preview"),
  };
  return [
    mark.reason
      ? h("span", { class: "origin-blank", title: reasonOf(mark) }, icon("blank"),
        h("span", {}, prose(reasonOf(mark))))
      : h("span", { class: "origin-value", title: value }, short(value, 80) || t("blank_value")),
    from("expression", () => go.open(at), short(expression, 120), placeText(at)),
    origins.slice(0, 3).map((one) => from(originText(one), () => go.show(one), originText(one))),
    more.length > 0 ? quiet(t("and_more", { count: more.length })) : null,
    grow(),
    button(forget, icon("close")),
  ];
}
