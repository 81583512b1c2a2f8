// Data: what is known of the recipient, what triggered the message, what the variables are at its end.
import * as api from "meniscus/api.js";
import { button, h, icon } from "meniscus/dom.js";
import { change, shown, state } from "meniscus/state.js";
import { find, ofValue, select } from "meniscus/marks.js";
import { dialog } from "meniscus/keys.js";
import { go } from "meniscus/go.js";
import { tree } from "meniscus/tree.js";

const TITLES = {
  user: "Recipient", custom_attribute: "Custom attributes", api_trigger_properties: "Trigger properties", event_properties: "Event properties",
  context: "Context", canvas_entry_properties: "Canvas entry", campaign: "Campaign", canvas: "Canvas", card: "Card", app: "App",
  targeted_device: "Device", most_recently_used_device: "Newest device", subscribed_state: "Subscriptions", sms: "SMS", whats_app: "WhatsApp", catalogs: "Catalogs", promotions: "Promotions", variables: "Variables of the scenario",
};
const STATES = { read: "read", missing: "missing", defaulted: "default used" };

export function data() {
  const render = shown();
  if (!render?.data) return null;
  const reads = new Map(); // table → name → the weightiest state
  for (const read of render.data.reads) {
    if (!read.table) continue;
    const name = nameIn(read);
    const table = reads.get(read.table) ?? new Map();
    const known = table.get(name);
    if (!known || (known.state === "read" && read.state !== "read")) table.set(name, read);
    reads.set(read.table, table);
  }
  const tables = new Map();
  for (const group of [render.data.recipient, render.data.trigger, render.data.other]) {
    for (const [table, values] of Object.entries(group ?? {})) if (values && typeof values === "object" && !Array.isArray(values)) tables.set(table, values);
  }
  for (const table of [...reads.keys(), ...Object.keys(state.values)]) if (!tables.has(table) && table !== "now") tables.set(table, {});
  const changed = Object.keys(state.values).length > 0;
  return [
    h("div", { class: "supposed" },
      changed
        ? [h("span", {}, "Changed for the moment"), h("span", { class: "grow" }), button({ class: "small", "data-key": "values:reset", onclick: () => change({ values: {} }) }, "Reset"), button({ class: "small primary", "data-key": "values:save", onclick: keep }, "Save as a scenario…")]
        : h("span", { class: "quiet" }, api.exported ? "What the message was rendered with." : "Change a value to see the message with it. Nothing is saved until you say so.")),
    clock(),
    [...tables].map(([name, values]) => section(name, values, reads.get(name) ?? new Map())),
    variables(render),
  ];
}

