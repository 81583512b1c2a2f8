// The middle: the message in the frame of its channel, all scenarios, or what changed.
import { Banner, ContentCard, InApp } from "meniscus/channel_card.js";
import {
  button, div, grow, helpOf, icon, p, prose, quiet, small, span, Tabs,
} from "meniscus/controls.js";
import { change, shown, state } from "meniscus/state.js";
import { NeedsRecipient, NoMessages } from "meniscus/begin.js";
import { BlankCount } from "meniscus/blanks.js";
import { Changes, ChangesBar } from "meniscus/changes.js";
import { Dialog, openDialog } from "meniscus/dialog.js";
import { Email, PlainText } from "meniscus/channel_email.js";
import { Grid, GridBar } from "meniscus/grid.js";
import { h, useLayoutEffect, useRef } from "meniscus/preact.js";
import { writes } from "meniscus/api.js";
import { go } from "meniscus/go.js";
import { marked } from "meniscus/text.js";
import { Origin } from "meniscus/origin.js";
import { Push } from "meniscus/channel_push.js";
import { Sheets } from "meniscus/sheets.js";
import { Sms, WhatsApp } from "meniscus/channel_sms.js";
import { watchSize } from "meniscus/frame.js";
import { Webhook } from "meniscus/channel_webhook.js";

const FRAMES = {
  email: Email,
  push: Push,
  sms: Sms,
  whats_app: WhatsApp,
  in_app: InApp,
  content_card: ContentCard,
  banner: Banner,
  webhook: Webhook,
};

const VIEWS = {
  message: [Toolbar, Message],
  grid: [GridBar, Grid],
  changes: [ChangesBar, () => h(Changes, { draw: contentOf })],
};

export function View() {
  const view = useRef(null);
  const scroller = useRef(null);
  useLayoutEffect(() => watchSize(view.current), []);
  useLayoutEffect(() => {
    scroller.current.scrollTop = 0;
  }, [state.message, state.scenario]);
  useLayoutEffect(() => {
    if (state.selected?.from === "preview") return;
    view.current.querySelector(".value.selected")?.scrollIntoView({ block: "nearest" });
  }, [state.selected]);
  useLayoutEffect(() => {
    if (state.view !== "message") finished();
  }, [state.grid, state.snapshot]);
  const [Bar, Content] = VIEWS[state.view];
  return h("div", { id: "view", ref: view },
    div("bar", h(Bar)),
    div("notices", h(Notices)),
    h("div", {
      class: "scroller", id: "faces-panel", tabindex: 0, role: "region",
      "aria-label": "Rendered message", ref: scroller,
    }, h(Content)),
    h("div", { class: "origin", role: "region", "aria-label": "Where the value comes from" },
      state.view === "message" ? h(Origin) : null));
}

/** Notes how long it took from the change to the screen. */
function finished() {
  if (state.started === null) return;
  change({ took: performance.now() - state.started, started: null });
}

function Toolbar() {
  const { channel, parts = [] } = shown() ?? {};
  const html = parts.some((part) => part.html);
  const wide = ["email", "banner"].includes(channel) || (!channel && html);
  const faces = [["shown", "Message"]];
  if (channel === "email") faces.push(["plain", "Plain text"]);
  faces.push(["source", "Source"]);
  const toggle = (key, sign, label, on, patch) => button({
    class: "tool", "aria-pressed": on, "aria-label": label, title: label,
    "data-key": `tool:${key}`, onclick: () => change(patch),
  }, icon(sign));
  const width = (key, label) => toggle(key, key, label, state.width === key, { width: key });
  const tools = (label, ...inside) =>
    h("span", { class: "tools", role: "group", "aria-label": label }, inside);
  const { face, dark, images } = state;
  const isDrawn = html || (channel && channel !== "webhook");
  const hasPictures = html || parts.some(({ picture }) => picture);
  const pictures = "Pictures from the web: loads them from their servers";
  return [
    h(Tabs, {
      label: "Faces of the message", id: "faces", items: faces, current: face,
      choose: (chosen) => change({ face: chosen }),
    }),
    grow(),
    h(BlankCount),
    face === "shown" && wide
      ? tools("Width", width("desktop", "Desktop width"), width("phone", "Phone width")) : null,
    face === "shown" && isDrawn
      ? tools("How it is shown",
        toggle("dark", "moon", "Dark mode", dark, { dark: !dark }),
        hasPictures && writes
          ? toggle("images", "image", pictures, images, { images: !images }) : null,
      ) : null,
  ];
}

