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
import { filled, listed, t } from "meniscus/labels.js";

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
      "aria-label": t("rendered_message"), ref: scroller,
    }, h(Content)),
    h("div", { class: "origin", role: "region", "aria-label": t("value_origin") },
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
  const faces = [["shown", t("message")]];
  if (channel === "email") faces.push(["plain", t("plain_text")]);
  faces.push(["source", t("source")]);
  const toggle = (key, sign, label, on, patch) => button({
    class: "tool", "aria-pressed": on, "aria-label": label, title: label,
    "data-key": `tool:${key}`, onclick: () => change(patch),
  }, icon(sign));
  const width = (key, label) => toggle(key, key, label, state.width === key, { width: key });
  const tools = (look, label, ...inside) =>
    h("span", { class: `tools ${look}`, role: "group", "aria-label": label }, inside);
  const { face, dark, images } = state;
  const isDrawn = html || (channel && channel !== "webhook");
  const hasPictures = html || parts.some(({ picture }) => picture);
  return [
    h(Tabs, {
      label: t("ways_to_see_message"), id: "faces", items: faces, current: face,
      choose: (chosen) => change({ face: chosen }),
    }),
    grow(),
    h(BlankCount),
    face === "shown" && wide
      ? tools("of-width", t("width"),
        width("desktop", t("desktop_width")), width("phone", t("phone_width"))) : null,
    face === "shown" && isDrawn
      ? tools("", t("appearance"),
        toggle("dark", "moon", t("dark_mode"), dark, { dark: !dark }),
        hasPictures && writes
          ? toggle("images", "image", t("web_pictures"), images, { images: !images }) : null,
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

const partSource = (part) => h("section", { class: "part", "aria-label": part.name },
  h("h3", {}, part.name, quiet(t("bytes", { count: part.bytes }))),
  part.aborted ? p("note", t("part_not_sent", part.aborted)) : null,
  h("pre", { class: "code" }, part.output === "" ? quiet(t("empty")) : marked(part)));

function Others({ render }) {
  const rest = render.parts.filter(({ place }) => place === "below");
  const over = (render.sizes ?? []).filter((size) => size.over);
  const size = (own) => h("li", { class: "over" }, icon("warn"), t("size_over", own));
  return [
    over.length > 0 ? h("ul", { class: "sizes" }, over.map(size)) : null,
    rest.length > 0 ? div("others", h("h2", {}, t("other_parts")), rest.map(partSource)) : null,
  ];
}

const REASONS = {
  liquid_abort_message: t("abort_template"),
  template_parse_error: t("template_syntax_error"),
  exhausted_cc_retries: t("abort_retries"),
  no_promotion_code: t("abort_promotion"),
  limit_reached: t("abort_limit"),
};

function NotSent({ render, aborted }) {
  // Parts ask the same, so they often end for the same reason: that is said once.
  const alike = Map.groupBy(aborted, ({ aborted: { type, reason } }) => `${type} ${reason}`);
  const printed = render.parts.filter(({ output }) => output.trim() !== "");
  const group = (parts) => {
    const [{ aborted: { type, reason, at } }] = parts;
    const said = type === "liquid_abort_message" ? reason || t("no_reason") : prose(reason);
    return div("abort-part",
      p("", REASONS[type] ?? type),
      h("blockquote", {}, said),
      p("quiet", filled("abort_in", {
        parts: listed(parts.map(({ name }) => name)), type: h("code", {}, type),
      })),
      at ? button({ onclick: () => go.open(at) },
        t("show_line_of", { line: at.span.start.line, path: at.path })) : null);
  };
  return h("div", { class: "abort", role: "group", "aria-label": t("not_sent") },
    icon("stop"), h("h2", {}, t("not_sent")),
    [...alike.values()].map(group),
    printed.some((part) => part.aborted) ? h("details", {},
      h("summary", {}, t("rendered_so_far")), printed.map(partSource)) : null);
}

export function Notices() {
  const notice = (level, role, ...inside) =>
    h("div", { class: `notice ${level}`, role }, icon(level), inside);
  const { error, offline, workspace } = state;
  const [first, ...more] = workspace?.errors ?? [];
  return [
    h(NeedsRecipient),
    offline ? notice("error", "alert", span("", t("program_silent_notice"),
      quiet(prose(t("program_silent_help"))))) : null,
    error ? notice("error", "alert",
      span("", prose(error.message), " ", helpOf(error)), grow(),
      small(null, () => change({ error: null }), t("close"))) : null,
    first ? notice("warn", null,
      span("", whereOf(first), prose(first.message), " ", helpOf(first)), grow(),
      more.length === 0 ? null
        : small("errors", () => openDialog(Unreadable),
          t("and_more", { count: more.length }))) : null,
  ];
}

const whereOf = ({ path, span }) =>
  (path ? [h("code", {}, span ? `${path}:${span.start.line}` : path), " "] : null);

/** All that cannot be read: what it said before counts until it is fixed. */
function Unreadable() {
  const item = (error) => h("li", {}, whereOf(error), prose(error.message),
    error.help ? p("quiet", prose(error.help)) : null);
  return h(Dialog, { title: t("unreadable_files") },
    h("ul", { class: "unreadable" }, state.workspace.errors.map(item)));
}
