// One message for all its scenarios at once.
import { count, fill, h, icon } from "meniscus/dom.js";
import { message, state } from "meniscus/state.js";
import { go } from "meniscus/go.js";
import { source } from "meniscus/frame.js";

const cells = new Map(); // scenario → what is drawn of it, so that frames stay while their text is the same

export function grid(bar, scroller) {
  const answer = state.grid;
  fill(bar, h("h2", {}, message()?.name ?? ""), h("span", { class: "quiet" }, answer ? summary(answer.cells) : "…"));
  if (!answer || answer.message !== state.message) return fill(scroller);
  const list = scroller.querySelector(":scope > .grid") ?? h("ul", { class: "grid" });
  const wanted = answer.cells.map((cell) => {
    const key = JSON.stringify([cell.parts.map(({ name, digest, aborted }) => [name, digest, aborted]), cell.problems, cell.snapshot, state.images, state.message]);
    const known = cells.get(cell.scenario);
    if (known?.key === key) return known.element;
    const element = draw(cell);
    cells.set(cell.scenario, { key, element });
    return element;
  });
  for (const element of wanted) element.firstChild.setAttribute("aria-current", String(element.dataset.scenario === state.scenario));
  const same = list.isConnected && list.children.length === wanted.length && wanted.every((element, at) => list.children[at] === element);
  if (!same) list.replaceChildren(...wanted);
  if (!list.isConnected) scroller.replaceChildren(list);
}

function summary(all) {
  const unsent = all.filter(({ sent }) => !sent).length;
  return [count(all.length, "scenario"), unsent > 0 ? `${unsent} not sent` : null].filter(Boolean).join(", ");
}

function draw(cell) {
  const html = cell.parts.find((part) => part.html);
  const aborted = cell.parts.find((part) => part.aborted);
  const short = cell.parts.filter((part) => !part.html && part.output.trim() !== "");
  return h("li", { class: "cell", "data-scenario": cell.scenario }, h("button", { type: "button", "data-key": `cell:${cell.scenario}`, onclick: () => go.to({ scenario: cell.scenario, view: "message" }) },
    h("span", { class: "cell-head" }, h("strong", {}, cell.scenario || "nobody"), h("span", { class: "grow" }),
      cell.problems > 0 ? h("span", { class: "sign warn", title: count(cell.problems, "problem") }, icon("warn"), cell.problems) : null,
      cell.snapshot && cell.snapshot !== "same" ? h("span", { class: "sign changed", title: cell.snapshot }, icon("changed")) : null),
    h("span", { class: "cell-body" },
      aborted ? h("span", { class: "cell-abort" }, icon("stop"), h("strong", {}, "Not sent"), h("span", {}, aborted.aborted.reason)) : [
        short.slice(0, 4).map((part) => h("span", { class: `cell-text ${part.name}` }, part.output.trim().slice(0, 400))),
        html ? thumbnail(html) : null])));
}

/** The message, made small. */
function thumbnail(part) {
  const iframe = h("iframe", { sandbox: "allow-same-origin", referrerpolicy: "no-referrer", loading: "lazy", tabindex: "-1", "aria-hidden": "true", title: part.name });
  source(iframe, part);
  return h("span", { class: "thumbnail" }, iframe);
}
