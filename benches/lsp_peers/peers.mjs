// A client that does the same with two language servers: `node peers.mjs PROGRAM MODULES FOLDER`.
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { spawn } from "node:child_process";

const [program, modules, folder] = process.argv.slice(2);
const KEYS = 60;
const SNIPPET = `<p>{% if shop.name == blank %}Hello{% else %}{{ shop.name | upcase }}{% endif %}</p>\n`;
const ROW = `<tr><td style="padding:0 12px">Fresh from the oven, every day.</td></tr>\n`;
const FILE = "snippets/mail.liquid";

const text = `{{ shop.name | upcase }}\n<table>\n${ROW.repeat(Math.ceil(60_000 / ROW.length))}</table>\n`;
await mkdir(join(folder, "snippets"), { recursive: true });
await mkdir(join(folder, "scenarios"), { recursive: true });
await writeFile(join(folder, ".theme-check.yml"), "extends: theme-check:recommended\n");
await writeFile(join(folder, "meniscus.toml"), `[paths]\ntemplates = ["snippets/**"]\n[variables]\nshop = { name = "Larkspur" }\n`);
await writeFile(join(folder, FILE), text);
for (let at = 1; at < 500; at++) await writeFile(join(folder, `snippets/part_${at}.liquid`), SNIPPET);

/** A server, started and initialized. */
function client(command, args) {
  const child = spawn(command, args, { stdio: ["pipe", "pipe", "ignore"], cwd: folder });
  const waiting = new Map();
  let pushed = () => {};
  let bytes = Buffer.alloc(0);
  child.stdout.on("data", (more) => {
    bytes = Buffer.concat([bytes, more]);
    for (;;) {
      const end = bytes.indexOf("\r\n\r\n");
      if (end < 0) return;
      const length = Number(/Content-Length: (\d+)/i.exec(bytes.subarray(0, end).toString())[1]);
      if (bytes.length < end + 4 + length) return;
      const message = JSON.parse(bytes.subarray(end + 4, end + 4 + length).toString());
      bytes = bytes.subarray(end + 4 + length);
      if (message.method && message.id !== undefined) {
        send({ id: message.id, result: message.method === "workspace/configuration" ? message.params.items.map(() => null) : null });
      } else if (message.method === "textDocument/publishDiagnostics") {
        pushed(message.params);
      } else if (message.id !== undefined) {
        waiting.get(message.id)?.(message);
      }
    }
  });
  const send = (message) => {
    const body = JSON.stringify({ jsonrpc: "2.0", ...message });
    child.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  };
  let asked = 0;
  return {
    note: (method, params) => send({ method, params }),
    ask: (method, params) => new Promise((done, failed) => {
      const id = ++asked;
      waiting.set(id, ({ result, error }) => (error ? failed(new Error(`${method}: ${error.message}`)) : done(result)));
      send({ id, method, params });
    }),
    push: (wanted) => new Promise((done) => (pushed = (params) => wanted(params) && done(params))),
    stop: () => child.kill(),
  };
}

const uri = pathToFileURL(join(folder, FILE)).href;
const document = { uri };

async function measure(command, args, pulls) {
  const began = performance.now();
  const server = client(command, args);
  const root = pathToFileURL(folder).href;
  await server.ask("initialize", {
    processId: process.pid, rootUri: root, workspaceFolders: [{ uri: root, name: "theme" }],
    capabilities: { textDocument: { publishDiagnostics: { versionSupport: true }, ...(pulls ? { diagnostic: {} } : {}) } },
  });
  server.note("initialized", {});
  const checked = (version) => (pulls ? server.ask("textDocument/diagnostic", { textDocument: document })
    : server.push((params) => params.uri === uri && (params.version ?? version) >= version));
  let found = pulls ? null : checked(1);
  server.note("textDocument/didOpen", { textDocument: { uri, languageId: "liquid", version: 1, text } });
  await (found ?? checked(1));
  const times = { open: [performance.now() - began], key: [], completion: [], hover: [] };
  const column = text.indexOf("upcase");
  for (let turn = 0; turn < KEYS; turn++) {
    const changed = turn % 2 === 0 ? text.replace("upcase", "uxpcase") : text;
    const started = performance.now();
    found = pulls ? null : checked(turn + 2);
    server.note("textDocument/didChange", { textDocument: { uri, version: turn + 2 }, contentChanges: [{ text: changed }] });
    await (found ?? checked(turn + 2));
    times.key.push(performance.now() - started);
  }
  for (const method of ["completion", "hover"]) {
    for (let turn = 0; turn < KEYS; turn++) {
      const started = performance.now();
      await server.ask(`textDocument/${method}`, { textDocument: document, position: { line: 0, character: column + 3 } });
      times[method].push(performance.now() - started);
    }
  }
  server.stop();
  return times;
}

const theirs = `require(${JSON.stringify(join(modules, "@shopify/theme-language-server-node"))}).startServer()`;
const own = await measure(program, ["lsp"], true);
const peer = await measure(process.execPath, ["-e", theirs, "--", "--stdio"], false);
const at = (times, share) => times.toSorted((a, b) => a - b)[Math.min(times.length - 1, Math.floor(times.length * share))];
const WORDS = { open: "start to first diagnostics", key: "key to diagnostics", completion: "completion", hover: "hover" };
console.log(`${"median, 95 of 100 (ms)".padEnd(28)} ${"meniscus".padStart(16)} ${"theme server".padStart(18)}   ratio of medians`);
for (const [name, words] of Object.entries(WORDS)) {
  const shown = (times) => `${at(times, 0.5).toFixed(1)}, ${at(times, 0.95).toFixed(1)}`;
  console.log(`${words.padEnd(28)} ${shown(own[name]).padStart(16)} ${shown(peer[name]).padStart(18)}   ${(at(peer[name], 0.5) / at(own[name], 0.5)).toFixed(1)}`);
}
process.exit(0);
