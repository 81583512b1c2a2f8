// Two renderings side by side: they scroll together, from one changed place to the next.
import { button, div, grow, icon, p, quiet, span } from "meniscus/controls.js";
import { change, message, state } from "meniscus/state.js";
import { ChangedFrame, ChangedText, choose } from "meniscus/change_marks.js";
import { h, useLayoutEffect, useRef } from "meniscus/preact.js";
import { placeText } from "meniscus/marks.js";
import { Sheets } from "meniscus/sheets.js";
import { t } from "meniscus/labels.js";

/** How far from the top of a pane a change is shown, as a part of its height. */
const EYE = 0.3;

const SIDES = [
  ["accepted", t("accepted"), t("message_accepted")], ["now", t("side_now"), t("message_now")],
];

/** All changes of the texts, in order: `{part, removed, added, at, expression}`. */
export const changesOf = (snapshot) =>
  (snapshot?.parts ?? []).flatMap(({ part, changes }) =>
    changes.map((one) => ({ ...one, part })));

/** One side as a render that the frames of channels show. */
function renderOf(snapshot, side) {
  let first = 0;
  const parts = snapshot.parts.map((part) => {
    const own = side === "accepted" && part.state === "same" ? part.now : part[side];
    const changed = { side, first };
    first += part.changes.length;
    const kinds = { Frame: ChangedFrame, Text: ChangedText, changed };
    return own ? { name: part.part, ...own, ...kinds } : null;
  });
  const shown = parts.filter(Boolean);
  const sms = shown.map((part) => part.sms).filter(Boolean);
  return {
    channel: message()?.channel, parts: shown, problems: [], calls: [],
    sms: sms.sort((a, b) => b.units - a.units)[0],
  };
}

/** `draw(render)` shows a render in the frame of its channel. */
export function Compare({ snapshot, draw }) {
  const panes = useRef({});
  const expected = useRef(new Map());
  const sides = SIDES.filter(([side]) => snapshot.parts.some((part) => part[side]));
  const shown = sides.some(([side]) => side === state.side) ? state.side : sides.at(-1)?.[0];
  const scroll = (pane, top) => {
    pane.scrollTop = top;
    expected.current.set(pane, pane.scrollTop);
  };
  const others = (pane) => Object.values(panes.current).filter((one) => one && one !== pane);
  const follow = ({ currentTarget: pane }) => {
    const set = expected.current.get(pane);
    expected.current.delete(pane);
    if (set !== undefined && Math.abs(set - pane.scrollTop) < 2) return;
    for (const other of others(pane)) {
      if (other.clientHeight > 0) scroll(other, across(pane, other, pane.scrollTop));
    }
  };
  const reveal = () => {
    const all = Object.values(panes.current).filter((pane) => pane?.clientHeight > 0);
    const found = all.find((pane) => placesIn(pane).has(state.change));
    if (!found) return;
    const top = placesIn(found).get(state.change).top - found.clientHeight * EYE;
    scroll(found, Math.max(0, top));
    for (const other of all.filter((pane) => pane !== found)) {
      const own = placesIn(other).get(state.change);
      scroll(other, own ? Math.max(0, own.top - other.clientHeight * EYE)
        : across(found, other, found.scrollTop));
    }
  };
  useLayoutEffect(reveal, [state.jump, snapshot, shown]);
  if (sides.length === 0) return null;
  return div(`compare ${sides.length > 1 ? "" : "single"}`,
    sides.length > 1 ? h("div", { class: "views which", role: "group", "aria-label": t("side") },
      sides.map(([side, label]) => button({
        "aria-pressed": side === shown, "data-key": `side:${side}`, onclick: () => change({ side }),
      }, label))) : null,
    sides.map(([side, label, about]) => h(Pane, {
      key: side, side, label, about, isShown: side === shown, snapshot, draw, follow, reveal,
      keep: (pane) => (panes.current[side] = pane),
    })));
}

function Pane({ side, label, about, isShown, snapshot, draw, follow, reveal, keep }) {
  const render = renderOf(snapshot, side);
  const { width, dark, images, run } = state;
  const texts = render.parts.map(({ name, output, aborted, marks, changed }) =>
    [name, output, aborted, marks, changed.first]);
  const look = JSON.stringify([state.message, state.scenario, width, dark, images, run, texts]);
  return h("section", {
    class: `pane ${side} ${isShown ? "" : "other"}`, "aria-label": label,
  },
  h("h3", {}, span(`tag ${side}`, label)),
  h("div", {
    class: "pane-scroller", ref: keep, onscroll: follow, tabindex: 0, role: "region",
    "aria-label": about,
  }, h(Sheets, { look, finished: reveal, children: draw(render) })));
}

