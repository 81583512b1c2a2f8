// The page: what is asked of the program when, and which keys do what.
import "meniscus/stage.js"; // first: frames load while the rest is drawn
import "meniscus/sidebar.js";
import "meniscus/top.js";
import "meniscus/panel.js";
import * as api from "meniscus/api.js";
import { change, drafts, message, on, scenarios, state } from "meniscus/state.js";
import { focus, goTo } from "meniscus/editing.js";
import { forget, reveal } from "meniscus/calls.js";
import { help, keys } from "meniscus/keys.js";
import { open, read, save } from "meniscus/files.js";
import { follow, select, step } from "meniscus/marks.js";
import { fieldOf } from "meniscus/data.js";
import { forgetCells } from "meniscus/grid.js";
import { go } from "meniscus/go.js";
import { say } from "meniscus/dom.js";

// ---- What is asked of the program: never two of a kind at once, and never an old one after a new one.

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

const wanted = () => ({ message: state.message, scenario: state.scenario, texts: drafts(), values: state.values, answers: state.answers });
const current = ({ message, scenario }) => message === state.message && (scenario === undefined || scenario === state.scenario);

const render = latest(async () => {
  if (state.message === null) return;
  const asked = wanted();
  const answer = await api.render(asked);
  if (!current(asked)) return;
  if (state.render && answer.refused !== state.render.refused) say(answer.refused ? "the template has a syntax error" : "the template is fine again");
  const selected = follow(answer);
  change({ render: answer, error: state.error?.passing ? null : state.error, offline: false, ...(selected === state.selected ? {} : { selected }) });
});

const lint = latest(async () => {
  if (state.message === null) return;
  const asked = wanted();
  const answer = await api.problems(asked);
  if (current({ message: asked.message })) change({ lint: answer.problems });
}, 120);

const grid = latest(async () => {
  if (state.message === null || state.view !== "grid") return;
  const { scenario, ...asked } = wanted();
  const answer = await api.grid(asked);
  if (current({ message: asked.message })) change({ grid: answer });
});

const snapshot = latest(async () => {
  if (state.message === null || state.view !== "changes" || !state.workspace.snapshots) return;
  const asked = wanted();
  const answer = await api.snapshot(asked.message, asked.scenario);
  if (current(asked)) change({ snapshot: answer });
});

function all() {
  state.started ??= performance.now();
  render();
  lint();
  grid();
  snapshot();
}

const workspace = latest(async () => {
  const now = await api.workspace();
  // An answer in the place of a recording's that is gone answers nothing.
  const isThere = (name) => now.recordings.some((recording) => recording.name === name) || /^\S+ https?:/.test(name);
  const answers = Object.fromEntries(Object.entries(state.answers).filter(([name]) => isThere(name)));
  change({ workspace: now, offline: false, ...(Object.keys(answers).length < Object.keys(state.answers).length ? { answers } : {}) });
  settle();
});

// ---- Where we are: in the address, so that a reload and a copied link come back to it.

/** What is changed for the moment, of each message for each scenario: it waits until one comes back to it. */
const moments = new Map();
const key = ({ message, scenario }) => JSON.stringify([message, scenario]);

/** Makes what is shown something that is there. */
function settle({ message: name = state.message, scenario = state.scenario, view = state.view } = {}) {
  const { messages } = state.workspace;
  const chosen = messages.find((one) => one.name === name) ?? messages[0] ?? null;
  const applying = chosen?.scenarios.length > 0 ? chosen.scenarios : [""];
  const seen = view === "changes" && !state.workspace.snapshots ? "message" : view;
  if (name && chosen?.name !== name) {
    const instead = chosen ? `it may be renamed or deleted: \`${chosen.name}\` is shown` : "it may be renamed or deleted";
    change({ error: { message: `there is no message \`${name}\``, help: instead } });
  }
  const before = state.workspace.scenarios.find((one) => one.name === state.scenario)?.path;
  const next = { message: chosen?.name ?? null, scenario: applying.includes(scenario) ? scenario : applying[0], view: seen };
  const other = next.message !== state.message;
  if (other || next.scenario !== state.scenario) {
    if (state.message !== null) moments.set(key(state), { values: state.values, answers: state.answers });
    change({ ...next, render: null, ...(moments.get(key(next)) ?? { values: {}, answers: {} }), selected: null, snapshot: null, ...(other ? { lint: [], grid: null, face: "shown" } : {}) });
    const file = state.workspace.scenarios.find((one) => one.name === next.scenario)?.path;
    if (!other && state.open === before && before && file) open(file);
    else if (other || state.open === before) openFirst(chosen);
    all();
  } else if (seen !== state.view) {
    change({ view: seen });
  }
  const hash = `#/${encodeURIComponent(next.message ?? "")}/${encodeURIComponent(next.scenario)}${seen === "message" ? "" : `/${seen}`}`;
  if (location.hash !== hash) history.replaceState(null, "", hash);
}

function openFirst(chosen) {
  const part = chosen?.parts.find(({ name }) => ["body", "message"].includes(name)) ?? chosen?.parts[0];
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
  return { message: name || undefined, scenario: scenario ?? undefined, view: ["grid", "changes"].includes(view) ? view : "message" };
}

