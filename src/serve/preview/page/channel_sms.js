// SMS and WhatsApp: a bubble, how it is formatted, and what it counts as.
import { buttonsOf, fieldOf } from "meniscus/marks.js";
import { div, icon, p, span } from "meniscus/controls.js";
import { clock } from "meniscus/channel_email.js";
import { h } from "meniscus/preact.js";
import { marked } from "meniscus/text.js";
import { picture } from "meniscus/pictures.js";
import { state } from "meniscus/state.js";
import { t } from "meniscus/labels.js";

const NOW = {
  weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit",
};

const chat = (channel, label, ...inside) =>
  h("section", {
    class: `phone chat ${channel} ${state.dark ? "is-dark" : "is-light"}`, "aria-label": label,
  }, div("chat-day quiet", clock(NOW)), inside);

export function Sms({ render }) {
  const { sms } = render;
  const part = fieldOf(render, "body") ?? render.parts[0];
  const forced = new Set((sms?.forced_by ?? []).map(({ character }) => character));
  const odd = forced.size > 0 ? (text) => pick(text, forced) : (text) => text;
  const media = picture(fieldOf(render, "media_url"));
  return div("phones",
    chat("sms", t("sms_message"),
      media ? div("bubble media", media) : null,
      div("bubble", part ? marked(part, segmented(sms?.starts ?? [], odd))
        : h("em", {}, t("no_part", { part: "body" })))),
    sms ? h(Facts, sms) : null);
}

/** Shows where each segment starts after the first; `look(text)` shows the text between. */
const segmented = (starts, look) => (text, from) => {
  const to = from + text.length;
  const inside = starts.filter((start) => from <= start && start < to);
  if (inside.length === 0) return look(text);
  const places = [from, ...inside, to];
  const start = (number) => h("span", {
    class: "segment-start", title: t("segment_starts", { number }), "data-number": number,
  });
  return places.slice(1).map((end, at) => [
    at === 0 ? null : start(starts.indexOf(places[at]) + 2),
    look(text.slice(places[at] - from, end - from)),
  ]);
};

export function WhatsApp({ render }) {
  const [header, body, footer] =
    ["header", "body", "footer"].map((name) => fieldOf(render, name));
  const image = picture(fieldOf(render, "image_url"));
  const text = body ?? (header || footer ? null : render.parts[0]);
  const action = (part) => h("div", { class: "chat-action" },
    fieldOf(render, `${part.field}_url`) ? icon("open") : icon("reply"), marked(part));
  return div("phones",
    chat("whats_app", t("whats_app_message"),
      div("bubble",
        image,
        header ? div("bubble-header", marked(header)) : null,
        text ? marked(text, formatted(text.output)) : h("em", {}, t("no_part", { part: "body" })),
        div("bubble-foot",
          footer ? span("quiet", marked(footer)) : span(""), span("quiet", clock()))),
      buttonsOf(render).map(action)));
}

/** What WhatsApp formats, on one line and not inside of a word; ``` over many lines. */
const FORMATS = [
  [/```(?!\s*```)[^]+?```/g, "code", 3],
  [/(?<![\p{L}\p{N}*])\*(?=[^\s*])[^*\n]*(?<=\S)\*(?![\p{L}\p{N}*])/gu, "strong", 1],
  [/(?<![\p{L}\p{N}_])_(?=[^\s_])[^_\n]*(?<=\S)_(?![\p{L}\p{N}_])/gu, "em", 1],
  [/(?<![\p{L}\p{N}~])~(?=[^\s~])[^~\n]*(?<=\S)~(?![\p{L}\p{N}~])/gu, "s", 1],
];

/** Shows a piece of `output` as WhatsApp does; a format may end in another piece. */
export function formatted(output) {
  const found = [];
  for (const [pattern, name, size] of FORMATS) {
    for (const { index: from, 0: text } of output.matchAll(pattern)) {
      const to = from + text.length;
      const inCode = (place) =>
        found.some((one) => one.name === "code" && one.from <= place && place < one.to);
      if (!inCode(from) && !inCode(to - 1)) found.push({ from, to, size, name });
    }
  }
  return (text, start) => {
    const end = start + text.length;
    const edges = found.flatMap(({ from, to, size }) => [from, from + size, to - size, to]);
    const inside = edges.filter((place) => start < place && place < end);
    const places = [...new Set([start, ...inside, end])].sort((a, b) => a - b);
    return places.slice(1).map((to, at) => {
      const from = places[at];
      const own = found.filter((one) => one.from <= from && from < one.to);
      const isSign = (one) => from < one.from + one.size || from >= one.to - one.size;
      if (own.some(isSign)) return null;
      return own.reduce((inside, { name }) => h(name, {}, inside), output.slice(from, to));
    });
  };
}

function pick(text, forced) {
  const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" }).segment(text);
  const mark = { class: "forced", title: t("makes_ucs2") };
  return Array.from(graphemes, ({ segment }) =>
    ([segment, ...segment].some((one) => forced.has(one)) ? h("mark", mark, segment) : segment));
}

function Facts({ encoding, units, segments, per_segment, left, forced_by }) {
  const last = per_segment > 0 ? Math.min(1, Math.max(0, per_segment - left) / per_segment) : 1;
  const segment = (at) => span("segment",
    h("span", { style: { width: `${(at < segments - 1 ? 1 : last) * 100}%` } }));
  const because = ({ character, code, count: times }) => h("li", {},
    h("mark", { class: "forced" }, character), " ",
    times > 1 ? t("character_times", { code, count: times }) : code);
  return h("section", { class: "facts", "aria-label": t("segments") },
    p("big", t("segments_counted", { count: segments })),
    h("div", { class: "segments", "aria-hidden": "true" },
      Array.from({ length: Math.min(segments, 12) }, (_, at) => segment(at))),
    h("dl", {},
      h("dt", {}, t("encoding")), h("dd", {}, encoding),
      h("dt", {}, t("length")),
      h("dd", {}, t("of_total", { at: units, total: segments * per_segment })),
      h("dt", {}, t("left")), h("dd", {}, t("left_in_segment", { count: left }))),
    forced_by.length === 0 ? null : div("forced-by",
      p("", t("ucs2_because")), h("ul", {}, forced_by.map(because))));
}
