// Data: what is known of the recipient, what triggered the message, what the variables are at its
// end.
import * as api from "meniscus/api.js";
import { button, div, grow, icon, p, quiet, small, span } from "meniscus/controls.js";
import { change, scenario, shown, state, supposing } from "meniscus/state.js";
import { closeDialog, Dialog, openDialog } from "meniscus/dialog.js";
import { find, ofValue, select } from "meniscus/marks.js";
import { h, useRef } from "meniscus/preact.js";
import { Field, put, read, typedName } from "meniscus/value.js";
import { SaveRecipient, saveInPlace } from "meniscus/keep.js";
import { fieldOf as formFieldOf, useForm } from "meniscus/form.js";
import { go } from "meniscus/go.js";
import { Tree } from "meniscus/tree.js";
import { Typed } from "meniscus/typed.js";
import { t } from "meniscus/labels.js";

const TITLES = {
  user: t("table_user"),
  custom_attribute: t("table_custom_attribute"),
  api_trigger_properties: t("table_api_trigger_properties"),
  event_properties: t("table_event_properties"),
  context: t("table_context"),
  canvas_entry_properties: t("table_canvas_entry_properties"),
  campaign: t("table_campaign"),
  canvas: t("table_canvas"),
  card: t("table_card"),
  app: t("table_app"),
  targeted_device: t("table_device"),
  most_recently_used_device: t("table_newest_device"),
  subscribed_state: t("table_subscriptions"),
  sms: t("sms"),
  whats_app: t("whats_app"),
  catalogs: t("table_catalogs"),
  promotions: t("table_promotions"),
  variables: t("table_variables"),
};
const STATES = {
  read: t("read"), missing: t("missing"), defaulted: t("default_used"),
  filled_in: t("braze_has_it"),
};

const isObject = (value) => value && typeof value === "object" && !Array.isArray(value);

export function Data() {
  const render = shown();
  useForm();
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
    h(Missing, { reads }),
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
  const own = scenario();
  if (!supposing()) {
    return [
      quiet(t(api.exported ? "rendered_with" : "change_a_value")),
      grow(),
      own?.path ? small("values:toml", () => go.open({ path: own.path }),
        own.path.endsWith(".json") ? t("edit_as_json") : t("edit_as_toml"),
        { title: own.path }) : null,
    ];
  }
  const answers = Object.keys(state.answers).length;
  return [
    span("", t("changed_temporarily"),
      answers > 0 ? quiet(t("answers_too", { count: answers })) : null),
    grow(),
    small("values:reset", () => change({ values: {}, answers: {} }), t("reset")),
    api.writes && own?.path && answers === 0
      ? small("values:keep", () => saveInPlace(own), t("save_to", { name: own.name })) : null,
    !api.writes ? null : small("values:save", () => openDialog(SaveRecipient),
      t("save_as_recipient_entry"), { class: "small primary" }),
  ];
}

/** Fills in everything that is missing, with examples. */
function Missing({ reads }) {
  if (!api.writes || state.scenario === "") return null;
  const missing = [...reads].flatMap(([table, own]) => [...own.values()]
    .filter(({ state: how }) => how === "missing")
    .map((one) => formFieldOf(table, nameIn(one))))
    .filter((field) => field && field.example !== null
      // What the author took away stays away.
      && !Object.hasOwn(state.values[field.table] ?? {}, field.name));
  if (missing.length < 2) return null;
  const fill = () => {
    const values = { ...state.values };
    for (const { table, name, example } of missing) {
      values[table] = { ...values[table], [name]: example };
    }
    change({ values });
  };
  return div("supposed", span("", t("values_missing", { count: missing.length })), grow(),
    small("values:fill", fill, t("fill_in_examples")));
}

function Clock() {
  const changed = state.values.now;
  return h("section", { class: "table" }, h("h3", {}, t("clock")), div("value-row",
    h("label", { for: "value-now" }, "now"),
    h(Typed, {
      id: "value-now", class: changed ? "changed" : "", "data-key": "value:now",
      text: changed ?? scenario()?.now ?? "", placeholder: "2026-03-01T09:00:00Z",
      onchange: ({ target }) => put("now", null, target.value.trim()),
    })));
}

const orders = new Map(); // a table of a recipient, for a message → the names in their order

/**
 * What is missing comes first, then what the message reads. The order stays while values are
 * typed: nothing moves away from under the hands.
 */
