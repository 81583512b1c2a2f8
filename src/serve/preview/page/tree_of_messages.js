// The messages as a tree of their folders, with the keyboard of the tree pattern of WAI-ARIA.
import { Menu, openMenu } from "meniscus/menu.js";
import { h, useLayoutEffect, useMemo, useRef, useState } from "meniscus/preact.js";
import { icon, quiet, span } from "meniscus/controls.js";
import { change, state } from "meniscus/state.js";
import { CHANNELS, Middle, split } from "meniscus/names.js";
import { go } from "meniscus/go.js";
import { t } from "meniscus/labels.js";

/** Up to so many messages, all folders are open at first. */
const ALL_OPEN = 60;

/** The folders of `messages`: `{path, name, folders, messages}`; one that only holds another
 * folder is shown as one row with it. */
export function folders(messages) {
  const root = { path: "", name: "", folders: new Map(), messages: [] };
  for (const message of messages) {
    let folder = root;
    let path = "";
    for (const name of message.name.split("/").slice(0, -1)) {
      path = path === "" ? name : `${path}/${name}`;
      if (!folder.folders.has(name)) {
        folder.folders.set(name, { path, name, folders: new Map(), messages: [] });
      }
      folder = folder.folders.get(name);
    }
    folder.messages.push(message);
  }
  return shortened(root, true);
}

function shortened(folder, isRoot = false) {
  const inside = [...folder.folders.values()].map((inner) => shortened(inner));
  if (!isRoot && inside.length === 1 && folder.messages.length === 0) {
    return { ...inside[0], name: `${folder.name}/${inside[0].name}` };
  }
  return { ...folder, folders: inside };
}

const isOpen = (path) =>
  state.folders.get(path) ?? state.workspace.messages.length <= ALL_OPEN;

/** The rows that show, in order: folders, then messages of each folder. */
function rowsOf(folder, open, level = 1, rows = []) {
  const size = folder.folders.length + folder.messages.length;
  folder.folders.forEach((inner, at) => {
    const isThere = open(inner.path);
    rows.push({ folder: inner, open: isThere, level, size, at });
    if (isThere) rowsOf(inner, open, level + 1, rows);
  });
  folder.messages.forEach((message, at) =>
    rows.push({ message, level, size, at: folder.folders.length + at }));
  return rows;
}

const keyOf = ({ folder, message }) =>
  (folder ? `folder:${folder.path}` : `message:${message.name}`);

function fold(paths, open) {
  const now = new Map(state.folders);
  for (const path of paths) now.set(path, open);
  change({ folders: now });
}

/** Counts of the messages in a folder that is closed: what is wrong inside it shows outside. */
function inside(folder) {
  const sum = { error: 0, warn: 0, changed: 0 };
  const add = ({ folders: inner, messages }) => {
    for (const { problems, snapshots } of messages) {
      sum.error += problems?.error ? 1 : 0;
      sum.warn += problems?.warn ? 1 : 0;
      sum.changed += snapshots?.changed ? 1 : 0;
    }
    inner.forEach(add);
  };
  add(folder);
  return sum;
}

function FolderSigns({ folder }) {
  const { error, changed } = inside(folder);
  const sign = (number, name, words) => (number === 0 ? null
    : h("span", { class: `sign ${name}`, title: words }, icon(name),
      h("span", { "aria-hidden": "true" }, number), span("unseen", words)));
  return span("signs",
    sign(error, "error", t("messages_with_errors", { count: error })),
    sign(changed, "changed", t("messages_changed", { count: changed })));
}

const numberIn = ({ folders: inner, messages }) =>
  messages.length + inner.reduce((sum, folder) => sum + numberIn(folder), 0);

/**
 * The tree of `messages`. While something is searched for (`all`), every folder is open.
 * `signs(message)` stands at the end of a row.
 */
