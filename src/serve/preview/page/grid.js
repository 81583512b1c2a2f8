// One message for all its scenarios at once.
import { count, fill, h, icon, prose } from "meniscus/dom.js";
import { message, state } from "meniscus/state.js";
import { go } from "meniscus/go.js";
import { decoded } from "meniscus/channel_email.js";
import { source } from "meniscus/frame.js";

/** The texts that the frames of the channels show beside HTML, or without it, in their order. */
const TEXTS = {
  email: ["subject", "preheader"],
  push: ["title", "subject", "message", "body"],
  sms: ["body", "message"],
  whats_app: ["body", "message"],
  in_app: ["title", "header", "subject", "message", "body"],
  content_card: ["title", "subject", "message", "description", "body", "link_text", "url_text"],
  banner: ["body"],
  webhook: ["url", "body"],
};

const cells = new Map(); // scenario → what is drawn of it, so that frames stay while their text is the same

/** Forgets the cells: another run of the program knows none of their frames. */
export const forgetCells = () => cells.clear();

export function grid(bar, scroller) {
  const answer = state.grid;
  fill(bar, h("h2", {}, message()?.name ?? ""), h("span", { class: "quiet" }, answer ? summary(answer.cells) : "…"));
  if (!answer || answer.message !== state.message) return fill(scroller);
  const list = scroller.querySelector(":scope > .grid") ?? h("ul", { class: "grid" });
  if (!list.isConnected) forgetCells(); // frames that come back load again, and may be gone
  const wanted = answer.cells.map((cell) => {
    const key = JSON.stringify([(cell.parts ?? []).map(({ name, digest, aborted }) => [name, digest, aborted]), cell.error, cell.problems, cell.snapshot, state.images, state.message]);
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
  return h("li", { class: "cell", "data-scenario": cell.scenario }, h("button", { type: "button", "data-key": `cell:${cell.scenario}`, onclick: () => go.to({ scenario: cell.scenario, view: "message" }) },
    h("span", { class: "cell-head" }, h("strong", { title: cell.scenario }, cell.scenario || "nobody"), h("span", { class: "grow" }),
      cell.problems > 0 ? h("span", { class: "sign warn", title: count(cell.problems, "problem") }, icon("warn"), cell.problems) : null,
      cell.snapshot === "changed" ? h("span", { class: "sign changed", title: "changed since accepted" }, icon("changed")) : null),
    h("span", { class: "cell-body" }, inside(cell))));
}

function inside({ parts = [], error }) {
  const aborted = parts.find((part) => part.aborted);
  if (error) return stopped("warn", "Not rendered", error.message);
  if (aborted) return stopped("stop", "Not sent", aborted.aborted.reason);
  const html = parts.find(({ name, html }) => html && name === "body") ?? parts.find(({ html }) => html);
  const channel = message()?.channel;
  // HTML is all that an in-app message or a banner shows.
  const names = html && channel !== "email" ? [] : TEXTS[channel] ?? parts.map(({ name }) => name);
  const texts = names.map((name) => parts.find((part) => part.name === name)).filter((part) => part && !part.html && part.output.trim() !== "");
  return [
    texts.map((part) => h("span", { class: `cell-text ${part.name} ${html ? "short" : ""}` }, h("span", {}, words(part)))),
    html ? thumbnail(html) : null,
  ];
}

const words = ({ name, output }) => (name === "preheader" ? decoded(output) : output).trim().slice(0, 400);
const stopped = (sign, title, why) => h("span", { class: "cell-abort" }, icon(sign), h("strong", {}, title), h("span", {}, prose(why)));

/** The message, made small. */
function thumbnail(part) {
  const iframe = h("iframe", { sandbox: "allow-same-origin", referrerpolicy: "no-referrer", loading: "lazy", tabindex: "-1", "aria-hidden": "true", title: part.name });
  source(iframe, part);
  return h("span", { class: "thumbnail" }, iframe);
}
