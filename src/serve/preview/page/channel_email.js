// E-mail: a line of the inbox, the message at two widths, its plain text.
import { state } from "meniscus/state.js";
import { darkNote, frame } from "meniscus/frame.js";
import { marked } from "meniscus/text.js";
import { h } from "meniscus/dom.js";

export const PHONE = 390;
const DESKTOP = 720;

const named = (render, name) => render.parts.find((part) => part.name === name);

const ENTITIES = /(?:&(?:#\d+|#x[\da-f]+|[a-z][a-z\d]*);?)+/gi;

/** Text as HTML says it: `&mdash;` is a dash. Only the entities are read, in a document of their own. */
export const decoded = (text) => text.replace(ENTITIES, (found) => new DOMParser().parseFromString(`.${found}`, "text/html").body.textContent.slice(1));

/** What an inbox shows of a message before it is opened. */
export function inbox(render, body) {
  const subject = named(render, "subject");
  const preheader = named(render, "preheader");
  const start = h("span", { class: "quiet" }, preheader || !body ? "" : "…");
  const row = h("div", { class: "inbox", "aria-label": "As in an inbox", role: "group" },
    h("span", { class: "face", "aria-hidden": "true" }, initial()),
    h("span", { class: "inbox-from" }, state.workspace.name),
    h("time", { class: "inbox-time quiet" }, clock()),
    h("span", { class: "inbox-subject" }, subject ? marked(subject) : h("em", {}, "no part `subject`")),
    h("span", { class: "inbox-preheader quiet" }, preheader ? marked(preheader, { special: decoded }) : start));
  /** Where there is no preheader, inboxes show how the text begins. */
  row.begins = (inside) => {
    if (preheader) return;
    start.textContent = (inside.body.innerText ?? "").replace(/\s+/g, " ").trim().slice(0, 140) || "nothing before the message is opened";
  };
  return row;
}

const initial = () => (state.workspace.name.match(/[\p{L}\p{N}]/u)?.[0] ?? "M").toUpperCase();

/** The clock of the scenario, in words. */
export function clock(options = { hour: "2-digit", minute: "2-digit", hour12: false }) {
  const now = state.workspace.scenarios.find(({ name }) => name === state.scenario)?.now;
  const date = state.values.now ? new Date(state.values.now) : new Date(now ?? "2026-01-01T09:41:00Z");
  return Number.isNaN(date.getTime()) ? "" : new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", ...options }).format(date);
}

export function email(render) {
  const body = named(render, "body") ?? render.parts.find(({ html }) => html);
  const row = inbox(render, body);
  const width = state.width === "phone" ? PHONE : DESKTOP;
  const paper = h("div", { class: "paper" });
  paper.style.width = `${width}px`;
  if (body?.html) paper.append(frame(body, { width, ready: row.begins }));
  else if (body) paper.append(h("pre", { class: "letter" }, marked(body)));
  else paper.append(h("p", { class: "nothing" }, "This message has no part `body`."));
  const note = body && darkNote(body);
  return h("div", { class: `client ${state.dark ? "is-dark" : "is-light"} ${state.width}` }, row, paper, note ? h("p", { class: "note" }, note) : null);
}

/** The text for those who read mail without HTML. */
export function plain(render) {
  const text = named(render, "plain_text");
  if (text) return h("pre", { class: "letter alone" }, marked(text));
  const body = named(render, "body");
  const made = new DOMParser().parseFromString(body?.output ?? "", "text/html");
  made.querySelectorAll("style, script, title").forEach((element) => element.remove());
  made.querySelectorAll("br, p, div, li, tr, h1, h2, h3, h4").forEach((element) => element.after("\n"));
  const lines = made.body.textContent.replace(/[ \t]+/g, " ").replace(/ ?\n ?/g, "\n").replace(/\n{3,}/g, "\n\n").trim();
  return [
    h("p", { class: "note" }, "There is no part `plain_text`: Braze makes one of the HTML. This is about what it says."),
    h("pre", { class: "letter alone" }, lines || "Nothing."),
  ];
}

