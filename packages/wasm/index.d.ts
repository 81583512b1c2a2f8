import type { Abort, BlankPlace, Call, Finding } from "./meniscus.js";

/** Values by table, as in a scenario file: `{user: {first_name: "Anna"}}`. */
export type Tables = Record<string, Record<string, unknown> | string | number | null>;

/**
 * Loads the program once. By default, it is next to this file; `source` can be another URL, a
 * `Response`, or the bytes.
 */
export function init(source?: string | URL | Response | BufferSource): Promise<void>;

/** A message rendered for a recipient; a part that isn't sent is `null`. */
export interface Rendered {
  message: string;
  parts: Record<string, string | null>;
  aborted: Abort | null;
  calls: Call[];
  blanks: (BlankPlace & { part: string })[];
  diagnostics: Finding[];
}

/** Completions that replace the text between the UTF-16 units `from` and `to`. */
export interface Completion {
  from: number;
  to: number;
  items: { label: string; kind: string; detail: string; sample: string | null; docs: string | null }[];
}

/** A workspace of messages and recipients, read from file contents by path. */
export class Workspace {
  constructor(texts: Record<string, string>);
  readonly messages: { name: string; recipients: string[] }[];
  render(message: string, recipient?: string | null, values?: Tables): Rendered;
  render(message: string, values: Tables): Rendered;
  lint(message?: string): Finding[];
  lintText(text: string, name?: string): Finding[];
  complete(place: { message: string; path: string; text: string; offset: number }): Completion;
  free(): void;
}

/** Compiles templates in Braze's dialect of Liquid. */
export class Engine {
  constructor(options?: { blocks?: Record<string, string>; plain?: boolean });
  compile(text: string, name?: string): Template;
}

/** A template rendered for a recipient; `output` is `null` if it isn't sent. */
export interface Text {
  output: string | null;
  aborted: Abort | null;
  calls: Call[];
  blanks: BlankPlace[];
  diagnostics: Finding[];
}

/** A compiled template, which can be rendered many times. */
export interface Template {
  readonly diagnostics: Finding[];
  render(
    recipient?: Tables | string | null,
    options?: { variables?: Record<string, unknown> | string; now?: string | Date; seed?: number },
  ): Text;
  free(): void;
}
