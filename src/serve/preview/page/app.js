// The page: what is asked of the program when, and which keys do what.
import * as api from "meniscus/api.js";
import { App, fold } from "meniscus/page.js";
import { Beside } from "meniscus/beside_page.js";
import { ready } from "meniscus/beside.js";
import {
  change, drafts, moments, momentOf, on, scenario, scenarios, state,
} from "meniscus/state.js";
import { focus, goTo, openSelected } from "meniscus/editing.js";
import { followEditor, tellRecipient } from "meniscus/following.js";
import { follow, select, step } from "meniscus/marks.js";
import { h, render as draw } from "meniscus/preact.js";
import { help, keys } from "meniscus/keys.js";
import { open, read, save } from "meniscus/files.js";
import { fieldOf } from "meniscus/data.js";
import { changesOf, stepChange } from "meniscus/compare.js";
import { addressOf } from "meniscus/names.js";
import { go } from "meniscus/go.js";
import { keepingFocus } from "meniscus/focus.js";
import { reveal } from "meniscus/calls.js";
import { say } from "meniscus/controls.js";
import { carriesEdits, keptTexts, recall } from "meniscus/memory.js";
import { toggle } from "meniscus/blanks.js";
import { undo } from "meniscus/undo.js";
import { search } from "meniscus/search.js";
import { withCounts } from "meniscus/workspace.js";
import { t } from "meniscus/labels.js";

document.querySelector(".skip").textContent = t("skip_to_message");
const root = document.getElementById("root");
const Page = api.beside ? Beside : App;
on(null, () => keepingFocus(() => draw(h(Page), root)));
draw(h(Page), root);

// ---- What is asked of the program: never two of a kind at once, never an old one after a new one.

/** A function that runs `work` soon; while it runs, the next one waits, and only the newest. */
function latest(work, delay = 0) {
  let running = false;
  let waiting = false;
  let timer = null;
  const run = async () => {
    timer = null;
    if (running) return void (waiting = true);
    running = true;
    try {
      await work();
    } catch (error) {
      error.passing = true; // until the next answer
      change(error.status === 0 ? { offline: true } : { error });
    }
    running = false;
    if (waiting) {
      waiting = false;
      run();
    }
  };
  return () => {
    clearTimeout(timer);
    timer = setTimeout(run, delay);
  };
}

/** Asks for what is shown now; `take` gets the answer, unless something else is shown by then. */
const asking = (ask, take, { when = () => true, delay } = {}) => latest(async () => {
  const { message, scenario, values, answers } = state;
  if (message === null || !when()) return;
  const isShown = () => message === state.message && scenario === state.scenario;
  try {
    const answer = await ask({ message, scenario, texts: drafts(), values, answers });
    if (isShown()) take(answer);
  } catch (error) {
    // An error of a message that is gone would replace the notice that says so.
    if (isShown() || error.status === 0) throw error;
  }
}, delay);

const render = asking(api.render, (answer) => {
  if (state.render && answer.refused !== state.render.refused) {
    say(t(answer.refused ? "template_syntax_error" : "template_fine"));
  }
  const error = state.error?.passing ? null : state.error;
  change({ render: answer, error, offline: false, selected: follow(answer) });
});
const lint = asking(api.problems, ({ problems }) => change({ lint: problems }), { delay: 120 });
const grid = asking((shown) => api.grid({ ...shown, scenario: undefined }), (answer) =>
  change({ grid: answer }), { when: () => state.view === "grid" });
const comparing = () => state.view === "changes" && state.workspace.snapshots;
const snapshot = asking((shown) => api.snapshot(shown.message, shown.scenario), (answer) => {
  const { scenario } = state;
  const isSame = state.snapshot?.scenario === scenario;
  const most = Math.max(0, changesOf(answer).length - 1);
  const at = isSame ? Math.min(state.change, most) : 0;
  change({ snapshot: { ...answer, scenario }, change: at });
}, { when: comparing });
const isGrouped = () => state.changes?.message === state.message
  && state.changes.generation === generation;
const changes = asking(async (shown) => {
  const answer = await api.changes(shown.message);
  // It is about all scenarios, whichever is shown by now.
  if (answer.message === state.message) change({ changes: answer });
}, () => {}, { when: () => comparing() && !isGrouped() });

function all() {
  state.started ??= performance.now();
  render();
  lint();
  grid();
  snapshot();
  changes();
}

let counted = null; // the newest answer of /api/counts

// Beside a text, every key changes a file of the workspace, and its list hardly ever.
const REST = api.beside ? 400 : 0;

const workspace = latest(async () => {
  const now = withCounts(await api.workspace(), counted);
  // An answer in the place of a recording's that is gone answers nothing.
  const isThere = ([name]) =>
    now.recordings.some((recording) => recording.name === name) || /^\S+ https?:/.test(name);
  const known = Object.entries(state.answers);
  const answers = known.every(isThere) ? state.answers
    : Object.fromEntries(known.filter(isThere));
  change({ workspace: now, offline: false, answers });
  // Where a link was followed meanwhile, `hashchange` comes in a moment and says where to.
  if (location.hash === address) settle({});
}, REST);

