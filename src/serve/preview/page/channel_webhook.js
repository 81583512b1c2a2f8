// Webhook: the request that Braze would send.
import { button, div, p, pre, quiet, say, span } from "meniscus/controls.js";
import { h } from "meniscus/preact.js";
import { marked } from "meniscus/text.js";
import { partOf } from "meniscus/marks.js";
import { Tree } from "meniscus/tree.js";
import { t } from "meniscus/labels.js";

export function Webhook({ render }) {
  const { request } = render;
  const body = partOf(render, "body");
  const json = request.json !== null && request.json !== undefined;
  const what = json ? "JSON" : t(request.body ? "not_json" : "no_body");
  return div("request",
    h("section", { "aria-label": t("request") },
      p("request-line", span("method", request.method), span("url", request.url)),
      h("dl", { class: "headers" },
        request.headers.map(([name, value]) => [h("dt", {}, name), h("dd", {}, value)]))),
    h("section", { "aria-label": t("body") },
      h("h3", {}, t("body"), quiet(what)),
      json ? div("code", h(Tree, { value: request.json, name: "request", deep: 6 }))
        : body ? h("pre", { class: "code" }, marked(body)) : null),
    h(Copied, { name: "HTTP", text: request.http }),
    h(Copied, { name: "curl", text: request.curl }));
}

function Copied({ name, text }) {
  if (!text) return null;
  const copy = () => navigator.clipboard.writeText(text).then(
    () => say(t("copied", { name })),
    () => say(t("cannot_copy")),
  );
  return h("section", { "aria-label": name },
    h("h3", {}, name,
      button({ class: "small", onclick: copy, "aria-label": t("copy_what", { name }) }, t("copy"))),
    pre(text));
}