/** The name of a read value in its table: the first key. */
function nameIn(read) {
  const keys = read.origin?.kind === "scenario" ? read.origin.keys : null;
  return String(keys?.[0] ?? read.path.replace(new RegExp(`^${read.table}\\.`), "").split(/[.[]/)[0]);
}

function clock() {
  const now = state.values.now ?? state.workspace.scenarios.find(({ name }) => name === state.scenario)?.now ?? "";
  return h("section", { class: "table" }, h("h3", {}, "Clock"), h("div", { class: "value-row" }, h("label", { for: "value-now" }, "now"),
    h("input", { id: "value-now", class: state.values.now ? "changed" : "", "data-key": "value:now", value: now, placeholder: "2026-03-01T09:00:00Z", readonly: api.exported, onchange: (event) => put("now", null, event.target.value.trim()) })));
}

function section(table, values, reads) {
  const names = [...new Set([...Object.keys(values), ...reads.keys(), ...Object.keys(state.values[table] ?? {})])];
  const known = TITLES[table] ?? table;
  return h("section", { class: "table" },
    h("h3", {}, known, known === table ? null : h("code", { class: "quiet" }, table), h("span", { class: "grow" }),
      api.exported ? null : button({ class: "tool", "aria-label": `Add a value to ${known}`, title: "Add a value", "data-key": `add:${table}`, onclick: () => add(table) }, icon("plus"))),
    names.length === 0 ? h("p", { class: "quiet none" }, "nothing") : names.map((name) => row(table, name, values[name], reads.get(name))));
}

function row(table, name, value, read) {
  const own = state.values[table] && Object.hasOwn(state.values[table], name);
  const marks = ofValue(table, [name]);
  const selected = (state.selected?.marks ?? []).some((mark) => find(mark)?.origins.some((origin) => origin.kind === "scenario" && origin.table === table && String(origin.keys[0]) === name));
  const id = idOf(table, name);
  const key = `value:${table}:${name}`;
  const label = marks.length > 0
    ? button({ class: "link", "data-key": `${key}:pick`, title: "shown in the message", onclick: () => select(marks, "data") }, broken(name))
    : broken(name);
  return h("div", { class: `value-row ${selected ? "chosen" : ""} ${read?.state ?? "unread"}` },
    h("label", { for: id }, label),
    field(table, name, value, { id, key, own }),
    h("span", { class: "state" },
      read ? button({ class: "chip link", "data-key": `${key}:at`, title: read.at?.[0] ? `${read.at[0].path}:${read.at[0].span.start.line}` : "", onclick: () => read.at?.[0] && go.open(read.at[0]) }, STATES[read.state]) : null,
      value === undefined || api.exported ? null : button({ class: "tool take", "aria-label": `Take ${name} away`, title: "Take it away", "data-key": `${key}:take`, onclick: () => put(table, name, null) }, icon("close")),
      own ? button({ class: "tool", "aria-label": `Reset ${name}`, title: "As in the scenario", "data-key": `${key}:reset`, onclick: () => put(table, name, undefined) }, icon("back")) : null));
}

const idOf = (table, name) => `value-${table}-${name}`.replace(/\s/g, "_");

/** A long name breaks behind its underscores. */
const broken = (name) => name.split(/(?<=_)/).flatMap((piece) => [piece, h("wbr", {})]);

const kinds = new Map(); // a value's place → what the scenario has there

/** The field of a value: as text where it is a text, else as JSON. */
function field(table, name, value, { id, key, own }) {
  const text = value === undefined ? "" : typeof value === "string" ? value : JSON.stringify(value);
  const common = { id, "data-key": key, class: own ? "changed" : "", readonly: api.exported, spellcheck: "false", autocomplete: "off" };
  if (typeof value === "boolean" && !api.exported) {
    return h("select", { ...common, onchange: (event) => put(table, name, event.target.value === "true") }, ["true", "false"].map((word) => h("option", { value: word, selected: String(value) === word }, word)));
  }
  // What is typed over a change is of the kind that the scenario has there.
  const place = JSON.stringify([state.message, state.scenario, table, name]);
  if (!own) kinds.set(place, value);
  const before = kinds.has(place) ? kinds.get(place) : value;
  const change = ({ target }) => {
    const typed = read(target.value, before);
    const wrong = typed === target.value && before !== null && typeof before === "object";
    target.setCustomValidity(wrong ? "This is not JSON." : "");
    if (wrong) return target.isConnected && target.reportValidity();
    put(table, name, typed);
  };
  if (text.length > 60) return h("textarea", { ...common, rows: "3", value: text, onchange: change });
  return h("input", { ...common, value: text, placeholder: value !== undefined ? "" : own ? "taken away" : "missing", onchange: change });
}

/** What an author typed, as the kind that stood there: `7` in the place of a number is a number. */
function read(typed, before) {
  if (typeof before === "string") return typed;
  if (before === undefined && typed === "") return undefined;
  try {
    const value = JSON.parse(typed);
    return before === undefined && typeof value === "object" && value !== null && !/^[[{]/.test(typed.trim()) ? typed : value;
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
const onEnter = (use) => (event) => event.key === "Enter" && (event.preventDefault(), use());

function add(table) {
  const name = h("input", { id: "add-name", autocomplete: "off", spellcheck: "false" });
  const value = h("input", { id: "add-value", autocomplete: "off", spellcheck: "false" });
  const use = () => {
    if (name.value.trim() === "") return name.focus();
    put(table, name.value.trim(), read(value.value, undefined) ?? "");
    box.close();
  };
  [name, value].forEach((input) => input.addEventListener("keydown", onEnter(use)));
  const box = dialog(`Add to ${TITLES[table] ?? table}`, h("div", { class: "fields" }, h("label", { for: "add-name" }, "Name"), name, h("label", { for: "add-value" }, "Value"), value), [button({ class: "primary", onclick: use }, "Add")]);
}

/** Saves what is changed as a new scenario. */
function keep() {
  const name = h("input", { id: "scenario-name", value: `${state.scenario || "nobody"}-2`, autocomplete: "off", spellcheck: "false", "aria-describedby": "scenario-file" });
  const file = h("p", { class: "quiet", id: "scenario-file" });
  const wrong = h("p", { class: "bad", role: "alert" });
  const wanted = () => name.value.trim().replace(/\s+/g, "_");
  const use = async () => {
    if (wanted() === "") return;
    try {
      const made = await api.newScenario(wanted(), state.scenario, state.message, state.values);
      box.close();
      change({ values: {}, workspace: await api.workspace() });
      go.to({ scenario: made.name });
    } catch (error) {
      wrong.textContent = `${error.message}${error.help ? `: ${error.help}` : ""}`;
      name.focus();
    }
  };
  const save = button({ class: "primary", onclick: use }, "Save");
  const typed = () => {
    save.disabled = wanted() === "";
    wrong.textContent = "";
    file.replaceChildren(...(wanted() === "" ? ["Type a name."] : ["It is named ", h("code", {}, wanted()), state.scenario ? ` and extends ${state.scenario}: only what is changed is written.` : ": what is changed is written."]));
  };
  name.addEventListener("input", typed);
  name.addEventListener("keydown", onEnter(use));
  typed();
  const box = dialog("Save as a scenario", [h("div", { class: "fields" }, h("label", { for: "scenario-name" }, "Name"), name), file, wrong], [save]);
}

function variables(render) {
  const parts = [...new Set(render.data.variables.map(({ part }) => part))];
  return h("section", { class: "table" }, h("h3", {}, "Variables at the end"),
    parts.length === 0 ? h("p", { class: "quiet none" }, "none") : parts.map((part) => {
      const own = Object.fromEntries(render.data.variables.filter((variable) => variable.part === part).map(({ name, value }) => [name, value]));
      return [h("h4", { class: "quiet" }, part), h("div", { class: "code" }, tree(own, { name: `variables:${part}`, deep: 1 }))];
    }));
}

/** The field of a value of the scenario, to be shown. */
export const fieldOf = ({ table, keys }) => document.getElementById(idOf(table, keys[0]));
