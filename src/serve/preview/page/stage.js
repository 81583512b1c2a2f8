// The middle: the message in the frame of its channel.
import { change, on, shown, state } from "meniscus/state.js";
import { banner, contentCard, inApp } from "meniscus/channel_card.js";
import { button, fill, h, icon, prose, tabs } from "meniscus/dom.js";
import { find, originText, select, valueOf } from "meniscus/marks.js";
import { exported } from "meniscus/api.js";
import { changes } from "meniscus/changes.js";
import { dialog } from "meniscus/keys.js";
import { email, plain } from "meniscus/channel_email.js";
import { toggleImages } from "meniscus/frame.js";
import { go } from "meniscus/go.js";
import { grid } from "meniscus/grid.js";
import { marked } from "meniscus/text.js";
import { push } from "meniscus/channel_push.js";
import { sms } from "meniscus/channel_sms.js";
import { webhook } from "meniscus/channel_webhook.js";

const view = document.getElementById("view");
const bar = h("div", { class: "bar" });
const notice = h("div", { class: "notices" });
const scroller = h("div", { class: "scroller", id: "faces-panel", tabindex: "0", role: "region", "aria-label": "Rendered message" });
const origin = h("div", { class: "origin", role: "region", "aria-label": "Where the value comes from" });
view.append(bar, notice, scroller, origin);

/** Which parts each channel shows in its frame; the others are listed below. */
const SHOWN = {
  email: ["subject", "preheader", "body", "plain_text"],
  push: ["title", "subject", "message", "body", "image_url", "image"],
  sms: ["body", "message"],
  whats_app: ["body", "message"],
  in_app: ["title", "header", "subject", "message", "body", "image_url", "image"],
  content_card: ["title", "subject", "message", "description", "body", "link_text", "url_text", "link", "url", "image_url", "image"],
  banner: ["body"],
  webhook: ["url", "body"],
};

function faces(render) {
  const items = [["shown", "Message"]];
  if (render?.channel === "email") items.push(["plain", "Plain text"]);
  items.push(["source", "Source"]);
  return items;
}

function toolbar(render) {
  const wide = ["email", "banner"].includes(render?.channel) || (render && !render.channel && render.parts.some(({ html }) => html));
  const html = render?.parts.some(({ html }) => html);
  const pictures = html || render?.parts.some(({ picture }) => picture);
  const toggle = (on, sign, label, act, key) => button({ class: "tool", "aria-pressed": String(on), "aria-label": label, title: label, onclick: act, "data-key": `tool:${key}` }, icon(sign));
  fill(bar,
    tabs("Faces of the message", "faces", faces(render), state.face, (face) => change({ face })),
    h("span", { class: "grow" }),
    state.face === "shown" && wide ? h("span", { class: "tools", role: "group", "aria-label": "Width" },
      toggle(state.width === "desktop", "desktop", "Desktop width", () => change({ width: "desktop" }), "desktop"),
      toggle(state.width === "phone", "phone", "Phone width", () => change({ width: "phone" }), "phone")) : null,
    state.face === "shown" && pictures ? h("span", { class: "tools", role: "group", "aria-label": "How it is shown" },
      html ? toggle(state.dark, "moon", "Dark mode", () => change({ dark: !state.dark }), "dark") : null,
      exported && !html ? null : toggle(state.images, "image", "Pictures from the web: loads them from their servers", toggleImages, "images")) : null);
}

// What is on the stage, in words: the same is not drawn again, so that frames do not load again.
let drawn = "";

function draw(names) {
  view.parentElement.dataset.view = state.view;
  const render = shown();
  if (state.view !== "message") {
    drawn = "";
    notices();
    if (state.view === "grid") grid(bar, scroller);
    else changes(bar, scroller);
    if (names.has(state.view === "grid" ? "grid" : "snapshot")) finished();
    return;
  }
  toolbar(render);
  notices();
  if (!render) {
    drawn = "";
    const none = state.workspace?.messages.length === 0;
    return fill(scroller, none ? h("div", { class: "nothing" }, h("p", {}, "There are no messages here."), h("p", { class: "quiet" }, "A message is a file or a folder in ", h("code", {}, "templates/"), ".")) : null);
  }
  const parts = render.parts.map(({ name, output, aborted, marks }) => [name, output, aborted, marks.map(({ id, start, end }) => [id, start, end])]);
  const now = JSON.stringify([state.message, state.scenario, state.face, state.width, state.dark, state.images, parts, render.request, render.sizes, render.data?.now]);
  if (now === drawn) return finished();
  drawn = now;
  const aborted = render.parts.filter((part) => part.aborted);
  if (state.face === "source") place(render.parts.map(partSource));
  else if (state.face === "plain" && render.channel === "email") place(h("div", { class: "client is-light" }, plain(render)));
  else if (aborted.length > 0) place(notSent(render, aborted));
  else place([channel(render), others(render)]);
}