const counts = latest(async () => {
  counted = await api.counts();
  change({ workspace: withCounts(state.workspace, counted), offline: false });
});

// ---- Where we are: in the address, so that a reload and a copied link come back to it.

let address = null; // what the page wrote there last

/** Whether a message that was missing is there again, or the author has gone somewhere else. */
function isSettled(place, messages) {
  return place.message !== undefined || place.scenario !== undefined
    || messages.some(({ name }) => name === state.error.missing);
}

/** Makes what is shown something that is there. */
function settle(place) {
  const { message: name = state.message, scenario: to = state.scenario, view = state.view } = place;
  const { messages } = state.workspace;
  // A message that goes away while it is shown leaves another one, and what is typed, in sight.
  const instead = messages.length === 1 || state.message !== null && name ? messages[0] : null;
  const chosen = messages.find((one) => one.name === name) ?? instead ?? null;
  const applying = chosen?.scenarios.length > 0 ? chosen.scenarios : [""];
  const isThere = chosen && (view !== "changes" || state.workspace.snapshots);
  const seen = isThere ? view : "message";
  if (name && chosen?.name !== name) {
    const help = chosen ? t("may_be_renamed_other", { other: chosen.name }) : t("may_be_renamed");
    change({ error: { message: t("no_such_message", { name }), missing: name, help } });
  } else if (state.error?.missing && isSettled(place, messages)) {
    change({ error: null });
  }
  const before = scenario()?.path;
  const next = {
    message: chosen?.name ?? null, scenario: applying.includes(to) ? to : applying[0], view: seen,
  };
  const other = next.message !== state.message;
  if (other || next.scenario !== state.scenario) {
    const { values, answers } = state;
    if (state.message !== null) moments.set(momentOf(state), { values, answers });
    change({
      ...next, ...(moments.get(momentOf(next)) ?? { values: {}, answers: {} }),
      render: null, selected: null, calls: new Map(),
      ...(other ? { lint: [], grid: null, face: "shown", snapshot: null, changes: null } : {}),
    });
    const file = scenario()?.path;
    if (!other && state.open === before && before && file) open(file);
    else if (other || state.open === before) openFirst(chosen);
    all();
  } else if (seen !== state.view) {
    change({ view: seen });
  }
  const hash = next.message === null ? "#/"
    : addressOf(next.message, next.scenario, seen === "message" ? "" : seen);
  if (location.hash !== hash) history.replaceState(null, "", hash);
  address = location.hash;
}

function openFirst(chosen) {
  const isMain = ({ name }) => ["body", "message"].includes(name);
  const part = chosen?.parts.find(isMain) ?? chosen?.parts[0];
  if (part) open(part.path);
}

function fromAddress() {
  const [, name, scenario, view] = location.hash.slice(1).split("/").map((piece) => {
    try {
      return decodeURIComponent(piece);
    } catch {
      return piece;
    }
  });
  const seen = ["grid", "changes"].includes(view) ? view : "message";
  return { message: name || null, scenario, view: seen };
}

go.to = (place) => {
  change({ pane: "stage" });
  settle(place);
  if (api.beside && place.scenario !== undefined) tellRecipient();
};
go.open = (label) => {
  // The editor is below a message.
  const owner = ({ parts }) => parts.some(({ path }) => path === label.path);
  const { messages: all } = state.workspace;
  if (state.message === null) settle({ message: (all.find(owner) ?? all[0])?.name });
  return goTo(label);
};
go.show = (origin) => {
  if (origin.kind === "call") {
    reveal(origin);
    change({ tab: "calls", pane: "panel" });
    requestAnimationFrame(() =>
      document.querySelector("#panel .chosen")?.scrollIntoView({ block: "center" }));
  } else if (origin.kind === "scenario") {
    change({ tab: "data", pane: "panel" });
    requestAnimationFrame(() => {
      const field = fieldOf(origin);
      field?.scrollIntoView({ block: "center" });
      field?.focus({ preventScroll: true });
    });
  } else if (origin.at) {
    goTo(origin.at);
  }
};

// ---- What happens.

let typed = "{}";
let supposed = "[{},{}]";
on(["files"], () => {
  const now = JSON.stringify(drafts());
  if (now === typed) return; // a file was read or saved: the program tells of it
  typed = now;
  all();
});
on(["values", "answers"], (names) => {
  const now = JSON.stringify([state.values, state.answers]);
  const isNew = now !== supposed && !names.has("message") && !names.has("scenario");
  supposed = now;
  if (isNew) all();
});
on(["selected"], openSelected);
on(["view"], () => {
  settle({});
  if (state.view !== "message") all();
});

