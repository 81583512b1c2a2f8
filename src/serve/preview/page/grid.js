// One message for all its scenarios at once.
import { button, grow, icon, prose, quiet, span } from "meniscus/controls.js";
import { message, state } from "meniscus/state.js";
import { go } from "meniscus/go.js";
import { decoded } from "meniscus/channel_email.js";
import { formatted } from "meniscus/channel_sms.js";
import { h } from "meniscus/preact.js";
import { Thumbnail } from "meniscus/frame.js";
import { t } from "meniscus/labels.js";

export const GridBar = () => [
  h("h2", {}, message()?.name ?? ""), quiet(state.grid ? summary(state.grid.cells) : "…"),
];

function summary(all) {
  const unsent = all.filter(({ sent }) => !sent).length;
  const counted = t("recipients_counted", { count: all.length });
  return unsent > 0 ? t("recipients_and_unsent", { counted, count: unsent }) : counted;
}

export function Grid() {
  const { grid, images, run } = state;
  if (!grid || grid.message !== state.message) return null;
  return h("ul", { class: "grid" }, grid.cells.map((cell) => {
    // The frame of a cell loads again only where its text is another.
    const texts = (cell.parts ?? []).map(({ name, digest, aborted }) => [name, digest, aborted]);
    return h(Cell, { key: JSON.stringify([cell.scenario, texts, images, run]), cell });
  }));
}

function Cell({ cell }) {
  const { scenario, problems, blanks, snapshot } = cell;
  return h("li", { class: "cell", "data-scenario": scenario },
    button({
      "data-key": `cell:${scenario}`, "aria-current": scenario === state.scenario,
      onclick: () => go.to({ scenario, view: "message" }),
    },
    span("cell-head",
      h("strong", { title: scenario }, scenario || t("no_recipient")), grow(),
      blanks > 0 ? h("span", { class: "sign blank", title: t("blanks_counted", { count: blanks }) },
        icon("blank"), blanks) : null,
      problems > 0 ? h("span", {
        class: "sign warn", title: t("problems_counted", { count: problems }),
      }, icon("warn"), problems) : null,
      snapshot === "changed" ? h("span", {
        class: "sign changed", title: t("changed_since_accepted"),
      }, icon("changed")) : null),
    span("cell-body", inside(cell))));
}

function inside({ parts = [], error }) {
  const aborted = parts.find((part) => part.aborted);
  if (error) return stopped("warn", t("not_rendered"), error.message);
  if (aborted) return stopped("stop", t("not_sent"), aborted.aborted.reason);
  const html = parts.find((part) => part.html && part.name === "body")
    ?? parts.find((part) => part.html);
  const channel = message()?.channel;
  // HTML is all that an in-app message or a banner shows.
  const isAll = html && channel !== "email";
  const texts = parts.filter(({ place, html, output }) =>
    place === "everywhere" && !html && !isAll && output.trim() !== "");
  const text = (part) => span(`cell-text ${part.field ?? part.name} ${html ? "short" : ""}`,
    span("", words(part, channel)));
  return [texts.map(text), html ? h(Thumbnail, { part: html }) : null];
}

function words({ field, output }, channel) {
  const text = output.trim().slice(0, 400);
  if (field === "preheader") return decoded(text);
  return channel === "whats_app" && field === "body" ? formatted(text)(text, 0) : text;
}

const stopped = (sign, title, why) => span("cell-abort",
  icon(sign), h("strong", {}, title), span("", prose(why)));
