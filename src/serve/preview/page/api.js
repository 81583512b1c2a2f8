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
    super(body?.error?.message ?? (status ? `the program answered ${status}` : "the program does not answer"));
    this.status = status;
    this.help = body?.error?.help ?? (status ? null : "start `meniscus preview` again, then load this page again");
    this.body = body;
  }
}

/** The word of the run that serves now: the program was started again, and the page with what is typed stays. */
async function renew() {
  const page = await (await fetch("/", { cache: "no-store" })).text();
  const now = new DOMParser().parseFromString(page, "text/html").querySelector('meta[name="meniscus-token"]')?.content;
  if (!now || now === token) return false;
  token = now;
  return true;
}

async function ask(method, path, { json, text, headers = {} } = {}, again = true) {
  let answer;
  try {
    answer = await fetch(path, {
      method,
      headers: {
        "X-Meniscus-Token": token,
        ...(json === undefined ? {} : { "Content-Type": "application/json" }),
        ...(text === undefined ? {} : { "Content-Type": "text/plain; charset=utf-8" }),
        ...headers,
      },
      body: json === undefined ? text : JSON.stringify(json),
      cache: "no-store",
    });
  } catch {
    throw new Refused(0, null);
  }
  if (answer.status === 401 && again && (await renew().catch(() => false))) return ask(method, path, { json, text, headers }, false);
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
  if (!file) return Promise.reject(new Refused(404, { error: { message: "this is not part of the export", help: null } }));
  return new Promise((done, failed) => {
    const script = document.createElement("script");
    script.src = file;
    script.onload = () => done();
    script.onerror = () => failed(new Refused(404, { error: { message: `cannot load \`${file}\``, help: "copy the whole folder of the export" } }));
    document.head.append(script);
  }).then(answer);
}

/** The cells of an export with their frames, which the file holds once, with the message itself. */
function withFrames(grid) {
  for (const cell of grid.cells) {
    const whole = window.meniscusData[`render:${grid.message}:${cell.scenario}`];
    for (const part of cell.parts ?? []) part.frame_html = whole?.parts?.find((one) => one.name === part.name)?.frame_html;
  }
  return grid;
}

const query = (values) => new URLSearchParams(values).toString();

export const workspace = () => (exported ? Promise.resolve(window.meniscusData.workspace) : ask("GET", "/api/workspace"));
export const render = (wanted) => (exported ? kept(`render:${wanted.message}:${wanted.scenario}`) : ask("POST", "/api/render", { json: wanted }));
export const problems = (wanted) => (exported ? kept(`problems:${wanted.message}`) : ask("POST", "/api/problems", { json: wanted }));
export const grid = (wanted) => (exported ? kept(`grid:${wanted.message}`).then(withFrames) : ask("POST", "/api/grid", { json: wanted }));
export const snapshot = (message, scenario) => (exported ? kept(`snapshot:${message}:${scenario}`) : ask("GET", `/api/snapshot?${query({ message, scenario })}`));
export const accept = (message, scenario, part) => ask("POST", "/api/accept", { json: { message, scenario, part } });
export const file = (path) => (exported ? kept(`file:${path}`) : ask("GET", `/api/file?${query({ path })}`));
export const save = (path, text, digest) => ask("PUT", `/api/file?${query({ path })}`, { text, headers: { "If-Match": `"${digest}"` } });
export const newScenario = (name, from, message, values) => ask("POST", "/api/scenario", { json: { name, from, message, values } });
export const recording = (name) => (exported ? kept(`recording:${name}`) : ask("GET", `/api/recording?${query({ name })}`));
export const complete = (message, path, text, offset) => ask("POST", "/api/complete", { json: { message, path, text, offset } });
export const hover = (message, path, text, offset) => ask("POST", "/api/hover", { json: { message, path, text, offset } });

/** How long after a loss it is looked whether somebody serves again, in milliseconds. */
const RETRY = 1_000;

/**
 * Calls `on[name]` for what happens in the workspace; `on.lost` while the program does not answer.
 * Only pages that are looked at listen: a browser gives few connections to one program, for all its tabs together.
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
