// JSON as a tree that can be folded. Fields that the message shows can be pointed at.
import { button, quiet, small, span } from "meniscus/controls.js";
import { change, state } from "meniscus/state.js";
import { h } from "meniscus/preact.js";
import { t } from "meniscus/labels.js";

const FIRST = 50;

const step = (key, at) => {
  if (typeof key === "number") return `[${key}]`;
  return /^[A-Za-z_][\w-]*$/.test(key) ? `${at > 0 ? "." : ""}${key}` : `[${JSON.stringify(key)}]`;
};

/** `offers[0].name` of `["offers", 0, "name"]`. */
export const pathOf = (keys) => keys.map(step).join("");

/**
 * A tree of `value`. `name` keeps apart what is folded where; `deep`: levels that are open at
 * first; `used(keys)`: how many values of the message came from there; `choose(keys)`: the author
 * points at it; `chosen(keys)`: whether it is pointed at now.
 */
export function Tree({ value, name, deep = 1, used = () => 0, choose, chosen = () => false }) {
  const tree = { name, deep, used, choose, chosen };
  return h("ul", { class: "tree" }, h(Node, { tree, name: null, value, keys: [] }));
}

function Node({ tree, name, value, keys }) {
  const where = `${tree.name}:${pathOf(keys)}`;
  const isUsed = tree.used(keys) > 0;
  const look = `${isUsed ? "used" : ""} ${tree.chosen(keys) ? "chosen" : ""}`;
  const label = name === null ? null : [
    span("key", typeof name === "number" ? `[${name}]` : name),
    span("colon", ": "),
  ];
  if (value === null || typeof value !== "object") {
    const kind = value === null ? "null" : typeof value;
    const leaf = [label, span(`leaf ${kind}`, JSON.stringify(value))];
    const pick = { class: "pick", "data-key": where, title: t("show_in_message") };
    return h("li", { class: look }, isUsed && tree.choose
      ? button({ ...pick, onclick: () => tree.choose(keys) }, leaf) : leaf);
  }
  const isList = Array.isArray(value);
  const entries = isList ? [...value.entries()] : Object.entries(value);
  const size = entries.length > 0 ? ` ${entries.length} ` : " ";
  const about = isList ? `[${size}]` : `{${size}}`;
  if (entries.length === 0) return h("li", {}, label, span("leaf quiet", about));
  const open = state.folded.get(where) ?? keys.length < tree.deep;
  const toggled = ({ target }) => {
    if (target.open !== open) change({ folded: new Map(state.folded).set(where, target.open) });
  };
  return h("li", { class: `branch ${look}` },
    h("details", { open, ontoggle: toggled },
      h("summary", { "data-key": where }, label, quiet(about)),
      open ? h(Branch, { tree, entries, keys, where }) : null));
}

function Branch({ tree, entries, keys, where }) {
  const most = state.whole.has(where) ? entries.length : FIRST;
  const more = () => change({ whole: new Set(state.whole).add(where) });
  return h("ul", {},
    entries.slice(0, most).map(([name, value]) =>
      h(Node, { key: name, tree, name, value, keys: [...keys, name] })),
    entries.length > most
      ? h("li", {}, small(null, more, t("items_more", { count: entries.length - most })))
      : null);
}

/** The state in which the branches of `name` that lead to `keys` are open. */
export function unfolded(name, keys) {
  const folded = new Map(state.folded);
  const whole = new Set(state.whole);
  for (let at = 0; at < keys.length; at++) {
    const where = `${name}:${pathOf(keys.slice(0, at))}`;
    folded.set(where, true);
    if (keys[at] >= FIRST) whole.add(where);
  }
  return { folded, whole };
}
