// What the page shows, and who wants to know when it changes.
import { stored } from "meniscus/stored.js";

/** The one state. Change it by `change` alone: the page is drawn anew from it after each change. */
export const state = {
  workspace: null,
  message: null, // name
  scenario: "", // name; "" where nobody is known
  view: "message", // message, grid, changes
  face: "shown", // shown, plain, source
  width: "desktop", // desktop, phone
  dark: false,
  images: false,
  tab: "problems", // problems, calls, data
  pane: "stage", // on a small screen: sidebar, stage, editor, panel
  editing: true, // whether the editor is shown below the message
  share: Number(stored("editor")) || 38, // height of the editor, in percent
  dragging: false, // the line between the message and the editor
  search: "",
  scope: "messages", // of the search: messages, recipients, text, fields
  hits: null, // what the program found: {scope, wanted, count, groups}
  folders: new Map(), // folder of messages → whether it is open
  sidebar: Number(stored("sidebar")) || 248, // width, in pixels
  render: null, // the newest answer of /api/render
  lint: [], // what the linter says of the message
  grid: null,
  snapshot: null, // the message compared with what was accepted
  changes: null, // what changed in the message, grouped over all scenarios
  change: 0, // number of the change that is pointed at
  jump: 0, // counts the times that a change was pointed at
  side: "now", // on a small screen: accepted, now
  aside: false, // whether problems, calls and data are shown beside the changes
  files: new Map(), // path → {text, digest, draft, theirs}
  open: null, // path of the file in the editor
  values: {}, // changed for the moment: table → name → value
  answers: {}, // changed for the moment: recording → answer
  form: null, // what the message reads of a recipient: {message, fields}
  recordings: new Map(), // recording → its answer, null while it is fetched
  calls: new Map(), // call → whether its card is open
  folded: new Map(), // branch of a tree → whether it is open
  whole: new Set(), // branches whose long lists are shown to the end
  blanks: stored("blanks") !== "hidden", // whether blanks are marked
  tip: null, // the blank that is explained, and where it is: {part, id, left, top, bottom}
  pointed: null, // text of a template that was clicked, or has the cursor: {path, utf16}
  selected: null, // {marks: [{part, id}], from: "preview" | "editor" | "data" | "keys"}
  undos: [], // the changes of files that can be undone, the last one at the end
  done: null, // the last change of files, and how to undo it: {said, undo}
  dialog: null, // the dialog that is open, as an element
  error: null, // the last error of the program
  offline: false,
  run: 0, // counts starts of the program: a new one knows no frames of the old one
  started: null, // when the change that is on its way was made, by `performance.now()`
  took: null, // milliseconds from a change to the screen
};

const listeners = [];
let changed = new Set();

/** Calls `listener` after any of `names` changed (`null`: after every change), once for many. */
export function on(names, listener) {
  listeners.push([names, listener]);
}

/** Changes the state; listeners hear of it before the next frame. */
export function change(patch) {
  const first = changed.size === 0;
  for (const [name, value] of Object.entries(patch)) {
    state[name] = value;
    changed.add(name);
  }
  if (first && changed.size > 0) queueMicrotask(tell);
}

function tell() {
  const names = changed;
  changed = new Set();
  for (const [wanted, listener] of listeners) {
    if (wanted && !wanted.some((name) => names.has(name))) continue;
    try {
      listener(names);
    } catch (error) {
      reportError(error); // one listener's failure doesn't keep the others from hearing
    }
  }
}

export const message = () =>
  state.workspace?.messages.find(({ name }) => name === state.message) ?? null;

export const scenario = () =>
  state.workspace?.scenarios.find(({ name }) => name === state.scenario);

/** The scenarios that apply to the message: one for nobody where there is none. */
export function scenarios() {
  const applying = message()?.scenarios ?? [];
  return applying.length > 0 ? applying : [""];
}

/** The render that is worth showing: the last good one where the newest has a syntax error. */
export const shown = () => (state.render?.refused && state.render.last_good) || state.render;

/** What is changed for the moment, of each message and recipient: it waits until one comes back. */
export const moments = new Map();
export const momentOf = ({ message, scenario }) => JSON.stringify([message, scenario]);

const isTyped = ([, { draft, text }]) => draft !== null && draft !== text;

export const drafts = () =>
  Object.fromEntries([...state.files].filter(isTyped).map(([path, file]) => [path, file.draft]));

export const supposing = () =>
  Object.keys(state.values).length > 0 || Object.keys(state.answers).length > 0;
