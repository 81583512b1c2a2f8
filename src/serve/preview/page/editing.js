// The editor below the message: which file, whether it is saved, what to do where two people wrote.
import * as api from "meniscus/api.js";
import { button, fill, h, icon } from "meniscus/dom.js";
import { change, drafts, message, on, shown, state } from "meniscus/state.js";
import { dirty, open, revert, save, settle, textOf, type } from "meniscus/files.js";
import { find, around, select } from "meniscus/marks.js";
import { all } from "meniscus/problems.js";
import { dialog } from "meniscus/keys.js";

const place = document.getElementById("editor");
const bar = h("div", { class: "bar" });
const conflict = h("div", { class: "notices" });
const holder = h("div", { class: "code-holder" });
place.append(bar, conflict, holder);

const language = (ask) => (api.exported ? undefined : (text, offset) => ask(state.message, state.open, text, offset));
let code = null;
let inside = null; // path of the text that the editor holds
// The editor is the heaviest file of the page: the message does not wait for it.
import("meniscus/code.js").then(({ editor }) => {
  code = editor(holder, {
    changed: (text) => type(state.open, text),
    moved: (position) => select(around(state.open, position), "editor"),
    save: () => save(),
    left: () => document.getElementById("stage").focus(),
    complete: language(api.complete),
    hover: language(api.hover),
  }, api.exported);
  draw();
});

/** The files that belong to what is shown: parts, content blocks, the scenario. */
function choices() {
  const parts = message()?.parts ?? [];
  const scenario = state.workspace.scenarios.find(({ name }) => name === state.scenario);
  const seen = new Set();
  const group = (label, items) => [label, items.filter(({ path, editable }) => editable !== false && !seen.has(path) && seen.add(path))];
  return [
    group("Message", parts.map((part) => ({ ...part, label: part.name }))),
    group("Scenario", scenario?.path ? [{ ...scenario, label: scenario.name }] : []),
    group("Content blocks", state.workspace.blocks.map((block) => ({ ...block, label: block.name }))),
    // Of other messages, or of files that are gone: what is typed can always be reached.
    group("Not saved", Object.keys(drafts()).map((path) => ({ path, label: path }))),
  ].filter(([, items]) => items.length > 0);
}

function draw() {
  if (!state.workspace) return;
  const groups = choices();
  const file = state.files.get(state.open);
  const known = groups.some(([, items]) => items.some(({ path }) => path === state.open));
  fill(bar,
    h("label", { class: "unseen", for: "file" }, "File"),
    h("select", { id: "file", "data-key": "file", onchange: (event) => open(event.target.value) },
      known || !state.open ? null : h("option", { value: state.open, selected: true }, state.open),
      groups.map(([label, items]) => h("optgroup", { label }, items.map((item) => h("option", { value: item.path, selected: item.path === state.open }, `${item.label}${state.files.has(item.path) && dirty(state.files.get(item.path)) ? " •" : ""}`))))),
    h("span", { class: "path quiet" }, state.open ?? ""),
    h("span", { class: "grow" }),
    !file || api.exported ? null : [
      dirty(file) ? h("span", { class: "unsaved", title: "not saved" }) : null,
      button({ class: "small", disabled: !dirty(file), "data-key": "revert", onclick: () => revert(state.open) }, "Revert"),
      button({ class: `small ${dirty(file) ? "primary" : ""}`, disabled: !dirty(file), "data-key": "save", title: "Ctrl+S", onclick: () => save() }, "Save")]);
  fill(conflict, file?.theirs ? h("div", { class: "notice warn", role: "alert" }, icon("warn"),
    h("span", {}, h("code", {}, state.open), " changed on disk while you were typing. Both texts are still here."),
    h("span", { class: "grow" }),
    button({ class: "small", "data-key": "theirs:see", onclick: compare }, "Compare"),
    button({ class: "small", "data-key": "theirs:take", onclick: () => settle(state.open, false) }, "Take the one on disk"),
    button({ class: "small", "data-key": "theirs:mine", onclick: () => settle(state.open, true) }, "Keep mine")) : null);
  holder.hidden = !file;
  if (!file || !code) return;
  code.show(state.open, textOf(file));
  if (inside === state.open) return;
  inside = state.open;
  underline();
  point();
}

function compare() {
  const file = state.files.get(state.open);
  dialog("Two texts", h("div", { class: "sides" },
    h("div", { class: "side" }, h("h3", {}, "Yours"), h("pre", { class: "code", tabindex: "0" }, textOf(file))),
    h("div", { class: "side" }, h("h3", {}, "On disk"), h("pre", { class: "code", tabindex: "0" }, file.theirs.text))));
}

function underline() {
  if (!code || !shown()) return;
  const own = all().filter((problem) => problem.path === state.open && problem.span);
  code.problems(own.map(({ span, level, message, help }) => ({ from: span.start.utf16, to: Math.max(span.end.utf16, span.start.utf16 + 1), level, message, help })));
}

function point() {
  if (!code) return;
  const marks = (state.selected?.marks ?? []).map(find).filter(Boolean);
  const own = marks.filter(({ at }) => at.path === state.open).map(({ at }) => ({ from: at.span.start.utf16, to: at.span.end.utf16 }));
  const unique = [...new Map(own.map((range) => [`${range.from}:${range.to}`, range])).values()].sort((a, b) => a.from - b.from);
  code.point(unique, state.selected?.from !== "editor");
}

on(["workspace", "message", "scenario", "open", "files"], draw);
on(["render", "lint", "open"], underline);
on(["selected", "open", "render"], point);

/** Opens a place of a template and puts the cursor there. */
export async function goTo(label) {
  await open(label.path);
  show();
  // The editor has the file when listeners have heard of it.
  await new Promise((done) => setTimeout(done));
  if (state.files.has(label.path) && label.span) code?.go(label.span.start.utf16, label.span.end.utf16);
}

/** Puts the focus into the editor. */
export function focus() {
  show();
  requestAnimationFrame(() => code?.view.focus());
}

/** Shows the editor, from whatever view and where it was hidden. */
function show() {
  change({ pane: "editor", view: "message" });
  document.body.classList.remove("no-editor");
}
