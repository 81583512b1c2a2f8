// The message beside its accepted snapshot.
import * as api from "meniscus/api.js";
import { button, fill, h, icon, prose, say } from "meniscus/dom.js";
import { change, state } from "meniscus/state.js";

const WORDS = { same: "as accepted", changed: "changed", new: "new: nothing is accepted yet" };

export function changes(bar, scroller) {
  const answer = state.snapshot;
  const open = answer?.parts.filter((part) => part.state !== "same").length ?? 0;
  fill(bar, h("h2", {}, `${state.message ?? ""} · ${state.scenario || "nobody"}`), h("span", { class: "grow" }),
    answer && open > 0 && !api.exported ? button({ class: "primary", "data-key": "accept:all", onclick: () => accept(null) }, open > 1 ? `Accept all ${open}` : "Accept") : null);
  if (!answer) return fill(scroller, h("p", { class: "quiet none" }, "…"));
  fill(scroller, h("div", { class: "sheet" },
    answer.parts.length === 0 ? h("div", { class: "nothing" }, h("p", {}, "Nothing to compare.")) : null,
    answer.parts.map((part) => h("section", { class: `change ${part.state}`, "aria-label": part.part },
      h("h3", {}, icon(part.state === "same" ? "check" : "changed"), part.part, h("span", { class: "quiet" }, WORDS[part.state]), h("span", { class: "grow" }),
        part.state !== "same" && open > 1 && !api.exported ? button({ class: "small", "data-key": `accept:${part.part}`, onclick: () => accept(part.part) }, "Accept this part") : null),
      part.state === "same" ? null : [
        (part.why ?? []).length > 0 ? h("ul", { class: "why" }, part.why.map((reason) => h("li", {}, prose(reason)))) : null,
        h("div", { class: "sides" },
          side("Accepted", part, "delete", part.accepted),
          side("Now", part, "insert", part.now))]))));
}

/** One side of the difference: what is the same, and what only this side has. */
function side(title, part, op, text) {
  const shown = text === null ? h("span", { class: "quiet" }, "nothing yet")
    : part.diff.filter((piece) => piece.op === "equal" || piece.op === op).map((piece) => (piece.op === "equal" ? ended(piece.text) : h(op === "insert" ? "ins" : "del", {}, ended(visible(piece.text)))));
  return h("div", { class: "side" }, h("h4", {}, title), h("pre", { class: "code", tabindex: "0", "data-scroll": `${op}:${part.part}` }, shown));
}

/** What stands behind the last character of an accepted text, so that white space there counts: said in words. */
const END = "\u2403";
const ended = (text) => text.split(END).flatMap((piece, at) => (at === 0 ? [piece] : [h("span", { class: "end" }, "end of the text"), piece]));

/** White space that makes the difference is made visible. */
const visible = (text) => (text.trim() === "" ? text.replace(/ /g, "·").replace(/\t/g, "→").replace(/\r/g, "␍").replace(/\n/g, "⏎\n") : text);

async function accept(part) {
  try {
    const answer = await api.accept(state.message, state.scenario, part);
    change({ snapshot: answer });
    say(part ? `${part} is accepted` : "the message is accepted");
    change({ workspace: await api.workspace() });
  } catch (error) {
    change({ error });
  }
}