/** Notes how long it took from the change to the screen. */
function finished() {
  if (state.started === null) return;
  change({ took: performance.now() - state.started, started: null });
}

/** Puts `content` on the stage. The old content stays until the frames of the new one are there: nothing flashes. */
function place(content) {
  const next = h("div", { class: "sheet" }, content);
  const frames = [...next.querySelectorAll("iframe")];
  const old = [...scroller.children];
  const swap = () => {
    if (!next.isConnected || !next.classList.contains("behind")) return;
    const top = scroller.scrollTop;
    old.forEach((element) => element.remove());
    next.classList.remove("behind");
    scroller.scrollTop = top;
    finished();
  };
  next.classList.add("behind");
  scroller.append(next);
  if (frames.length === 0) return swap();
  let left = frames.length;
  for (const iframe of frames) iframe.addEventListener("load", () => --left === 0 && swap(), { once: true });
  setTimeout(swap, 2_000); // a frame that never loads does not hold back the rest
}

function channel(render) {
  switch (render.channel) {
    case "email": return email(render);
    case "push": return push(render);
    case "sms":
    case "whats_app": return sms(render);
    case "in_app": return inApp(render);
    case "content_card": return contentCard(render);
    case "banner": return banner(render);
    case "webhook": return webhook(render) ?? render.parts.map(partSource);
    default: return render.parts.some(({ html }) => html) ? banner(render) : render.parts.map(partSource);
  }
}

function partSource(part) {
  return h("section", { class: "part", "aria-label": part.name },
    h("h3", {}, part.name, h("span", { class: "quiet" }, `${part.bytes.toLocaleString("en")} bytes`)),
    part.aborted ? h("p", { class: "note" }, `not sent: ${part.aborted.type}: ${part.aborted.reason}`) : null,
    h("pre", { class: "code" }, part.output === "" ? h("span", { class: "quiet" }, "(empty)") : marked(part)));
}

function others(render) {
  const used = SHOWN[render.channel] ?? ["body"];
  const rest = render.parts.filter(({ name }) => !used.includes(name) && !(render.channel === "webhook" && name.startsWith("header.")) && !(render.channel === "in_app" && name.startsWith("button")));
  const sizes = (render.sizes ?? []).filter(({ over }) => over);
  return [
    sizes.length > 0 ? h("ul", { class: "sizes" }, sizes.map(({ what, bytes, limit }) => h("li", { class: "over" }, icon("warn"), `${what}: ${bytes.toLocaleString("en")} of ${limit.toLocaleString("en")} bytes`))) : null,
    rest.length > 0 && render.channel ? h("div", { class: "others" }, h("h2", {}, "Other parts"), rest.map(partSource)) : null,
  ];
}

function notSent(render, aborted) {
  const REASONS = {
    liquid_abort_message: "The template aborts the message",
    template_parse_error: "The template has a syntax error",
    exhausted_cc_retries: "A call failed on every try",
    no_promotion_code: "No promotion code is left",
    limit_reached: "A limit of this program was reached",
  };
  return h("div", { class: "abort", role: "group", "aria-label": "Not sent" }, icon("stop"), h("h2", {}, "Not sent"),
    // Parts ask the same, so they often end for the same reason: that is said once.
    [...Map.groupBy(aborted, ({ aborted: { type, reason } }) => `${type} ${reason}`).values()].map(([part, ...same]) => h("div", { class: "abort-part" },
      h("p", {}, REASONS[part.aborted.type] ?? part.aborted.type),
      h("blockquote", {}, part.aborted.type === "liquid_abort_message" ? part.aborted.reason || "no reason is given" : prose(part.aborted.reason)),
      h("p", { class: "quiet" }, `in ${[part, ...same].map(({ name }) => name).join(", ")}, as `, h("code", {}, part.aborted.type), " in Braze’s log"),
      part.aborted.at ? button({ onclick: () => go.open(part.aborted.at) }, `Show line ${part.aborted.at.span.start.line} of ${part.aborted.at.path}`) : null)),
    render.parts.some((part) => part.aborted && part.output.trim() !== "") ? h("details", {}, h("summary", {}, "What was printed up to there"), render.parts.filter((part) => part.output.trim() !== "").map(partSource)) : null);
}

