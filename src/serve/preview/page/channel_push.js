// Push: collapsed and expanded, as the lock screens of an iPhone and a Pixel show it.
import { buttonsOf, fieldOf } from "meniscus/marks.js";
import { div, p, span } from "meniscus/controls.js";
import { clock } from "meniscus/channel_email.js";
import { h } from "meniscus/preact.js";
import { marked } from "meniscus/text.js";
import { picture } from "meniscus/pictures.js";
import { state } from "meniscus/state.js";
import { t } from "meniscus/labels.js";

const none = (words) => h("em", { class: "quiet" }, words);
const sign = () => h("span", { class: "app-sign", "aria-hidden": "true" },
  (state.workspace.name[0] ?? "M").toUpperCase());

export function Push({ render }) {
  const day = clock({ weekday: "long", day: "numeric", month: "long" });
  const look = `phone ${state.dark ? "is-dark" : "is-light"}`;
  const phone = (name, label, device, ...inside) => h("figure", {},
    h("section", { class: `${look} ${name}`, "aria-label": label },
      div("lock-day", day), div("lock-clock", clock()), inside),
    h("figcaption", {}, device));
  const states = (collapsed, expanded) => [
    collapsed, p("when-open", t("expanded")), expanded,
  ];
  return div("phones",
    phone("ios", t("ios_lock_screen"), t("ios_device"),
      states(h(Ios, { render }), h(Ios, { render, open: true }))),
    phone("android", t("android_lock_screen"), t("android_device"),
      states(h(Android, { render }), h(Android, { render, open: true }))));
}

function texts(render) {
  const [title, subtitle, message] =
    ["title", "subtitle", "message"].map((name) => fieldOf(render, name));
  return {
    title: title ? marked(title) : none(t("no_title")),
    subtitle: subtitle ? div("notification-subtitle", marked(subtitle)) : null,
    message: message ? marked(message) : none(t("no_message")),
    image: fieldOf(render, "image_url"),
    buttons: buttonsOf(render),
  };
}

function Ios({ render, open = false }) {
  const { title, subtitle, message, image, buttons } = texts(render);
  const lines = div("notification-text",
    div("notification-title", title, span("when", t("now"))),
    subtitle,
    div("notification-body", message));
  if (!open) {
    return div("notification", sign(), lines, image ? div("thumb", picture(image)) : null);
  }
  const isMenu = buttons.length > 0;
  return [
    div("notification is-open", picture(image), div("notification-lines", lines)),
    isMenu ? div("action-menu", buttons.map((part) => div("action", marked(part)))) : null,
  ];
}

function Android({ render, open = false }) {
  const { title, message, image, buttons } = texts(render);
  const summary = fieldOf(render, "summary");
  const head = div("notification-head",
    sign(), span("", state.workspace.name), span("quiet", `· ${t("now")}`));
  // An expanded picture has the summary as its caption; without one, the message.
  const text = open && image && summary ? marked(summary) : message;
  const more = open && !image && summary
    ? div("notification-summary quiet", marked(summary)) : null;
  const isRow = open && buttons.length > 0;
  return div(`notification ${open ? "is-open" : ""} ${image ? "has-picture" : ""}`,
    head,
    div("notification-row",
      div("notification-text",
        div("notification-title", title), div("notification-body", text), more),
      image && !open ? div("thumb", picture(image)) : null),
    open ? picture(image) : null,
    isRow ? div("action-row", buttons.map((part) => div("action", marked(part)))) : null);
}
