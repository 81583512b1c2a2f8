// The line at the top: where we are, which view, what goes on; and on small screens the line at the bottom.
import { button, fill, h, icon } from "meniscus/dom.js";
import { change, drafts, on, state } from "meniscus/state.js";
import { exported } from "meniscus/api.js";
import { go } from "meniscus/go.js";
import { help } from "meniscus/keys.js";

const top = document.getElementById("top");
const panes = document.getElementById("panes");

const VIEWS = [["message", "Message"], ["grid", "All scenarios"], ["changes", "Changes"]];

function status() {
  if (exported) return h("span", { class: "quiet" }, "A static copy: nothing can be changed here");
  if (state.offline) return h("span", { class: "bad" }, "not connected");
  const unsaved = Object.keys(drafts());
  if (unsaved.length > 0) {
    return button({ class: "link", "data-key": "top:unsaved", title: unsaved.join("\n"), onclick: () => go.open({ path: unsaved[0] }) },
      h("span", { class: "unsaved", "aria-hidden": "true" }), unsaved.length === 1 ? "1 file is not saved" : `${unsaved.length} files are not saved`);
  }
  return h("span", { class: "quiet" }, state.took === null ? "" : `on screen in ${Math.max(1, Math.round(state.took))} ms`);
}

function draw() {
  const views = VIEWS.filter(([key]) => key !== "changes" || state.workspace?.snapshots);
  fill(top,
    h("h1", {}, h("span", { class: "logo", "aria-hidden": "true" }), h("span", {}, "meniscus"), h("span", { class: "workspace quiet" }, state.workspace?.name ?? "")),
    h("div", { class: "views", role: "group", "aria-label": "View" }, views.map(([key, label]) =>
      button({ "aria-pressed": String(state.view === key), "data-key": `view:${key}`, onclick: () => change({ view: key, pane: "stage" }) }, label))),
    h("span", { class: "grow" }),
    h("span", { class: "status" }, status()),
    button({ class: "tool", "aria-label": "Keys", title: "Keys (?)", onclick: help, "data-key": "top:keys" }, "?"),
    h("p", { class: "where" }, state.message === null ? "" : `${state.message} · ${state.scenario || "nobody"}`));
  const items = [["sidebar", "Messages", "text"], ["stage", "Preview", "phone"], ["editor", "Edit", "edit"], ["panel", "Findings", "warn"]];
  fill(panes, items.map(([key, label, sign]) => button({ "aria-pressed": String(state.pane === key), "data-key": `pane:${key}`, onclick: () => change({ pane: key, ...(key === "editor" ? { view: "message" } : {}) }) }, icon(sign), label)));
  document.body.dataset.pane = state.pane;
}

on(["workspace", "message", "scenario", "view", "offline", "files", "took", "pane"], draw);