function notices() {
  const items = [];
  if (state.offline) items.push(h("div", { class: "notice error", role: "alert" }, icon("error"), h("span", {}, "The program does not answer. ", h("span", { class: "quiet" }, "Start `meniscus preview` again; what is typed here stays."))));
  if (state.error) items.push(h("div", { class: "notice error", role: "alert" }, icon("error"), h("span", {}, prose(state.error.message), " ", state.error.help ? h("span", { class: "quiet" }, prose(state.error.help)) : null), h("span", { class: "grow" }), button({ class: "small", onclick: () => change({ error: null }) }, "Close")));
  const [first, ...more] = state.workspace?.errors ?? [];
  if (first) {
    items.push(h("div", { class: "notice warn" }, icon("warn"),
      h("span", {}, whereOf(first), prose(first.message), " ", first.help ? h("span", { class: "quiet" }, prose(first.help)) : null),
      h("span", { class: "grow" }),
      more.length > 0 ? button({ class: "small", "data-key": "errors", onclick: () => unreadable([first, ...more]) }, `and ${more.length} more`) : null));
  }
  fill(notice, items);
}

/** Where something cannot be read. */
const whereOf = ({ path, span }) => (path ? [h("code", {}, span ? `${path}:${span.start.line}` : path), " "] : null);

/** All that cannot be read: what it said before counts until it is mended. */
function unreadable(errors) {
  dialog("What cannot be read", h("ul", { class: "unreadable" }, errors.map((error) => h("li", {}, whereOf(error), prose(error.message), error.help ? h("p", { class: "quiet" }, prose(error.help)) : null))));
}

/** A syntax error, in the line that is there anyway: the message does not jump while somebody types. */
function syntax({ problems, last_good }) {
  const first = problems.find(({ level }) => level === "error");
  return h("div", { class: "notice error", role: "alert" }, icon("error"),
    h("span", { title: first?.message }, first ? prose(first.message) : "The template has a syntax error", last_good ? h("span", { class: "quiet" }, " Shown: the last render that was good.") : null),
    h("span", { class: "grow" }),
    first?.span ? button({ class: "small", "data-key": "syntax", onclick: () => go.open(first) }, `Line ${first.span.start.line}`) : null);
}

function drawOrigin() {
  if (state.view !== "message") return fill(origin);
  if (state.render?.refused) return fill(origin, syntax(state.render));
  const marks = state.selected?.marks ?? [];
  const mark = marks.length > 0 ? find(marks[0]) : null;
  if (!mark) {
    return fill(origin, h("span", { class: "quiet" }, marks.length === 0 ? "Point at a value to see where it comes from." : "This value is no longer there."));
  }
  const value = valueOf(marks[0]);
  fill(origin,
    h("span", { class: "origin-value", title: value }, value === "" ? "(nothing)" : value.replace(/\s+/g, " ").slice(0, 80)),
    h("span", { class: "from", "aria-hidden": "true" }, "←"),
    button({ class: "link mono", "data-key": "origin:expression", title: `${mark.at.path}, line ${mark.at.span.start.line}`, onclick: () => go.open(mark.at) }, mark.expression.replace(/\s+/g, " ").slice(0, 120)),
    mark.origins.slice(0, 3).map((from) => [h("span", { class: "from", "aria-hidden": "true" }, "←"),
      button({ class: "link mono", "data-key": `origin:${originText(from)}`, onclick: () => go.show(from) }, originText(from))]),
    marks.length > 1 ? h("span", { class: "quiet" }, `and ${marks.length - 1} more`) : null,
    h("span", { class: "grow" }),
    button({ class: "tool", "aria-label": "Forget this value", onclick: () => select([], "preview") }, icon("close")));
}

on(["workspace", "render", "view", "face", "width", "dark", "images", "grid", "snapshot", "error", "offline", "message", "scenario"], (names) => {
  if (names.has("message") || names.has("scenario")) scroller.scrollTop = 0;
  draw(names);
});
on(["selected", "render", "view"], drawOrigin);
