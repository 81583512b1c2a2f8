// E-mail: a line of the inbox, the message at two widths, its plain text.
import { div, p, prose, quiet, span } from "meniscus/controls.js";
import { h, useState } from "meniscus/preact.js";
import { scenario, state } from "meniscus/state.js";
import { darkNote } from "meniscus/frame.js";
import { fieldOf } from "meniscus/marks.js";
import { Html } from "meniscus/pictures.js";
import { marked } from "meniscus/text.js";
import { date, filled, listed, t } from "meniscus/labels.js";

export const PHONE = 390;
const DESKTOP = 720;

const ENTITIES = /(?:&(?:#\d+|#x[\da-f]+|[a-z][a-z\d]*);?)+/gi;
const parsed = (text) => new DOMParser().parseFromString(text, "text/html");

/** Text as HTML says it: `&mdash;` is a dash. Only entities are read, in their own document. */
export const decoded = (text) =>
  text.replace(ENTITIES, (found) => parsed(`.${found}`).body.textContent.slice(1));

/** Where clients cut, in characters; docs/reference/preview.md says who measured it. */
const CUTS = {
  subject: [
    [t("gmail_app"), 37], [t("apple_mail"), 48], [t("gmail_web"), 70],
  ],
  preview: [[t("apple_mail"), 99]],
};

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });
const lengthOf = (text) => [...graphemes.segment(text.trim())].length;

/** Shows text with a mark at each place where a client cuts it; `read` says what it means. */
function ruled(cuts, read = (text) => text) {
  let seen = 0;
  return (text, from) => {
    if (from === 0) seen = 0;
    const pieces = [""];
    for (const { segment } of graphemes.segment(read(text))) {
      const cut = cuts.find(([, most]) => most === seen);
      const title = cut && t("client_cuts", { client: cut[0], count: cut[1] });
      if (cut) pieces.push(h("span", { class: "cut-here", title }), "");
      pieces[pieces.length - 1] += segment;
      seen += 1;
    }
    return pieces;
  };
}

/** What an inbox shows of a message before it is opened; `seen`: what its body begins with. */
function Inbox({ render, seen }) {
  const subject = fieldOf(render, "subject");
  const preheader = fieldOf(render, "preheader");
  const plain = (text) => ruled(CUTS.preview)(text, 0);
  return h("div", { class: "inbox", "aria-label": t("inbox"), role: "group" },
    h("span", { class: "face", "aria-hidden": "true" }, initial()),
    span("inbox-from", state.workspace.name),
    h("time", { class: "inbox-time quiet" }, clock()),
    span("inbox-subject", subject ? marked(subject, ruled(CUTS.subject))
      : h("em", {}, t("no_part", { part: "subject" }))),
    span("inbox-preheader quiet", preheader ? marked(preheader, ruled(CUTS.preview, decoded))
      : quiet(seen.text === "" ? t("no_preview_text") : plain(seen.text))),
    h("dl", { class: "lengths" },
      h("dt", {}, t("subject")), h("dd", {}, lengthIn(subject?.output ?? "", CUTS.subject)),
      h("dt", {}, t("preview_text")),
      h("dd", {}, preheader ? lengthIn(decoded(preheader.output), CUTS.preview)
        : seen.text === "" ? t("none") : seen.hidden ? t("hidden_preview")
          : filled("body_as_preview", { part: h("code", {}, "preheader") }))));
}

function lengthIn(text, cuts) {
  const length = lengthOf(text);
  const over = cuts.filter(([, most]) => length > most).map(([name, most]) => `${name} ${most}`);
  return [
    t("characters_counted", { count: length }),
    over.length > 0 ? span("cut-by", t("cut_by", { clients: listed(over) })) : null,
  ];
}

/** Characters that fill up the preview text: they are not seen. */
const FILLERS = /[\s\u00ad\u034f\u061c\u115f\u180e\u200b-\u200f\u2007\u2060\ufeff]+/gu;
const UNREAD = "style, script, title, template, noscript";
const LONGEST_PREVIEW = 160;

/** What clients take for the preview text: all text of the body from its start, hidden or not. */
function previewOf({ body, defaultView }) {
  const walker = body.ownerDocument.createTreeWalker(body, NodeFilter.SHOW_TEXT);
  let [text, hidden, block] = ["", null, null];
  const isInline = (element) => defaultView.getComputedStyle(element).display === "inline";
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const around = node.parentElement;
    const own = node.data.replace(FILLERS, " ");
    if (around.closest(UNREAD)) continue;
    if (own.trim() !== "") hidden ??= !isSeen(around);
    let box = around;
    while (box.parentElement && isInline(box)) box = box.parentElement;
    // Text of another paragraph or cell is another word.
    text += box === block ? own : ` ${own}`;
    block = box;
    if (text.length > 4 * LONGEST_PREVIEW) break;
  }
  const clean = [...graphemes.segment(text.replace(/ +/g, " ").trim())];
  return {
    text: clean.slice(0, LONGEST_PREVIEW).map(({ segment }) => segment).join(""),
    hidden: hidden ?? false,
  };
}

function isSeen(element) {
  const { width, height } = element.getBoundingClientRect();
  return element.checkVisibility({ opacityProperty: true, visibilityProperty: true })
    && width > 1 && height > 1;
}

const initial = () => (state.workspace.name.match(/[\p{L}\p{N}]/u)?.[0] ?? "M").toUpperCase();

/** The clock of the scenario, in words. */
export function clock(options = { hour: "2-digit", minute: "2-digit", hour12: false }) {
  const now = new Date(state.values.now || (scenario()?.now ?? "2026-01-01T09:41:00Z"));
  return Number.isNaN(now.getTime()) ? "" : date(now, options);
}

export function Email({ render }) {
  const body = fieldOf(render, "body") ?? render.parts.find(({ html }) => html);
  const [seen, setSeen] = useState({ text: body ? "…" : "", hidden: true });
  const width = state.width === "phone" ? PHONE : DESKTOP;
  const note = body && darkNote(body);
  return div(`client ${state.dark ? "is-dark" : "is-light"} ${state.width}`,
    h(Inbox, { render, seen }),
    h("div", { class: "paper", style: { width: `${width}px` } },
      body?.html ? h(Html, { part: body, width, ready: (inside) => setSeen(previewOf(inside)) })
        : body ? h("pre", { class: "letter" }, marked(body))
          : p("nothing", prose(t("message_lacks_part", { part: "body" })))),
    note ? p("note", note) : null);
}

export function PlainText({ render }) {
  const text = fieldOf(render, "plain_text");
  if (text) return h("pre", { class: "letter alone" }, marked(text));
  const made = parsed(fieldOf(render, "body")?.output ?? "");
  made.querySelectorAll("style, script, title").forEach((element) => element.remove());
  const ends = "br, p, div, li, tr, h1, h2, h3, h4";
  made.querySelectorAll(ends).forEach((element) => element.after("\n"));
  const lines = made.body.textContent.replace(/[ \t]+/g, " ").replace(/ ?\n ?/g, "\n")
    .replace(/\n{3,}/g, "\n\n").trim();
  return [
    p("note", prose(t("plain_text_made"))),
    h("pre", { class: "letter alone" }, lines || t("no_text")),
  ];
}
