// The editor below the message: which file, whether it is saved, what to do where two people wrote.
import * as api from "meniscus/api.js";
import { button, div, grow, icon, pre, small, span } from "meniscus/controls.js";
import { change, drafts, message, scenario, shown, state } from "meniscus/state.js";
import { Dialog, openDialog } from "meniscus/dialog.js";
import { dirty, open, revert, save, settle, textOf, type } from "meniscus/files.js";
import { find, around, select } from "meniscus/marks.js";
import { sendTo } from "meniscus/following.js";
import { h, useLayoutEffect, useRef, useState } from "meniscus/preact.js";
import { toDefinition, toRename, toUses } from "meniscus/jump.js";
import { all } from "meniscus/problems.js";
import { Menu } from "meniscus/menu.js";
import { filled, t } from "meniscus/labels.js";

let code = null; // CodeMirror, once it is loaded

const language = (ask) => (api.exported ? undefined
  : (text, offset) => ask(state.message, state.open, text, offset));

/** Puts CodeMirror into `holder`. It is the heaviest file: the message does not wait for it. */
async function load(holder) {
  const { editor } = await import("meniscus/code.js");
  code = editor(holder, {
    changed: (text) => type(state.open, text),
    moved: (position) =>
      select(state.render?.refused ? [] : around(state.open, position), "editor"),
    save: () => save(),
    left: () => document.getElementById("stage").focus(),
    complete: language(api.complete),
    hover: language(api.hover),
    recipient: () => scenario()?.name,
    ...(api.exported ? {} : { toDefinition, toUses, toRename }),
  }, api.exported);
}

/** The file with the channel of a message, where it has one. */
const settingsOf = (of) => (of?.settings ? [{ path: of.settings, label: "message.toml" }] : []);

/** What the open file is, where it has a name that can change. */
function itemOf(path) {
  const is = (one) => one.path === path && one.editable !== false;
  const part = message()?.parts.find(is);
  if (part && path !== message().settings) {
    return { kind: "part", message: message().name, name: part.name };
  }
  const block = state.workspace.blocks.find(is);
  return block ? { kind: "block", name: block.name } : null;
}

/** The files that belong to what is shown: parts, content blocks, the scenario. */
function choices() {
  const seen = new Set();
  const isNew = ({ path, editable }) => editable !== false && !seen.has(path) && seen.add(path);
  const group = (label, items) => [label, items.filter(isNew)];
  const named = (item) => ({ ...item, label: item.name });
  return [
    group(t("message"), [...(message()?.parts ?? []).map(named), ...settingsOf(message())]),
    group(t("recipient"), scenario()?.path ? [named(scenario())] : []),
    group(t("content_blocks"), state.workspace.blocks.map(named)),
    // Of other messages, or of files that are gone: what is typed can always be reached.
    group(t("unsaved_files"), Object.keys(drafts()).map((path) => ({ path, label: path }))),
  ].filter(([, items]) => items.length > 0);
}

export function Editor() {
  const holder = useRef(null);
  const [loaded, setLoaded] = useState(false);
  const file = state.files.get(state.open);
  useLayoutEffect(() => void load(holder.current).then(() => setLoaded(true)), []);
  useLayoutEffect(() => {
    if (loaded && file) code.show(state.open, textOf(file));
  }, [loaded, file]);
  const isShown = loaded && file !== undefined;
  useLayoutEffect(() => {
    if (isShown) underline();
  }, [isShown, state.open, state.render, state.lint]);
  useLayoutEffect(() => {
    if (isShown) point();
  }, [isShown, state.open, state.render, state.selected]);
  return [
    div("bar", state.workspace ? h(Bar, { file }) : null),
    div("notices", file?.theirs ? h(Conflict, { file }) : null),
    h("div", { class: "code-holder", ref: holder, hidden: !file }),
  ];
}