export function MessageTree({ messages, all, signs }) {
  const list = useRef(null);
  const [focused, setFocused] = useState(null);
  const tree = useMemo(() => folders(messages), [messages]);
  useLayoutEffect(() => {
    // The message that is shown is in sight, whatever led there.
    const [folder] = split(state.message ?? "");
    const steps = folder.split("/").slice(0, -1);
    const paths = steps.map((_, at) => steps.slice(0, at + 1).join("/"));
    const closed = paths.filter((path) => !isOpen(path));
    if (closed.length > 0) fold(closed, true);
  }, [state.message]);
  useLayoutEffect(() => {
    setFocused(null);
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: "nearest" });
  }, [state.message, tree]);
  const rows = useMemo(() => rowsOf(tree, all ? () => true : isOpen),
    [tree, all, state.folders]);
  const keys = rows.map(keyOf);
  const chosen = `message:${state.message}`;
  const stop = [focused, chosen].find((key) => keys.includes(key)) ?? keys[0];
  const act = useRef(null);
  act.current = { rows, keys, focus: (at) => focusRow(list.current, at), all };
  return useMemo(() => h("ul", {
    class: "rows", role: "tree", "aria-label": t("messages"), ref: list,
    onkeydown: (event) => move(event, act.current),
    onfocusin: ({ target }) => setFocused(target.dataset.key ?? null),
  }, rows.map((row, at) => h(Row, { key: keys[at], row, name: keys[at], stop, chosen, signs }))),
  [rows, stop, chosen, state.workspace]);
}

function focusRow(list, at) {
  list.querySelectorAll('[role="treeitem"]')[at]?.focus();
}

function Row({ row, name, stop, chosen, signs }) {
  const { folder, message, open, level, size, at } = row;
  const shared = {
    class: `row ${folder ? "folder" : ""}`, role: "treeitem", "data-key": name,
    "aria-level": level, "aria-setsize": size, "aria-posinset": at + 1,
    tabindex: name === stop ? 0 : -1, style: { "--level": level - 1 }, onclick: () => choose(row),
  };
  if (folder) {
    return h("li", { ...shared, "aria-expanded": String(open) },
      icon("turn"), h(Middle, { text: folder.name }),
      open ? null : h(FolderSigns, { folder }), quiet(numberIn(folder)));
  }
  const channel = CHANNELS[message.channel] ?? t("text");
  const current = name === chosen;
  return h("li", {
    ...shared, "aria-selected": String(current), "aria-current": current ? "true" : null,
    oncontextmenu: openMenu,
  },
  h("span", { class: "channel", title: channel },
    icon(message.channel ?? "text"), span("unseen", channel)),
  h(Middle, { text: split(message.name)[1] }), signs(message),
  h(Menu, { item: { kind: "message", name: message.name } }));
}

function choose({ folder, message, open }) {
  if (folder) fold([folder.path], !open);
  else go.to({ message: message.name });
}

function move(event, { rows, focus, all }) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const key = event.target.closest("[data-key]")?.dataset.key;
  const at = rows.findIndex((row) => keyOf(row) === key);
  if (at < 0) return;
  const row = rows[at];
  const parent = () => rows.findLastIndex(({ level }, place) => place < at && level < row.level);
  const into = () => {
    if (!row.folder) return;
    if (row.open) focus(at + 1);
    else fold([row.folder.path], true);
  };
  const out = () => {
    if (row.folder && row.open && !all) fold([row.folder.path], false);
    else if (row.level > 1) focus(parent());
  };
  const beside = () => {
    const alike = rows.filter(({ folder, level }) => folder && level === row.level);
    fold(alike.map(({ folder }) => folder.path), true);
  };
  const acts = {
    ArrowDown: () => focus(Math.min(at + 1, rows.length - 1)),
    ArrowUp: () => focus(Math.max(at - 1, 0)),
    Home: () => focus(0),
    End: () => focus(rows.length - 1),
    ArrowRight: into,
    ArrowLeft: out,
    Enter: () => choose(row),
    " ": () => choose(row),
    "*": beside,
  };
  if (!acts[event.key]) return;
  event.preventDefault();
  acts[event.key]();
}
