// The program in the page: a worker answers what the server would, from texts in memory. Nothing is
// sent anywhere and nothing is written.
import { t } from "meniscus/labels.js";

/**
 * How long the worker may take for an answer, in milliseconds, not counting the questions before
 * it. Then it ends, and another begins.
 */
const LONGEST = 20_000;

const WORKER = `
let page;
onmessage = async ({ data: { id, module, name, texts, method, address, body } }) => {
  postMessage({ id, begun: true });
  try {
    if (module) {
      await wasm_bindgen({ module_or_path: module });
      page = new wasm_bindgen.Page(name, texts);
      postMessage({ id, answer: "[200,null]" });
    } else {
      postMessage({ id, answer: page.answer(method, address, body) });
    }
  } catch (error) {
    postMessage({ id, failed: String(error?.message ?? error), broken: !module });
  }
};`;

/** Loads a script; fails if it isn't there. */
export const loaded = (file) => new Promise((done, failed) => {
  const script = document.createElement("script");
  script.src = file;
  script.onload = () => done();
  script.onerror = () => failed(new Error(t("cannot_load_file", { file })));
  document.head.append(script);
});

/** The bytes of a text in base 64. */
export const bytesOf = (base64) => Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));

/** Bytes as they come out of a stream that compresses them or takes that back. */
export const through = async (stream, bytes) =>
  new Uint8Array(await new Response(new Blob([bytes]).stream().pipeThrough(stream)).arrayBuffer());

const compiled = async (base64) =>
  WebAssembly.compile(await through(new DecompressionStream("gzip"), bytesOf(base64)));

let given = null; // the workspace's texts as they came: path → text
const changed = new Map(); // what was saved over them since

/** Loads the texts once, and what was kept of an earlier visit over those that are there. */
async function texts(kept) {
  if (!given) {
    await loaded("data/workspace.js");
    given = window.meniscusWorkspace;
    for (const [path, text] of Object.entries(kept)) {
      if (Object.hasOwn(given.texts, path) && typeof text === "string") changed.set(path, text);
    }
  }
  return { name: given.name, texts: { ...given.texts, ...Object.fromEntries(changed) } };
}

/** The texts that are not as they came, by their paths. */
export const changes = () => Object.fromEntries(changed);

let module = null; // compiled once
let worker = null; // the one that runs, once it is ready
let last = 0; // number of the newest question
let kept = () => ({}); // gives what was kept of an earlier visit: path → text
const waiting = new Map(); // number of a question → {done, failed, timer}

function fail(error) {
  for (const { failed, timer } of waiting.values()) {
    clearTimeout(timer);
    failed(error);
  }
  waiting.clear();
}

function end(running, message) {
  running.terminate();
  worker = null;
  fail(new Error(message));
}

function ask(running, question, transfer = []) {
  last += 1;
  const id = last;
  return new Promise((done, failed) => {
    waiting.set(id, { done, failed, timer: null });
    running.postMessage({ id, ...question }, transfer);
  });
}

let started = 0; // how many programs did

async function begin() {
  const [own] = await Promise.all([
    texts(kept()), module ?? loaded("data/engine.js").then(async () => {
      module = await compiled(window.meniscusEngine.wasm);
    }),
  ]);
  const script = new Blob([window.meniscusEngine.glue, WORKER], { type: "text/javascript" });
  const address = URL.createObjectURL(script);
  const running = new Worker(address);
  URL.revokeObjectURL(address);
  running.onmessage = ({ data: { id, begun, answer, failed, broken } }) => {
    const asked = waiting.get(id);
    if (!asked) return;
    if (begun) {
      const late = () => end(running, t("renders_too_long"));
      return void (asked.timer = setTimeout(late, LONGEST));
    }
    waiting.delete(id);
    clearTimeout(asked.timer);
    if (failed === undefined) return asked.done(JSON.parse(answer));
    asked.failed(new Error(broken ? t("program_failed") : failed));
    if (broken) end(running, t("program_failed"));
  };
  running.onerror = (event) => end(running, event.message || t("program_cannot_run"));
  try {
    await ask(running, { module, name: own.name, texts: JSON.stringify(own.texts) });
  } catch (error) {
    running.terminate();
    throw error;
  }
  started += 1;
  // Another program counts its generations anew.
  if (started > 1) on.hello?.({ generation: `again ${started}` });
  count();
  return running;
}

/** Answers as the server does: `[status, body]`. */
export async function answer(method, address, body = "") {
  worker ??= begin();
  const running = await worker.catch((error) => {
    worker = null;
    throw error;
  });
  const bytes = new TextEncoder().encode(body);
  const [status, found] = await ask(running, { method, address, body: bytes }, [bytes.buffer]);
  if (method === "PUT" && status === 200) saved(found, body);
  return [status, found];
}

let on = {};

function saved({ path, kind, generation }, text) {
  if (given.texts[path] === text) changed.delete(path);
  else changed.set(path, text);
  on.changed?.({ generation, paths: [path], kinds: [kind] });
  count();
}

let counting = null;

/** Counts what the list says of each message, a few at a time: a render comes first. */
function count() {
  clearTimeout(counting);
  counting = setTimeout(async () => {
    const [, { whole } = {}] = await answer("POST", "/api/count").catch(() => []);
    if (whole === undefined) return;
    on.counted?.();
    if (!whole) count();
  }, 150);
}

/** Calls `on[name]` for what happens; `read` gives what was kept of an earlier visit. */
export function listen(listeners, read) {
  on = listeners;
  kept = read;
  on.hello?.({ generation: 1 });
}
