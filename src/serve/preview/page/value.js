// Fields for the values of a recipient, which are changed for the moment.
import * as api from "meniscus/api.js";
import { brief, parsed, TreeEditor } from "meniscus/tree_edit.js";
import { change, state } from "meniscus/state.js";
import { h, useState } from "meniscus/preact.js";
import { div, small } from "meniscus/controls.js";
import { Typed } from "meniscus/typed.js";
import { t } from "meniscus/labels.js";

const kinds = new Map(); // a value's place → what the scenario has there

/** The field of a value; `example`: a value that would fit; `byBraze`: Braze gives it. */
export function Field({ table, name, value, own, example, byBraze, ...attributes }) {
  const common = { ...attributes, class: own ? "changed" : "" };
  if (typeof value === "boolean" && !api.exported) {
    const choose = ({ target }) => put(table, name, target.value === "true");
    return h(Typed, { ...common, text: String(value), tag: "select", onchange: choose },
      ["true", "false"].map((word) => h("option", { value: word }, word)));
  }
  if (value !== null && typeof value === "object" && !api.exported) {
    return h(Structured, { ...common, table, name, value, example });
  }
  return h(Plain, { ...common, table, name, value, own, example, byBraze });
}

function Plain({ table, name, value, own, example, byBraze, ...common }) {
  const text = value === undefined ? ""
    : typeof value === "string" ? value : JSON.stringify(value);
  // What is typed over a change is of the kind that the scenario has there.
  const place = JSON.stringify([state.message, state.scenario, table, name]);
  if (!own) kinds.set(place, value);
  const before = (kinds.has(place) ? kinds.get(place) : value) ?? undefined;
  const onchange = ({ target }) => {
    const typed = read(target.value, before ?? (typeof example === "string" ? "" : undefined));
    put(table, name, before === undefined && typed === "" ? undefined : typed);
  };
  if (text.length > 60) {
    return h(Typed, { ...common, text, tag: "textarea", rows: 3, onchange });
  }
  const such = example !== null && typeof example === "object" ? brief(example) : `${example}`;
  const likely = example === null || example === undefined ? t("missing")
    : t("such_as", { example: such });
  const placeholder = value !== undefined ? "" : own ? t("removed")
    : byBraze ? t("braze_fills_in") : likely;
  return h(Typed, { ...common, text, placeholder, title: placeholder, onchange });
}

/** A list or an object: as a tree, or as JSON. */
function Structured({ table, name, value, example, id, "data-key": key, class: look }) {
  const [open, setOpen] = useState(false);
  const [asText, setAsText] = useState(false);
  const onchange = ({ target }) => {
    let typed;
    try {
      typed = parsed(target.value);
    } catch {
      typed = undefined;
    }
    target.setCustomValidity(typed === undefined ? t("not_json_error") : "");
    if (typed === undefined) return target.reportValidity();
    put(table, name, typed);
  };
  return h("details", {
    class: `structured ${look}`, open, ontoggle: ({ target }) => setOpen(target.open),
  },
  h("summary", {
    id, "data-key": key, "aria-label": t("named_value", { name, value: brief(value) }),
  }, brief(value)),
  !open ? null : div("structured-inside",
    asText
      ? h(Typed, {
        tag: "textarea", rows: 8, text: JSON.stringify(value, null, 2), onchange,
        "aria-label": t("as_json", { name }), "data-key": `${key}:json`,
      })
      : h(TreeEditor, {
        value, sample: example, name: `${id}-tree`, deep: 2,
        put: (next) => put(table, name, next),
      }),
    small(`${key}:as`, () => setAsText(!asText), t(asText ? "show_fields" : "show_json"))));
}

/** What an author typed, as the kind that stood there: `7` in the place of a number is a number. */
export function read(typed, before) {
  if (typeof before === "string") return typed;
  if (before === undefined && typed === "") return undefined;
  try {
    const value = JSON.parse(typed);
    if (before !== undefined || value === null || typeof value !== "object") return value;
    return /^[[{]/.test(typed.trim()) ? value : typed;
  } catch {
    return typed;
  }
}

/** Changes a value for the moment; `undefined` takes the change back, `null` the value away. */
export function put(table, name, value) {
  const values = { ...state.values };
  if (name === null) {
    if (value === "" || value === undefined) delete values[table];
    else values[table] = value;
  } else {
    values[table] = { ...values[table] };
    if (value === undefined) delete values[table][name];
    else values[table][name] = value;
    if (Object.keys(values[table]).length === 0) delete values[table];
  }
  change({ values });
}

export const typedName = { autocomplete: "off", spellcheck: false };