function Message() {
  const kept = useRef(null);
  const render = shown();
  if (!render) {
    // Until another scenario is rendered, the message stays as it was.
    if (kept.current?.message === state.message) return kept.current.sheets;
    return state.workspace?.messages.length === 0 ? h(NoMessages) : null;
  }
  const { message, scenario, face, width, dark, images } = state;
  const parts = render.parts.map(({ name, output, aborted, marks }) =>
    [name, output, aborted,
      marks.map(({ id, start, end, reason }) => [id, start, end, reason?.message])]);
  const { request, sizes, data } = render;
  const look = [message, scenario, face, width, dark, images, parts, request, sizes, data?.now];
  const sheets =
    h(Sheets, { look: JSON.stringify(look), finished, children: contentOf(render) });
  kept.current = { message, sheets };
  return sheets;
}

function contentOf(render) {
  const { face } = state;
  const aborted = render.parts.filter((part) => part.aborted);
  if (face === "source") return render.parts.map(partSource);
  if (face === "plain" && render.channel === "email") {
    return div("client is-light", h(PlainText, { render }));
  }
  if (aborted.length > 0) return h(NotSent, { render, aborted });
  return [h(Channel, { render }), h(Others, { render })];
}

function Channel({ render }) {
  const isText = render.channel === "webhook" ? !render.request
    : !render.channel && !render.parts.some(({ html }) => html);
  return isText ? render.parts.map(partSource) : h(FRAMES[render.channel] ?? Banner, { render });
}

const bytesOf = (number) => number.toLocaleString("en");

const partSource = (part) => h("section", { class: "part", "aria-label": part.name },
  h("h3", {}, part.name, quiet(`${bytesOf(part.bytes)} bytes`)),
  part.aborted ? p("note", `not sent: ${part.aborted.type}: ${part.aborted.reason}`) : null,
  h("pre", { class: "code" }, part.output === "" ? quiet("(empty)") : marked(part)));

function Others({ render }) {
  const rest = render.parts.filter(({ place }) => place === "below");
  const over = (render.sizes ?? []).filter((size) => size.over);
  const size = ({ what, bytes, limit }) => h("li", { class: "over" }, icon("warn"),
    `${what}: ${bytesOf(bytes)} of ${bytesOf(limit)} bytes`);
  return [
    over.length > 0 ? h("ul", { class: "sizes" }, over.map(size)) : null,
    rest.length > 0 ? div("others", h("h2", {}, "Other parts"), rest.map(partSource)) : null,
  ];
}

const REASONS = {
  liquid_abort_message: "The template aborts the message",
  template_parse_error: "The template has a syntax error",
  exhausted_cc_retries: "A call failed on every try",
  no_promotion_code: "No promotion code is left",
  limit_reached: "A limit of this program was reached",
};

function NotSent({ render, aborted }) {
  // Parts ask the same, so they often end for the same reason: that is said once.
  const alike = Map.groupBy(aborted, ({ aborted: { type, reason } }) => `${type} ${reason}`);
  const printed = render.parts.filter(({ output }) => output.trim() !== "");
  const group = (parts) => {
    const [{ aborted: { type, reason, at } }] = parts;
    const said = type === "liquid_abort_message" ? reason || "no reason is given" : prose(reason);
    return div("abort-part",
      p("", REASONS[type] ?? type),
      h("blockquote", {}, said),
      p("quiet", `in ${parts.map(({ name }) => name).join(", ")}, as `,
        h("code", {}, type), " in Braze’s log"),
      at ? button({ onclick: () => go.open(at) },
        `Show line ${at.span.start.line} of ${at.path}`) : null);
  };
  return h("div", { class: "abort", role: "group", "aria-label": "Not sent" },
    icon("stop"), h("h2", {}, "Not sent"),
    [...alike.values()].map(group),
    printed.some((part) => part.aborted) ? h("details", {},
      h("summary", {}, "What was printed up to there"), printed.map(partSource)) : null);
}

export function Notices() {
  const notice = (level, role, ...inside) =>
    h("div", { class: `notice ${level}`, role }, icon(level), inside);
  const { error, offline, workspace } = state;
  const [first, ...more] = workspace?.errors ?? [];
  return [
    h(NeedsRecipient),
    offline ? notice("error", "alert", span("", "The program does not answer. ",
      quiet("Start `meniscus preview` again; what is typed here stays."))) : null,
    error ? notice("error", "alert",
      span("", prose(error.message), " ", helpOf(error)), grow(),
      small(null, () => change({ error: null }), "Close")) : null,
    first ? notice("warn", null,
      span("", whereOf(first), prose(first.message), " ", helpOf(first)), grow(),
      more.length === 0 ? null
        : small("errors", () => openDialog(Unreadable), `and ${more.length} more`)) : null,
  ];
}

const whereOf = ({ path, span }) =>
  (path ? [h("code", {}, span ? `${path}:${span.start.line}` : path), " "] : null);

/** All that cannot be read: what it said before counts until it is fixed. */
function Unreadable() {
  const item = (error) => h("li", {}, whereOf(error), prose(error.message),
    error.help ? p("quiet", prose(error.help)) : null);
  return h(Dialog, { title: "What cannot be read" },
    h("ul", { class: "unreadable" }, state.workspace.errors.map(item)));
}
