// SMS and WhatsApp: a bubble, and what it counts as.
import { clock } from "meniscus/channel_email.js";
import { marked } from "meniscus/text.js";
import { count, h } from "meniscus/dom.js";

const main = (render) => render.parts.find(({ name }) => ["body", "message"].includes(name)) ?? render.parts[0];

export function sms(render) {
  const part = main(render);
  const forced = new Set((render.sms?.forced_by ?? []).map(({ character }) => character));
  return h("div", { class: "phones" },
    h("section", { class: "phone chat", "aria-label": "The text message" },
      h("div", { class: "chat-day quiet" }, clock({ weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" })),
      h("div", { class: `bubble ${render.channel}` }, part ? marked(part, { special: (text) => (forced.size === 0 ? text : pick(text, forced)) }) : h("em", {}, "no part `body`"))),
    render.sms ? facts(render.sms) : null);
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
