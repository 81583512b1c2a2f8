// JSON as a tree that can be folded. Fields that the message shows can be pointed at.
import { h } from "meniscus/dom.js";

const FIRST = 50;
const whole = new Set(); // long lists that are shown to their end, by name and path
const folded = new Map(); // which branches the author opened or closed, by name and path

/** `offers[0].name` of `["offers", 0, "name"]`. */
export const pathOf = (keys) => keys.map((key, at) => (typeof key === "number" ? `[${key}]` : /^[A-Za-z_][\w-]*$/.test(key) ? `${at > 0 ? "." : ""}${key}` : `[${JSON.stringify(key)}]`)).join("");

/**
 * A tree of `value`. `name` keeps apart what is folded where; `deep`: levels that are open at first;
 * `used(keys)`: how many values of the message came from there; `choose(keys)`: the author points at it;
 * `chosen(keys)`: whether it is pointed at now.
 */
export function tree(value, { name, deep = 1, used = () => 0, choose, chosen = () => false }) {
  const node = (key, value, keys) => {
    const where = `${name}:${pathOf(keys)}`;
    const branch = value !== null && typeof value === "object";
    const number = used(keys);
    const label = [key === null ? null : h("span", { class: "key" }, typeof key === "number" ? `[${key}]` : key), ...(key === null ? [] : [h("span", { class: "colon" }, ": ")])];
    if (!branch) {
      const leaf = [label, h("span", { class: `leaf ${value === null ? "null" : typeof value}` }, JSON.stringify(value))];
      const used = number > 0 && choose;
      return h("li", { class: `${number > 0 ? "used" : ""} ${chosen(keys) ? "chosen" : ""}` }, used ? h("button", { type: "button", class: "pick", "data-key": where, title: "shown in the message", onclick: () => choose(keys) }, leaf) : leaf);
    }
    const entries = Array.isArray(value) ? value.map((item, at) => [at, item]) : Object.entries(value);
    const about = Array.isArray(value) ? (entries.length === 0 ? "[ ]" : `[ ${entries.length} ]`) : entries.length === 0 ? "{ }" : `{ ${entries.length} }`;
    if (entries.length === 0) return h("li", {}, label, h("span", { class: "leaf quiet" }, about));
    const details = h("details", { open: folded.get(where) ?? keys.length < deep }, h("summary", { "data-key": where }, label, h("span", { class: "quiet" }, about)));
    const grow = () => {
      if (details.children.length > 1) return;
      const first = whole.has(where) ? entries.length : FIRST;
      const nodes = (from, to) => entries.slice(from, to).map(([key, item]) => node(key, item, [...keys, key]));
      const list = h("ul", {}, nodes(0, first));
      if (entries.length > first) {
        const more = h("button", { type: "button", class: "small", onclick: () => {
          whole.add(where);
          more.parentElement.replaceWith(...nodes(first));
        } }, `${entries.length - first} more`);
        list.append(h("li", {}, more));
      }
      details.append(list);
    };
    if (details.open) grow();
    details.addEventListener("toggle", () => {
      folded.set(where, details.open);
      if (details.open) grow();
    });
    return h("li", { class: `branch ${number > 0 ? "used" : ""} ${chosen(keys) ? "chosen" : ""}` }, details);
  };
  return h("ul", { class: "tree" }, node(null, value, []));
}

/** Opens the branches of `name` that lead to `keys`. */
export function unfold(name, keys) {
  for (let at = 0; at < keys.length; at++) {
    const where = `${name}:${pathOf(keys.slice(0, at))}`;
    folded.set(where, true);
    if (keys[at] >= FIRST) whole.add(where);
  }
}

