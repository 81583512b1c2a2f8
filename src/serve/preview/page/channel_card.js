// In-app messages, Content Cards and Banners.
import { frame } from "meniscus/frame.js";
import { PHONE } from "meniscus/channel_email.js";
import { marked } from "meniscus/text.js";
import { h, icon } from "meniscus/dom.js";
import { state } from "meniscus/state.js";

const named = (render, ...names) => render.parts.find(({ name }) => names.includes(name));
const line = (tag, name, part) => (part ? h(tag, { class: name }, marked(part)) : null);

export function inApp(render) {
  const html = render.parts.find((part) => part.html && part.frame !== undefined && ["body", "message"].includes(part.name));
  const modal = html
    ? h("div", { class: "modal is-html" }, frame(html))
    : h("div", { class: "modal" }, h("span", { class: "modal-close", "aria-hidden": "true" }, icon("close")),
      picture(named(render, "image_url", "image")),
      line("div", "modal-title", named(render, "title", "header", "subject")),
      line("div", "modal-text", named(render, "message", "body")),
      buttons(render));
  return h("div", { class: "phones" }, h("section", { class: `phone app ${html ? "is-whole" : ""}`, "aria-label": "In-app message" }, h("div", { class: "app-lines", "aria-hidden": "true" }, [80, 60, 70, 40].map((width) => bar(width))), modal));
}

function buttons(render) {
  const found = render.parts.filter(({ name }) => /^button/.test(name) && !/url|link/.test(name));
  return found.length === 0 ? null : h("div", { class: "modal-buttons" }, found.map((part) => h("span", { class: "fake-button" }, marked(part))));
}

function bar(width) {
  const element = h("span", {});
  element.style.width = `${width}%`;
  return element;
}

/** A picture: where pictures from the web are wanted, the one of the address, in a frame of its own; else a sign. */
export function picture(part) {
  if (!part) return null;
  const sign = h("div", { class: "picture", role: "img", "aria-label": "Picture" }, icon("image"));
  if (!state.images || !part.picture || part.output.trim() === "") return sign;
  const iframe = h("iframe", { title: "Picture", sandbox: "", referrerpolicy: "no-referrer", tabindex: "-1", src: `${part.picture}?images=1` });
  return h("div", { class: "picture" }, iframe);
}

export function contentCard(render) {
  const link = named(render, "link_text", "url_text", "link", "url");
  const card = (name, label) => h("figure", {}, h("section", { class: `card-feed ${name}`, "aria-label": label },
    h("div", { class: "card" }, picture(named(render, "image_url", "image")),
      h("div", { class: "card-text" },
        line("div", "card-title", named(render, "title", "subject")),
        line("div", "card-message", named(render, "message", "description", "body")),
        link ? h("div", { class: "card-link" }, marked(link)) : null)),
    h("div", { class: "card ghost", "aria-hidden": "true" }, bar(70), bar(45))), h("figcaption", {}, label));
  return h("div", { class: "phones" }, card("narrow", "In a feed on a phone"), card("wide", "In a feed on the web"));
}

export function banner(render) {
  const body = render.parts.find(({ html }) => html) ?? render.parts[0];
  const width = state.width === "phone" ? PHONE : 720;
  const paper = h("div", { class: "paper" }, body?.html ? frame(body, { width }) : body ? h("pre", { class: "letter" }, marked(body)) : null);
  paper.style.width = `${width}px`;
  return h("div", { class: `client ${state.dark ? "is-dark" : "is-light"}` }, paper);
}
