// What the program is asked: over HTTP while it runs, in a worker where it came with the page,
// through the editor in a panel of one, from files where the page is an export.

import * as editor from "meniscus/beside.js";
import * as local from "meniscus/local.js";
import { state } from "meniscus/state.js";
import { unpacked } from "meniscus/workspace.js";
import { t } from "meniscus/labels.js";

const meta = (name) => document.querySelector(`meta[name="meniscus-${name}"]`)?.content ?? "";

const mode = meta("mode");
/** Whether this page is a static copy: nothing can be changed. */
export const exported = mode === "export";
/** Whether the program came with the page: all can be changed, and no file is written. */
export const interactive = mode === "interactive";
/** Whether a program with a folder answers: files can be written, made and deleted. */
export const writes = mode === "live";
/** Whether this page is in a panel beside a text: files are the editor's. */
export const beside = mode === "beside";
/** The word that the policy of the page wants on styles of the editor. */
export const nonce = meta("nonce");
let token = meta("token");
if (beside) editor.connect();

/** An answer that is an error; `status` 0 where nobody answered. */
export class Refused extends Error {
  constructor(status, body) {
    const instead = status ? t("answered_status", { status }) : t("program_silent");
    super(body?.error?.message ?? instead);
    this.status = status;
    this.help = body?.error?.help ?? (status ? null : t("start_again"));
    this.body = body;
  }
}

/** Takes the token of the run that serves now: the page stays when the program is started again. */
async function renew() {
  const text = await (await fetch("/", { cache: "no-store" })).text();
  const page = new DOMParser().parseFromString(text, "text/html");
  const now = page.querySelector('meta[name="meniscus-token"]')?.content;
  if (!now || now === token) return false;
  token = now;
  return true;
}

async function askHere(method, path, { json, text }) {
  let answer;
  try {
    const program = beside ? editor : local;
    answer = await program.answer(method, path, json === undefined ? text : JSON.stringify(json));
  } catch (error) {
    throw new Refused(500, { error: { message: error.message, help: null } });
  }
  const [status, body] = answer;
  if (status >= 300) throw new Refused(status, body);
  return body;
}

async function ask(method, path, { json, text, bytes, headers = {} } = {}, again = true) {
  if (interactive || beside) return askHere(method, path, { json, text });
  let answer;
  try {
    answer = await fetch(path, {
      method,
      headers: {
        "X-Meniscus-Token": token,
        ...(json === undefined ? {} : { "Content-Type": "application/json" }),
        ...(text === undefined ? {} : { "Content-Type": "text/plain; charset=utf-8" }),
        ...(bytes === undefined ? {} : { "Content-Type": "application/octet-stream" }),
        ...headers,
      },
      body: json === undefined ? bytes ?? text : JSON.stringify(json),
      cache: "no-store",
    });
  } catch {
    throw new Refused(0, null);
  }
  if (answer.status === 401 && again && (await renew().catch(() => false))) {
    return ask(method, path, { json, text, bytes, headers }, false);
  }
  const body = await answer.json().catch(() => null);
  if (!answer.ok) throw new Refused(answer.status, body);
  return body;
}

const missing = (message, help) => new Refused(404, { error: { message, help } });
const scripts = new Map(); // file of an export → when it is loaded

function load(file) {
  if (!scripts.has(file)) {
    scripts.set(file, local.loaded(file).catch(() => {
      throw missing(t("cannot_load", { file }), t("copy_export"));
    }));
  }
  return scripts.get(file);
}

/**
 * What a key of an export holds; its file, that of `holder`, is loaded once. Some wait for large
 * values, which have files of their own: those are `[names, make]`.
 */
async function kept(key, holder = key) {
  const data = window.meniscusData;
  if (data[key] === undefined) {
    if (!data.files[holder]) throw missing(t("not_in_export"), null);
    await load(data.files[holder]);
  }
  if (Array.isArray(data[key])) {
    const [names, make] = data[key];
    await Promise.all(names.map((name) => load(`data/values/${name}.js`)));
    data[key] = make((name) => data.values[name]);
  }
  if (data[key].error) throw new Refused(422, data[key]);
  return data[key];
}

const keptOf = (kind, { message, scenario }) =>
  kept([kind, message, ...(scenario === undefined ? [] : [scenario])].join(":"),
    `message:${message}`);

/** The cells of an export with their frames, which the file holds once, with the message itself. */
function withFrames(grid) {
  for (const cell of grid.cells) {
    const whole = window.meniscusData[`render:${grid.message}:${cell.scenario}`];
    const { parts } = Array.isArray(whole) ? whole[1](() => null) : whole;
    for (const part of cell.parts ?? []) {
      part.frame_html = parts?.find(({ name }) => name === part.name)?.frame_html;
    }
  }
  return grid;
}

