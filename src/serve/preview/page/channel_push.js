// Push: as the lock screens of iOS and Android show it.
import { state } from "meniscus/state.js";
import { clock } from "meniscus/channel_email.js";
import { picture } from "meniscus/channel_card.js";
import { marked } from "meniscus/text.js";
import { h } from "meniscus/dom.js";

const named = (render, ...names) => render.parts.find(({ name }) => names.includes(name));
const text = (part, none) => (part ? marked(part) : h("em", { class: "quiet" }, none));

export function push(render) {
  const title = named(render, "title", "subject");
  const message = named(render, "message", "body");
  const image = named(render, "image_url", "image");
  const thumb = () => (image ? h("div", { class: "thumb" }, picture(image)) : null);
  const day = clock({ weekday: "long", day: "numeric", month: "long" });
  const app = state.workspace.name;
  const sign = () => h("span", { class: "app-sign", "aria-hidden": "true" }, (app[0] ?? "M").toUpperCase());
  const ios = h("section", { class: "phone ios", "aria-label": "iOS lock screen" },
    h("div", { class: "lock-day" }, day), h("div", { class: "lock-clock" }, clock()),
    h("div", { class: "notification" }, sign(),
      h("div", { class: "notification-text" },
        h("div", { class: "notification-title" }, text(title, "no title"), h("span", { class: "when" }, "now")),
        h("div", { class: "notification-body" }, text(message, "no message"))),
      thumb()));
  const android = h("section", { class: "phone android", "aria-label": "Android lock screen" },
    h("div", { class: "lock-clock" }, clock()), h("div", { class: "lock-day" }, day),
    h("div", { class: "notification" },
      h("div", { class: "notification-head" }, sign(), h("span", {}, app), h("span", { class: "quiet" }, "· now")),
      h("div", { class: "notification-title" }, text(title, "no title")),
      h("div", { class: "notification-body" }, text(message, "no message")),
      picture(image)));
  return [
    h("div", { class: "phones" }, h("figure", {}, ios, h("figcaption", {}, "iOS: four lines, then …")), h("figure", {}, android, h("figcaption", {}, "Android, opened: six lines, then …; closed: one"))),
  ];
}
