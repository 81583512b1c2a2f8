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

const VIEWS = [["message", "Message"], ["grid", "All recipients"], ["changes", "Changes"]];

function Status() {
  if (exported) return quiet("A static copy: nothing can be changed here");
  if (interactive) return [quiet("Your edits stay in this browser tab"), h(Kept, { at: "top" })];
  if (state.offline) return span("bad", "not connected");
  const [first, ...more] = Object.keys(drafts());
  if (first) {
    return button({
      class: "link", "data-key": "top:unsaved", title: [first, ...more].join("\n"),
      onclick: () => go.open({ path: first }),
    },
    h("span", { class: "unsaved", "aria-hidden": "true" }),
    more.length === 0 ? "1 file is not saved" : `${more.length + 1} files are not saved`);
  }
  return state.files.size > 0 ? quiet("Everything is saved") : null;
}

export function Top() {
  const views = VIEWS.filter(([key]) => key !== "changes" || state.workspace?.snapshots);
  const where = [state.message, state.scenario].filter(Boolean).join(" · ");
  return [
    h("h1", {}, h("a", {
      href: "#/", title: "Start page", "data-key": "top:start",
      "aria-current": isStart() ? "page" : null,
    },
    h("span", { class: "logo", "aria-hidden": "true" }), span("", "meniscus"),
    span("workspace quiet", state.workspace?.name ?? ""))),
    isStart() ? null : h("div", { class: "views", role: "group", "aria-label": "View" },
      views.map(([key, label]) => button({
        "aria-pressed": state.view === key, "data-key": `view:${key}`,
        onclick: () => change({ view: key, pane: "stage" }),
      }, label))),
    grow(),
    span("status", h(Status)),
    button({
      class: "tool", "aria-label": "Keys", title: "Keys (?)", "data-key": "top:keys",
      onclick: help,
    }, "?"),
    p("where", where, interactive ? h(Kept, { at: "where" }) : null),
  ];
}

const PANES = [
  ["sidebar", "Messages", "text"], ["stage", "Preview", "phone"],
  ["editor", "Edit", "edit"], ["panel", "Findings", "warn"],
];

// Where no message is chosen, there is nothing to edit.
const panes = () =>
  (isStart() ? [PANES[0], ["stage", "Start", "start"]] : PANES);

export const Panes = () => panes().map(([key, label, sign]) => button({
  "aria-pressed": state.pane === key, "data-key": `pane:${key}`,
  onclick: () => change({ pane: key, ...(key === "editor" ? { view: "message" } : {}) }),
}, icon(sign), label));
