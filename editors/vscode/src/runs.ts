// Runs of `meniscus test` for the test explorer, and what it says in JSON.
import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import * as vscode from "vscode";
import { requiredProgram } from "./program";
import { output } from "./server";
import { fileOf } from "./workspace";

/** A part for a recipient, compared with its snapshot. */
export interface Case {
  message: string;
  part: string;
  scenario: string;
  template: string;
  snapshot: string;
  status: "same" | "new" | "missing" | "changed" | "refused" | "unreadable";
  says?: string;
  text?: string;
  causes?: { says: string }[];
}

interface Unmet {
  says: string;
  message: string;
  path: string;
  help: string | null;
  span: { start: { line: number; column: number } };
}

export interface Report {
  cases: Case[];
  expectations: { message: string; scenario: string; met: number; unmet: Unmet[] }[];
  problems: { path: string; says: string }[];
}

/** What is tested: a message, for some recipients or for all. */
export interface Chosen {
  path?: string | undefined;
  scenarios: string[];
}

/** Runs the tests of a workspace, without a shell; nothing if that was cancelled or isn't possible. */
export async function runTests(
  root: string, { path, scenarios }: Chosen, accept: boolean, cancel?: vscode.CancellationToken,
): Promise<Report | undefined> {
  const found = requiredProgram();
  if (!found) return undefined;
  const given = ["test", accept ? "--accept" : "--check", "--format", "json",
    ...scenarios.map((name) => `--scenario=${name}`), ...(path === undefined ? [] : ["--", path])];
  const child = spawn(found.path, given, { cwd: root, windowsHide: true });
  const stop = cancel?.onCancellationRequested(() => child.kill());
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout.on("data", (bytes: Buffer) => out.push(bytes));
  child.stderr.on("data", (bytes: Buffer) => err.push(bytes));
  try {
    await new Promise<void>((done, failed) => child.once("error", failed).once("close", () => done()));
  } finally {
    stop?.dispose();
  }
  if (cancel?.isCancellationRequested) return undefined;
  const said = Buffer.concat(err).toString();
  if (said) output.info(said);
  try {
    return JSON.parse(Buffer.concat(out).toString()) as Report;
  } catch {
    throw new Error(said || "meniscus test printed no result");
  }
}

/** The text of a snapshot, without its header. */
async function accepted(root: string, shown: string): Promise<string> {
  const uri = fileOf(root, shown);
  const text = uri ? await readFile(uri.fsPath, "utf8").catch(() => "") : "";
  const header = /^---\r?\n[\s\S]*?\r?\n---\r?\n/.exec(text);
  return (header ? text.slice(header[0].length) : text).trimEnd();
}

/** What is wrong with a part, with both texts where there are two. */
export async function failureOf(root: string, one: Case): Promise<vscode.TestMessage> {
  const why = (one.causes ?? []).map(({ says }) => `- ${says}`).join("\n");
  const says = `${one.part}: ${one.says ?? one.status}${why ? `\n${why}` : ""}`;
  const failure = one.text === undefined ? new vscode.TestMessage(says)
    : vscode.TestMessage.diff(says, await accepted(root, one.snapshot), one.text);
  const uri = fileOf(root, one.template);
  if (uri) failure.location = new vscode.Location(uri, new vscode.Position(0, 0));
  if (["new", "missing", "changed"].includes(one.status)) failure.contextValue = "meniscus.acceptable";
  return failure;
}

/** What a message lacks of what a recipient's file expects. */
export function unmetOf(root: string, { says, message, path, help, span: { start } }: Unmet): vscode.TestMessage {
  const failure = new vscode.TestMessage([message, says, help].filter(Boolean).join("\n"));
  const uri = fileOf(root, path);
  const at = new vscode.Position(start.line - 1, Math.max(0, start.column - 1));
  if (uri) failure.location = new vscode.Location(uri, at);
  return failure;
}
