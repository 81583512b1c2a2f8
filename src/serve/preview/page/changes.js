// The message beside its accepted snapshot.
import * as api from "meniscus/api.js";
import {
  button, div, grow, helpOf, icon, p, pre, prose, quiet, say, small, span,
} from "meniscus/controls.js";
import { change, drafts, state, supposing } from "meniscus/state.js";
import { h } from "meniscus/preact.js";

const WORDS = { same: "as accepted", changed: "changed", new: "new: nothing is accepted yet" };

const isOpen = ({ state }) => state === "changed" || state === "new";
const openParts = () => state.snapshot?.parts.filter(isOpen).length ?? 0;

export function ChangesBar() {
  const open = openParts();
  return [
    h("h2", {}, `${state.message ?? ""} · ${state.scenario || "nobody"}`), grow(),
    open > 0 && !api.exported ? button({
      class: "primary", "data-key": "accept:all", onclick: () => accept(null),
    }, open > 1 ? `Accept all ${open}` : "Accept") : null,
  ];
}

export function Changes() {
  const answer = state.snapshot;
  if (!answer) return p("quiet none", "…");
  const unsaved = supposing() || Object.keys(drafts()).length > 0;
  return div("sheet",
    unsaved ? p("quiet on-disk", "Compared with what is on disk: "
      + "what is not saved, and values for the moment, are not in here.") : null,
    (answer.problems ?? []).map((problem) => div("notice warn", icon("warn"),
      span("", prose(problem.message), " ", helpOf(problem)))),
    answer.parts.length === 0 ? div("nothing", p("", "Nothing to compare."),
      state.scenario === "" ? p("quiet",
        "Texts are accepted for scenarios, and none applies to this message.") : null) : null,
    answer.parts.map((part) => h(Part, { key: part.part, part })));
}

function Part({ part }) {
  const name = part.part;
  const acceptable = isOpen(part) && openParts() > 1 && !api.exported;
  return h("section", { class: `change ${part.state}`, "aria-label": name },
    h("h3", {},
      icon(part.state === "same" ? "check" : "changed"), name,
      quiet(WORDS[part.state] ?? "cannot be compared: it has a syntax error"), grow(),
      acceptable ? small(`accept:${name}`, () => accept(name), "Accept this part") : null),
    isOpen(part) ? [why(part.why ?? []), compared(part)] : null);
}

/** Why a part changed: prose, and the lines of templates that belong to it as code. */
function why(reasons) {
  const items = [];
  for (const reason of reasons) {
    if (/^\d+ │ /.test(reason) && items.length > 0) items.at(-1).lines.push(reason);
    else items.push({ reason, lines: [] });
  }
  return items.length === 0 ? null : h("ul", { class: "why" }, items.map(({ reason, lines }) =>
    h("li", {}, prose(reason), lines.length > 0 ? pre(lines.join("\n")) : null)));
}

/**
 * What stands behind the last character of an accepted text, so that white space there counts;
 * behind ␛ it is the text's own.
 */
const END = /(?<!\u241b)\u2403/;

/** Both sides of the message; then those of its calls, which a snapshot keeps behind it. */
function compared(part) {
  const [before, now] = ["delete", "insert"].map((own) =>
    halves(part.diff.filter(({ op }) => op === "equal" || op === own)));
  const both = (at) => div("sides",
    side("Accepted", part.accepted === null ? null : before[at]), side("Now", now[at]));
  const calls = [...before[1], ...now[1]];
  const open = calls.some(({ op }) => op !== "equal");
  return [both(0), calls.length === 0 ? null : h("details", { class: "behind-it", open },
    h("summary", {}, "Calls, and what else comes with it"), both(1))];
}

/** Pieces of a text up to its end, and those behind it. */
function halves(pieces) {
  const text = [];
  const rest = [];
  let ended = false;
  for (const { op, text: whole } of pieces) {
    const [first, ...more] = ended ? [whole] : whole.split(END);
    (ended ? rest : text).push({ op, text: ended ? whole.split(END).join("") : first });
    if (more.length === 0) continue;
    ended = true;
    rest.push({ op, text: more.join("").replace(/^\n/, "") });
  }
  return [text, rest.filter((piece) => piece.text !== "")];
}

function side(title, pieces) {
  const own = ({ op, text }) =>
    (op === "equal" ? text : h(op === "insert" ? "ins" : "del", {}, visible(text)));
  const isEmpty = !pieces || pieces.every(({ text }) => text === "");
  return div("side", h("h4", {}, title),
    h("pre", { class: "code", tabindex: 0 },
      isEmpty ? quiet(pieces ? "nothing" : "nothing yet") : pieces.map(own)));
}

/** White space that makes the difference is made visible. */
const visible = (text) => (text.trim() !== "" ? text
  : text.replace(/ /g, "·").replace(/\t/g, "→").replace(/\r/g, "␍").replace(/\n/g, "⏎\n"));

async function accept(part) {
  try {
    const { message, scenario } = state;
    const answer = await api.accept(message, scenario, part);
    const isShown = message === state.message && scenario === state.scenario;
    change({ error: null, ...(isShown ? { snapshot: answer } : {}) });
    say(part ? `${part} is accepted` : "the message is accepted");
    change({ workspace: await api.workspace() });
  } catch (error) {
    change({ error });
  }
}
