// Data: what is known of the recipient, what triggered the message, what the variables are at its
// end.
import * as api from "meniscus/api.js";
import { button, div, failure, grow, icon, p, quiet, small, span } from "meniscus/controls.js";
import { change, scenario, shown, state } from "meniscus/state.js";
import { closeDialog, Dialog, openDialog } from "meniscus/dialog.js";
import { find, ofValue, select } from "meniscus/marks.js";
import { h, useLayoutEffect, useRef, useState } from "meniscus/preact.js";
import { go } from "meniscus/go.js";
import { Tree } from "meniscus/tree.js";

const TITLES = {
  user: "Recipient",
  custom_attribute: "Custom attributes",
  api_trigger_properties: "Trigger properties",
  event_properties: "Event properties",
  context: "Context",
  canvas_entry_properties: "Canvas entry",
  campaign: "Campaign",
  canvas: "Canvas",
  card: "Card",
  app: "App",
  targeted_device: "Device",
  most_recently_used_device: "Newest device",
  subscribed_state: "Subscriptions",
  sms: "SMS",
  whats_app: "WhatsApp",
  catalogs: "Catalogs",
  promotions: "Promotions",
  variables: "Variables of the recipient",
};
const STATES = { read: "read", missing: "missing", defaulted: "default used" };

const isObject = (value) => value && typeof value === "object" && !Array.isArray(value);

export function Data() {
  const render = shown();
  if (!render?.data) return null;
  const reads = readsOf(render);
  const origins = (state.selected?.marks ?? []).flatMap((mark) => find(mark)?.origins ?? []);
  const chosen = new Set(origins.filter(({ kind }) => kind === "scenario").map(fieldIdOf));
  const { recipient, trigger, other } = render.data;
  const tables = new Map([recipient, trigger, other].flatMap((group) =>
    Object.entries(group ?? {}).filter(([, values]) => isObject(values))));
  for (const table of [...reads.keys(), ...Object.keys(state.values)]) {
    if (!tables.has(table) && table !== "now") tables.set(table, {});
  }
  return [
    div("supposed", h(Supposed)),
    h(Clock),
    [...tables].map(([table, values]) =>
      h(Table, { key: table, table, values, reads: reads.get(table) ?? new Map(), chosen })),
    h(Variables, { variables: render.data.variables }),
  ];
}

/** What the message read: table → name → the weightiest read. */
function readsOf(render) {
  const reads = new Map();
  for (const read of render.data.reads.filter(({ table }) => table)) {
    const name = nameIn(read);
    const table = reads.get(read.table) ?? new Map();
    const known = table.get(name);
    if (!known || (known.state === "read" && read.state !== "read")) table.set(name, read);
    reads.set(read.table, table);
  }
  return reads;
}

