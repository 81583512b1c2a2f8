// What the program is asked: over HTTP while it runs, from files where the page is an export.

const meta = (name) => document.querySelector(`meta[name="meniscus-${name}"]`)?.content ?? "";

/** Whether this page is a static copy: nothing can be changed. */
export const exported = meta("mode") === "export";
/** The word that the policy of the page wants on styles of the editor. */
export const nonce = meta("nonce");
let token = meta("token");

/** An answer that is an error; `status` 0 where nobody answered. */
export class Refused extends Error {
  constructor(status, body) {
    const instead = status ? `the program answered ${status}` : "the program does not answer";
    const again = "start `meniscus preview` again, then load this page again";
    super(body?.error?.message ?? instead);
    this.status = status;
    this.help = body?.error?.help ?? (status ? null : again);
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

async function ask(method, path, { json, text, bytes, headers = {} } = {}, again = true) {
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

/** What a key of an export holds; its file is loaded once. */
function kept(key) {
  const data = window.meniscusData;
  const answer = () => {
    if (data[key].error) throw new Refused(422, data[key]);
    return data[key];
  };
  if (data[key] !== undefined) return Promise.resolve().then(answer);
  const file = data.files[key];
  const missing = (message, help) => new Refused(404, { error: { message, help } });
  if (!file) return Promise.reject(missing("this is not part of the export", null));
  return new Promise((done, failed) => {
    const script = document.createElement("script");
    script.src = file;
    script.onload = () => done();
    script.onerror = () =>
      failed(missing(`cannot load \`${file}\``, "copy the whole folder of the export"));
    document.head.append(script);
  }).then(answer);
}

/** The cells of an export with their frames, which the file holds once, with the message itself. */
function withFrames(grid) {
  for (const cell of grid.cells) {
    const whole = window.meniscusData[`render:${grid.message}:${cell.scenario}`];
    for (const part of cell.parts ?? []) {
      part.frame_html = whole?.parts?.find(({ name }) => name === part.name)?.frame_html;
    }
  }
  return grid;
}

/** A comparison of an export: texts without marks have the frame of the message itself. */
async function withOwnFrames(answer, message, scenario) {
  const whole = await kept(`render:${message}:${scenario}`).catch(() => null);
  for (const { part, accepted, now } of answer.parts) {
    const own = whole?.parts?.find(({ name }) => name === part)?.frame_html;
    for (const side of [accepted, now]) if (side?.html) side.frame_html ??= own;
  }
  return answer;
}

const query = (values) => new URLSearchParams(values).toString();
const get = (path, values) => ask("GET", values ? `${path}?${query(values)}` : path);
const post = (path, json) => ask("POST", path, { json });

export const workspace = async () =>
  (exported ? window.meniscusData.workspace : get("/api/workspace"));
export const render = (wanted) => (exported
  ? kept(`render:${wanted.message}:${wanted.scenario}`) : post("/api/render", wanted));
export const problems = (wanted) =>
  (exported ? kept(`problems:${wanted.message}`) : post("/api/problems", wanted));
export const grid = (wanted) =>
  (exported ? kept(`grid:${wanted.message}`).then(withFrames) : post("/api/grid", wanted));
export const snapshot = (message, scenario) => (exported
  ? kept(`snapshot:${message}:${scenario}`).then((known) => withOwnFrames(known, message, scenario))
  : get("/api/snapshot", { message, scenario }));
export const changes = (message) =>
  (exported ? kept(`changes:${message}`) : get("/api/changes", { message }));
export const accept = (message, scenario, part) => post("/api/accept", { message, scenario, part });
export const acceptGroup = (message, scenarios, groups) =>
  post("/api/accept", { message, scenarios, groups });
export const file = (path) => (exported ? kept(`file:${path}`) : get("/api/file", { path }));
export const save = (path, text, digest) => ask("PUT", `/api/file?${query({ path })}`,
  { text, headers: { "If-Match": `"${digest}"` } });
export const newScenario = (name, from, message, values) =>
  post("/api/scenario", { name, from, message, values });
export const pasted = (bytes) => ask("POST", "/api/pasted", { bytes });
export const newMessage = (name, channel, bytes) =>
  ask("POST", `/api/message?${query({ name, channel })}`, { bytes });
export const newRecipient = (name, message, from) =>
  post("/api/recipient", { name, message, from });
export const example = () => post("/api/example");
export const rename = (item, to) => post("/api/rename", { item, to });
export const duplicate = (item, to) => post("/api/duplicate", { item, to });
export const aboutDelete = (item) => post("/api/delete?ask=1", { item });
export const remove = (item) => post("/api/delete", { item });
export const undo = (id) => post("/api/undo", { id });
export const recording = (name) =>
  (exported ? kept(`recording:${name}`) : get("/api/recording", { name }));
export const complete = (message, path, text, offset) =>
  post("/api/complete", { message, path, text, offset });
export const hover = (message, path, text, offset) =>
  post("/api/hover", { message, path, text, offset });

/** How long after a loss it is looked whether somebody serves again, in milliseconds. */
const RETRY = 1_000;

/**
 * Calls `on[name]` for what happens in the workspace; `on.lost` while the program does not answer.
 * Only pages that are looked at listen: a browser gives one program few connections, for all tabs.
 */
export function events(on) {
  if (exported) return;
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
