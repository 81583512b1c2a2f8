// SMS and WhatsApp: a bubble, how it is formatted, and what it counts as.
import { clock } from "meniscus/channel_email.js";
import { marked } from "meniscus/text.js";
import { count, h } from "meniscus/dom.js";

const main = (render) => render.parts.find(({ name }) => ["body", "message"].includes(name)) ?? render.parts[0];

export function sms(render) {
  const part = main(render);
  const forced = new Set((render.sms?.forced_by ?? []).map(({ character }) => character));
  const special = forced.size > 0 ? (text) => pick(text, forced) : render.channel === "whats_app" && part ? formatted(part.output) : undefined;
  return h("div", { class: "phones" },
    h("section", { class: "phone chat", "aria-label": "The text message" },
      h("div", { class: "chat-day quiet" }, clock({ weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" })),
      h("div", { class: `bubble ${render.channel}` }, part ? marked(part, { special }) : h("em", {}, "no part `body`"))),
    render.sms ? facts(render.sms) : null);
}

/** What WhatsApp formats, on one line and not inside of a word; ``` over many lines. */
const FORMATS = [
  [/```(?!\s*```)[^]+?```/g, "code", 3],
  [/(?<![\p{L}\p{N}*])\*(?=[^\s*])[^*\n]*(?<=\S)\*(?![\p{L}\p{N}*])/gu, "strong", 1],
  [/(?<![\p{L}\p{N}_])_(?=[^\s_])[^_\n]*(?<=\S)_(?![\p{L}\p{N}_])/gu, "em", 1],
  [/(?<![\p{L}\p{N}~])~(?=[^\s~])[^~\n]*(?<=\S)~(?![\p{L}\p{N}~])/gu, "s", 1],
];

/** Shows a piece of `output` as WhatsApp does; a format may begin in one piece and end in another. */
function formatted(output) {
  const found = [];
  for (const [pattern, name, size] of FORMATS) {
    for (const { index: from, 0: text } of output.matchAll(pattern)) {
      const to = from + text.length;
      const inCode = (place) => found.some((one) => one.name === "code" && one.from <= place && place < one.to);
      if (!inCode(from) && !inCode(to - 1)) found.push({ from, to, size, name });
    }
  }
  return (text, start) => {
    const end = start + text.length;
    const edges = found.flatMap(({ from, to, size }) => [from, from + size, to - size, to]).filter((place) => start < place && place < end);
    const places = [...new Set([start, ...edges, end])].sort((a, b) => a - b);
    return places.slice(1).map((to, at) => {
      const from = places[at];
      const own = found.filter((one) => one.from <= from && from < one.to);
      if (own.some((one) => from < one.from + one.size || from >= one.to - one.size)) return null; // the signs themselves
      return own.reduce((inside, { name }) => h(name, {}, inside), output.slice(from, to));
    });
  };
}

/** The characters that no GSM-7 message has, marked. */
function pick(text, forced) {
  return Array.from(new Intl.Segmenter("en", { granularity: "grapheme" }).segment(text), ({ segment }) =>
    [...segment].some((character) => forced.has(character)) || forced.has(segment) ? h("mark", { class: "forced", title: "makes the whole message UCS-2" }, segment) : segment);
}

function facts({ encoding, units, segments, per_segment, left, forced_by }) {
  const bars = Array.from({ length: Math.min(segments, 12) }, (_, at) => {
    const bar = h("span", { class: "segment" }, h("span", {}));
    const share = at < segments - 1 ? 1 : per_segment > 0 ? Math.max(0, per_segment - left) / per_segment : 1;
    bar.firstChild.style.width = `${Math.min(100, share * 100)}%`;
    return bar;
  });
  return h("section", { class: "facts", "aria-label": "Segments" },
    h("p", { class: "big" }, count(segments, "segment")),
    h("div", { class: "segments", "aria-hidden": "true" }, bars),
    h("dl", {},
      h("dt", {}, "Encoding"), h("dd", {}, encoding),
      h("dt", {}, "Length"), h("dd", {}, `${units} of ${segments * per_segment}`),
      h("dt", {}, "Left"), h("dd", {}, `${left} before the next segment`)),
    forced_by.length === 0 ? null : h("div", { class: "forced-by" },
      h("p", {}, "UCS-2 because of"),
      h("ul", {}, forced_by.map(({ character, code, count: times }) => h("li", {}, h("mark", { class: "forced" }, character), ` ${code}${times > 1 ? `, ${times} times` : ""}`)))));
}
