// E-mail: a line of the inbox, the message at two widths, its plain text.
import { darkNote, Frame } from "meniscus/frame.js";
import { h, useState } from "meniscus/preact.js";
import { scenario, state } from "meniscus/state.js";
import { marked } from "meniscus/text.js";
import { partOf } from "meniscus/marks.js";
import { div, p, quiet, span } from "meniscus/controls.js";

export const PHONE = 390;
const DESKTOP = 720;

const ENTITIES = /(?:&(?:#\d+|#x[\da-f]+|[a-z][a-z\d]*);?)+/gi;
const parsed = (text) => new DOMParser().parseFromString(text, "text/html");

/** Text as HTML says it: `&mdash;` is a dash. Only entities are read, in their own document. */
export const decoded = (text) =>
  text.replace(ENTITIES, (found) => parsed(`.${found}`).body.textContent.slice(1));

/** What an inbox shows of a message before it is opened; `start`: how its text begins. */
function Inbox({ render, start }) {
  const subject = partOf(render, "subject");
  const preheader = partOf(render, "preheader");
  return h("div", { class: "inbox", "aria-label": "As in an inbox", role: "group" },
    h("span", { class: "face", "aria-hidden": "true" }, initial()),
    span("inbox-from", state.workspace.name),
    h("time", { class: "inbox-time quiet" }, clock()),
    span("inbox-subject", subject ? marked(subject) : h("em", {}, "no part `subject`")),
    span("inbox-preheader quiet", preheader ? marked(preheader, decoded) : quiet(start)));
}

const initial = () => (state.workspace.name.match(/[\p{L}\p{N}]/u)?.[0] ?? "M").toUpperCase();

/** The clock of the scenario, in words. */
export function clock(options = { hour: "2-digit", minute: "2-digit", hour12: false }) {
  const date = new Date(state.values.now || (scenario()?.now ?? "2026-01-01T09:41:00Z"));
  if (Number.isNaN(date.getTime())) return "";
  return new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", ...options }).format(date);
}

export function Email({ render }) {
  const body = partOf(render, "body") ?? render.parts.find(({ html }) => html);
  const [start, setStart] = useState(body ? "…" : "");
  // Where there is no preheader, inboxes show how the text begins.
  const ready = (inside) => {
    const text = (inside.body.innerText ?? "").replace(/\s+/g, " ").trim();
    setStart(text.slice(0, 140) || "nothing before the message is opened");
  };
  const width = state.width === "phone" ? PHONE : DESKTOP;
  const note = body && darkNote(body);
  return div(`client ${state.dark ? "is-dark" : "is-light"} ${state.width}`,
    h(Inbox, { render, start }),
    h("div", { class: "paper", style: { width: `${width}px` } },
      body?.html ? h(Frame, { part: body, width, ready })
        : body ? h("pre", { class: "letter" }, marked(body))
          : p("nothing", "This message has no part `body`.")),
    note ? p("note", note) : null);
}

export function PlainText({ render }) {
  const text = partOf(render, "plain_text");
  if (text) return h("pre", { class: "letter alone" }, marked(text));
  const made = parsed(partOf(render, "body")?.output ?? "");
  made.querySelectorAll("style, script, title").forEach((element) => element.remove());
  const ends = "br, p, div, li, tr, h1, h2, h3, h4";
  made.querySelectorAll(ends).forEach((element) => element.after("\n"));
  const lines = made.body.textContent.replace(/[ \t]+/g, " ").replace(/ ?\n ?/g, "\n")
    .replace(/\n{3,}/g, "\n\n").trim();
  return [
    p("note",
      "There is no part `plain_text`: Braze makes one of the HTML. This is about what it says."),
    h("pre", { class: "letter alone" }, lines || "Nothing."),
  ];
}
