// Names of messages: folders before the last `/`; long ones are cut in their middle.
import { h } from "meniscus/preact.js";
import { span } from "meniscus/controls.js";
import { t } from "meniscus/labels.js";

const KEPT = 9; // characters at the end that always show

export const CHANNELS = {
  email: t("email"),
  push: t("push"),
  sms: t("sms"),
  whats_app: t("whats_app"),
  in_app: t("in_app"),
  content_card: t("content_card"),
  banner: t("banner"),
  webhook: t("webhook"),
};

/** `text`, of which the middle goes where there is no room: names often differ at their end. */
export function Middle({ text, look = "name" }) {
  const cut = text.length > 2 * KEPT ? text.length - KEPT : text.length;
  return h("span", { class: `${look} middle`, title: cut < text.length ? text : null },
    span("", text.slice(0, cut)),
    cut < text.length ? span("", text.slice(cut)) : null);
}

/** `[folder, name]` of a message's name. */
export function split(name) {
  const at = name.lastIndexOf("/") + 1;
  return [name.slice(0, at), name.slice(at)];
}

/** Where a message is in the address: a link that can be copied. */
export const addressOf = (message, scenario = "", view = "") =>
  `#/${[message, scenario, ...(view ? [view] : [])].map(encodeURIComponent).join("/")}`;