/** Where the changes are in a pane: number → its top and bottom, from where its content starts. */
function placesIn(pane) {
  const places = new Map();
  const start = pane.getBoundingClientRect().top - pane.scrollTop;
  for (const element of pane.querySelectorAll(".sheet:not(.behind) [data-change]")) {
    const { top, bottom, height } = element.getBoundingClientRect();
    if (height === 0) continue;
    const number = Number(element.dataset.change);
    const known = places.get(number) ?? { top: Infinity, bottom: -Infinity };
    places.set(number, {
      top: Math.min(known.top, top - start), bottom: Math.max(known.bottom, bottom - start),
    });
  }
  return places;
}

/** Whether a change can be seen in one of the renderings. */
export const isSeen = (number) =>
  [...document.querySelectorAll(`.pane [data-change="${number}"]`)]
    .some((element) => element.getClientRects().length > 0);

/**
 * Where `other` has to be scrolled to when `pane` is at `top`: between two changes as far as
 * there, so that the same text is on the same height.
 */
function across(pane, other, top) {
  const [from, to] = [placesIn(pane), placesIn(other)];
  const points = [[0, 0]];
  const both = [...from].filter(([number]) => to.has(number)).flatMap(([number, place]) =>
    [[place.top, to.get(number).top], [place.bottom, to.get(number).bottom]]);
  for (const point of [...both.sort((a, b) => a[0] - b[0]),
    [pane.scrollHeight, other.scrollHeight]]) {
    const last = points.at(-1);
    if (point[0] > last[0] && point[1] >= last[1]) points.push(point);
  }
  // The top of both is the top, and the end is the end.
  const most = Math.max(1, pane.scrollHeight - pane.clientHeight);
  const eye = top + pane.clientHeight * Math.min(1, top / most);
  const at = Math.max(1, points.findIndex(([y]) => y >= eye));
  const [[y0, z0], [y1, z1]] = [points[at - 1], points[at] ?? points.at(-1)];
  const z = y1 > y0 ? z0 + ((eye - y0) / (y1 - y0)) * (z1 - z0) : z1;
  return z - other.clientHeight * Math.min(1, top / most);
}

/** Points at the next change, or the one before. */
export function stepChange(by) {
  const all = changesOf(state.snapshot).length;
  if (all > 0) choose((state.change + by + all) % all);
}

/** The change that is pointed at: its words, what printed them, and the buttons to go on. */
export function Steps({ open }) {
  const all = changesOf(state.snapshot);
  const one = all[state.change];
  if (!one) return null;
  const turn = (by, label, key) => button({
    class: "tool", "aria-label": label, title: t("with_key", { label, key }),
    disabled: all.length === 1,
    "data-key": `change:${by}`, onclick: () => stepChange(by),
  }, h("span", { "aria-hidden": "true" }, by < 0 ? "‹" : "›"));
  const { removed, added, at, expression, part } = one;
  const place = at && placeText(at);
  return div("steps",
    h("span", { class: "stepper", role: "group", "aria-label": t("changes") },
      turn(-1, t("previous_change"), ","),
      span("of", t("change_of", { at: state.change + 1, total: all.length })),
      turn(1, t("next_change"), ".")),
    h("span", { class: "words" },
      removed ? h("del", { title: removed }, visible(removed)) : null,
      removed && added ? span("quiet", "→") : null,
      added ? h("ins", { title: added }, visible(added)) : null),
    span("quiet in", t("in_part", { part })),
    place ? button({
      class: "link mono", "data-key": "change:place", title: place, onclick: () => open(at),
    }, expression ?? t("on_line", { line: at.span.start.line })) : null,
    grow());
}

/** White space that makes the difference is made visible. */
export const visible = (text) => (text.trim() !== "" ? text
  : text.replace(/ /g, "·").replace(/\t/g, "→").replace(/\r/g, "␍").replace(/\n/g, "⏎\n"));

export const NothingAccepted = () => p("quiet none", icon("plus"), " ",
  quiet(t("nothing_accepted_yet")));