let generation = null;
api.events({
  hello({ generation: now }) {
    change({ offline: false });
    if (generation !== null && generation !== now) {
      change({ recordings: new Map(), run: state.run + 1 });
      again([]);
    } else if (generation !== null) {
      counts(); // what was counted meanwhile
    }
    generation = now;
  },
  changed({ generation: now, paths, kinds }) {
    generation = now;
    state.started = performance.now();
    if (kinds.includes("recording") || kinds.includes("config")) change({ recordings: new Map() });
    again(paths);
  },
  counted: () => counts(),
  lost() {
    generation = -1; // another run counts from the start
    change({ offline: true });
  },
}, keptTexts);

/** Reads again what may have changed. */
function again(paths) {
  all();
  const stale = paths.length > 0 ? paths : [...state.files.keys()];
  afterwards(() => {
    stale.filter((path) => state.files.has(path)).forEach((path) => read(path));
    workspace();
  });
}

let waiting = [];

/** Does `work` once the message is on the screen, or after a moment where it does not come. */
function afterwards(work) {
  waiting.push(work);
  setTimeout(doWaiting, 150);
}

function doWaiting() {
  const now = waiting;
  waiting = [];
  now.forEach((work) => work());
}
on(["took"], doWaiting);

window.addEventListener("hashchange", () => {
  if (carriesEdits()) location.reload(); // a link to this page, with the edits of somebody else
  else if (state.workspace) settle({ ...fromAddress() });
});
window.addEventListener("beforeunload", (event) => {
  if (api.writes && Object.keys(drafts()).length > 0) event.preventDefault();
});

const move = (list, current, by) => list[(list.indexOf(current) + by + list.length) % list.length];
const messages = () => state.workspace.messages.map(({ name }) => name);
const toScenario = (by) => () => go.to({ scenario: move(scenarios(), state.scenario, by) });
const toMessage = (by) => () =>
  go.to({ message: move(messages(), state.message ?? (by < 0 ? messages()[0] : null), by) });
const toView = (view) => () => go.to({ view: state.view === view ? "message" : view });
const turn = (key, values) => () => change({ [key]: move(values, state[key], 1) });
const show = (tab) => () => change({ tab, aside: true });
const toNext = (by) => () => (state.view === "changes" ? stepChange(by) : step(by));

function forget() {
  change({ tip: null });
  select([], "keys");
}

function source() {
  if (state.view === "message") turn("face", ["shown", "source"])();
}

/** What the editor around the page does itself. */
const OF_EDITOR = new Set(["/", "r", "t", "f", "h", "n", "p", "x", "u", "e", "Ctrl+s",
  "Ctrl+Space", "Ctrl+f", "F12 Ctrl+click", "Shift+F12", "F2", "Ctrl+/"]);
const own = (list) => (api.beside ? list.filter(([key]) => !OF_EDITOR.has(key)) : list);

keys(t("keys_go"), own([
  ["/", t("key_search_messages"), () => search()],
  ["r", t("key_search_recipients"), () => search("recipients")],
  ["t", t("key_search_text"), () => search("text")],
  ["f", t("key_search_fields"), () => search("fields")],
  ["h", t("key_start"), () => go.to({ message: null })],
  ["j ArrowDown", t("key_next_recipient"), toScenario(1)],
  ["k ArrowUp", t("key_previous_recipient"), toScenario(-1)],
  ["n", t("key_next_message"), toMessage(1)],
  ["p", t("key_previous_message"), toMessage(-1)],
  ["g", t("key_grid"), toView("grid")],
  ["c", t("key_changes"), () => state.workspace.snapshots && toView("changes")()],
]));
keys(t("keys_view"), own([
  ["w", t("key_width"), turn("width", ["desktop", "phone"])],
  ["d", t("key_dark"), turn("dark", [false, true])],
  ["x", t("key_editor"), fold],
  ["s", t("key_source"), source],
  ["b", t("key_blanks"), toggle],
  ["] .", t("key_next"), toNext(1)],
  ["[ ,", t("key_previous"), toNext(-1)],
  ["Escape", t("key_escape"), forget],
  ["1", t("key_problems"), show("problems")],
  ["2", t("key_calls"), show("calls")],
  ["3", t("key_data"), show("data")],
  ["?", t("key_help"), help],
]));
keys(t("keys_edit"), own([
  ["u", t("key_undo"), undo],
  ["e", t("key_edit"), focus],
  ["Ctrl+s", t("key_save"), () => save()],
  ["Ctrl+Space", t("key_complete"), null],
  ["Ctrl+f", t("key_find"), null],
  ["F12 Ctrl+click", t("key_definition"), null],
  ["Shift+F12", t("key_uses"), null],
  ["F2", t("key_rename"), null],
  ["Ctrl+/", t("key_comment"), null],
]));

recall().then(() => Promise.all([api.workspace(), api.counts().catch(() => null)])).then(
  ([answer, known]) => {
    counted = known;
    change({ workspace: withCounts(answer, known) });
    settle(fromAddress());
    if (api.beside) {
      followEditor(settle);
      ready();
    }
  },
  (error) => change({ error }),
);
