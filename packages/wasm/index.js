// meniscus in JavaScript: `await init()` once, then `Workspace` and `Engine`. Nothing leaves this
// process: there are no requests, and no files but those that are given.
import start, { Library, Template as Compiled } from "./meniscus_wasm.js";

let started = null;

/**
 * Loads the program, once. In a browser it comes from beside this file; `source` is another URL, a
 * `Response`, or its bytes. Node reads it from beside this file.
 */
export function init(source) {
  started ??= load(source);
  return started;
}

async function load(source) {
  if (source === undefined && typeof process === "object" && process.versions?.node) {
    const { readFile } = await import("node:fs/promises");
    const bytes = await readFile(new URL("./meniscus_wasm_bg.wasm", import.meta.url));
    return void await start({ module_or_path: bytes });
  }
  await start(source === undefined ? undefined : { module_or_path: source });
}

/** A value as JSON; a string is JSON already, whose numbers keep their digits. */
const json = (value) => (value === undefined || value === null ? undefined
  : typeof value === "string" ? value : JSON.stringify(value));

/** A workspace of messages and recipients, read from texts by their paths. */
export class Workspace {
  #library;

  constructor(texts) {
    this.#library = new Library(JSON.stringify(texts));
  }

  /** The messages, each with the names of its recipients: `[{name, recipients}]`. */
  get messages() {
    return JSON.parse(this.#library.messages());
  }

  /** Renders a message for a recipient by name, for values by table, or for both. */
  render(message, recipient, values) {
    const [name, tables] = typeof recipient === "object" && recipient !== null
      ? [undefined, recipient] : [recipient ?? undefined, values];
    const { renders } = JSON.parse(this.#library.render(message, name, json(tables)));
    return {
      message,
      parts: Object.fromEntries(renders.map(({ part, output }) => [part, output])),
      aborted: renders.find(({ aborted }) => aborted)?.aborted ?? null,
      calls: renders.flatMap(({ calls }) => calls),
      blanks: renders.flatMap(({ part, blanks }) => blanks.map((blank) => ({ part, ...blank }))),
      diagnostics: renders.flatMap(({ diagnostics }) => diagnostics),
    };
  }

  /** What is wrong with a message, or with everything. */
  lint(message) {
    return JSON.parse(this.#library.lint(message ?? undefined)).diagnostics;
  }

  /** What is wrong with a text, as far as the workspace knows. */
  lintText(text, name = "template") {
    return JSON.parse(this.#library.lint_text(text, name)).diagnostics;
  }

  /** What may be written at a place of a file's text: `{from, to, items}`, in UTF-16 units. */
  complete({ message, path, text, offset }) {
    return JSON.parse(this.#library.complete(message, path, text, offset));
  }

  /** Gives the memory back. */
  free() {
    this.#library.free();
  }
}

/** Compiles single texts. `blocks`: content blocks by name; `plain`: plain Liquid. */
export class Engine {
  #options;

  constructor({ blocks, plain = false } = {}) {
    this.#options = [json(blocks), plain];
  }

  compile(text, name = "template") {
    return new Template(new Compiled(text, name, ...this.#options));
  }
}

/** A compiled text, to be rendered for many. */
class Template {
  #compiled;

  constructor(compiled) {
    this.#compiled = compiled;
  }

  get diagnostics() {
    return JSON.parse(this.#compiled.diagnostics()).diagnostics;
  }

  /**
   * Renders the text for a recipient, given as values by table. Values may be JSON text, in which
   * `5.0` isn't `5` and long numbers aren't rounded.
   */
  render(recipient, { variables, now, seed } = {}) {
    const clock = now instanceof Date ? now.toISOString() : now;
    const text = this.#compiled.render(json(recipient), json(variables), clock, seed);
    const [{ output, aborted, calls, blanks, diagnostics }] = JSON.parse(text).renders;
    return { output, aborted, calls, blanks, diagnostics };
  }

  free() {
    this.#compiled.free();
  }
}