/** A comparison without a server: texts without marks have the frame of the message itself. */
async function withOwnFrames(answer, message, scenario) {
  const whole = await render({ message, scenario }).catch(() => null);
  for (const { part, accepted, now } of answer.parts) {
    const own = whole?.parts?.find(({ name }) => name === part)?.frame_html;
    for (const side of [accepted, now]) if (side?.html) side.frame_html ??= own;
  }
  return answer;
}

const query = (values) => new URLSearchParams(values).toString();
const get = (path, values) => ask("GET", values ? `${path}?${query(values)}` : path);
const post = (path, json) => ask("POST", path, { json });

let asked = 0;
let newest = { at: 0, workspace: null };

/** What the workspace holds: never an older answer than one that came already. */
export async function workspace() {
  const at = ++asked;
  const answer = await (exported ? window.meniscusData.workspace : get("/api/workspace"));
  if (at > newest.at) newest = { at, workspace: unpacked(answer) };
  return newest.workspace;
}

/** What was counted of each message; it comes apart from the list, which changes less often. */
export const counts = async () =>
  (exported ? window.meniscusData.counts : get("/api/counts"));
export const searchTexts = (text) => get("/api/search", { text });
export const searchFields = (field) => get("/api/fields", { field });
export const render = (wanted) =>
  (exported ? keptOf("render", wanted) : post("/api/render", wanted));
export const problems = (wanted) => (exported
  ? keptOf("problems", { message: wanted.message }) : post("/api/problems", wanted));
export const grid = (wanted) => (exported
  ? keptOf("grid", { message: wanted.message }).then(withFrames) : post("/api/grid", wanted));
export const snapshot = async (message, scenario) => {
  const asked = { message, scenario };
  const known = await (exported ? keptOf("snapshot", asked) : get("/api/snapshot", asked));
  return writes ? known : withOwnFrames(known, message, scenario);
};
export const changes = (message) =>
  (exported ? keptOf("changes", { message }) : get("/api/changes", { message }));
export const accept = (message, scenario, part) => post("/api/accept", { message, scenario, part });
export const acceptGroup = (message, scenarios, groups) =>
  post("/api/accept", { message, scenarios, groups });
export const file = (path) => (exported ? kept(`file:${path}`) : get("/api/file", { path }));
export const save = (path, text, digest) => ask("PUT", `/api/file?${query({ path })}`,
  { text, headers: { "If-Match": `"${digest}"` } });
export const keep = (kept) => post("/api/scenario", kept);
export const keepInPlace = (scenario, values) =>
  post("/api/scenario/values", { scenario, values });
export const recipientFields = (ask) => post("/api/fields/recipient", ask);
export const recordAnswer = (ask, call, answer) => post("/api/answer", { ask, call, answer });
export const emptyAnswer = (ask, call) => post("/api/answer/empty", { ask, call });
export const recordLive = (ask, call) => post("/api/answer/live", { ask, call });
export const pasted = (bytes, channel) =>
  ask("POST", `/api/pasted?${query({ channel })}`, { bytes });
export const newMessage = (name, channel, bytes) =>
  ask("POST", `/api/message?${query({ name, channel })}`, { bytes });
export const newRecipient = (name, message, from) =>
  post("/api/recipient", { name, message, from });
export const example = () => post("/api/example");
export const renameItem = (item, to) => post("/api/item/rename", { item, to });
export const duplicate = (item, to) => post("/api/item/duplicate", { item, to });
export const aboutDelete = (item) => post("/api/item/delete?ask=1", { item });
export const remove = (item) => post("/api/item/delete", { item });
export const undo = (id) => post("/api/undo", { id });
export const recording = (name) =>
  (exported ? kept(`recording:${name}`) : get("/api/recording", { name }));
const atPosition = (what) => (message, path, text, offset, name) =>
  post(`/api/${what}`, { message, path, text, offset, name, scenario: state.scenario });
export const complete = atPosition("complete");
export const hover = atPosition("hover");
export const definition = atPosition("definition");
export const uses = atPosition("uses");
export const rename = atPosition("rename");

/** How long after a loss it is looked whether somebody serves again, in milliseconds. */
const RETRY = 1_000;

/**
 * Calls `on[name]` for what happens in the workspace; `on.lost` while the program does not answer.
 * `kept` gives the texts that were edited earlier, where no file is written.
 * Only pages that are looked at listen: a browser gives one program few connections, for all tabs.
 */
export function events(on, kept) {
  if (exported) return;
  if (interactive) return void local.listen(on, kept);
  if (beside) return void editor.listen(on);
  let source = null;
  const close = () => {
    source?.close();
    source = null;
  };
  const open = () => {
    if (document.hidden || source) return;
    source = new EventSource(`/api/events?${query({ token })}`);
    for (const name of ["hello", "changed", "counted"]) {
      source.addEventListener(name, (event) => on[name]?.(JSON.parse(event.data)));
    }
    source.onerror = () => {
      on.lost?.();
      close();
      setTimeout(() => renew().catch(() => false).then(open), RETRY);
    };
  };
  document.addEventListener("visibilitychange", () => (document.hidden ? close() : open()));
  open();
}