go.to = ({ message: name = state.message, scenario, view = state.view }) => {
  change({ pane: "stage" });
  settle({ message: name, scenario: scenario ?? state.scenario, view });
};
go.open = goTo;
go.show = (origin) => {
  if (origin.kind === "call") {
    reveal(origin);
    change({ tab: "calls", pane: "panel" });
    requestAnimationFrame(() => document.querySelector("#panel .chosen")?.scrollIntoView({ block: "center" }));
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
on(["files"], () => {
  const now = JSON.stringify(drafts());
  if (now === typed) return; // a file was read or saved: the program tells of it
  typed = now;
  all();
});
on(["values", "answers"], (names) => {
  const now = JSON.stringify([state.values, state.answers]);
  if (now === supposed || names.has("message") || names.has("scenario")) return void (supposed = now);
  supposed = now;
  all();
});
let supposed = JSON.stringify([{}, {}]);
on(["view"], () => {
  settle();
  if (state.view !== "message") all();
});

let generation = null;
api.events({
  hello({ generation: now }) {
    change({ offline: false });
    if (generation !== null && generation !== now) {
      forget();
      forgetCells();
      again([]);
    } else if (generation !== null) {
      workspace(); // what was counted meanwhile
    }
    generation = now;
  },
  changed({ generation: now, paths, kinds }) {
    generation = now;
    state.started = performance.now();
    if (kinds.includes("recording") || kinds.includes("config")) forget();
    again(paths);
  },
  counted: () => workspace(),
  lost() {
    generation = -1; // another run counts from the start
    change({ offline: true });
  },
});

/** Reads again what may have changed. */
function again(paths) {
  all();
  const known = (paths.length > 0 ? paths : [...state.files.keys()]).filter((path) => state.files.has(path));
  afterwards(() => {
    known.forEach((path) => read(path));
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

window.addEventListener("hashchange", () => state.workspace && settle({ ...fromAddress() }));
window.addEventListener("beforeunload", (event) => {
  if (Object.keys(drafts()).length > 0) event.preventDefault();
});

const move = (list, current, by) => list[(list.indexOf(current) + by + list.length) % list.length];
const messages = () => state.workspace.messages.map(({ name }) => name);
const turn = (key, values) => () => change({ [key]: move(values, state[key], 1) });

keys("Go", [
  ["/", "search messages and scenarios", () => (change({ pane: "sidebar" }), requestAnimationFrame(() => document.getElementById("search").focus()))],
  ["j ArrowDown", "next scenario", () => go.to({ scenario: move(scenarios(), state.scenario, 1) })],
  ["k ArrowUp", "scenario before", () => go.to({ scenario: move(scenarios(), state.scenario, -1) })],
  ["n", "next message", () => go.to({ message: move(messages(), state.message, 1) })],
  ["p", "message before", () => go.to({ message: move(messages(), state.message, -1) })],
  ["g", "all scenarios, and back", () => go.to({ view: state.view === "grid" ? "message" : "grid" })],
  ["c", "changes since accepted, and back", () => state.workspace.snapshots && go.to({ view: state.view === "changes" ? "message" : "changes" })],
]);
keys("Look", [
  ["w", "desktop or phone width", turn("width", ["desktop", "phone"])],
  ["d", "dark or light", turn("dark", [false, true])],
  ["x", "hide or show the editor", fold],
  ["s", "message or its source", () => state.view === "message" && change({ face: state.face === "source" ? "shown" : "source" })],
  ["] .", "next value of the message, and where it comes from", () => step(1)],
  ["[ ,", "value before", () => step(-1)],
  ["Escape", "forget the value; leave the editor", () => select([], "keys")],
  ["1", "problems", () => change({ tab: "problems" })],
  ["2", "calls", () => change({ tab: "calls" })],
  ["3", "data", () => change({ tab: "data" })],
  ["?", "these keys", help],
]);
keys("Edit", [
  ["e", "to the editor", focus],
  ["Ctrl+s", "save", () => save()],
  ["Ctrl+Space", "what may stand here", null],
  ["Ctrl+f", "search in the file (in the editor)", null],
]);

// ---- The line between the message and the editor.

function fold() {
  document.body.classList.toggle("no-editor");
}

const stage = document.getElementById("stage");
const split = document.getElementById("split");
const share = (percent) => {
  const kept = Math.min(85, Math.max(15, Math.round(percent)));
  stage.style.setProperty("--editor", `${kept}%`);
  split.setAttribute("aria-valuenow", String(kept));
  localStorage.setItem("meniscus:editor", String(kept));
};
split.addEventListener("keydown", (event) => {
  const by = { ArrowUp: 4, ArrowDown: -4 }[event.key];
  if (!by) return;
  event.preventDefault();
  share(Number(split.getAttribute("aria-valuenow")) + by);
});
split.addEventListener("dblclick", fold);
split.addEventListener("pointerdown", (event) => {
  split.setPointerCapture(event.pointerId);
  document.body.classList.add("dragging"); // frames do not take the pointer
  const box = stage.getBoundingClientRect();
  const drag = ({ clientY }) => share(((box.bottom - clientY) / box.height) * 100);
  split.addEventListener("pointermove", drag);
  split.addEventListener("lostpointercapture", () => {
    split.removeEventListener("pointermove", drag);
    document.body.classList.remove("dragging");
  }, { once: true });
});
const before = Number(localStorage.getItem("meniscus:editor"));
if (before > 0) share(before);

api.workspace().then(
  (answer) => {
    change({ workspace: answer });
    settle(fromAddress());
  },
  (error) => change({ error }),
);
