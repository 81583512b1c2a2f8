// In-app messages, Content Cards and Banners.
import { buttonsOf, fieldOf } from "meniscus/marks.js";
import { div, icon, p, span } from "meniscus/controls.js";
import { Html, picture } from "meniscus/pictures.js";
import { h } from "meniscus/preact.js";
import { marked } from "meniscus/text.js";
import { PHONE } from "meniscus/channel_email.js";
import { state } from "meniscus/state.js";
import { filled, t } from "meniscus/labels.js";

const line = (look, part) => (part ? div(look, marked(part)) : null);
const shade = () => (state.dark ? "is-dark" : "is-light");

const TYPES = {
  html: t("in_app_html"),
  slide_up: t("in_app_slide_up"),
  modal: t("in_app_modal"),
  full: t("in_app_full"),
};

export function InApp({ render }) {
  const html = render.parts.find(({ html, frame, frame_html, field }) =>
    html && (frame ?? frame_html) && field === "message");
  const type = html ? "html" : render.layout ?? "modal";
  const content = {
    html: () => div("modal is-html", h(Html, { part: html })),
    slide_up: () => h(SlideUp, { render }),
    modal: () => h(Modal, { render }),
    full: () => h(Modal, { render }),
  }[type]();
  return div("phones", h("figure", {},
    h("section", { class: `phone app is-${type} ${shade()}`, "aria-label": t("in_app") },
      h("div", { class: "app-lines", "aria-hidden": "true" },
        [40, 90, 75, 84, 60, 92, 70, 80, 45].map(bar)),
      content),
    h("figcaption", {}, TYPES[type]),
    type === "slide_up" ? h(Unused, { render }) : null));
}

const Modal = ({ render }) => div("modal",
  h("span", { class: "modal-close", "aria-hidden": "true" }, icon("close")),
  picture(fieldOf(render, "image_url")),
  div("modal-lines",
    line("modal-title", fieldOf(render, "title")),
    line("modal-text", fieldOf(render, "message"))),
  buttons(render));

const SlideUp = ({ render }) => div("modal slide",
  picture(fieldOf(render, "image_url")),
  line("modal-text", fieldOf(render, "message")) ?? p("modal-text quiet", t("no_message")),
  fieldOf(render, "url") ? h("span", { class: "chevron", "aria-hidden": "true" }, "›") : null);

/** What Braze doesn't show in a slide-up. */
function Unused({ render }) {
  const unused = [fieldOf(render, "title"), ...buttonsOf(render)].filter(Boolean);
  if (unused.length === 0) return null;
  const parts = unused.map(({ name }) => [h("code", {}, name), " "]);
  return p("note", filled("slide_up_unused", { parts }));
}

function buttons(render) {
  const found = buttonsOf(render);
  const fake = (part) => span("fake-button", marked(part));
  return found.length === 0 ? null : div("modal-buttons", found.map(fake));
}

const bar = (width) => h("span", { style: { width: `${width}%` } });

export function ContentCard({ render }) {
  const type = render.layout ?? "captioned";
  const image = picture(fieldOf(render, "image_url"));
  const link = fieldOf(render, "link_text") ?? fieldOf(render, "url");
  const text = type === "image_only" ? null : div("card-text",
    line("card-title", fieldOf(render, "title")),
    line("card-message", fieldOf(render, "message")),
    line("card-link", link));
  const card = (name, label) => h("figure", {},
    h("section", { class: `card-feed ${name} ${shade()}`, "aria-label": label },
      div(`card is-${type}`, image, text),
      h("div", { class: "card ghost", "aria-hidden": "true" }, bar(70), bar(45))),
    h("figcaption", {}, label));
  return div("phones",
    card("narrow", t("feed_phone")), card("wide", t("feed_web")));
}

/** A Banner in its place on a page; without a channel, the template alone. */
export function Banner({ render }) {
  const body = fieldOf(render, "body") ?? render.parts.find(({ html }) => html) ?? render.parts[0];
  const width = state.width === "phone" ? PHONE : 720;
  const content = body?.html ? h(Html, { part: body, width })
    : body ? h("pre", { class: "letter" }, marked(body)) : null;
  const lines = (widths) =>
    h("div", { class: "app-lines", "aria-hidden": "true" }, widths.map(bar));
  const paper = h("div", { class: "paper", style: { width: `${width}px` } }, content);
  return div(`client ${shade()}`, render.channel === "banner"
    ? h("section", { class: "site", "aria-label": t("banner_place") },
      lines([35, 90]), paper, lines([80, 94, 62]))
    : paper);
}
