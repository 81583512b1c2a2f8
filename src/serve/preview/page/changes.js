// The message beside its accepted snapshot.
import * as api from "meniscus/api.js";
import { button, fill, h, icon, prose, say } from "meniscus/dom.js";
import { change, drafts, state, supposing } from "meniscus/state.js";

const WORDS = { same: "as accepted", changed: "changed", new: "new: nothing is accepted yet" };

export function changes(bar, scroller) {
  const answer = state.snapshot;
  const open = answer?.parts.filter(isOpen).length ?? 0;
  fill(bar, h("h2", {}, `${state.message ?? ""} · ${state.scenario || "nobody"}`), h("span", { class: "grow" }),
    answer && open > 0 && !api.exported ? button({ class: "primary", "data-key": "accept:all", onclick: () => accept(null) }, open > 1 ? `Accept all ${open}` : "Accept") : null);
  if (!answer) return fill(scroller, h("p", { class: "quiet none" }, "…"));
  fill(scroller, h("div", { class: "sheet" },
    supposing() || Object.keys(drafts()).length > 0 ? h("p", { class: "quiet on-disk" }, "Compared with what is on disk: what is not saved, and values for the moment, are not in here.") : null,
    (answer.problems ?? []).map(({ message, help }) => h("div", { class: "notice warn" }, icon("warn"), h("span", {}, prose(message), " ", help ? h("span", { class: "quiet" }, prose(help)) : null))),
    answer.parts.length === 0 ? h("div", { class: "nothing" }, h("p", {}, "Nothing to compare."),
      state.scenario === "" ? h("p", { class: "quiet" }, "Texts are accepted for scenarios, and none applies to this message.") : null) : null,
    answer.parts.map((part) => h("section", { class: `change ${part.state}`, "aria-label": part.part },
      h("h3", {}, icon(part.state === "same" ? "check" : "changed"), part.part, h("span", { class: "quiet" }, WORDS[part.state] ?? "cannot be compared: it has a syntax error"), h("span", { class: "grow" }),
        isOpen(part) && open > 1 && !api.exported ? button({ class: "small", "data-key": `accept:${part.part}`, onclick: () => accept(part.part) }, "Accept this part") : null),
      isOpen(part) ? [why(part.why ?? []), compared(part)] : null))));
}

const isOpen = ({ state }) => state === "changed" || state === "new";

/** Why a part changed: prose, and the lines of templates that belong to it as code. */
function why(reasons) {
  const items = [];
  for (const reason of reasons) {
    if (/^\d+ │ /.test(reason) && items.length > 0) items.at(-1).lines.push(reason);
    else items.push({ reason, lines: [] });
  }
  return items.length === 0 ? null : h("ul", { class: "why" }, items.map(({ reason, lines }) =>
    h("li", {}, prose(reason), lines.length > 0 ? h("pre", { class: "code", tabindex: "0" }, lines.join("\n")) : null)));
}

/** What stands behind the last character of an accepted text, so that white space there counts; behind ␛ it is the text's own. */
const END = /(?<!\u241b)\u2403/;

/** Both sides of the message; then those of its calls, which a snapshot keeps behind it. */
function compared(part) {
  const [before, now] = ["delete", "insert"].map((op) => halves(part.diff.filter((piece) => piece.op === "equal" || piece.op === op)));
  const both = (name, at) => h("div", { class: "sides" },
    side("Accepted", `${name}:delete:${part.part}`, part.accepted === null ? null : before[at]),
    side("Now", `${name}:insert:${part.part}`, now[at]));
  const calls = [...before[1], ...now[1]];
  return [both("text", 0), calls.length === 0 ? null
    : h("details", { class: "behind-it", open: calls.some(({ op }) => op !== "equal") }, h("summary", {}, "Calls, and what else comes with it"), both("calls", 1))];
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

/** One side of the difference: what is the same, and what only this side has. */
function side(title, key, pieces) {
  const shown = pieces === null || pieces.every(({ text }) => text === "") ? h("span", { class: "quiet" }, pieces ? "nothing" : "nothing yet")
    : pieces.map(({ op, text }) => (op === "equal" ? text : h(op === "insert" ? "ins" : "del", {}, visible(text))));
  return h("div", { class: "side" }, h("h4", {}, title), h("pre", { class: "code", tabindex: "0", "data-scroll": key }, shown));
}

/** White space that makes the difference is made visible. */
const visible = (text) => (text.trim() === "" ? text.replace(/ /g, "·").replace(/\t/g, "→").replace(/\r/g, "␍").replace(/\n/g, "⏎\n") : text);

async function accept(part) {
  try {
    const { message, scenario } = state;
    const before = state.snapshot.parts.map((one) => one.part);
    const answer = await api.accept(message, scenario, part);
    const isShown = message === state.message && scenario === state.scenario;
    change({ error: null, ...(isShown ? { snapshot: answer } : {}) });
    say(part ? `${part} is accepted` : "the message is accepted");
    requestAnimationFrame(() => refocus(before.slice(before.indexOf(part) + 1)));
    change({ workspace: await api.workspace() });
  } catch (error) {
    change({ error });
  }
}

/** The button that had the focus is gone: the next one gets it, else the one for all, else what is compared. */
function refocus(behind) {
  if (![document.body, document.querySelector("#view .scroller")].includes(document.activeElement)) return;
  const left = [...document.querySelectorAll('#view [data-key^="accept:"]')];
  const next = left.find(({ dataset }) => behind.includes(dataset.key.slice("accept:".length))) ?? left.at(-1);
  (next ?? document.querySelector("#view .scroller")).focus();
}
