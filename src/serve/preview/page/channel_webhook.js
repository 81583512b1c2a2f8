// Webhook: the request that Braze would send.
import { marked } from "meniscus/text.js";
import { button, h, say } from "meniscus/dom.js";
import { tree } from "meniscus/tree.js";

export function webhook(render) {
  const { request } = render;
  const body = render.parts.find(({ name }) => name === "body");
  if (!request) return null;
  return h("div", { class: "request" },
    h("section", { "aria-label": "Request" },
      h("p", { class: "request-line" }, h("span", { class: "method" }, request.method), h("span", { class: "url" }, request.url)),
      h("dl", { class: "headers" }, request.headers.map(([name, value]) => [h("dt", {}, name), h("dd", {}, value)]))),
    h("section", { "aria-label": "Body" },
      h("h3", {}, "Body", h("span", { class: "quiet" }, request.json !== null && request.json !== undefined ? "JSON" : request.body ? "not JSON" : "none")),
      request.json !== null && request.json !== undefined ? h("div", { class: "code" }, tree(request.json, { name: "request", deep: 6 })) : body ? h("pre", { class: "code" }, marked(body)) : null),
    copied("HTTP", request.http), copied("curl", request.curl));
}

function copied(name, text) {
  if (!text) return null;
  const copy = () => navigator.clipboard.writeText(text).then(() => say(`${name} is copied`), () => say("the browser does not let this page copy"));
  return h("section", { "aria-label": name },
    h("h3", {}, name, button({ class: "small", onclick: copy, "aria-label": `Copy ${name}` }, "Copy")),
    h("pre", { class: "code", tabindex: "0" }, text));
}