function ordered(table, names, reads) {
  const weights = { missing: 0, defaulted: 1, read: 2 };
  const weight = (name) => weights[reads.get(name)?.state] ?? 3;
  const place = JSON.stringify([state.message, state.scenario, table, Boolean(state.form)]);
  const known = (orders.get(place) ?? []).filter((name) => names.includes(name));
  const rest = names.filter((name) => !known.includes(name));
  const order = [...known, ...rest.sort((a, b) => weight(a) - weight(b))];
  orders.set(place, order);
  return order;
}

function Table({ table, values, reads, chosen }) {
  const own = Object.keys(state.values[table] ?? {});
  const names =
    ordered(table, [...new Set([...Object.keys(values), ...reads.keys(), ...own])], reads);
  const title = TITLES[table] ?? table;
  return h("section", { class: "table" },
    h("h3", {}, title, title === table ? null : h("code", { class: "quiet" }, table), grow(),
      api.exported ? null : button({
        class: "tool", "aria-label": t("add_value_to", { table: title }), title: t("add_a_value"),
        "data-key": `add:${table}`, onclick: () => openDialog(AddValue, { table, title }),
      }, icon("plus"))),
    names.length === 0 ? p("quiet none", t("no_values")) : names.map((name) =>
      h(Row, {
        key: name, table, name, value: values[name], read: reads.get(name),
        chosen: chosen.has(idOf(table, name)),
      })));
}

function Row({ table, name, value, read, chosen }) {
  const own = state.values[table] && Object.hasOwn(state.values[table], name);
  const marks = ofValue(table, [name]);
  const field = formFieldOf(table, name);
  const id = idOf(table, name);
  const key = `value:${table}:${name}`;
  const pick = {
    class: "link", "data-key": `${key}:pick`, title: t("show_in_message"),
    onclick: () => select(marks, "data"),
  };
  const tool = (label, title, to, act, sign, look = "tool") => button({
    class: look, "aria-label": label, title, "data-key": `${key}:${act}`,
    onclick: () => put(table, name, to),
  }, icon(sign));
  const at = read?.at?.[0];
  const example = field?.example ?? null;
  const byBraze = read?.state === "filled_in" && value === undefined;
  const look = byBraze ? "read" : read?.state ?? "unread";
  return div(`value-row ${chosen ? "chosen" : ""} ${look}`,
    h(isObject(value) || Array.isArray(value) ? "span" : "label", { for: id, class: "name" },
      marks.length > 0 ? button(pick, broken(name)) : broken(name),
      field ? h("small", { class: "quiet" }, field.kind) : null),
    h(Field, { table, name, value, own, id, example, byBraze, "data-key": key }),
    span("state",
      read ? button({
        class: "chip link", "data-key": `${key}:at`,
        title: at ? `${at.path}:${at.span.start.line}` : "", onclick: () => at && go.open(at),
      }, STATES[read.state]) : null,
      value === undefined && !own && example !== null && !api.exported
        ? tool(t("fill_in", { name }), t("fill_in", { name: JSON.stringify(example) }), example,
          "fill", "edit") : null,
      value === undefined || api.exported ? null
        : tool(t("remove_what", { name }), t("remove"), null, "take", "close", "tool take"),
      own ? tool(t("reset_what", { name }), t("as_saved"), undefined, "reset", "back") : null));
}

const idOf = (table, name) => `value-${table}-${name}`.replace(/\s/g, "_");

/** A long name breaks behind its underscores. */
const broken = (name) => name.split(/(?<=_)/).flatMap((piece) => [piece, h("wbr")]);

function AddValue({ table, title }) {
  const name = useRef(null);
  const value = useRef(null);
  const use = () => {
    const named = name.current.value.trim();
    if (named === "") return name.current.focus();
    put(table, named, read(value.current.value, undefined) ?? "");
    closeDialog();
  };
  const field = (id, ref) => h("input", { id, ref, ...typedName });
  return h(Dialog, { title: t("add_to", { table: title }), action: t("add"), use }, div("fields",
    h("label", { for: "add-name" }, t("name")), field("add-name", name),
    h("label", { for: "add-value" }, t("value")), field("add-value", value)));
}

function Variables({ variables }) {
  const parts = [...Map.groupBy(variables, ({ part }) => part)];
  return h("section", { class: "table" }, h("h3", {}, t("variables_at_end")),
    parts.length === 0 ? p("quiet none", t("none")) : parts.map(([part, own]) => {
      const value = Object.fromEntries(own.map(({ name, value }) => [name, value]));
      return [
        h("h4", { class: "quiet" }, part),
        div("code", h(Tree, { value, name: `variables:${part}` })),
      ];
    }));
}

const fieldIdOf = ({ table, keys }) => idOf(table, keys[0]);
export const fieldOf = (origin) => document.getElementById(fieldIdOf(origin));
