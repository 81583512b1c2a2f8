// Push: as the lock screens of iOS and Android show it.
import { clock } from "meniscus/channel_email.js";
import { div, span } from "meniscus/controls.js";
import { h } from "meniscus/preact.js";
import { marked } from "meniscus/text.js";
import { partOf } from "meniscus/marks.js";
import { picture } from "meniscus/channel_card.js";
import { state } from "meniscus/state.js";

export function Push({ render }) {
  const text = (part, none) => (part ? marked(part) : h("em", { class: "quiet" }, none));
  const title = () => text(partOf(render, "title", "subject"), "no title");
  const message = () => text(partOf(render, "message", "body"), "no message");
  const image = partOf(render, "image_url", "image");
  const app = state.workspace.name;
  const sign = () =>
    h("span", { class: "app-sign", "aria-hidden": "true" }, (app[0] ?? "M").toUpperCase());
  const day = clock({ weekday: "long", day: "numeric", month: "long" });
  const ios = h("section", { class: "phone ios", "aria-label": "iOS lock screen" },
    div("lock-day", day), div("lock-clock", clock()),
    div("notification",
      sign(),
      div("notification-text",
        div("notification-title", title(), span("when", "now")),
        div("notification-body", message())),
      image ? div("thumb", picture(image)) : null));
  const android = h("section", { class: "phone android", "aria-label": "Android lock screen" },
    div("lock-clock", clock()), div("lock-day", day),
    div("notification",
      div("notification-head", sign(), span("", app), span("quiet", "· now")),
      div("notification-title", title()),
      div("notification-body", message()),
      picture(image)));
  const figure = (phone, caption) => h("figure", {}, phone, h("figcaption", {}, caption));
  return div("phones",
    figure(ios, "iOS: four lines, then …"),
    figure(android, "Android, opened: six lines, then …; closed: one"));
}
