// JSON that is edited as a tree: values in fields, items and members added and taken away.
import { button, div, icon, quiet, small, span } from "meniscus/controls.js";
import { h, useState } from "meniscus/preact.js";
import { Typed } from "meniscus/typed.js";
import { t } from "meniscus/labels.js";

const FIRST = 50;

/** The kinds of values, with the value that each begins with. */
const KINDS = {
  text: [t("kind_text"), ""],
  number: [t("kind_number"), 0],
  boolean: [t("kind_boolean"), false],
  list: [t("kind_list"), []],
  object: [t("kind_object"), {}],
  null: ["null", null],
};

/** A number that keeps its digits, where the browser has such. */
const isRaw = (value) => JSON.isRawJSON?.(value) === true;

function kindOf(value) {
  if (value === null) return "null";
  if (isRaw(value)) return "number";
  if (Array.isArray(value)) return "list";
  return typeof value === "string" ? "text" : typeof value;
}

/** A copy; numbers keep their digits, which `structuredClone` would lose. */
function copied(value) {
  if (Array.isArray(value)) return value.map(copied);
  if (kindOf(value) !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, copied(inner)]));
}

/** What a value is in a few characters. */
export function brief(value) {
  const kind = kindOf(value);
  if (kind === "list") return t("items_counted", { count: value.length });
  if (kind === "object") return Object.keys(value).slice(0, 4).join(", ") || t("empty_object");
  return JSON.stringify(value);
}

/**
 * A tree of `value`. `put(value)` takes each change; `name` is the start of the ids; `sample`: a
 * value of the same kind, whose items show what a new item looks like; `deep`: levels that are
 * open at first.
 */
export function TreeEditor({ value, put, name, sample, deep = 2 }) {
  return h("div", { class: "tree tree-edit" },
    h(Node, { value, put, sample, id: name, label: null, left: deep }));
}

function Node({ value, put, sample, id, label, left, take }) {
  const kind = kindOf(value);
  const [open, setOpen] = useState(left > 0);
  const inner = kind === "list" || kind === "object";
  if (label === null) return inner ? h(Branch, { value, put, sample, id, left }) : null;
  const head = inner
    ? button({
      class: "tree-toggle", "aria-expanded": open ? "true" : "false", "data-key": id,
      onclick: () => setOpen(!open),
    }, icon("next"), span("key", label), quiet(brief(value)))
    : [h("label", { class: "key", for: id }, label), h(Leaf, { value, put, id, label })];
  return [
    div("tree-row", head, h(Kind, { kind, put, label, id }),
      take ? button({
        class: "tool", title: t("remove"), "aria-label": t("remove_what", { name: label }),
        "data-key": `${id}:take`, onclick: take,
      }, icon("close")) : null),
    inner && open ? h(Branch, { value, put, sample, id, left: left - 1 }) : null,
  ];
}

function Leaf({ value, put, id, label }) {
  const kind = kindOf(value);
  const shared = { id, "aria-label": label ?? t("value"), kept: value };
  if (kind === "null") return h("output", { id, class: "quiet" }, "null");
  if (kind === "boolean") {
    const choose = ({ target }) => put(target.value === "yes");
    return h(Typed, { ...shared, tag: "select", text: value ? "yes" : "no", onchange: choose },
      [["yes", t("yes")], ["no", t("no")]].map(([value, word]) => h("option", { value }, word)));
  }
  if (kind === "number") {
    const change = ({ target }) => {
      const text = target.value.trim();
      const right = /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(text);
      target.setCustomValidity(right ? "" : t("type_a_number"));
      return right ? put(parsed(text)) : target.reportValidity();
    };
    const text = isRaw(value) ? value.rawJSON : String(value);
    return h(Typed, { ...shared, inputmode: "decimal", text, onchange: change });
  }
  const long = value.length > 60 || value.includes("\n");
  return h(Typed, {
    ...shared, tag: long ? "textarea" : "input", text: value, rows: long ? 3 : null,
    onchange: ({ target }) => put(target.value),
  });
}

/** JSON whose numbers keep their digits: `5.0` and long ids are not rounded. */
export const parsed = (text) => JSON.parse(text, (_, value, { source } = {}) =>
  (typeof value === "number" && source !== undefined && String(value) !== source && JSON.rawJSON
    ? JSON.rawJSON(source) : value));

/** The kind of a value; another kind begins with its empty value. */
const Kind = ({ kind, put, label, id }) => h("select", {
  class: "kind", title: KINDS[kind][0], "aria-label": t("kind_of", { name: label }), value: kind,
  "data-key": `${id}:kind`,
  onchange: ({ target }) => put(copied(KINDS[target.value][1])),
}, Object.entries(KINDS).map(([key, [word]]) =>
  h("option", { value: key, selected: key === kind }, word)));

/** A key as part of an id: two keys never make the same. */
const idOf = (key) => String(key).replace(/[%.]/g, (c) => (c === "." ? "%2E" : "%25"));

function Branch({ value, put, sample, id, left }) {
  const [most, setMost] = useState(FIRST);
  const isList = Array.isArray(value);
  const entries = isList ? [...value.entries()] : Object.entries(value);
  const inSample = (key) => (isList ? sample?.[0] ?? value[0] : sample?.[key]);
  const change = (key) => (next) => {
    if (isList) return put(value.with(key, next));
    return put({ ...value, [key]: next });
  };
  const take = (key) => () => {
    if (isList) return put(value.toSpliced(key, 1));
    const { [key]: _, ...rest } = value;
    return put(rest);
  };
  return h("ul", {},
    entries.slice(0, most).map(([key, inner]) => h("li", { key },
      h(Node, {
        value: inner, put: change(key), sample: inSample(key), id: `${id}.${idOf(key)}`, left,
        label: isList ? `[${key}]` : key, take: take(key),
      }))),
    entries.length > most
      ? h("li", {}, small(null, () => setMost(Infinity),
        t("items_more", { count: entries.length - most }))) : null,
    h("li", { class: "tree-add" },
      isList ? h(AddItem, { value, put, sample, id }) : h(AddMember, { value, put, id })));
}

/** A new item looks like the last one, or like the one of the sample. */
function AddItem({ value, put, sample, id }) {
  const model = value.at(-1) ?? (Array.isArray(sample) ? sample[0] : undefined) ?? "";
  return small(`${id}:add`, () => put([...value, copied(model)]), t("add_item"));
}

function AddMember({ value, put, id }) {
  const [name, setName] = useState("");
  const isNew = name.trim() !== "" && !Object.hasOwn(value, name.trim());
  const add = () => {
    if (!isNew) return;
    put({ ...value, [name.trim()]: "" });
    setName("");
  };
  return [
    h("input", {
      "aria-label": t("new_field_name"), placeholder: t("new_field"), value: name,
      "data-key": `${id}:name`, spellcheck: false, autocomplete: "off",
      oninput: ({ target }) => setName(target.value),
      onkeydown: (event) => {
        if (event.key !== "Enter" || event.isComposing) return;
        event.preventDefault();
        add();
      },
    }),
    small(`${id}:add`, add, t("add"), { disabled: !isNew }),
  ];
}