function Bar({ file }) {
  const groups = choices();
  const { open: path, files } = state;
  const known = groups.some(([, items]) => items.some((item) => item.path === path));
  const sign = (one) => (files.has(one) && dirty(files.get(one)) ? " •" : "");
  const option = (item) => h("option", { value: item.path }, item.label, sign(item.path));
  const typed = file && dirty(file);
  const item = path && api.writes ? itemOf(path) : null;
  return [
    h("label", { class: "unseen", for: "file" }, t("file")),
    h("select", {
      id: "file", "data-key": "file", value: path, onchange: ({ target }) => open(target.value),
    },
    known || !path ? null : h("option", { value: path }, path),
    groups.map(([label, items]) => h("optgroup", { label }, items.map(option)))),
    item ? h(Menu, { item, tabbable: true }) : null,
    span("path quiet", path ?? ""), grow(),
    !file ? null : button({
      class: "tool", "data-key": "find", title: t("find_key"), "aria-label": t("find_in_file"),
      onclick: () => code?.find(),
    }, icon("search")),
    !file || !api.writes ? null : [
      typed ? h("span", { class: "unsaved", title: t("unsaved") }) : null,
      small("revert", () => revert(path), t("revert"), { disabled: !typed }),
      small("save", () => save(), t("save"), {
        class: `small ${typed ? "primary" : ""}`, disabled: !typed, title: "Ctrl+S",
      }),
    ],
  ];
}

function Conflict({ file }) {
  return h("div", { class: "notice warn", role: "alert" }, icon("warn"),
    span("", filled("changed_on_disk", { path: h("code", {}, state.open) })),
    grow(),
    small("theirs:see", () => openDialog(Compared, { file }), t("compare")),
    small("theirs:take", () => settle(state.open, false), t("take_disk")),
    small("theirs:mine", () => settle(state.open, true), t("keep_mine")));
}

function Compared({ file }) {
  const side = (title, text) => div("side", h("h3", {}, title), pre(text));
  return h(Dialog, { title: t("two_texts") },
    div("sides", side(t("yours"), textOf(file)), side(t("on_disk"), file.theirs.text)));
}

function underline() {
  if (!shown()) return;
  const own = all().filter(({ path, span }) => path === state.open && span);
  code.problems(own.map(({ span: { start, end }, ...problem }) =>
    ({ ...problem, from: start.utf16, to: Math.max(end.utf16, start.utf16 + 1) })));
}

function point() {
  // The marks of a refused text are those of an older one: their places have moved.
  if (state.render?.refused) return code.point([], false);
  const marks = (state.selected?.marks ?? []).map(find);
  const own = marks.filter((mark) => mark?.at.path === state.open);
  const ranges = own.map(({ at: { span } }) => ({ from: span.start.utf16, to: span.end.utf16 }));
  const unique = new Map(ranges.map((range) => [`${range.from}:${range.to}`, range]));
  const sorted = [...unique.values()].sort((a, b) => a.from - b.from);
  code.point(sorted, state.selected?.from !== "editor");
}

/** Where the template has the text at a place of a part's output; `null` where it has none. */
function templatePlace({ texts }, offset) {
  const { paths, places } = texts;
  const found = places.find(([start, end]) => start <= offset && offset < end);
  if (!found) return null;
  const [start, , file, from] = found;
  return { path: paths[file], utf16: from + offset - start };
}

const isWide = () => matchMedia("(min-width: 861px)").matches;

/** Opens the file of what is selected in the message, where the editor is in sight. */
export function openSelected() {
  const { selected, editing, open: path } = state;
  if (!selected || selected.from === "editor" || selected.again || api.beside) return;
  if (!isWide() || !editing) return;
  const marks = selected.marks.map(find).filter(Boolean);
  if (marks.length > 0 && marks.every(({ at }) => at.path !== path)) goTo(marks[0].at, false);
}

/** Shows which line of a template has a text of the message; gives whether one has. */
export function pointAt(part, offset) {
  const pointed = templatePlace(part, offset);
  if (!pointed) return false;
  change({ selected: null, pointed });
  const { path, utf16 } = pointed;
  const point = { utf16 };
  // Where there is room for one only, the message stays.
  const hasEditor = api.beside || (isWide() && state.editing);
  if (hasEditor) goTo({ path, span: { start: point, end: point } }, false);
  return true;
}

export async function goTo(label, focused = true) {
  if (api.beside) return sendTo(label, focused);
  await open(label.path);
  if (focused) show();
  // The editor has the file when the page is drawn.
  await new Promise((done) => setTimeout(done));
  const { path, span } = label;
  if (state.files.has(path) && span) code?.go(span.start.utf16, span.end.utf16, focused);
}

export function focus() {
  show();
  requestAnimationFrame(() => code?.view.focus());
}

/** Shows the editor, from whatever view and where it was hidden. */
const show = () => change({ pane: "editor", view: "message", editing: true });
