// The line at the top: where we are, which view, what goes on; and on small screens the line at
// the bottom.
import { button, grow, icon, p, quiet, span } from "meniscus/controls.js";
import { change, drafts, state } from "meniscus/state.js";
import { exported, interactive } from "meniscus/api.js";
import { Kept } from "meniscus/memory.js";
import { go } from "meniscus/go.js";
import { isStart } from "meniscus/start.js";
import { h } from "meniscus/preact.js";
import { help } from "meniscus/keys.js";
import { t } from "meniscus/labels.js";

const VIEWS = [
  ["message", t("message")], ["grid", t("all_recipients")], ["changes", t("changes")],
];

function Status() {
  if (exported) return quiet(t("static_copy"));
  if (interactive) return [quiet(t("edits_stay")), h(Kept, { at: "top" })];
  if (state.offline) return span("bad", t("not_connected"));
  const [first, ...more] = Object.keys(drafts());
  if (first) {
    return button({
      class: "link", "data-key": "top:unsaved", title: [first, ...more].join("\n"),
      onclick: () => go.open({ path: first }),
    },
    h("span", { class: "unsaved", "aria-hidden": "true" }),
    t("files_unsaved", { count: more.length + 1 }));
  }
  return state.files.size > 0 ? quiet(t("everything_saved")) : null;
}

export function Top() {
  const views = VIEWS.filter(([key]) => key !== "changes" || state.workspace?.snapshots);
  const where = [state.message, state.scenario].filter(Boolean).join(" · ");
  return [
    h("h1", {}, h("a", {
      href: "#/", title: t("start_page"), "data-key": "top:start",
      "aria-current": isStart() ? "page" : null,
    },
    h("span", { class: "logo", "aria-hidden": "true" }), span("", "meniscus"),
    span("workspace quiet", state.workspace?.name ?? ""))),
    isStart() ? null : h("div", { class: "views", role: "group", "aria-label": t("view") },
      views.map(([key, label]) => button({
        "aria-pressed": state.view === key, "data-key": `view:${key}`,
        onclick: () => change({ view: key, pane: "stage" }),
      }, label))),
    grow(),
    span("status", h(Status)),
    button({
      class: "tool", "aria-label": t("keys"), title: t("keys_key"), "data-key": "top:keys",
      onclick: help,
    }, "?"),
    p("where", where, interactive ? h(Kept, { at: "where" }) : null),
  ];
}

const PANES = [
  ["sidebar", t("messages"), "text"], ["stage", t("preview"), "phone"],
  ["editor", t("edit"), "edit"], ["panel", t("findings"), "warn"],
];

// Where no message is chosen, there is nothing to edit.
const panes = () =>
  (isStart() ? [PANES[0], ["stage", t("start"), "start"]] : PANES);

export const Panes = () => panes().map(([key, label, sign]) => button({
  "aria-pressed": state.pane === key, "data-key": `pane:${key}`,
  onclick: () => change({ pane: key, ...(key === "editor" ? { view: "message" } : {}) }),
}, icon(sign), label));