function nameIn({ origin, path, table }) {
  const keys = origin?.kind === "scenario" ? origin.keys : null;
  return String(keys?.[0] ?? path.replace(new RegExp(`^${table}\\.`), "").split(/[.[]/)[0]);
}

function Supposed() {
  if (Object.keys(state.values).length === 0) {
    return quiet(api.exported ? "What the message was rendered with."
      : "Change a value to see the message with it. Nothing is saved until you say so.");
  }
  return [
    span("", "Changed for the moment"), grow(),
    small("values:reset", () => change({ values: {} }), "Reset"),
    small("values:save", () => openDialog(SaveScenario), "Save as a recipient…",
      { class: "small primary" }),
  ];
}

function Clock() {
  const changed = state.values.now;
  return h("section", { class: "table" }, h("h3", {}, "Clock"), div("value-row",
    h("label", { for: "value-now" }, "now"),
    h(Typed, {
      id: "value-now", class: changed ? "changed" : "", "data-key": "value:now",
      text: changed ?? scenario()?.now ?? "", placeholder: "2026-03-01T09:00:00Z",
      onchange: ({ target }) => put("now", null, target.value.trim()),
    })));
}

function Table({ table, values, reads, chosen }) {
  const own = Object.keys(state.values[table] ?? {});
  const names = [...new Set([...Object.keys(values), ...reads.keys(), ...own])];
  const title = TITLES[table] ?? table;
  return h("section", { class: "table" },
    h("h3", {}, title, title === table ? null : h("code", { class: "quiet" }, table), grow(),
      api.exported ? null : button({
        class: "tool", "aria-label": `Add a value to ${title}`, title: "Add a value",
        "data-key": `add:${table}`, onclick: () => openDialog(AddValue, { table, title }),
      }, icon("plus"))),
    names.length === 0 ? p("quiet none", "nothing") : names.map((name) =>
      h(Row, {
        key: name, table, name, value: values[name], read: reads.get(name),
        chosen: chosen.has(idOf(table, name)),
      })));
}

function Row({ table, name, value, read, chosen }) {
  const own = state.values[table] && Object.hasOwn(state.values[table], name);
  const marks = ofValue(table, [name]);
  const id = idOf(table, name);
  const key = `value:${table}:${name}`;
  const pick = {
    class: "link", "data-key": `${key}:pick`, title: "shown in the message",
    onclick: () => select(marks, "data"),
  };
  const tool = (label, title, act, sign, look = "tool") => button({
    class: look, "aria-label": label, title, "data-key": `${key}:${act}`,
    onclick: () => put(table, name, act === "take" ? null : undefined),
  }, icon(sign));
  const at = read?.at?.[0];
  return div(`value-row ${chosen ? "chosen" : ""} ${read?.state ?? "unread"}`,
    h("label", { for: id }, marks.length > 0 ? button(pick, broken(name)) : broken(name)),
    h(Field, { table, name, value, own, id, "data-key": key }),
    span("state",
      read ? button({
        class: "chip link", "data-key": `${key}:at`,
        title: at ? `${at.path}:${at.span.start.line}` : "", onclick: () => at && go.open(at),
      }, STATES[read.state]) : null,
      value === undefined || api.exported ? null
        : tool(`Take ${name} away`, "Take it away", "take", "close", "tool take"),
      own ? tool(`Reset ${name}`, "As saved", "reset", "back") : null));
}

const idOf = (table, name) => `value-${table}-${name}`.replace(/\s/g, "_");

/** A long name breaks behind its underscores. */
const broken = (name) => name.split(/(?<=_)/).flatMap((piece) => [piece, h("wbr")]);

/** A field for a value. What is being typed stays while the rest of the page changes. */
function Typed({ text, tag = "input", children, onchange, ...attributes }) {
  const field = useRef(null);
  const typing = useRef(false);
  useLayoutEffect(() => {
    // An answer to what was typed before doesn't overwrite what is being typed now.
    if (typing.current && document.activeElement === field.current) return;
    field.current.value = text;
    field.current.setCustomValidity("");
  }, [text, tag, state.values]);
  return h(tag, {
    ref: field, spellcheck: false, autocomplete: "off", readonly: api.exported, ...attributes,
    oninput: () => (typing.current = true),
    onchange: (event) => {
      typing.current = false;
      onchange?.(event);
    },
  }, children);
}

const kinds = new Map(); // a value's place → what the scenario has there

function Field({ table, name, value, own, ...attributes }) {
  const text = value === undefined ? ""
    : typeof value === "string" ? value : JSON.stringify(value);
  const common = { ...attributes, text, class: own ? "changed" : "" };
  if (typeof value === "boolean" && !api.exported) {
    const choose = ({ target }) => put(table, name, target.value === "true");
    return h(Typed, { ...common, tag: "select", onchange: choose },
      ["true", "false"].map((word) => h("option", { value: word }, word)));
  }
  // What is typed over a change is of the kind that the scenario has there.
  const place = JSON.stringify([state.message, state.scenario, table, name]);
  if (!own) kinds.set(place, value);
  const before = kinds.has(place) ? kinds.get(place) : value;
  const onchange = ({ target }) => {
    const typed = read(target.value, before);
    const wrong = typed === target.value && before !== null && typeof before === "object";
    target.setCustomValidity(wrong ? "This is not JSON." : "");
    if (wrong) return target.reportValidity();
    put(table, name, typed);
  };
  if (text.length > 60) return h(Typed, { ...common, tag: "textarea", rows: 3, onchange });
  const placeholder = value !== undefined ? "" : own ? "taken away" : "missing";
  return h(Typed, { ...common, placeholder, onchange });
}

/** What an author typed, as the kind that stood there: `7` in the place of a number is a number. */
function read(typed, before) {
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

/** Changes a value for the moment; `undefined` takes the change back. */
function put(table, name, value) {
  const values = structuredClone(state.values);
  if (name === null) {
    if (value === "" || value === undefined) delete values[table];
    else values[table] = value;
  } else {
    values[table] ??= {};
    if (value === undefined) delete values[table][name];
    else values[table][name] = value;
    if (Object.keys(values[table]).length === 0) delete values[table];
  }
  change({ values });
}

/** Enter in a field does what the button of its dialog does, and nothing else. */
const onEnter = (use) => (event) => {
  if (event.key !== "Enter") return;
  event.preventDefault();
  use();
};

const typedName = { autocomplete: "off", spellcheck: false };

function AddValue({ table, title }) {
  const name = useRef(null);
  const value = useRef(null);
  const use = () => {
    const named = name.current.value.trim();
    if (named === "") return name.current.focus();
    put(table, named, read(value.current.value, undefined) ?? "");
    closeDialog();
  };
  const field = (id, ref) => h("input", { id, ref, onkeydown: onEnter(use), ...typedName });
  return h(Dialog, { title: `Add to ${title}`, action: "Add", use }, div("fields",
    h("label", { for: "add-name" }, "Name"), field("add-name", name),
    h("label", { for: "add-value" }, "Value"), field("add-value", value)));
}

function SaveScenario() {
  const from = state.scenario;
  const [typed, setTyped] = useState(`${from || "recipient"}-2`);
  const [wrong, setWrong] = useState("");
  const field = useRef(null);
  const name = typed.trim().replace(/\s+/g, "_");
  const use = async () => {
    if (name === "") return;
    try {
      const made = await api.newScenario(name, from, state.message, state.values);
      closeDialog();
      change({ values: {}, workspace: await api.workspace() });
      go.to({ scenario: made.name });
    } catch (error) {
      setWrong(failure(error));
      field.current.focus();
    }
  };
  const type = ({ target }) => {
    setTyped(target.value);
    setWrong("");
  };
  const rest = from ? ` and extends ${from}: only what is changed is written.`
    : ": what is changed is written.";
  const saving = { title: "Save as a recipient", action: "Save", use, disabled: name === "" };
  return h(Dialog, saving, div("fields",
    h("label", { for: "scenario-name" }, "Name"),
    h("input", {
      id: "scenario-name", ref: field, value: typed, "aria-describedby": "scenario-file",
      oninput: type, onkeydown: onEnter(use), ...typedName,
    })),
  h("p", { class: "quiet", id: "scenario-file" },
    name === "" ? "Type a name." : ["It is named ", h("code", {}, name), rest]),
  h("p", { class: "bad", role: "alert" }, wrong));
}

function Variables({ variables }) {
  const parts = [...Map.groupBy(variables, ({ part }) => part)];
  return h("section", { class: "table" }, h("h3", {}, "Variables at the end"),
    parts.length === 0 ? p("quiet none", "none") : parts.map(([part, own]) => {
      const value = Object.fromEntries(own.map(({ name, value }) => [name, value]));
      return [
        h("h4", { class: "quiet" }, part),
        div("code", h(Tree, { value, name: `variables:${part}` })),
      ];
    }));
}

const fieldIdOf = ({ table, keys }) => idOf(table, keys[0]);
export const fieldOf = (origin) => document.getElementById(fieldIdOf(origin));
