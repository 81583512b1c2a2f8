// In-app messages, Content Cards and Banners.
import { Frame, Picture } from "meniscus/frame.js";
import { h } from "meniscus/preact.js";
import { div, icon, span } from "meniscus/controls.js";
import { marked } from "meniscus/text.js";
import { partOf } from "meniscus/marks.js";
import { PHONE } from "meniscus/channel_email.js";
import { state } from "meniscus/state.js";

const line = (look, part) => (part ? div(look, marked(part)) : null);

export function InApp({ render }) {
  const html = render.parts.find((part) =>
    part.html && part.frame !== undefined && ["body", "message"].includes(part.name));
  const modal = html
    ? div("modal is-html", h(Frame, { part: html }))
    : div("modal",
      h("span", { class: "modal-close", "aria-hidden": "true" }, icon("close")),
      picture(partOf(render, "image_url", "image")),
      line("modal-title", partOf(render, "title", "header", "subject")),
      line("modal-text", partOf(render, "message", "body")),
      buttons(render));
  const look = `phone app ${html ? "is-whole" : ""}`;
  return div("phones", h("section", { class: look, "aria-label": "In-app message" },
    h("div", { class: "app-lines", "aria-hidden": "true" }, [80, 60, 70, 40].map(bar)), modal));
}

function buttons({ parts }) {
  const found = parts.filter(({ name }) => /^button/.test(name) && !/url|link/.test(name));
  const fake = (part) => span("fake-button", marked(part));
  return found.length === 0 ? null : div("modal-buttons", found.map(fake));
}

const bar = (width) => h("span", { style: { width: `${width}%` } });

/** A picture: the one of the address where pictures from the web are wanted; else a sign. */
export function picture(part) {
  if (!part) return null;
  const address = state.images && part.output.trim() !== "" ? part.picture : null;
  return address ? h(Picture, { address })
    : h("div", { class: "picture", role: "img", "aria-label": "Picture" }, icon("image"));
}

export function ContentCard({ render }) {
  const link = partOf(render, "link_text", "url_text", "link", "url");
  const card = (name, label) => h("figure", {},
    h("section", { class: `card-feed ${name}`, "aria-label": label },
      div("card",
        picture(partOf(render, "image_url", "image")),
        div("card-text",
          line("card-title", partOf(render, "title", "subject")),
          line("card-message", partOf(render, "message", "description", "body")),
          line("card-link", link))),
      h("div", { class: "card ghost", "aria-hidden": "true" }, bar(70), bar(45))),
    h("figcaption", {}, label));
  return div("phones",
    card("narrow", "In a feed on a phone"), card("wide", "In a feed on the web"));
}

export function Banner({ render }) {
  const body = render.parts.find(({ html }) => html) ?? render.parts[0];
  const width = state.width === "phone" ? PHONE : 720;
  return div(`client ${state.dark ? "is-dark" : "is-light"}`,
    h("div", { class: "paper", style: { width: `${width}px` } },
      body?.html ? h(Frame, { part: body, width })
        : body ? h("pre", { class: "letter" }, marked(body)) : null));
}
